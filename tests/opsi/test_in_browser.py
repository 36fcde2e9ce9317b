"""OPSI's form in a browser: a press copies a value, and without scripts no button does nothing."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from tests.cases import factories
from tests.reviewing.test_in_browser import open_page

from .cases import ENGLISH, english

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def form_of(case) -> str:
    with override("en"):
        return reverse("admin:cases_opsicandidate_change", args=[case.pk])


def test_a_press_copies_the_whole_value(new_page, live_server):
    page = open_page(new_page, live_server, factories.moderator())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page.goto(form_of(english()))
    page.get_by_role("button", name="Copy Innovation Overview").click()
    page.get_by_role("status").get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == ENGLISH["solution"]


def test_without_scripts_each_value_can_be_selected(new_page, live_server):
    page = open_page(new_page, live_server, factories.moderator(), java_script_enabled=False)
    page.goto(form_of(english()))
    field = page.get_by_role("textbox", name="Innovation Overview")
    expect(field).to_have_value(ENGLISH["solution"])
    assert not field.is_editable()
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
