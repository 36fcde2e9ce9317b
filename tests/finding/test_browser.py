"""The list in a browser: results change in place with scripts, and come by the button without."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from .cases import publish, tagged, titled

pytestmark = pytest.mark.browser


@pytest.fixture
def listed(live_server):
    """Three public cases, and the path of their list."""
    publish(
        {**titled("Lähiverkko", summary="Naapurit kantavat."), **tagged(principle=["1"])},
        {**titled("Kuntaverkko"), **tagged(principle=["1", "2"]), "life_cycle": "pilot"},
        {**titled("Katuvalot"), **tagged(principle=["2"])},
    )
    return reverse("cases:list")


def query_of(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def titles(page) -> list[str]:
    return page.locator(".results h3").all_inner_texts()


def test_choice_changes_results_counts_and_address_in_place(page, listed):
    page.goto(listed)
    page.evaluate("window.sameDocument = true")
    box = page.locator("#facet-principle-1")

    box.check()
    expect(page.locator(".results h3")).to_have_count(2)

    assert titles(page) == ["Kuntaverkko", "Lähiverkko"]
    assert query_of(page) == {"principle": ["1"]}
    assert page.locator("[data-facet=life_cycle] .facet-count").all_inner_texts() == ["1", "1"]
    assert page.locator("[data-facet=principle] .facet-count").all_inner_texts() == ["2", "2"]
    assert page.locator("[role=status][data-results-status]").inner_text().startswith("2 ")
    assert page.evaluate("document.activeElement.id") == "facet-principle-1"
    assert page.evaluate("window.sameDocument")


def test_facet_whose_values_are_all_gone_comes_back_with_them(page, listed):
    page.goto(f"{listed}?q=majakkalaiva")
    assert page.locator("[data-facet=theme]").is_hidden()

    page.fill("#q", "verkko")
    page.press("#q", "Enter")
    expect(page.locator(".results h3")).to_have_count(2)

    expect(page.locator("[data-facet=principle]")).to_be_visible()
    assert query_of(page) == {"q": ["verkko"]}


def test_back_leads_to_the_search_before(page, listed):
    page.goto(listed)
    page.locator("#facet-life_cycle-pilot").check()
    expect(page.locator(".results h3")).to_have_count(1)

    page.go_back()
    expect(page.locator(".results h3")).to_have_count(3)

    assert not page.locator("#facet-life_cycle-pilot").is_checked()


def test_list_is_searched_narrowed_and_widened_without_scripts(new_page, listed):
    page = new_page(java_script_enabled=False)
    page.goto(listed)

    page.fill("#q", "verkko")
    page.locator("#facet-life_cycle-pilot").check()
    page.click("#filters .search button")
    expect(page.locator(".results h3")).to_have_count(1)
    assert titles(page) == ["Kuntaverkko"]
    assert query_of(page) == {"q": ["verkko"], "life_cycle": ["pilot"]}

    page.click(".filter-chips a.chip")
    expect(page.locator(".results h3")).to_have_count(2)
    assert titles(page) == ["Kuntaverkko", "Lähiverkko"]


def test_phone_narrows_down_in_a_sheet(new_page, listed):
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto(listed)
    assert page.locator("#facet-principle-1").is_hidden()

    page.click(".filters-open")
    page.locator("#facet-principle-2").check()
    page.click(".facets-apply")
    expect(page.locator(".results h3")).to_have_count(2)

    assert page.locator("#facet-principle-2").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("query", ["", "?q=verkko&principle=1&theme=99", "?q=majakkalaiva", "?q=verrko"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_list_is_accessible(new_page, listed, axe, query, color_scheme):
    page = new_page(color_scheme=color_scheme)
    page.goto(listed + query)
    page.locator("details").evaluate_all("all => all.forEach(details => { details.open = true })")

    assert axe(page) == []


@pytest.mark.parametrize("query", ["", "?q=verkko&principle=1&theme=99&organisation=9", "?q=majakkalaiva"])
def test_list_is_valid_html(client, listed, nu, query):
    assert nu(client.get(listed + query).content) == []
