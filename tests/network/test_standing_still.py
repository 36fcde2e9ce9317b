"""A bulletin whose worker was killed: it goes on by itself; until then coordinators see that it stands."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS
from common.mail import STUCK_AFTER
from network import bulletin_actions
from network.models import Bulletin, Delivery
from pages import bulletins as joined
from tests.reviewing.pages import client_of, member_of

from . import factories, pages
from .bulletins import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def sending(settings) -> Bulletin:
    """A bulletin with one batch in the queue, as in production."""
    settings.TASKS_IN_DATABASE = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    by = factories.coordinator("sender@example.org")
    factories.member()
    bulletin = draft(by=by)
    bulletin_actions.start(bulletin, by=by, send=joined.enqueue_sending)
    return bulletin


def batches():
    return DBTaskResult.objects.filter(task_path=joined.send_bulletin.module_path)


def kill_worker(bulletin: Bulletin, ago: timedelta = STUCK_AFTER * 2) -> None:
    """The batch was in the worker's hands; since then nothing has happened."""
    then = timezone.now() - ago
    batches().update(status="RUNNING", started_at=then)
    Bulletin.objects.filter(pk=bulletin.pk).update(started_at=then)


def counters(client: Client) -> dict[str, int]:
    shown = client.get(reverse("admin:index")).context["counters"]
    return {counter.url: counter.count for counter in shown}


def test_nothing_stands_still_while_a_batch_waits_or_was_just_taken(sending):
    assert joined.standing_still() == []
    kill_worker(sending, ago=timedelta(seconds=30))
    assert joined.standing_still() == []
    kill_worker(sending)
    assert joined.standing_still() == [sending]
    Delivery.objects.update(state=Delivery.State.SENT, at=timezone.now())
    assert joined.standing_still() == []


def test_neither_draft_nor_what_was_sent_stands_still(sending):
    kill_worker(sending)
    draft(by=factories.coordinator())
    Bulletin.objects.filter(pk=sending.pk).update(state=Bulletin.State.SENT, sent_at=timezone.now())
    assert joined.standing_still() == []


def test_start_page_and_bulletins_page_say_that_it_stands(sending):
    client = pages.coordinators_client()
    page = pages.page(sending)
    assert page not in counters(client)
    assert not client.get(page).context["stands_still"]
    kill_worker(sending)
    assert counters(client)[page] == 1
    answer = client.get(page)
    assert answer.context["stands_still"]
    assert pages.act(sending, "resume") in answer.content.decode()
    client.post(pages.act(sending, "resume"), {})
    assert page not in counters(client)
    assert batches().filter(status="READY").count() == 1


def test_of_several_that_stand_the_start_page_leads_to_the_list(sending):
    other = draft(by=factories.coordinator())
    bulletin_actions.start(other, by=factories.coordinator("b@example.org"), send=lambda _number: None)
    kill_worker(sending)
    kill_worker(other)
    assert counters(pages.coordinators_client())[pages.changelist("bulletin")] == 2


@pytest.mark.parametrize("group", [MODERATORS, BAROMETER_EDITORS, CONTENT_EDITORS])
def test_others_hear_nothing_of_it(sending, group):
    kill_worker(sending)
    client = client_of(member_of(group))
    assert pages.page(sending) not in counters(client)
    assert b"network/bulletin" not in client.get(reverse("admin:index")).content


def test_worker_that_starts_goes_on_with_it_but_begins_nothing_twice(sending, capsys):
    call_command("resume_bulletins")
    assert batches().filter(status="READY").count() == 1
    kill_worker(sending, ago=timedelta(seconds=1))
    for _start in range(3):
        call_command("resume_bulletins")
    assert batches().filter(status="READY").count() == 1
    told = [line.rpartition(" ")[2] for line in capsys.readouterr().out.splitlines() if "go on" in line]
    assert told == ["0", "1", "0", "0"]


def test_without_a_queue_it_is_sent_at_once(sending, settings, django_capture_on_commit_callbacks):
    kill_worker(sending)
    settings.TASKS_IN_DATABASE = False
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    with django_capture_on_commit_callbacks(execute=True):
        call_command("resume_bulletins")
    assert Bulletin.objects.get().state == Bulletin.State.SENT
    assert Delivery.objects.get().state == Delivery.State.SENT
