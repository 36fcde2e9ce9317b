"""Nothing on a page moves once it is seen: cumulative layout shift is 0, on wide pages and on a phone's."""

from typing import Any

import pytest
from django.core.management import call_command

from tests.browser import wait_until
from tests.site.addresses import error_pages, reader_pages

pytestmark = pytest.mark.browser

COLLECT = """
  window.shifts = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries())
      if (!entry.hadRecentInput)
        window.shifts.push(entry.value.toFixed(4) + " " + entry.sources.map(source =>
          source.node?.outerHTML?.slice(0, 80) ?? source.node?.textContent?.slice(0, 40)).join(" | "));
  }).observe({type: "layout-shift", buffered: true});
"""
# To the end of the page and back: what is loaded when it is scrolled to may move nothing either.
SCROLL = """async () => {
  for (const y of [1e6, 0]) {
    window.scrollTo({top: y, behavior: "instant"});
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
}"""


def shifts(page: Any, path: str) -> list[str]:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.evaluate(SCROLL)
    return page.evaluate("window.shifts")


@pytest.mark.parametrize("width", [1280, 375])
def test_nothing_moves_on_any_kind_of_page(transactional_db, new_page, width: int) -> None:
    for command in ("load_reference_data", "load_examples", "load_barometer", "load_factor_ties"):
        call_command(command, verbosity=0)
    page = new_page(viewport={"width": width, "height": 800})
    page.add_init_script(COLLECT)
    found = {name: shifts(page, path) for name, path in {**reader_pages(), **error_pages()}.items()}
    assert {name: moved for name, moved in found.items() if moved} == {}


def test_the_measure_sees_what_moves(transactional_db, new_page) -> None:
    call_command("load_reference_data", verbosity=0)
    page = new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(COLLECT)
    page.goto("/fi/")
    page.wait_for_load_state("networkidle")
    page.evaluate(
        "document.querySelector('h1').before(Object.assign(document.createElement('p'), "
        "{textContent: 'Late', className: 'lead'}))"
    )
    wait_until(page, "window.shifts.length > 0")
