"""Charts as a browser shows them: every kind accessible and valid, at 300 px, in dark and forced colours."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from .test_exports import of_factors, of_microdata

pytestmark = pytest.mark.browser


def addresses() -> list[str]:
    keys = [
        "nordic",
        "compare--at-least-one-innovation--yes",
        "dk-4--factor-effect",
        "fi-municipal-2022--partners",
    ]
    keys += [of_microdata().key, of_factors().key]
    return [reverse(name, args=[key]) for name in ("barometer:chart", "barometer:embed") for key in keys]


def test_every_kind_of_chart_is_accessible_and_valid(transactional_db, new_page, axe, nu):
    call_command("load_barometer", verbosity=0)
    with override("en"):
        paths = addresses()
    faults = {}
    for options in (
        {"viewport": {"width": 1280, "height": 900}},
        {"viewport": {"width": 320, "height": 700}, "color_scheme": "dark"},
        {"viewport": {"width": 320, "height": 700}, "forced_colors": "active"},
    ):
        page = new_page(**options)
        for path in paths:
            response = page.goto(path)
            # In forced colours the browser chooses them; the rule would read those of the style sheet.
            part = ".series" if "forced_colors" in options else "html"
            faults[path, str(options)] = [*axe(page, include=part), *nu(response.text())]
            assert page.evaluate("document.documentElement.scrollWidth") <= options["viewport"]["width"], path
            expect(page.locator("svg.chart:visible")).to_have_count(1)
    assert {key: found for key, found in faults.items() if found} == {}


def test_the_text_of_a_chart_is_large_enough_on_a_phone(transactional_db, new_page):
    call_command("load_barometer", verbosity=0)
    page = new_page(viewport={"width": 320, "height": 700})
    page.goto(reverse("barometer:chart", args=["nordic"]))
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('svg.chart--narrow text')]"
        ".map(text => text.getBoundingClientRect().height))"
    )
    assert smallest >= 12


def test_printing_shows_the_table_and_the_wide_chart(transactional_db, new_page):
    call_command("load_barometer", verbosity=0)
    page = new_page(viewport={"width": 700, "height": 900})
    page.goto(reverse("barometer:survey", args=["dk-4"]))
    page.emulate_media(media="print")
    expect(page.locator("svg.chart--wide").first).to_be_visible()
    expect(page.locator(".series-table table").first).to_be_visible()
    expect(page.locator(".series-files").first).to_be_hidden()
