"""Nobody learns from the form of joining whose address is known: not from words, nor work, nor time."""

import time
from statistics import median

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from accounts.models import User
from common.spam_guard import QUICKEST
from network import actions
from network.views import joining
from tests.accounts.factories import UserFactory

from . import factories
from .joining import address, filled, opened, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_answers", "mail_at_once")]


def stranger() -> str:
    return factories.application().email


def account() -> str:
    return UserFactory().email


def member() -> str:
    return factories.member().user.email


def member_in_capitals() -> str:
    return factories.member().user.email.upper()


def former_member() -> str:
    left = factories.member()
    actions.leave(left, by=left.user)
    return left.user.email


def closed_account() -> str:
    closed = factories.member()
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    return closed.user.email


def unconfirmed() -> str:
    return factories.unconfirmed().email


def applicant() -> str:
    return factories.pending().email


def asked_for_more() -> str:
    request = factories.pending()
    actions.ask_more(request, by=coordinator(), message="?")
    return request.email


def declined() -> str:
    request = factories.pending()
    actions.decline(request, by=coordinator(), message="Ei")
    return request.email


def coordinator() -> User:
    return User.objects.filter(is_staff=True).first() or factories.coordinator()


WHO = [
    stranger,
    account,
    member,
    member_in_capitals,
    former_member,
    closed_account,
    unconfirmed,
    applicant,
    asked_for_more,
    declined,
]


def asked(clock, email: str):
    client = Client()
    page = opened(client)
    clock.shift(QUICKEST + 1)
    data = filled(page, email=email)
    answer = send(client, data, REMOTE_ADDR=f"198.51.100.{next_machine()}")
    return answer, client.get(answer.url)


_machines = iter(range(1, 250))


def next_machine() -> int:
    return next(_machines)


def test_all_are_answered_with_the_same_bytes(clock):
    answers = [asked(clock, who()) for who in WHO]
    told = {
        (answer.status_code, answer.url, bytes(answer.content), bytes(page.content), str(answer.cookies))
        for answer, page in answers
    }
    assert len(told) == 1
    assert answers[0][0].url == address("asked")


def test_each_gets_exactly_one_mail(clock):
    for who in WHO:
        email = who()
        mail.outbox.clear()
        asked(clock, email)
        assert [message.to for message in mail.outbox] == [[email.lower()]], who.__name__


def test_all_but_the_padded_part_asks_the_database_the_same(clock, monkeypatch):
    padded, counted = False, 0
    ask_to_join = actions.ask_to_join

    def count(execute, *query):
        nonlocal counted
        counted += not padded
        return execute(*query)

    def ask(application):
        nonlocal padded
        padded = True
        ask_to_join(application)
        padded = False

    monkeypatch.setattr(actions, "ask_to_join", ask)
    asked(clock, stranger())

    def counted_for(email: str) -> int:
        nonlocal counted
        counted = 0
        with connection.execute_wrapper(count):
            asked(clock, email)
        return counted

    # The less of two: what all pages remember for a while is read anew now and then.
    counts = {min(counted_for(who()) for _try in range(2)) for who in WHO}
    assert len(counts) == 1


def test_no_way_inside_takes_as_long_as_every_answer_does(monkeypatch):
    """Otherwise the answer would come later for some."""
    monkeypatch.undo()
    takes = joining.ASKING_TAKES
    assert takes == 0.4
    for who in WHO:
        taken = []
        for _try in range(5):
            application = factories.application(email=who())
            begun = time.perf_counter()
            actions.ask_to_join(application)
            taken.append(time.perf_counter() - begun)
        assert median(taken) < takes / 2, who.__name__


@pytest.mark.parametrize(
    ("works", "takes"), [(0.01, 0.4), (0.05, 0.4), (0.39, 0.4), (0.41, 0.8), (0.79, 0.8)]
)
def test_answer_takes_a_whole_number_of_rounds_however_long_the_work(clock, monkeypatch, works, takes):
    now = 1000.0

    def spend(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(joining, "ASKING_TAKES", 0.4)
    monkeypatch.setattr(joining.time, "monotonic", lambda: now)
    monkeypatch.setattr(joining.time, "sleep", spend)
    monkeypatch.setattr(actions, "ask_to_join", lambda _application: spend(works))
    asked(clock, stranger())
    assert now - 1000.0 == pytest.approx(takes)
