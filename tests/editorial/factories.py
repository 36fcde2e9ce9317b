"""Editorial pages for tests; every word is invented."""

from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from accounts.models import User
from accounts.permissions import CONTENT_EDITORS
from pages.editorial import actions
from pages.models import Page

_number = count(1)


def editor(email: str = "editor@example.org") -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email=email, display_name="Editor", is_staff=True)
        user.groups.add(Group.objects.get(name=CONTENT_EDITORS))
    return User.objects.get(pk=user.pk)


def texts(title: str = "Sivu", **told: str) -> dict[str, dict[str, str]]:
    """A page told in all three languages."""
    return {
        language: {
            "title": f"{title} {language}",
            "menu_title": "",
            "lead": f"Lyhyesti {title} {language}",
            "body": f"Leipäteksti {title} {language}",
            **told,
        }
        for language in ("fi", "sv", "en")
    }


def draft(title: str = "", parent: Page | None = None, **told: str) -> Page:
    return actions.begin(texts(title or f"Sivu {next(_number)}", **told), by=editor(), parent=parent)


def published(title: str = "", parent: Page | None = None, **told: str) -> Page:
    page = draft(title, parent, **told)
    actions.publish(page, by=editor(), seen_version=page.version)
    return page


def edited(page: Page, title: str = "Salainen") -> Page:
    """The page with a draft that waits."""
    actions.save(page, texts(title), by=editor(), seen_version=page.version)
    return page


def placed(page: Page, **changes: Any) -> Page:
    told = {
        "parent": page.parent,
        "order": page.order,
        "menu": page.menu,
        "companion": page.companion,
        "slugs": {},
        **changes,
    }
    actions.place(page, by=editor(), seen_version=page.version, **told)
    return page


def withdrawn(title: str = "") -> Page:
    page = published(title)
    actions.withdraw(page, by=editor(), seen_version=page.version, message="Vanhentunut")
    return page
