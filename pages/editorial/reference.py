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
    """Publish each page of the data whose key no page has; returns how many.

    What there is already stays as staff left it. Where an address is taken, the title gives another one.
    """
    pages = {page.key: page for page in Page.objects.all()}
    made = 0
    for order, row in enumerate(tree()):
        key = row["key"]
        if key not in pages:
            pages[key] = _publish(row, order, pages.get(row.get("parent", "")))
            made += 1
    return made


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
    return page
