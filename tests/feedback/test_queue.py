"""Dealing with feedback: the queue, each act, and what the sender gets."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from common.workflow import TransitionRefused
from pages.admin.feedback import by_page, lately, waiting_for
from pages.feedback import actions
from pages.models import Feedback, FeedbackEvent
from tests.submitting.pages import soup, text_of

from . import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_at_once")]

ADDRESS = "lukija@esimerkki.example"


@pytest.fixture
def client():
    return desk.handlers_client()


def rows_of(answer) -> list[str]:
    return [row.get_text(" ", strip=True) for row in soup(answer).select("#result_list tbody tr")]


# The queue ------------------------------------------------------------------------


def test_what_is_due_first_comes_first_and_what_was_counted_is_not_in_the_queue(client):
    late = desk.accessibility(email="a@esimerkki.example")
    Feedback.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    desk.told(words="Tavallinen palaute.")
    desk.accessibility(path="/sv/")
    desk.told(words="", email="", is_useful=True)
    rows = rows_of(client.get(desk.changelist()))
    assert len(rows) == 3
    assert "/fi/" in rows[0]
    assert "Overdue since" in rows[0] or "Myöhässä" in rows[0]
    assert "/sv/" in rows[1]
    assert "Tavallinen palaute." in rows[2]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("state=all", 5),
        ("state=closed", 2),
        ("state=in_work", 1),
        ("state=due", 1),
        ("kind=accessibility", 1),
        ("language=sv", 1),
        ("useful=no", 1),
        ("state=all&useful=yes", 1),
        ("q=sökningen", 1),
        ("state=all&q=%2Ffi%2F", 4),
    ],
)
def test_the_queue_is_narrowed_down(client, query, count):
    accessibility = desk.accessibility()
    Feedback.objects.filter(pk=accessibility.pk).update(due_on=timezone.localdate() + timedelta(days=2))
    actions.take_up(
        desk.told(language="sv", path="/sv/", words="Sökningen fungerar inte."), by=desk.handler()
    )
    desk.told(is_useful=False)
    desk.told(words="", email="", is_useful=True)
    actions.close(desk.told(), by=desk.handler())
    assert len(rows_of(client.get(f"{desk.changelist()}?{query}"))) == count


def test_counters_tell_what_waits_and_what_is_late():
    user = desk.handler()
    assert [counter.count for counter in waiting_for(user)] == [0, 0]
    for days in (20, 3, -1):
        row = desk.accessibility()
        Feedback.objects.filter(pk=row.pk).update(due_on=timezone.localdate() + timedelta(days=days))
    desk.told()
    everything, due = waiting_for(user)
    assert (everything.count, due.count, due.is_late) == (4, 2, True)


def test_the_start_page_leads_to_the_queue(client):
    row = desk.accessibility()
    Feedback.objects.filter(pk=row.pk).update(due_on=timezone.localdate())
    links = [link["href"] for link in soup(client.get(reverse("admin:index"))).select("a.task")]
    assert desk.changelist() in links
    assert f"{desk.changelist()}?state=due" in links


def test_the_start_page_tells_what_staff_did_lately(client):
    feedback = desk.told()
    actions.close(feedback, by=desk.handler(), message="Lukijan asia on salainen.")
    (happening,) = lately(desk.handler(), 5)
    assert (happening.url, happening.act) == (desk.page(feedback), FeedbackEvent.Act.CLOSE.label)
    start = client.get(reverse("admin:index")).content.decode()
    assert desk.page(feedback) in start
    assert "salainen" not in start


# Acts -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_answer_is_shown_first_then_sent_once_in_the_language_of_the_feedback(client, language):
    feedback = desk.told(language=language)
    path = desk.act(feedback, "answer")
    first = client.post(path, desk.typed(client.get(path), message="Haku on nyt sivun yläosassa."))
    shown = first.context["form"].mail
    assert first.status_code == 200
    assert not mail.outbox
    assert soup(first).select_one(".mail-shown")
    done = client.post(path, desk.typed(first))
    assert done["Location"] == desk.changelist()
    (message,) = mail.outbox
    assert (message.to, message.subject, message.body) == ([ADDRESS], shown.subject, shown.body)
    assert "Haku on nyt sivun yläosassa." in message.body
    assert "Hakua oli vaikea löytää." in message.body
    with override(language):
        assert gettext("You wrote:") in message.body
    feedback.refresh_from_db()
    assert feedback.state == "closed"
    again = client.post(path, desk.typed(first))
    assert again.status_code == 409
    assert len(mail.outbox) == 1


def test_an_answer_that_was_changed_is_shown_once_more(client):
    feedback = desk.told()
    path = desk.act(feedback, "answer")
    first = client.post(path, desk.typed(client.get(path), message="Näin."))
    second = client.post(path, desk.typed(first, message="Toisin."))
    assert second.status_code == 200
    assert not mail.outbox


def test_whoever_read_an_older_version_changes_nothing(client):
    feedback = desk.told()
    path = desk.act(feedback, "answer")
    first = client.post(path, desk.typed(client.get(path), message="Näin."))
    actions.note(feedback, by=desk.handler(), message="Kysyin kehittäjiltä.")
    assert client.post(path, desk.typed(first)).status_code == 409
    assert not mail.outbox


def test_without_an_address_there_is_nobody_to_answer(client):
    feedback = desk.told(email="")
    with pytest.raises(TransitionRefused):
        actions.answer(feedback, by=desk.handler(), message="Kiitos.")
    assert not soup(client.get(desk.page(feedback))).select(f'a[href="{desk.act(feedback, "answer")}"]')
    assert not mail.outbox


def test_feedback_is_taken_up_noted_closed_and_opened_again(client):
    feedback = desk.told()
    for name, state, values in (
        ("take_up", "in_work", {}),
        ("note", "in_work", {"message": "Kysyin kehittäjiltä."}),
        ("close", "closed", {"message": "Korjattu."}),
        ("reopen", "in_work", {}),
    ):
        assert desk.press(client, desk.act(feedback, name), **values).status_code == 302, name
        feedback.refresh_from_db()
        assert feedback.state == state, name
    assert feedback.closed_at is None
    assert list(feedback.events.order_by("pk").values_list("act", flat=True)) == [
        "tell",
        "take_up",
        "note",
        "close",
        "reopen",
    ]
    text = text_of(client.get(desk.page(feedback)))
    assert "Kysyin kehittäjiltä." in text
    assert "Korjattu." in text
    assert not mail.outbox


def test_a_yes_without_words_cannot_be_opened_again():
    feedback = desk.told(words="", email="", is_useful=True)
    with pytest.raises(TransitionRefused):
        actions.reopen(feedback, by=desk.handler())


def test_every_act_is_in_the_history_with_who_did_it():
    by = desk.handler()
    feedback = desk.told()
    actions.answer(feedback, by=by, message="Kiitos.")
    event = feedback.events.get(act=FeedbackEvent.Act.ANSWER)
    assert (event.by, event.message) == (by, "Kiitos.")


def test_the_answer_waits_in_the_same_transaction(settings):
    from django_tasks_db.models import DBTaskResult

    settings.TASKS_IN_DATABASE = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    feedback = desk.told()
    actions.answer(feedback, by=desk.handler(), message="Kiitos.")
    (row,) = DBTaskResult.objects.all()
    assert row.args_kwargs["kwargs"]["to"] == [ADDRESS]


def test_the_page_tells_the_day_on_which_everything_is_erased(client, settings):
    settings.FEEDBACK_KEEP_DAYS = 10
    feedback = desk.told()
    actions.close(feedback, by=desk.handler())
    page = client.get(desk.page(feedback))
    assert page.context["erased_on"] == timezone.localdate() + timedelta(days=10)


def test_what_a_reader_wrote_is_shown_as_text(client):
    feedback = desk.told(words="<script>alert(1)</script>")
    html = client.get(desk.page(feedback)).content.decode()
    assert "<script>alert(1)" not in html


# Page by page ---------------------------------------------------------------------


def test_answers_are_counted_page_by_page(client):
    for path, useful, count in (("/fi/", True, 2), ("/fi/", False, 1), ("/sv/", False, 1)):
        for _number in range(count):
            desk.told(path=path, is_useful=useful, words="", email="")
    desk.told(path="/en/")
    assert [(row["path"], row["yes"], row["no"]) for row in by_page()] == [("/fi/", 2, 1), ("/sv/", 0, 1)]
    text = text_of(client.get(reverse("admin:pages_feedback_by_page")))
    assert "/fi/" in text
    assert "/en/" not in text


def test_queries_do_not_grow_with_the_queue(client, django_assert_max_num_queries):
    for _number in range(3):
        desk.told()
    for path in (desk.changelist(), reverse("admin:pages_feedback_by_page")):
        client.get(path)
        with django_assert_max_num_queries(14) as few:
            client.get(path)
        for _number in range(10):
            desk.told(is_useful=True, path=f"/fi/innovaatiot/{_number}-x/")
        with django_assert_max_num_queries(len(few)):
            client.get(path)


def test_due_on_is_needed_by_the_database(django_user_model):
    from django.db import IntegrityError, transaction

    for wrong in (
        {"kind": "accessibility", "words": "x"},
        {"kind": "page"},
        {"kind": "page", "words": "x", "state": "closed"},
        {"kind": "other", "words": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.create(language="fi", **wrong)
    Feedback.objects.create(language="fi", kind="accessibility", words="x", due_on=date(2026, 12, 8))
