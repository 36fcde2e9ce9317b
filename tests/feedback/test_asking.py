"""Asking readers what they think, and taking it in: people, machines, and browsers without scripts."""

from datetime import date

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common.spam_guard import LONGEST, QUICKEST, WAITING
from pages.models import Feedback, FeedbackEvent
from tests.submitting.pages import errors_of, form_data, soup, text_of, title_of

from . import desk
from .asking import address, filled, opened, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_at_once")]

LANGUAGES = [code for code, _name in django_settings.LANGUAGES]
WORDS = "Hakua oli vaikea löytää."


def given(client, clock, name="feedback", language="fi", query=None, **typed):
    page = opened(client, name, language, **(query or {}))
    clock.shift(QUICKEST + 1)
    return send(client, filled(page, **typed), name, language)


# The band beneath every page ----------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_asks_by_a_form_that_changes_nothing(client, language):
    band = soup(client.get(f"/{language}/")).select_one(".feedback-band form")
    assert band["method"] == "get"
    assert band["action"] == address(language=language)
    assert band.select_one("[name=page]")["value"] == f"/{language}/"
    assert [button["value"] for button in band.select("button[name=useful]")] == ["yes", "no"]
    assert not band.select("[name=csrfmiddlewaretoken]")


def test_opening_the_form_changes_nothing_and_sets_no_cookie(client):
    for name in ("feedback", "feedback_accessibility", "feedback_thanks", "feedback_told"):
        answer = opened(client, name, page="/fi/", useful="no")
        assert answer.status_code == 200
        assert not answer.cookies
        assert "csrfmiddlewaretoken" not in answer.content.decode()
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_pressed_beneath_the_page_is_chosen_in_the_form(client, language):
    page = opened(client, language=language, page=f"/{language}/", useful="no")
    assert form_data(page)["useful"] == ["no"]
    assert form_data(page)["page"] == f"/{language}/"
    assert f"/{language}/" in text_of(page)


@pytest.mark.parametrize("useful", ["", "maybe", "<b>"])
def test_an_answer_that_is_none_is_left_out(client, useful):
    assert "useful" not in form_data(opened(client, useful=useful))


# Taking in ------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_told_is_taken_in_in_the_language_in_which_it_was_told(client, clock, language):
    answer = given(
        client,
        clock,
        language=language,
        query={"page": "/fi/", "useful": "no"},
        words=WORDS,
        email="lukija@esimerkki.example",
    )
    assert answer["Location"] == address("feedback_thanks", language)
    feedback = Feedback.objects.get()
    assert (feedback.language, feedback.path, feedback.is_useful, feedback.words, feedback.email) == (
        language,
        "/fi/",
        False,
        WORDS,
        "lukija@esimerkki.example",
    )
    assert (feedback.kind, feedback.state, feedback.due_on) == ("page", "new", None)
    assert [event.act for event in feedback.events.all()] == [FeedbackEvent.Act.TELL]
    assert not mail.outbox


@pytest.mark.parametrize("useful", ["yes", "no"])
def test_a_yes_or_a_no_without_words_is_counted_and_closed(client, clock, useful):
    given(client, clock, useful=useful)
    feedback = Feedback.objects.get()
    assert feedback.is_useful is (useful == "yes")
    assert feedback.state == "closed"
    assert not Feedback.objects.open().exists()


@pytest.mark.parametrize("by_box", [True, False])
def test_feedback_on_accessibility_is_due_in_14_days_and_staff_hear_of_it(client, clock, by_box):
    desk.handler(language="sv")
    if by_box:
        answer = given(client, clock, words=WORDS, about_accessibility="on", email="lukija@esimerkki.example")
    else:
        answer = given(client, clock, "feedback_accessibility", words=WORDS, email="lukija@esimerkki.example")
    assert answer["Location"] == address("feedback_told")
    feedback = Feedback.objects.get()
    assert (feedback.kind, feedback.due_on) == ("accessibility", date(2026, 12, 8))
    (message,) = mail.outbox
    assert f"/{feedback.pk}/change/" in message.body
    assert "/sv/" in message.body
    assert WORDS not in message.body
    assert "lukija@" not in message.body


def test_the_day_is_that_of_finland(client, clock):
    clock.move_to("2026-11-24T23:30:00+00:00")
    given(client, clock, "feedback_accessibility", words=WORDS)
    assert Feedback.objects.get().due_on == date(2026, 12, 9)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "words"),
        ({"email": "lukija@esimerkki.example", "useful": "no"}, "words"),
        ({"about_accessibility": "on", "useful": "no"}, "words"),
        ({"words": WORDS, "email": "lukija"}, "email"),
        ({"words": "x" * 5001}, "words"),
        ({"words": WORDS, "useful": "maybe"}, "useful"),
    ],
)
def test_what_is_missing_or_wrong_is_told_first_and_nothing_typed_is_lost(client, clock, typed, field):
    answer = given(client, clock, query={"page": "/fi/"}, **typed)
    assert len(errors_of(answer)) == 1
    assert title_of(answer).startswith(("Virhe:", "Error:"))
    link = soup(answer).select_one(".error-summary a")
    assert link["href"].startswith(f"#id_{field}")
    kept = form_data(answer)
    assert kept["page"] == "/fi/"
    for name, value in typed.items():
        if name != "useful":
            assert kept[name] in (value, [value])
    assert not Feedback.objects.exists()


def test_words_are_needed_on_the_accessibility_page(client, clock):
    answer = given(client, clock, "feedback_accessibility", email="lukija@esimerkki.example")
    assert len(errors_of(answer)) == 1
    assert not Feedback.objects.exists()


def test_the_form_tells_how_long_the_address_is_kept(client, settings):
    settings.FEEDBACK_KEEP_DAYS = 33
    assert "33" in text_of(opened(client))


def test_pages_ask_the_same_few_things_however_much_feedback_there_is(client, clock):
    opened(client)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            opened(client)
        counts.append(len(queries))
        for _number in range(5):
            desk.told()
    assert counts[0] == counts[1] <= 8


# Machines and people ----------------------------------------------------------------


def test_a_form_that_was_sent_twice_counts_once(client, clock):
    data = filled(opened(client), words=WORDS)
    clock.shift(QUICKEST + 1)
    answers = [send(client, data) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Feedback.objects.count() == 1


def test_a_form_that_was_changed_and_sent_again_is_not_lost(client, clock):
    data = filled(opened(client), words=WORDS)
    clock.shift(QUICKEST + 1)
    send(client, data)
    again = send(client, {**data, "words": "Löysin sen sitten."})
    assert again.status_code == 200
    assert form_data(again)["words"] == "Löysin sen sitten."
    clock.shift(QUICKEST + 1)
    send(client, filled(again))
    assert set(Feedback.objects.values_list("words", flat=True)) == {WORDS, "Löysin sen sitten."}


def test_machines_are_kept_out_and_people_lose_nothing(client, clock):
    page = opened(client)
    for typed, seconds in (
        ({"homepage": "https://spam.example"}, QUICKEST + 1),
        ({}, 0),
        ({"stamp": "forged"}, QUICKEST + 1),
        ({}, LONGEST + 1),
    ):
        page = opened(client)
        clock.shift(seconds)
        answer = send(client, filled(page, words=WORDS, **typed))
        assert answer.status_code == 200
        assert len(errors_of(answer)) == 1
        assert form_data(answer)["words"] == WORDS
    assert not Feedback.objects.exists()


def test_limits_are_by_network_address_and_whoever_meets_one_keeps_the_words(client, clock, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "send_form": "3/h/ip,2/h/key"}
    answers = [given(client, clock, words=f"{WORDS} {number}") for number in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert form_data(answers[3])["words"] == f"{WORDS} 3"
    assert Feedback.objects.count() == 3


def test_many_without_an_address_are_no_hindrance_to_each_other(clock):
    for number in range(8):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        assert given(client, clock, useful="yes").status_code == 302
    assert Feedback.objects.count() == 8


@pytest.mark.parametrize("name", ["feedback", "feedback_accessibility"])
def test_without_scripts_a_second_page_asks_to_wait_and_press_again(client, clock, name):
    page = opened(client, name, page="/fi/")
    clock.shift(QUICKEST + 1)
    waiting = send(client, filled(page, words=WORDS, proof=""), name)
    assert waiting.status_code == 200
    data = form_data(waiting)
    assert data["words"] == WORDS
    assert soup(waiting).select_one("main form")["action"] == address(name)
    too_soon = send(client, data, name)
    assert form_data(too_soon) == data
    assert not Feedback.objects.exists()
    clock.shift(WAITING + 1)
    assert send(client, data, name).status_code == 302
    assert Feedback.objects.get().path == "/fi/"


def test_the_form_asks_for_no_token_and_needs_no_cookie(clock):
    client = Client(enforce_csrf_checks=True)
    assert given(client, clock, words=WORDS).status_code == 302


def test_the_thank_you_page_says_what_happens_next(client):
    assert "14" in text_of(opened(client, "feedback_told"))
    assert soup(opened(client, "feedback_told")).select_one(f'a[href^="{address("accessibility")}"]')
    assert opened(client, "feedback_thanks").status_code == 200
