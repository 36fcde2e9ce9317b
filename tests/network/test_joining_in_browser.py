"""From the public page to the directory and out again, in a browser, with scripts and without."""

import re

import icalendar
import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import expect

from accounts.models import User
from common import spam_guard
from network import actions, event_actions
from network.models import Event, JoinRequest, Member, SignUp
from taxonomy.models import Term
from tests.submitting.pages import soup

from . import factories
from .joining import address
from .test_events import published
from .test_joining import link_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("quick_answers")]

LANGUAGES = ["fi", "sv", "en"]
SUBMIT = "main form [type=submit]"
ADDRESS = "aino@esimerkki.example"


@pytest.fixture(autouse=True)
def hurry(monkeypatch, settings, transactional_db):
    """People here type faster than real ones; the work of real hardness is done in a test of its own."""
    monkeypatch.setattr(spam_guard, "QUICKEST", -1)
    monkeypatch.setattr(spam_guard, "WAITING", 1)
    settings.SPAM_PROOF_BITS = 10
    call_command("load_reference_data", verbosity=0)


def press(page, selector: str = SUBMIT) -> None:
    page.locator(selector).first.click()
    page.wait_for_load_state()


def fill_in(page, language: str) -> None:
    page.fill("[name=name]", "Aino Esimerkki")
    page.fill("[name=email]", ADDRESS)
    page.fill("[name=organisation]", "Esimerkkilän kunta")
    page.locator(f"[name=language][value={language}]").check()
    page.locator("[name=themes]").nth(2).check()
    page.locator("[name=in_directory]").check()
    page.locator("[name=membership]").check()


def sign_in(page) -> None:
    page.fill("[name=email]", ADDRESS)
    press(page, "main form:has([name=email]) [type=submit]")
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", re.search(r"\b\d{4}-\d{4}\b", mail.outbox[-1].body)[0])
    press(page, "main form:has([name=code]) [type=submit]")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_somebody_joins_finds_others_and_leaves(new_page, language, has_script):
    same = Term.objects.of("theme")[2]
    other = factories.member(name="Olli Samanlainen", in_directory=True, interests=[same])
    free, full = published(), published(capacity=1, is_public=False)
    event_actions.sign_up(full, user=other.user)
    mail.outbox.clear()
    page = new_page(java_script_enabled=has_script)
    page.goto(address("front", language=language))
    press(page, f'main a[href="{address("join", language=language)}"]')
    fill_in(page, language)
    press(page, "form.join [type=submit]")
    if not has_script:
        page.wait_for_timeout(2100)
        press(page)
    page.wait_for_url(f"**{address('asked', language=language)}")
    page.goto(link_in(mail.outbox[-1]))
    expect(page.locator("main")).to_contain_text("Aino Esimerkki")
    press(page, "[value=confirm]")
    expect(page).to_have_url(address("confirmed", language=language))
    request = JoinRequest.objects.queue().get()
    actions.approve(request, by=factories.coordinator("second@example.org"))
    page.goto(address("own", language=language))
    sign_in(page)
    expect(page).to_have_url(address("own", language=language))
    expect(page.locator("main")).to_contain_text("Olli Samanlainen")
    press(page, f'main a[href="{address("directory", language=language)}"]')
    page.select_option("[name=theme]", same.code)
    press(page, "form.directory-filters [type=submit]")
    expect(page.locator(".member-card")).to_have_count(2)
    feed = come_and_wait(page, language, free, full)
    page.goto(address("leave", language=language))
    press(page)
    expect(page).to_have_url(address("front", language=language))
    assert Member.objects.get(user__email=ADDRESS).state == Member.State.LEFT
    assert not SignUp.objects.live().filter(user__email=ADDRESS).exists()
    assert page.request.get(feed).status == 404


def come_and_wait(page, language: str, free: Event, full: Event) -> str:
    """Sign up for one event, wait for a place in another, have both in a calendar, and give its address."""
    press(page, f'main a[href="{address("own", language=language)}"]')
    press(page, f'main a[href="{address("events", language=language)}"]')
    for event, tone in ((free, "success"), (full, "info")):
        page.goto(address("events", language=language))
        press(page, f'main h3 a[href*="/{event.pk}-"]')
        press(page, "main form [type=submit]")
        expect(page.locator(f".notice--{tone}")).to_be_visible()
    page.goto(address("own", language=language))
    expect(page.locator(".event-card")).to_have_count(2)
    press(page, f'main a[href="{address("calendar_address", language=language)}"]')
    press(page, "main form [type=submit]")
    feed = page.inner_text("main code")
    calendar = icalendar.Calendar.from_ical(page.request.get(feed).body())
    states = {str(event["uid"]).split("@")[0]: str(event["status"]) for event in calendar.walk("VEVENT")}
    assert states == {free.uid: "CONFIRMED", full.uid: "TENTATIVE"}
    # A place that is given back can be asked for again.
    page.goto(address("take_back", free.pk, language=language))
    press(page)
    press(page, "main form [type=submit]")
    expect(page.locator(".notice--success")).to_be_visible()
    return str(feed)


def test_a_form_that_is_sent_before_the_work_is_done_waits_for_it(page, settings):
    """The work of real hardness, in the script's own words."""
    settings.SPAM_PROOF_BITS = 18
    page.goto(address("join"))
    fill_in(page, "fi")
    page.locator("form.join [type=submit]").click()
    page.wait_for_url(f"**{address('asked')}", timeout=60_000)
    assert JoinRequest.objects.get().email == ADDRESS


def test_what_is_missing_takes_the_focus_and_work_is_not_done_twice(page):
    page.goto(address("join"))
    fill_in(page, "fi")
    page.fill("[name=name]", "")
    press(page, "form.join [type=submit]")
    assert page.locator(".error-summary").evaluate("element => element.contains(document.activeElement)")
    assert page.input_value("[name=proof]")
    page.fill("[name=name]", "Aino")
    press(page, "form.join [type=submit]")
    page.wait_for_url(f"**{address('asked')}")


@pytest.fixture
def pages() -> dict[str, str]:
    """Every kind of page of joining and of members, and a member who sees them."""
    member = factories.member(
        name="Aino Esimerkki", in_directory=True, interests=list(Term.objects.of("theme")[:3])
    )
    factories.member(in_directory=True, interests=list(Term.objects.of("principle")))
    factories.unconfirmed()
    link = link_in(mail.outbox[-1])
    names = (
        "front",
        "join",
        "asked",
        "confirmed",
        "answered",
        "withdrawn",
        "own",
        "directory",
        "profile",
        "data",
        "leave",
    )
    return {
        **{name: address(name) for name in names},
        "member": address("member", member.pk),
        "request": link,
        "withdraw": f"{link}?withdraw=1",
        "link gone": link[:-5] + "/",
        "nothing found": address("directory") + "?q=xyzzy",
        "change address": "/fi/account/address/",
        "who": member.user.email,
    }


def open_as(page, email: str, live_server) -> None:
    client = Client()
    client.force_login(User.objects.get(email=email))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_a_small_phone(new_page, live_server, axe, pages, scheme):
    page = new_page(color_scheme=scheme, viewport={"width": 320, "height": 640})
    open_as(page, pages.pop("who"), live_server)
    faults = []
    for name, path in pages.items():
        page.goto(path)
        faults += [f"{name}: {fault}" for fault in axe(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{name}: wider than the screen")
    assert not faults, "\n".join(faults)


def test_pages_are_valid_html(client, nu, pages):
    client.force_login(User.objects.get(email=pages.pop("who")))
    faults = []
    for name, path in pages.items():
        faults += [f"{name}: {fault}" for fault in nu(client.get(path).content)]
    invalid = client.post(address("join"), {"email": "x"})
    faults += [f"errors: {fault}" for fault in nu(invalid.content)]
    assert soup(invalid).select_one(".error-summary")
    assert not faults, "\n".join(faults)
