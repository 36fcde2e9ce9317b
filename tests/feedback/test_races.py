"""Two members of staff press at the same moment: one act is kept and one mail is sent, on any database."""

import pytest
from django.core import mail

from pages.models import FeedbackEvent
from tests.reviewing.test_races import answers

from . import desk

pytestmark = pytest.mark.django_db(transaction=True)


def ready(client, feedback, name):
    """The page as it is before the last press."""
    path = desk.act(feedback, name)
    typed = desk.typed(client.get(path), **({"message": "Kiitos."} if name == "answer" else {}))
    if name == "answer":
        typed = desk.typed(client.post(path, typed))
    return client, path, typed


def test_two_who_answer_send_one_mail():
    feedback = desk.told()
    pressed = [ready(desk.handlers_client(), feedback, "answer") for _who in range(2)]
    assert sorted(answers(*pressed)) == [302, 409]
    assert len(mail.outbox) == 1
    assert FeedbackEvent.objects.filter(act="answer").count() == 1


def test_one_who_presses_twice_sends_one_mail():
    feedback = desk.told()
    pressed = ready(desk.handlers_client(), feedback, "answer")
    assert sorted(answers(pressed, pressed)) == [302, 409]
    assert len(mail.outbox) == 1


def test_one_of_two_decisions_is_kept():
    feedback = desk.told()
    pressed = [ready(desk.handlers_client(), feedback, name) for name in ("answer", "close")]
    statuses = answers(*pressed)
    assert sorted(statuses) == [302, 409]
    assert len(mail.outbox) == (statuses[0] == 302)
