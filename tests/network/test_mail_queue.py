"""Mails that have not gone: what coordinators see of them, trying again, and that no address gets out."""

import logging
import smtplib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS
from common.mail import RETRY_AFTER, STUCK_AFTER, deliver, send_mail
from network import actions, bulletin_actions, mail_queue
from network.mail_queue import Waiting
from network.models import Bulletin, Delivery, Member
from pages import bulletins as joined
from tests.reviewing.pages import client_of, member_of

from . import factories, pages
from .bulletins import draft
from .test_erasing import as_logged

pytestmark = pytest.mark.django_db

ADDRESS = "aino.salainen@esimerkki.example"
QUEUE = "admin:network_mailtext_queue"


@pytest.fixture
def work(settings):
    """Tasks in the database, as in production; what a worker does until nothing is due."""
    settings.TASKS_IN_DATABASE = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    worker = Worker(
        queue_names=["default"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
    )

    def work() -> None:
        # The worker's own loop closes connections, and with them the transaction of the test.
        while task := DBTaskResult.objects.ready().first():
            task.claim("test")
            worker.run_task(task)

    return work


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def member(work, clock) -> Member:
    """Somebody who came in while the mail server took everything."""
    found = factories.member(email=ADDRESS, name="Aino Salainen")
    work()
    mail.outbox.clear()
    return found


@pytest.fixture
def server(monkeypatch):
    """A mail server that refuses everything until it is told to take mail again."""

    def refuse(message: EmailMessage, fail_silently: bool = False) -> int:
        raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"No such user")})

    monkeypatch.setattr(EmailMessage, "send", refuse)
    return monkeypatch


def leave(member: Member) -> None:
    """Something that sends the member a mail."""
    actions.leave(member, by=member.user)


def fail(work, clock) -> None:
    """Let every try go by."""
    work()
    for delay in RETRY_AFTER:
        clock.shift(delay)
        work()


def only() -> Waiting:
    [found] = mail_queue.mails()
    return found


def retry(key) -> str:
    return reverse("admin:network_mailtext_retry", args=[key])


def words(client: Client) -> str:
    return BeautifulSoup(client.get(reverse(QUEUE)).content, "html.parser").select_one("main").get_text(" ")


# What is shown ------------------------------------------------------------------


def test_mail_that_waits_is_shown_and_leaves_the_list_when_it_has_gone(work, member):
    leave(member)
    found = only()
    assert (found.person, found.failures, found.may_try_again, found.tone) == (member, 0, False, "quiet")
    assert mail_queue.counts() == {"failed": 0, "waiting": 1}
    work()
    assert mail_queue.mails() == []
    assert [message.to for message in mail.outbox] == [[ADDRESS]]


def test_each_try_that_failed_is_counted_and_the_next_is_told(work, member, server, clock):
    leave(member)
    for number, delay in enumerate(RETRY_AFTER, start=1):
        work()
        found = only()
        assert (found.failures, found.tone, found.may_try_again) == (number, "amber", False)
        assert found.next_at == timezone.now() + delay
        clock.shift(delay)
    work()
    found = only()
    assert (found.failures, found.tone, found.next_at) == (len(RETRY_AFTER) + 1, "red", None)
    assert found.may_try_again
    assert not found.is_uncertain
    assert found.error == "SMTPRecipientsRefused"
    assert mail_queue.counts() == {"failed": 1, "waiting": 0}


def test_failure_that_nobody_foresaw_tells_its_kind_alone(work, member, monkeypatch):
    def break_down(message: EmailMessage, fail_silently: bool = False) -> int:
        raise ValueError(f"{message.to[0]} is no address")

    monkeypatch.setattr(EmailMessage, "send", break_down)
    leave(member)
    work()
    assert only().error == "ValueError"
    assert ADDRESS not in str(only())


def test_applicant_is_told_by_the_request_and_a_stranger_by_nobody(work):
    request = factories.pending(email="toinen@esimerkki.example")
    people = {found.label: found.person for found in mail_queue.mails()}
    assert request in people.values()
    actions.ask_to_join(factories.application(email="vieras@esimerkki.example"))
    assert any(found.person is None for found in mail_queue.mails())


def test_mails_of_other_parts_of_the_site_are_not_there(work, member, settings, tmp_path):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "case_other.txt").write_text("Aihe\n\nTeksti")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]
    send_mail("case_other", ADDRESS, "fi", {})
    key = DBTaskResult.objects.get().pk
    DBTaskResult.objects.update(status="FAILED")
    assert mail_queue.mails() == []
    assert mail_queue.counts() == {"failed": 0, "waiting": 0}
    client = pages.coordinators_client()
    client.post(retry(key))
    assert DBTaskResult.objects.get().pk == key


def test_most_of_many_are_shown_those_that_failed_first(work, member, monkeypatch):
    monkeypatch.setattr(mail_queue, "MOST", 3)
    for _number in range(5):
        actions.ask_to_join(factories.application())
    last = DBTaskResult.objects.order_by("-enqueued_at").first()
    DBTaskResult.objects.filter(pk=last.pk).update(status="FAILED", finished_at=timezone.now())
    found = mail_queue.mails()
    assert len(found) == 3
    assert found[0].key == last.pk
    assert mail_queue.counts() == {"failed": 1, "waiting": 4}
    assert pages.coordinators_client().get(reverse(QUEUE)).context["most"] == 3


def test_start_page_counts_what_could_not_be_sent(work, member, server, clock):
    client = pages.coordinators_client()

    def urls() -> list[str]:
        return [counter.url for counter in client.get(reverse("admin:index")).context["counters"]]

    leave(member)
    assert reverse(QUEUE) not in urls()
    fail(work, clock)
    client = pages.coordinators_client()
    assert reverse(QUEUE) in urls()


# Trying again -------------------------------------------------------------------


def test_failed_mail_is_tried_again_by_a_press_and_comes_once(work, member, server, clock):
    leave(member)
    fail(work, clock)
    server.undo()
    client = pages.coordinators_client()
    key = only().key
    for _press in range(2):
        assert client.post(retry(key)).url == reverse(QUEUE)
    assert only().failures == 0
    work()
    assert [message.to for message in mail.outbox if message.to == [ADDRESS]] == [[ADDRESS]]
    assert mail_queue.mails() == []


def test_second_press_says_that_nothing_was_done(work, member, server, clock):
    leave(member)
    fail(work, clock)
    client, key = pages.coordinators_client(), only().key
    told = []
    for _press in range(2):
        answer = client.post(retry(key), follow=True)
        told += [message.level_tag for message in answer.context["messages"]]
    assert told == ["success", "warning"]


def test_mail_in_hand_is_left_alone_until_its_worker_must_have_stopped(work, member, clock):
    leave(member)
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    key = only().key
    assert not only().may_try_again
    assert not mail_queue.retry(key)
    clock.shift(STUCK_AFTER + timedelta(seconds=1))
    assert only().may_try_again
    assert only().is_uncertain
    assert mail_queue.retry(key)
    work()
    assert len(mail.outbox) == 1


def test_asking_again_changes_nothing_by_get_or_without_the_token(work, member, server, clock):
    leave(member)
    fail(work, clock)
    key = only().key
    client = pages.coordinators_client()
    assert client.get(retry(key)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(retry(key)).status_code == 403
    assert only().key == key


def test_bulletins_delivery_follows_its_mail(work, member, server, clock):
    by = factories.coordinator("sender@example.org")
    bulletin_actions.start(draft(by=by), by=by, send=joined.enqueue_sending)
    work()
    assert Delivery.objects.get().state == Delivery.State.SENT
    fail(work, clock)
    assert Delivery.objects.get().state == Delivery.State.FAILED
    assert Bulletin.objects.get().state == Bulletin.State.SENT
    client = pages.coordinators_client()
    progress = client.get(pages.page(Bulletin.objects.get())).context["progress"]
    assert dict(progress)[Delivery.State.FAILED.label] == 1
    server.undo()
    client.post(retry(only().key))
    assert Delivery.objects.get().state == Delivery.State.SENT
    work()
    message = next(message for message in mail.outbox if message.to == [ADDRESS])
    assert message.extra_headers["Message-ID"].startswith(f"<bulletin.{Delivery.objects.get().pk}.")


# Who sees it, and what gets out -------------------------------------------------


def test_page_names_people_but_shows_no_address(work, member, server, clock):
    leave(member)
    actions.ask_to_join(factories.application(email="vieras@esimerkki.example"))
    fail(work, clock)
    client = pages.coordinators_client()
    shown = client.get(reverse(QUEUE)).content.decode()
    assert "Aino Salainen" in shown
    assert pages.page(member) in shown
    assert "@esimerkki" not in shown
    assert ADDRESS in client.get(pages.page(member)).content.decode()


@pytest.mark.parametrize("group", [MODERATORS, BAROMETER_EDITORS, CONTENT_EDITORS])
def test_others_see_no_mail_and_try_none_again(work, member, server, clock, group):
    leave(member)
    fail(work, clock)
    client, key = client_of(member_of(group)), only().key
    for path in (reverse(QUEUE), pages.page(member)):
        answer = client.get(path)
        assert answer.status_code == 403
        assert b"Salainen" not in answer.content
        assert ADDRESS.encode() not in answer.content
    assert client.post(retry(key)).status_code == 403
    assert only().key == key
    index = client.get(reverse("admin:index"))
    assert reverse(QUEUE) not in index.content.decode()


def test_member_and_guest_are_sent_away(work, member, server, clock):
    other = factories.member()
    leave(member)
    fail(work, clock)
    key = next(found.key for found in mail_queue.mails() if found.person == member)
    client = Client()
    client.force_login(other.user)
    for somebody in (client, Client()):
        for answer in (somebody.get(reverse(QUEUE)), somebody.post(retry(key))):
            assert answer.status_code in (302, 403)
            assert b"Salainen" not in answer.content
    assert key in [found.key for found in mail_queue.mails()]


def test_no_log_holds_an_address(work, member, server, clock, caplog):
    caplog.set_level(logging.DEBUG)
    leave(member)
    fail(work, clock)
    client = pages.coordinators_client()
    words(client)
    client.post(retry(only().key))
    work()
    server.undo()
    server.setattr(EmailMessage, "send", _break_down)
    clock.shift(max(RETRY_AFTER))
    work()
    told = as_logged(caplog.records)
    assert deliver.module_path in told
    assert "FAILED" in told
    assert ADDRESS not in told
    assert "salainen" not in told.lower()


def _break_down(message: EmailMessage, fail_silently: bool = False) -> int:
    raise ValueError(f"{message.to[0]} is no address")


def test_page_takes_the_same_queries_however_many_wait(work, member):
    client = pages.coordinators_client()
    counts = []
    for more in (2, 8):
        for _number in range(more):
            factories.pending()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(QUEUE)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
