"""From the header to a result: by the keyboard, without scripts, on a phone; accessible at every step."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from . import content
from .content import address

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server) -> str:
    """Something of every kind about lighthouses, and the path of a page from which a reader begins."""
    for number in range(6):
        content.organisation(fi=f"Majakkavirasto {number}")
    content.page({"fi": "Majakat", "sv": "Fyrar"}, {"fi": "Majakka valaisee."})
    content.question({"fi": "Majakan käyttö"}, answer={"fi": "Joka yö"})
    content.resource({"fi": "Majakkaopas"})
    content.event({"fi": "Majakkailta"})
    with override("fi"):
        return reverse("cases:principles")


def test_keyboard_leads_from_the_header_to_a_result_without_scripts(new_page, site):
    page = new_page(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page.goto(site)
    field = page.locator("#site-search")
    for _press in range(10):
        page.keyboard.press("Tab")
        if field.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.type("majakka")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address('majakka')}")
    expect(page.locator("main h2")).to_have_count(5)

    jump = page.locator(".site-search-kinds a[href='#events']")
    jump.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/*majakkailta/")


def test_phone_has_the_search_in_its_menu(new_page, site):
    page = new_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto(site)
    assert page.locator("#site-search").is_hidden()

    page.locator(".phone-menu > summary").press("Enter")
    assert page.locator("#phone-site-search").bounding_box()["width"] > 200
    page.fill("#phone-site-search", "majakka")
    page.press("#phone-site-search", "Enter")

    expect(page.locator("#q")).to_have_value("majakka")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_header_keeps_to_its_two_rows(new_page, site, language):
    page = new_page(viewport={"width": 1280, "height": 800})
    with override(language):
        page.goto(reverse("cases:principles"))

    heights = [page.locator(part).bounding_box()["height"] for part in (".top-bar", ".site-header")]

    assert heights[0] <= 48
    assert heights[1] <= 100


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("words", ["majakka", "fyr", "xyzzyxyzzy", ""])
def test_results_are_accessible(new_page, site, axe, scheme, words):
    page = new_page(color_scheme=scheme)
    page.goto(address(words))

    assert axe(page) == []


@pytest.mark.usefixtures("site")
def test_results_are_valid(client, nu):
    paths = [address(words) for words in ("majakka", "majaka", "xyzzyxyzzy", "<b>&\"'", "")]
    for path in (*paths, address("majakka", kind="organisations")):
        assert nu(client.get(path).content) == [], path
