"""Events: who sees them, signing up, waiting, moving up, being told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from network import event_actions
from network.event_actions import EventRefused
from network.models import Event, EventChange, SignUp

from . import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_at_once")]


def values(**changes):
    begins = timezone.now() + timedelta(days=7)
    return {
        "kind": "meeting",
        "title_fi": "Tapaaminen",
        "title_sv": "Möte",
        "title_en": "Meeting",
        "description_fi": "Mistä puhutaan.",
        "description_sv": "Vad vi talar om.",
        "description_en": "What we talk about.",
        "starts_at": begins,
        "ends_at": begins + timedelta(hours=2),
        "is_public": True,
        **changes,
    }


def published(**changes):
    return event_actions.publish(event_actions.create(values(**changes), by=None), by=None)


def person(number):
    return User.objects.create_user(email=f"guest{number}@example.org", language="en")


def page(event):
    return reverse("network:event", args=[event.pk, event.slug])


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (Event, {"ends_at": timezone.now()}),
        (Event, {"sign_up_ends_at": timezone.now() + timedelta(days=30)}),
        (Event, {"capacity": 0}),
        (Event, {"kind": "party"}),
        (Event, {"state": "lost"}),
        (EventChange, {"act": ""}),
        (SignUp, {"state": "perhaps"}),
    ],
)
def test_database_refuses_what_cannot_be(model, wrong):
    given = {**values(), **wrong} if model is Event else {"event": published(), **wrong}
    if model is SignUp:
        given["user"] = person(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**given)


@pytest.mark.parametrize(
    "lacking", ["title_sv", "title_en", "description_fi", "description_sv", "description_en"]
)
def test_event_is_published_only_in_all_languages_and_stays_so(lacking):
    draft = event_actions.create(values(**{lacking: "  "}), by=None)
    with override("en"), pytest.raises(EventRefused, match="Still missing"):
        event_actions.publish(draft, by=None)
    event = published()
    with override("en"), pytest.raises(EventRefused, match="Still missing"):
        event_actions.change(event, {lacking: ""}, seen_version=event.version, by=None)
    event.refresh_from_db()
    assert (event.state, getattr(event, lacking)) == ("published", values()[lacking])


def test_one_person_signs_up_once():
    event, user = published(), person(1)
    assert event_actions.sign_up(event, user=user) == event_actions.sign_up(event, user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUp.objects.create(event=event, user=user, state="going")


def test_first_who_waits_moves_up_and_is_told():
    event = published(capacity=1)
    people = [person(number) for number in range(3)]
    rows = [event_actions.sign_up(event, user=user) for user in people]
    assert [row.state for row in rows] == ["going", "waiting", "waiting"]
    assert event_actions.place_in_queue(rows[2]) == 2
    event_actions.cancel_sign_up(event, user=people[0])
    assert [SignUp.objects.get(pk=row.pk).state for row in rows] == ["cancelled", "going", "waiting"]
    assert factories.sent_to(people[1].email)[-1].subject == "You have a place: Meeting"
    assert len(factories.sent_to(people[2].email)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_last_place_at_once_one_waits():
    event, people = published(capacity=1), [person(1), person(2)]
    barrier = Barrier(len(people))

    def take_place(user: User) -> str:
        barrier.wait(timeout=20)
        try:
            return event_actions.sign_up(event, user=user).state
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        assert sorted(pool.map(take_place, people)) == ["going", "waiting"]
    assert sorted(SignUp.objects.values_list("state", flat=True)) == ["going", "waiting"]


def test_more_places_let_those_who_wait_in():
    event = published(capacity=1)
    rows = [event_actions.sign_up(event, user=person(number)) for number in range(3)]
    event_actions.change(event, {"capacity": None}, seen_version=event.version, by=None)
    assert {SignUp.objects.get(pk=row.pk).state for row in rows} == {"going"}


def test_change_of_time_is_told_and_raises_the_sequence():
    event, user = published(), person(1)
    event_actions.sign_up(event, user=user)
    later = event.ends_at + timedelta(hours=1)
    changed = event_actions.change(event, {"ends_at": later}, seen_version=event.version, by=None)
    assert changed.sequence == 1
    assert factories.sent_to(user.email)[-1].subject == "The time or the place has changed: Meeting"
    with pytest.raises(EventRefused):
        event_actions.change(event, {"capacity": 3}, seen_version=event.version, by=None)


def test_cancelling_is_told_and_ends_sign_up():
    event, user = published(), person(1)
    event_actions.sign_up(event, user=user)
    assert event_actions.cancel(event, by=None).sequence == 1
    assert factories.sent_to(user.email)[-1].subject == "Cancelled: Meeting"
    with pytest.raises(EventRefused):
        event_actions.sign_up(event, user=person(2))


def test_only_coordinators_write_events():
    with pytest.raises(EventRefused):
        event_actions.create(values(), by=person(1))
    assert event_actions.create(values(), by=factories.coordinator()).state == "draft"


def test_everybody_is_reminded_once():
    event, user = published(starts_at=timezone.now() + timedelta(hours=5)), person(1)
    event_actions.sign_up(event, user=user)
    call_command("remind_events")
    call_command("remind_events")
    assert [mail.subject for mail in factories.sent_to(user.email)][1:] == ["Soon: Meeting"]


def test_guests_never_see_what_is_for_members(client):
    hidden = published(is_public=False, title_fi="Jäsenten ilta", online_url="https://meet.example.org/x")
    draft = event_actions.create(values(), by=None)
    for name in ("events", "front", "calendar"):
        answer = client.get(reverse(f"network:{name}"))
        assert "Jäsenten ilta" not in answer.content.decode()
        assert not answer.cookies
    for event in (hidden, draft):
        assert client.get(page(event)).status_code == 404
        assert client.get(reverse("network:event_ics", args=[event.pk])).status_code == 404
    with pytest.raises(EventRefused):
        event_actions.sign_up(hidden, user=person(1))
    client.force_login(factories.member().user)
    assert "https://meet.example.org/x" in client.get(page(hidden)).content.decode()


def test_online_link_is_for_members_and_those_who_come(client):
    event = published(online_url="https://meet.example.org/x")
    user = person(1)
    assert "meet.example.org" not in client.get(page(event)).content.decode()
    client.force_login(user)
    assert "meet.example.org" not in client.get(page(event)).content.decode()
    client.post(reverse("network:sign_up", args=[event.pk]))
    assert "meet.example.org" in client.get(page(event)).content.decode()


def test_sign_up_is_taken_back_on_a_page_that_asks_first(client):
    event, user = published(), person(1)
    client.force_login(user)
    client.post(reverse("network:sign_up", args=[event.pk]))
    address = reverse("network:take_back", args=[event.pk])
    client.get(address)
    assert SignUp.objects.get().state == "going"
    client.post(address)
    assert SignUp.objects.get().state == "cancelled"


def test_list_takes_as_many_queries_however_many_events(client, django_assert_max_num_queries):
    past = timezone.now() - timedelta(days=3)
    for number in range(6):
        old = published(starts_at=past, ends_at=past + timedelta(hours=1))
        event_actions.add_material(old, title=f"Slides {number}", url="https://example.org/a", by=None)
        published()
    with django_assert_max_num_queries(8):
        assert "Slides 5" in client.get(reverse("network:events")).content.decode()
