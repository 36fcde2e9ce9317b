"""The gallery shows every component; what is wrong with one is seen here."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import wait_until

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def test_gallery_does_not_exist_for_readers(client, settings) -> None:
    settings.DEBUG = False
    assert client.get("/fi/components/").status_code == 404


def test_gallery_shows_every_component(client, settings) -> None:
    settings.DEBUG = True
    shown = {template.name for template in client.get("/fi/components/").templates}
    components = {f"components/{path.name}" for path in (TEMPLATES / "components").glob("*.html")}
    elsewhere = {"components/error_page_links.html"}
    assert components - elsewhere <= shown


def test_gallery_is_valid_html(client, settings, nu) -> None:
    settings.DEBUG = True
    assert nu(client.get("/fi/components/").content) == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_gallery_is_accessible(new_page, axe, settings, scheme: str, width: int) -> None:
    settings.DEBUG = True
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page.goto("/fi/components/")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_choice_changes_the_results_in_place_and_keeps_the_focus(new_page, settings) -> None:
    settings.DEBUG = True
    page = new_page()
    page.goto("/fi/components/")
    page.evaluate("window.same = true")
    page.evaluate("document.querySelector('[data-results]').dataset.old = ''")
    box = page.locator("#facet-principle-1")
    box.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**principle=1**")
    wait_until(page, "document.querySelector('[data-results-status]').textContent")
    assert page.evaluate("window.same")
    assert page.evaluate("document.activeElement.id") == "facet-principle-1"
    expect(page.locator("[data-results][data-old]")).to_have_count(0)
    assert "principle=1" in page.locator(".language-links a").nth(1).get_attribute("href")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_form_of_the_list_works_without_script(new_page, settings) -> None:
    settings.DEBUG = True
    page = new_page(java_script_enabled=False)
    page.goto("/fi/components/")
    page.locator("#list-q").fill("jono")
    page.locator("#list-q").press("Enter")
    page.wait_for_url("**q=jono**")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_counter_counts_as_the_server_does(new_page, settings) -> None:
    settings.DEBUG = True
    page = new_page()
    page.goto("/fi/components/")
    page.locator("#id_empty-summary").fill("ä\n🙂")
    expect(page.locator("[data-counter=id_empty-summary]")).to_contain_text("496")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_filters_are_a_sheet_on_a_phone_that_opens_without_script(new_page, settings) -> None:
    settings.DEBUG = True
    page = new_page(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page.goto("/fi/components/")
    option = page.locator("#facet-principle-1")
    expect(option).to_be_hidden()
    page.locator(".filters-open").click()
    expect(option).to_be_visible()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_menu_opens_without_script_on_a_phone(new_page, settings) -> None:
    settings.DEBUG = True
    page = new_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/fi/components/")
    link = page.locator("#phone-navigation a").first
    expect(link).to_be_hidden()
    page.locator(".phone-menu summary").click()
    expect(link).to_be_visible()
