"""From a page to thanks and to the answer, in a browser: with scripts, without, and by the keyboard."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from common import spam_guard
from pages.models import AccessibilityStatement, Feedback
from tests.statements.test_accessibility import an_exception, statement

from . import desk
from .asking import address

pytestmark = [pytest.mark.browser]

LANGUAGES = ["fi", "sv", "en"]
SUBMIT = "main form [type=submit]"


@pytest.fixture(autouse=True)
def hurry(monkeypatch, settings, transactional_db):
    """People here type faster than real ones."""
    monkeypatch.setattr(spam_guard, "QUICKEST", -1)
    monkeypatch.setattr(spam_guard, "WAITING", 1)
    settings.SPAM_PROOF_BITS = 10


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_from_a_page_to_thanks(new_page, language, has_script):
    page = new_page(java_script_enabled=has_script)
    page.goto(f"/{language}/")
    page.locator(".feedback-band button[value=no]").click()
    page.wait_for_url(f"**{address(language=language)}?**")
    assert page.locator("[name=useful][value=no]").is_checked()
    page.fill("[name=words]", "Hakua oli vaikea löytää.")
    page.locator(SUBMIT).click()
    if not has_script:
        page.wait_for_timeout(1500)
        page.locator(SUBMIT).click()
    page.wait_for_url(f"**{address('feedback_thanks', language)}")
    feedback = Feedback.objects.get()
    assert (feedback.path, feedback.is_useful, feedback.language) == (f"/{language}/", False, language)
    assert page.context.cookies() == []


def test_everything_is_done_by_the_keyboard(new_page):
    page = new_page()
    page.goto(address("accessibility"))
    page.locator(f'main a[href="{address("feedback_accessibility")}"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address('feedback_accessibility')}")
    page.locator(SUBMIT).focus()
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "words"
    page.keyboard.type("Valikkoa ei voi käyttää.")
    page.locator(SUBMIT).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address('feedback_told')}")
    assert Feedback.objects.get().kind == "accessibility"


def test_pages_are_accessible_valid_and_narrow(new_page, axe, nu):
    an_exception(statement())
    faults = {}
    for language in LANGUAGES:
        page = new_page()
        for name in (
            "feedback",
            "feedback_accessibility",
            "feedback_thanks",
            "feedback_told",
            "accessibility",
            "privacy",
        ):
            answer = page.goto(f"{address(name, language)}?page=/fi/&useful=yes")
            faults[language, name] = [*axe(page), *nu(answer.text())]
    for scheme, width in (("dark", 1280), ("light", 320)):
        page = new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)
        for name in ("feedback", "feedback_accessibility", "accessibility", "privacy"):
            page.goto(address(name))
            faults[scheme, name] = axe(page)
            if name.startswith("feedback"):
                page.locator(SUBMIT).click()
                page.locator(".error-summary").wait_for()
                faults[scheme, name, "errors"] = axe(page)
            assert page.evaluate("document.querySelector('main').scrollWidth") <= width, (name, width)
    assert {key: found for key, found in faults.items() if found} == {}
    AccessibilityStatement.objects.all().delete()


def test_the_band_is_not_printed(new_page):
    page = new_page()
    page.goto("/fi/")
    expect(page.locator(".feedback-band")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".feedback-band")).to_be_hidden()


def test_staff_answer_on_accessible_pages(new_page, axe, nu, live_server):
    feedback = desk.accessibility()
    client = desk.handlers_client()
    statement()
    with override("fi"):
        paths = [
            reverse("admin:index"),
            desk.changelist(),
            desk.page(feedback),
            *(desk.act(feedback, name) for name in ("take_up", "answer", "close", "note", "reopen")),
            reverse("admin:pages_feedback_by_page"),
            reverse("admin:pages_accessibilitystatement_change", args=[1]),
        ]
    faults = {}
    for scheme, width in (("light", 1280), ("dark", 320)):
        page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.context.add_cookies(
            [
                {"name": name, "value": cookie.value, "url": live_server.url}
                for name, cookie in client.cookies.items()
            ]
        )
        for path in paths:
            answer = page.goto(path)
            assert answer.status == 200, path
            faults[path, scheme] = axe(page)
            if scheme == "light":
                faults[path, scheme] += nu(answer.text())
    page.goto(desk.act(feedback, "answer"))
    page.fill("[name=message]", "Korjasimme valikon.")
    page.locator(SUBMIT).first.click()
    page.locator(".mail-shown").wait_for()
    faults["mail shown"] = axe(page)
    page.locator(SUBMIT).first.click()
    page.wait_for_url(f"**{desk.changelist()}")
    feedback.refresh_from_db()
    assert feedback.state == "closed"
    assert {key: found for key, found in faults.items() if found} == {}
