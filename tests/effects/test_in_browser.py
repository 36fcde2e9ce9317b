"""Figures of effects as a browser shows them: accessible, valid, and within a phone's width."""

from typing import Any

import pytest
from django.utils.translation import override
from playwright.sync_api import expect

from pages.models import Page
from tests.editorial import factories as pages

from .cases import hours, of_themes, publish
from .test_analyses import analysis
from .test_pages import address, many_effects


@pytest.mark.browser
def test_figures_are_accessible_and_valid(transactional_db: None, new_page: Any, axe: Any, nu: Any) -> None:
    many_effects()
    publish({**of_themes("07"), "evidence": [hours(7777)]}, is_example=True)
    analysis("Analyysi", "07")
    page = pages.placed(pages.published(), companion=Page.Companion.PRODUCTIVITY)
    faults = {}
    for language, scheme, width in (("fi", "light", 320), ("sv", "dark", 375), ("en", "light", 1280)):
        with override(language):
            paths = [
                f"{page.get_absolute_url()}?effect=throughput-time&by=organisation",
                address("effect", "hours-saved--by--theme", language=language),
                address("effect", "hours-saved--by--year--examples", language=language),
                address("effect", "satisfaction-10", language=language),
                address("effect_innovations", "hours-saved", language=language),
                address("effect_innovations", "hours-saved", language=language) + "?left-out=other-unit",
            ]
        browser = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        for path in paths:
            answer = browser.goto(path)
            assert answer.status == 200, path
            faults[path, width] = [*axe(browser), *nu(answer.text())]
            assert browser.evaluate("document.documentElement.scrollWidth") <= width, path
    assert {key: found for key, found in faults.items() if found} == {}


@pytest.mark.browser
def test_another_effect_is_chosen_and_its_innovations_found_by_links_alone(
    transactional_db: None, new_page: Any
) -> None:
    many_effects()
    page = pages.placed(pages.published(), companion=Page.Companion.PRODUCTIVITY)
    with override("en"):
        path = page.get_absolute_url()
    browser = new_page(java_script_enabled=False)
    browser.goto(path)
    browser.get_by_role("link", name="Euros saved a year", exact=True).last.click()
    browser.get_by_role("link", name="By year taken into use").click()
    expect(browser.locator(".series-title")).to_have_text("Euros saved a year, by year taken into use")
    browser.get_by_text("Figures as a table").click()
    browser.locator(".series-table tbody a").first.click()
    expect(browser.get_by_role("row")).to_have_count(2)
    expect(browser.get_by_role("cell", name="12,000 €")).to_have_count(1)
