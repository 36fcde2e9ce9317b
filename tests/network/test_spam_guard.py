"""Machines do not get through; people do, with the script and without it."""

import re

import pytest
from django.core import mail
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client, override_settings

from common.spam_guard import LONGEST, QUICKEST, WAITING, SpamGuard
from network.models import JoinRequest
from tests.submitting.pages import errors_of, form_data, soup, text_of

from .joining import TYPED, address, filled, opened, proof_for, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_answers", "mail_at_once")]


def nothing_happened() -> bool:
    return not JoinRequest.objects.exists() and not mail.outbox


def test_a_person_whose_browser_did_the_work_comes_through(client, clock):
    page = opened(client)
    clock.shift(QUICKEST + 1)
    assert send(client, filled(page)).url == address("asked")
    assert JoinRequest.objects.get().email == TYPED["email"]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("proof", ["", "0", "-1", "x", "٣", "9" * 5000])
def test_without_the_right_number_a_second_page_comes_that_keeps_everything(client, clock, proof, settings):
    settings.SPAM_PROOF_BITS = 24
    page = opened(client)
    clock.shift(QUICKEST + 1)
    response = send(client, {**form_data(page), **TYPED, "proof": proof, "themes": []})
    assert response.status_code == 200
    kept = form_data(response)
    assert {name: kept[name] for name in TYPED} == TYPED
    assert nothing_happened()


def test_without_the_script_one_waits_and_presses_again(client, clock):
    page = opened(client)
    clock.shift(QUICKEST + 1)
    waiting = send(client, {**form_data(page), **TYPED})
    clock.shift(WAITING - 5)
    too_soon = send(client, form_data(waiting))
    assert nothing_happened()
    assert "title" in str(soup(too_soon))
    clock.shift(6)
    assert send(client, form_data(too_soon)).url == address("asked")
    assert JoinRequest.objects.get().name == TYPED["name"]


def test_waiting_counts_for_one_sender_and_one_page_only(client, clock):
    page = opened(client)
    clock.shift(QUICKEST + 1)
    waited = form_data(send(client, {**form_data(page), **TYPED}))
    other = opened(client)
    clock.shift(WAITING + 1)
    send(client, {**waited, "email": "somebody@else.example"})
    send(client, {**waited, "stamp": form_data(other)["stamp"]})
    assert nothing_happened()


def test_a_form_that_comes_back_at_once_is_asked_for_once_more(client, clock):
    page = opened(client)
    data = filled(page)
    response = send(client, data)
    assert errors_of(response)
    assert nothing_happened()
    kept = form_data(response)
    assert {name: kept[name] for name in ("name", "email", "works_on", "proof")} == {
        **{name: TYPED[name] for name in ("name", "email", "works_on")},
        "proof": data["proof"],
    }
    clock.shift(QUICKEST + 1)
    assert send(client, kept).url == address("asked")


def test_a_page_that_was_open_for_more_than_a_day_is_asked_for_once_more(client, clock):
    data = filled(opened(client))
    clock.shift(LONGEST + 10)
    response = send(client, data)
    assert errors_of(response)
    assert nothing_happened()
    renewed = {**form_data(response), "proof": proof_for(response)}
    assert renewed["name"] == TYPED["name"]
    assert renewed["stamp"] != data["stamp"]
    clock.shift(QUICKEST + 1)
    assert send(client, renewed).url == address("asked")


@pytest.mark.parametrize("stamp", ["", "x", "6.abc:1aaaaa:xyz", None])
def test_a_stamp_of_somebody_else_is_worth_nothing(client, clock, stamp):
    page = opened(client)
    clock.shift(QUICKEST + 1)
    assert errors_of(send(client, filled(page, stamp=stamp)))
    assert nothing_happened()


def test_a_field_that_people_do_not_see_catches_machines_and_loses_nothing(client, clock):
    page = opened(client)
    clock.shift(QUICKEST + 1)
    response = send(client, filled(page, homepage="https://spam.example"))
    assert errors_of(response)
    assert nothing_happened()
    assert form_data(response)["homepage"] == ""
    assert send(client, form_data(response)).url == address("asked")


def test_the_same_page_sent_twice_counts_once_and_is_answered_alike(client, clock):
    data = filled(opened(client))
    clock.shift(QUICKEST + 1)
    assert [send(client, data).url for _time in range(2)] == [address("asked")] * 2
    assert len(mail.outbox) == 1


def test_work_that_was_used_for_one_address_is_worth_nothing_for_another(client, clock):
    data = filled(opened(client))
    clock.shift(QUICKEST + 1)
    send(client, data)
    response = send(client, {**data, "email": "other@esimerkki.example"})
    assert errors_of(response)
    assert form_data(response)["stamp"] != data["stamp"]
    assert JoinRequest.objects.count() == 1


def test_a_mistake_in_the_form_uses_nothing_up(client, clock):
    data = filled(opened(client), membership=None)
    clock.shift(QUICKEST + 1)
    response = send(client, data)
    assert errors_of(response)
    assert form_data(response)["proof"] == data["proof"]
    assert send(client, {**form_data(response), "membership": "on"}).url == address("asked")


def test_work_is_bound_to_the_form_that_asked_for_it():
    guard = SpamGuard.new("one form")
    elsewhere = SpamGuard("another form", guard.stamp)
    with pytest.raises(Exception, match="does not match"):
        _ = elsewhere.challenge


@pytest.mark.parametrize("proxies", [0, 1])
def test_only_the_address_that_trusted_proxies_tell_is_counted(client, clock, settings, proxies):
    """A machine that makes up its forwarding addresses is still one; behind our proxy many are many."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "send_form": "2/h/ip"}
    pages = [opened(client) for _number in range(4)]
    clock.shift(QUICKEST + 1)
    for number, page in enumerate(pages):
        send(
            client,
            filled(page, email=f"n{number}@esimerkki.example"),
            headers={"x-forwarded-for": f"198.51.100.{number}"},
            REMOTE_ADDR="203.0.113.1",
        )
    assert JoinRequest.objects.count() == (4 if proxies else 2)


def test_too_many_from_one_network_are_told_to_come_later_and_lose_nothing(client, clock, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "send_form": "1/h/ip"}
    pages = [opened(client) for _number in range(2)]
    clock.shift(QUICKEST + 1)
    send(client, filled(pages[0]))
    data = filled(pages[1], email="second@esimerkki.example")
    response = send(client, data)
    assert errors_of(response)
    assert JoinRequest.objects.count() == 1
    clock.shift(3601)
    assert send(client, form_data(response)).url == address("asked")


def test_nobody_can_have_one_address_mailed_again_and_again(client, clock):
    for number in range(8):
        page = opened(client)
        clock.shift(QUICKEST + 1)
        send(client, filled(page), REMOTE_ADDR=f"198.51.100.{number}")
    assert len(mail.outbox) == 5


def bot_posts(client: Client, clock) -> int:
    """A thousand tries of four kinds; returns how many were made."""
    used = filled(opened(client), email="first@esimerkki.example")
    clock.shift(QUICKEST + 1)
    send(client, used)
    JoinRequest.objects.all().delete()
    mail.outbox.clear()
    tries = 0
    for number in range(250):
        bot = {"REMOTE_ADDR": f"203.0.113.{number}"}
        sender = f"bot{number}@spam.example"
        page = opened(client)
        at_once = filled(page, email=sender)
        send(client, at_once, **bot)
        clock.shift(QUICKEST + 1)
        # Work done, but the trap filled; no work; the work of another page.
        send(client, {**at_once, "homepage": "https://spam.example"}, **bot)
        send(client, {**form_data(page), **TYPED, "email": sender}, **bot)
        send(client, {**used, "email": sender}, **bot)
        tries += 4
    return tries


def test_a_thousand_machines_leave_nothing_and_two_hundred_people_come_through(client, clock, settings):
    # An easy guess would now and then be right.
    settings.SPAM_PROOF_BITS = 8
    assert bot_posts(client, clock) == 1000
    assert nothing_happened()
    with_script, without_script = range(160), range(160, 200)
    for number in [*with_script, *without_script]:
        person = {"REMOTE_ADDR": f"198.51.100.{number}"}
        page = opened(client)
        clock.shift(QUICKEST + 20)
        sender = f"person{number}@esimerkki.example"
        if number in with_script:
            response = send(client, filled(page, email=sender), **person)
        else:
            waiting = send(client, {**form_data(page), **TYPED, "email": sender}, **person)
            clock.shift(WAITING + 1)
            response = send(client, form_data(waiting), **person)
        assert response.url == address("asked")
    assert JoinRequest.objects.count() == 200
    assert {message.to[0] for message in mail.outbox} == {
        f"person{number}@esimerkki.example" for number in range(200)
    }


def test_used_work_is_remembered_by_the_cache_that_all_processes_share(client, clock):
    database = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "shared_cache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
    with override_settings(CACHES=database):
        call_command("createcachetable", verbosity=0)
        data = filled(opened(client))
        clock.shift(QUICKEST + 1)
        send(client, data)
        send(client, {**data, "email": "other@esimerkki.example"})
        caches["default"].clear()
    assert JoinRequest.objects.count() == 1


def test_the_guard_sets_no_cookie(client):
    response = opened(client)
    assert not response.cookies
    assert "private" in response["Cache-Control"]


def test_the_page_without_the_script_tells_how_long_to_wait(client, clock):
    page = opened(client)
    clock.shift(QUICKEST + 1)
    waiting = send(client, {**form_data(page), **TYPED})
    assert re.search(rf"\b{WAITING}\b", text_of(waiting))
