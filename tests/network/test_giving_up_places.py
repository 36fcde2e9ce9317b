"""Whoever goes gives their places up: those who leave, who are removed, and whose account is deleted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from network import actions, event_actions
from network.event_actions import EventRefused
from network.models import Event, Member, SignUp
from tests.accounts.factories import StaffFactory
from tests.accounts.sign_in import sign_in_to_admin

from . import factories
from .test_events import person, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_at_once")]


def state_of(user: User, event: Event) -> str:
    return SignUp.objects.get(user=user, event=event).state


def full_event(member: Member, waiting: User, **changes) -> Event:
    event = published(capacity=1, **changes)
    event_actions.sign_up(event, user=member.user)
    event_actions.sign_up(event, user=waiting)
    return event


def leave(member: Member) -> None:
    actions.leave(member, by=member.user)


def be_removed(member: Member) -> None:
    actions.remove(member, by=User.objects.get(is_staff=True), message="Syy.")


def be_deleted(member: Member) -> None:
    User.objects.get(pk=member.user_id).delete()


@pytest.mark.parametrize("go", [leave, be_removed, be_deleted])
def test_first_who_waits_gets_the_place_of_who_goes(go):
    member, waiting = factories.member(), person(1)
    event = full_event(member, waiting)
    go(member)
    assert state_of(waiting, event) == "going"
    assert factories.sent_to(waiting.email)[-1].subject == "You have a place: Meeting"
    assert not SignUp.objects.live().filter(user=member.user_id).exists()


def test_place_is_free_if_and_only_if_the_member_is_gone():
    member, waiting = factories.member(), person(1)
    event = full_event(member, waiting)
    with transaction.atomic():
        leave(member)
        transaction.set_rollback(True)
    assert (state_of(member.user, event), state_of(waiting, event)) == ("going", "waiting")


def test_what_has_begun_stays_as_it_was(clock):
    member, waiting = factories.member(), person(1)
    event = full_event(member, waiting)
    clock.move_to(event.starts_at + timedelta(minutes=1))
    leave(member)
    assert (state_of(member.user, event), state_of(waiting, event)) == ("going", "waiting")


def test_who_signs_up_again_after_leaving_gives_the_place_up_on_the_day_of_erasure(clock):
    member, waiting = factories.member(), person(1)
    leave(member)
    days = settings.NETWORK_RETENTION_DAYS["left"]
    begins = timezone.now() + timedelta(days=days + 9)
    event = full_event(member, waiting, starts_at=begins, ends_at=begins + timedelta(hours=1))
    assert state_of(waiting, event) == "waiting"
    clock.shift(timedelta(days=days))
    call_command("erase_expired")
    assert not User.objects.filter(pk=member.user_id).exists()
    assert state_of(waiting, event) == "going"


def test_nobody_who_is_erased_on_the_same_day_is_told_of_a_place(clock):
    first, second = factories.member(), factories.member()
    for member in (first, second):
        leave(member)
    days = settings.NETWORK_RETENTION_DAYS["left"]
    begins = timezone.now() + timedelta(days=days + 9)
    full_event(first, second.user, starts_at=begins, ends_at=begins + timedelta(hours=1))
    clock.shift(timedelta(days=days))
    before = len(factories.sent_to(second.user.email))
    call_command("erase_expired")
    assert not SignUp.objects.exists()
    assert len(factories.sent_to(second.user.email)) == before


def test_administrator_who_deletes_an_account_frees_its_place(client):
    guest, waiting = person(1), person(2)
    event = published(capacity=1)
    for user in (guest, waiting):
        event_actions.sign_up(event, user=user)
    sign_in_to_admin(client, StaffFactory(is_superuser=True))
    path = reverse("admin:accounts_user_delete", args=[guest.pk])
    assert client.post(path, {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=guest.pk).exists()
    assert state_of(waiting, event) == "going"


@pytest.mark.django_db(transaction=True)
def test_who_leaves_and_signs_up_at_the_same_moment_holds_no_place():
    member = factories.member()
    events = [published(is_public=False) for _number in range(4)]
    barrier = Barrier(2)

    def sign_up() -> None:
        barrier.wait(timeout=20)
        try:
            for event in events:
                event_actions.sign_up(event, user=member.user)
        except EventRefused:
            pass
        finally:
            connection.close()

    def go() -> None:
        barrier.wait(timeout=20)
        try:
            leave(member)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(sign_up), pool.submit(go)]:
            done.result()
    assert not SignUp.objects.live().exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_leave_at_once_free_two_places():
    members = [factories.member() for _number in range(2)]
    waiting = [person(number) for number in range(3)]
    events = [published(capacity=2) for _number in range(2)]
    for event in events:
        for user in (*(member.user for member in members), *waiting):
            event_actions.sign_up(event, user=user)
    barrier = Barrier(2)

    def go(member: Member) -> None:
        barrier.wait(timeout=20)
        try:
            leave(member)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(go, members))
    for event in events:
        assert [state_of(user, event) for user in waiting] == ["going", "going", "waiting"]


def test_event_with_guests_stays_open_to_everybody():
    event, member = published(), factories.member()
    event_actions.sign_up(event, user=member.user)
    event_actions.sign_up(event, user=person(1))
    with override("en"), pytest.raises(EventRefused, match="not members"):
        event_actions.change(event, {"is_public": False}, seen_version=event.version, by=None)
    event_actions.cancel_sign_up(event, user=User.objects.get(email="guest1@example.org"))
    event_actions.change(event, {"is_public": False}, seen_version=event.version, by=None)
    assert not Event.objects.get().is_public
