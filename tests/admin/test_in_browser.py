"""The pages of the administration as a whole in a browser: accessible, valid, narrow, without JavaScript."""

import json

import pytest
from django.urls import reverse
from django.utils import translation

from tests.reviewing.test_in_browser import open_page

from .site import ADMINISTRATOR, NOBODY, SECRET, fill, somebody

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def paths() -> list[str]:
    return [
        reverse("admin:index"),
        f"{reverse('admin:search')}?q={SECRET}",
        f"{reverse('admin:search')}?q=nothing-like-this",
        reverse("admin:guides"),
        reverse("admin:guide", args=["operator"]),
        reverse("admin:accounts_secondfactor_changelist"),
        reverse("admin:password_change"),
    ]


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("fi", 1280, "light"), ("sv", 768, "dark"), ("en", 320, "dark")]
)
def test_pages_are_accessible_valid_and_within_the_window(
    new_page, live_server, axe, nu, language, width, scheme
):
    fill()
    viewport = {"width": width, "height": 800}
    page = open_page(new_page, live_server, somebody(ADMINISTRATOR), color_scheme=scheme, viewport=viewport)
    with translation.override(language):
        addresses = paths()
    faults = {}
    for address in addresses:
        answer = page.goto(address)
        found = [*axe(page), *nu(answer.text())]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("wider than the window")
        if found:
            faults[address] = found
    assert not faults, json.dumps(faults, indent=1)


def test_the_page_of_somebody_without_a_role_is_accessible(new_page, live_server, axe):
    page = open_page(new_page, live_server, somebody(NOBODY))
    page.goto(reverse("admin:index"))
    assert axe(page) == []


def test_search_works_from_the_start_page_without_scripts(new_page, live_server):
    fill()
    page = open_page(new_page, live_server, somebody(ADMINISTRATOR), java_script_enabled=False)
    page.goto(reverse("admin:index"))
    page.fill("#everywhere", SECRET)
    page.click("main form[role=search] button")
    page.wait_for_url("**/search/?q=*")
    assert page.locator("main .found a").count() > 5
