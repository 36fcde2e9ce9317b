"""Resources and contacts in a browser: accessible, valid, and usable with JavaScript and without."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from tests.browser import wait_until

from .factories import contact, principle, resource, theme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def content() -> None:
    resource(
        "Opas", kind="guide", languages=["fi"], terms=(principle("1"), theme("07", "Terveys")), year=2021
    )
    resource(
        "Tutkimus",
        kind="research",
        languages=["sv", "en"],
        url="https://a.very-long-name.example/" + "x" * 80,
    )
    contact("Neuvonta", topics=["network"], phone="+358 295 16001", address_fi="Katu 1\nKaupunki")


@pytest.fixture
def path(content) -> str:
    with override("fi"):
        return reverse("pages:resources")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]
)
def test_pages_are_accessible_and_valid_and_fit(path, new_page, axe, nu, width, scheme):
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    with override("fi"):
        contacts = reverse("pages:contacts")
    for address in (path, f"{path}?q=opas&kind=guide&kind=spell", f"{path}?q=xyzzyxyzzy", contacts):
        response = page.goto(address)
        assert [*axe(page), *nu(response.text())] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_choice_changes_the_results_in_place_and_the_address(path, new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto(path)
    page.check("#facet-kind-guide")
    page.wait_for_url("**?kind=guide")
    wait_until(page, "document.querySelectorAll('.resource').length == 1")
    assert page.is_checked("#facet-kind-guide")
    assert page.text_content("[data-results-status]").startswith("1")
    page.go_back()
    wait_until(page, "document.querySelectorAll('.resource').length == 2")


def test_without_javascript_the_button_narrows_down(path, new_page):
    page = new_page(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page.goto(path)
    page.check("#facet-language-sv")
    page.fill("#q", "tutkimus")
    page.click(".facets-apply")
    assert "language=sv" in page.url
    assert "q=tutkimus" in page.url
    expect(page.locator(".resource")).to_have_count(1)
