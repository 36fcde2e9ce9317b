"""Tables on a phone: those of words are told row by row, and one that scrolls shows that there is more."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from PIL import Image

from pages.editorial.reference import load_pages
from tests.site.addresses import reader_pages

pytestmark = pytest.mark.browser

OPEN_ALL = "document.querySelectorAll('main details').forEach(one => one.open = true)"
STACKED = "Array.from(document.querySelectorAll('.table-wrap:has(> .stacks)'))"


@pytest.fixture
def registry(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # Here the pages of the site are looked at, with open data among them.
    for command in ("load_reference_data", "load_examples", "load_barometer", "load_factor_ties"):
        call_command(command, verbosity=0)
    load_pages()


def roles(page: Any) -> set[str]:
    """What assistive technology hears of, as the browser itself tells it."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    return {node["role"]["value"] for node in tree["nodes"] if not node["ignored"]}


def test_tables_of_words_are_whole_on_a_phone(registry: None, new_page: Any) -> None:
    page = new_page(viewport={"width": 320, "height": 800})
    paths = reader_pages("sv")
    for name in ("page: open-data", "data dictionary", "API", "innovations behind a figure"):
        page.goto(paths[name])
        page.evaluate(OPEN_ALL)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, name
        tables = page.evaluate(f"{STACKED}.map(one => [one.scrollWidth, one.clientWidth])")
        assert tables, name
        assert [widths for widths in tables if widths[0] > widths[1]] == [], name
        assert {"table", "row", "columnheader", "rowheader", "cell"} <= roles(page), name


def test_number_of_rows_says_what_it_is_when_its_heading_is_not_seen(registry: None, new_page: Any) -> None:
    page = new_page(viewport={"width": 320, "height": 800})
    page.goto(reader_pages("en")["page: open-data"])
    cell = page.locator(".dataset-tables td.number").first
    assert cell.evaluate("one => getComputedStyle(one, '::before').content").startswith('"Rows now:')
    page.set_viewport_size({"width": 1280, "height": 800})
    assert cell.evaluate("one => getComputedStyle(one, '::before').content") == "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_table_that_scrolls_has_a_shade_where_there_is_more(
    registry: None, new_page: Any, scheme: str
) -> None:
    page = new_page(viewport={"width": 320, "height": 800}, color_scheme=scheme)
    page.goto(reverse("cases:effect", args=["hours-saved--by--theme--examples"]))
    table = page.locator(".series-table .table-wrap").first
    assert table.evaluate("one => one.scrollWidth > one.clientWidth")

    def edges() -> tuple[tuple[int, ...], ...]:
        """The colours of the ground at both edges, beside the words of the first row."""
        picture = Image.open(io.BytesIO(table.screenshot())).convert("RGB")
        return picture.getpixel((3, 3)), picture.getpixel((picture.width - 4, 3))

    left, right = edges()
    assert left != right
    ground = left
    table.evaluate("one => one.scrollTo({left: 1e6, behavior: 'instant'})")
    left, right = edges()
    assert right == ground
    assert left != ground
