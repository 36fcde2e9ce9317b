"""Journeys by the keyboard alone: Tab, Shift, Space, Enter and typing, from the top of each page."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from common import spam_guard
from network.models import JoinRequest
from pages.models import Page as EditorialPage
from tests.editorial import factories as pages
from tests.finding.cases import publish, tagged, titled
from tests.network.joining import address
from tests.network.test_joining import link_in
from tests.reviewing.test_in_browser import open_page

pytestmark = [pytest.mark.browser]

# More stops than any page has.
MOST_TABS = 250


def tab_to(page: Page, selector: str, name: str = "Tab") -> None:
    """Press Tab until what is asked for has the focus; it must then be seen where it is."""
    for _press in range(MOST_TABS):
        page.keyboard.press(name)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            box = page.evaluate(
                "(({width, height}) => width * height)(document.activeElement.getBoundingClientRect())"
            )
            assert box > 0, selector
            return
    raise AssertionError(f"The keyboard does not come to {selector}.")


def test_a_reader_skips_the_menus_narrows_the_list_down_and_opens_an_innovation(page, live_server):
    publish(
        {**titled("Lähiverkko"), **tagged(principle=["1"])},
        {**titled("Kuntaverkko"), **tagged(principle=["2"])},
    )
    page.goto(reverse("cases:list"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    tab_to(page, "#facet-principle-1")
    page.keyboard.press("Space")
    expect(page.locator(".results h3")).to_have_count(1)
    tab_to(page, ".results h3 a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Lähiverkko")


def test_somebody_asks_to_join_and_confirms(new_page, transactional_db, monkeypatch, settings):
    monkeypatch.setattr(spam_guard, "QUICKEST", -1)
    settings.SPAM_PROOF_BITS = 10
    call_command("load_reference_data", verbosity=0)
    page = new_page()
    page.goto(address("join"))
    for name, text in (
        ("name", "Aino Esimerkki"),
        ("email", "aino@esimerkki.example"),
        ("organisation", "Esimerkkilän kunta"),
    ):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(text)
    # A suggestion may be open: Escape closes it and keeps what was typed.
    page.keyboard.press("Escape")
    tab_to(page, "[name=themes]")
    page.keyboard.press("Space")
    tab_to(page, "[name=membership]")
    page.keyboard.press("Space")
    tab_to(page, "main form [type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address('asked')}")
    page.goto(link_in(mail.outbox[-1]))
    tab_to(page, "[value=confirm]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address('confirmed')}")
    assert JoinRequest.objects.queue().count() == 1


def test_an_editor_publishes_a_draft(new_page, live_server, transactional_db):
    draft = pages.draft("Uusi sivu")
    page = open_page(new_page, live_server, pages.editor())
    page.goto(reverse("admin:pages_page_change", args=[draft.pk]))
    publish_url = reverse("admin:pages_page_act", args=[draft.pk, "publish"])
    tab_to(page, f'a[href="{publish_url}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{publish_url}")
    tab_to(page, "main form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('admin:pages_page_change', args=[draft.pk])}")
    draft.refresh_from_db()
    assert draft.state == EditorialPage.State.PUBLISHED
