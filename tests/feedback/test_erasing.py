"""What readers wrote is erased on its day, once, and nothing else is."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from pages.feedback import actions
from pages.models import Feedback, FeedbackEvent

from . import desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_for_ten_days(settings) -> None:
    settings.FEEDBACK_KEEP_DAYS = 10


def closed(days: int, **values) -> Feedback:
    """Feedback that was dealt with so many days ago."""
    feedback = desk.told(**values)
    actions.note(feedback, by=desk.handler(), message="Lukija on Aino.")
    actions.close(feedback, by=desk.handler(), message="Korjattu.")
    Feedback.objects.filter(pk=feedback.pk).update(closed_at=timezone.now() - timedelta(days=days))
    return feedback


def test_words_address_and_messages_are_erased_and_the_yes_stays(capsys):
    feedback = closed(10, is_useful=True)
    call_command("erase_feedback")
    assert "erased: 1" in capsys.readouterr().out
    feedback.refresh_from_db()
    assert (feedback.words, feedback.email, feedback.is_useful, feedback.path) == ("", "", True, "/fi/")
    assert set(feedback.events.values_list("message", flat=True)) == {""}
    call_command("erase_feedback")
    assert "erased: 0" in capsys.readouterr().out


def test_what_holds_no_yes_or_no_is_deleted():
    closed(11)
    call_command("erase_feedback")
    assert not Feedback.objects.exists()
    assert not FeedbackEvent.objects.exists()


def test_what_is_open_or_was_closed_later_stays():
    closed(9)
    desk.told()
    actions.reopen(Feedback.objects.get(pk=closed(20).pk), by=desk.handler())
    counted = desk.told(words="", email="", is_useful=False)
    Feedback.objects.filter(pk=counted.pk).update(closed_at=timezone.now() - timedelta(days=400))
    call_command("erase_feedback")
    assert Feedback.objects.count() == 4
    assert Feedback.objects.exclude(words="").count() == 3


def test_a_dry_run_changes_nothing(capsys):
    closed(30)
    call_command("erase_feedback", "--dry-run")
    told = capsys.readouterr().out
    assert "erased: 1" in told
    assert "Nothing was changed." in told
    assert Feedback.objects.get().words


def test_mails_that_wait_go_with_the_address(settings):
    settings.TASKS_IN_DATABASE = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    feedback = desk.told()
    actions.answer(feedback, by=desk.handler(), message="Kiitos.")
    Feedback.objects.update(closed_at=timezone.now() - timedelta(days=30))
    call_command("erase_feedback")
    assert not DBTaskResult.objects.exists()
