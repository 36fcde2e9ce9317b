"""The pages that come with the registry (pages/data/pages): their tree, and a file for each language."""

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pages.models import Page

from . import actions, addresses
from .actions import Texts

DATA = Path(__file__).resolve().parents[1] / "data" / "pages"


@transaction.atomic
def load_pages() -> int:
    """Publish each page of the data that there is not yet, and what is new in others; returns how many.

    A page that somebody has acted on stays as they left it. Where an address is taken, the title gives
    another one.
    """
    pages = {page.key: page for page in Page.objects.all()}
    published = 0
    for order, row in enumerate(tree()):
        page = pages.get(row["key"])
        if page is None:
            pages[row["key"]] = _publish(row, order, pages.get(row.get("parent", "")))
            published += 1
        elif page.version == page.loaded_version and _renew(page, row):
            published += 1
    return published


def tree() -> list[dict[str, Any]]:
    """The pages of the data in their order, each before those under it."""
    rows: list[dict[str, Any]] = tomllib.loads((DATA / "tree.toml").read_text())["page"]
    return rows


def texts(row: dict[str, Any]) -> Texts:
    """What the files tell of a page, by language: title, then what it is in short, then the rest."""
    found = {}
    for language, _name in settings.LANGUAGES:
        title, lead, body = (DATA / f"{row['key']}.{language}.md").read_text().split("\n\n", 2)
        found[language] = {
            "title": title.removeprefix("# "),
            "menu_title": row.get("menu_titles", {}).get(language, ""),
            "lead": " ".join(lead.split("\n")),
            "body": body.strip(),
        }
    return found


def _publish(row: dict[str, Any], order: int, parent: Page | None) -> Page:
    page = actions.begin(texts(row), by=None, parent=parent, key=row["key"])
    slugs = {
        language: slug for language, slug in row["slugs"].items() if addresses.is_free(slug, language, page)
    }
    actions.place(
        page,
        by=None,
        seen_version=page.version,
        parent=parent,
        order=order * 10,
        menu=row.get("menu", Page.Menu.NONE),
        companion=row.get("companion", Page.Companion.NONE),
        slugs=slugs,
    )
    actions.publish(page, by=None, seen_version=page.version)
    _remember(page)
    return page


def _remember(page: Page) -> None:
    page.loaded_version = page.version
    page.save(update_fields=["loaded_version"])


def _renew(page: Page, row: dict[str, Any]) -> bool:
    """Let a page as an earlier version of the data made it say what they say now; whether that was needed."""
    public = page.published_revision
    if public is None or page.state != Page.State.PUBLISHED or page.draft:
        return False
    companion, told = row.get("companion", Page.Companion.NONE), texts(row)
    is_same = told == {
        text.language: {name: getattr(text, name) for name in actions.TEXT_FIELDS}
        for text in public.texts.all()
    }
    if is_same and page.companion == companion:
        return False
    if not is_same:
        actions.save(page, told, by=None, seen_version=page.version)
        actions.publish(page, by=None, seen_version=page.version)
    if page.companion != companion:
        actions.place(
            page,
            by=None,
            seen_version=page.version,
            parent=page.parent,
            order=page.order,
            menu=page.menu,
            companion=companion,
            slugs={},
        )
    _remember(page)
    return True
