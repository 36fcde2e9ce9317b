"""Coordinators’ desk of events: writing, publishing, changing, cancelling; closed to everybody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS
from network import event_actions, event_words
from network.models import Event, EventMaterial
from tests.reviewing.pages import client_of, member_of
from tests.submitting.pages import soup

from . import factories, pages
from .test_events import person, published, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_at_once")]
ADD = "admin:network_event_add"


@pytest.fixture
def client() -> Client:
    return pages.coordinators_client()


def edit(event: Event) -> str:
    return reverse("admin:network_event_edit", args=[event.pk])


def moment(**later: int) -> str:
    return timezone.localtime(timezone.now() + timedelta(**later)).strftime("%Y-%m-%dT%H:%M")


def told(**changes: str) -> dict[str, str]:
    return {
        "kind": "visit",
        "title_fi": "Vierailu",
        "title_sv": "Besök",
        "title_en": "Visit",
        "description_fi": "Kuvaus",
        "description_sv": "Beskrivning",
        "description_en": "Description",
        "starts_at": moment(days=7),
        "ends_at": moment(days=7, hours=2),
        "capacity": "3",
        **changes,
    }


def test_coordinator_makes_publishes_changes_and_cancels_an_event(client):
    assert client.get(reverse(ADD)).status_code == 200
    answer = client.post(reverse(ADD), told())
    event = Event.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == pages.page(event)
    assert (event.state, event.title_sv, event.capacity) == ("draft", "Besök", 3)

    assert client.get(pages.act(event, "publish")).status_code == 200
    assert Event.objects.get().state == "draft"
    pages.press(client, pages.act(event, "publish"))
    assert Event.objects.get().state == "published"

    comes = factories.member(name="Tuleva Tulija").user
    event_actions.sign_up(event, user=comes)
    assert "Tuleva Tulija" in client.get(pages.page(event)).content.decode()

    assert pages.press(client, edit(event), place_en="Helsinki").status_code == 302
    event.refresh_from_db()
    assert (event.place_en, event.sequence) == ("Helsinki", 1)

    pages.press(client, pages.act(event, "cancel"))
    assert Event.objects.get().state == "cancelled"
    # Welcomed, signed up, changed, cancelled.
    assert len(factories.sent_to(comes.email)) >= 3
    assert client.post(pages.act(event, "cancel"), {}).status_code == 409
    assert edit(event) not in client.get(pages.page(event)).content.decode()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("ends_at", moment(days=6)),
        ("sign_up_ends_at", moment(days=30)),
        ("capacity", "0"),
        ("title_fi", ""),
        ("kind", "party"),
        ("starts_at", "sometime"),
        ("online_url", "javascript:alert(1)"),
    ],
)
def test_what_cannot_be_is_told_by_its_field(client, field, wrong):
    answer = client.post(reverse(ADD), told(**{field: wrong}))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Event.objects.exists()


def test_who_was_slower_is_told_and_keeps_what_was_typed(client):
    event = published()
    typed = pages.typed(client.get(edit(event)), place_fi="Turku")
    event_actions.change(event, {"capacity": 5}, seen_version=event.version, by=None)
    answer = client.post(edit(event), typed)
    assert answer.status_code == 409
    assert "Turku" in answer.content.decode()
    assert not Event.objects.get().place_fi
    # Capacity: who presses again is shown that the other’s number goes.
    assert ("5", "") in [(row["stored"], row["typed"]) for row in answer.context["conflict"]]
    assert client.post(edit(event), pages.typed(answer, capacity="5")).status_code == 302
    assert (Event.objects.get().place_fi, Event.objects.get().capacity) == ("Turku", 5)


def test_saving_without_a_change_writes_nothing(client):
    event = event_actions.create(values(starts_at=timezone.now().replace(second=0, microsecond=0)), by=None)
    event_actions.change(
        event, {"ends_at": event.starts_at + timedelta(hours=1)}, seen_version=event.version, by=None
    )
    before = Event.objects.get().version
    assert pages.press(client, edit(event)).status_code == 302
    assert Event.objects.get().version == before


def test_what_a_draft_lacks_is_told_before_and_at_publishing(client):
    client.post(reverse(ADD), told(description_sv="", title_en=""))
    event = Event.objects.get()
    with override("fi"):
        lacking = list(event_words.missing(event))
    shown = soup(client.get(pages.act(event, "publish"))).select_one("main").text
    assert len(lacking) == 2
    assert all(words in shown for words in lacking)
    assert client.post(pages.act(event, "publish")).status_code == 409
    client.post(edit(event), {**told(), "seen_version": event.version})
    client.post(pages.act(event, "publish"))
    assert Event.objects.get().state == "published"
    answer = pages.press(client, edit(event), title_sv="")
    assert list(answer.context["form"].errors) == ["title_sv"]


def test_draft_is_deleted_and_what_is_published_is_not(client):
    draft, event = event_actions.create(values(), by=None), published()
    assert pages.press(client, pages.act(draft, "discard"))["Location"] == pages.changelist("event")
    assert client.post(pages.act(event, "discard")).status_code == 409
    assert list(Event.objects.all()) == [event]


def test_copy_is_a_draft(client):
    event = published()
    event_actions.sign_up(event, user=person(1))
    answer = pages.press(client, pages.act(event, "copy"))
    copied = Event.objects.exclude(pk=event.pk).get()
    assert answer["Location"] == edit(copied)
    assert (copied.state, copied.title_fi, copied.sign_ups.count()) == ("draft", event.title_fi, 0)


def test_materials_are_added_and_removed(client):
    event, other = published(), published()
    add, remove = (pages.act(event, f"{name}-material") for name in ("add", "remove"))
    assert "remove-material" not in client.get(pages.page(event)).content.decode()
    assert client.post(add, {"title": "Kalvot", "url": "javascript:alert(1)"}).status_code == 200
    client.post(add, {"title": "Kalvot", "url": "https://example.org/slides"})
    material = EventMaterial.objects.get()
    assert "https://example.org/slides" in client.get(pages.page(event)).content.decode()
    # Only what belongs to the event is removed from it.
    client.post(pages.act(other, "remove-material"), {"material": material.pk})
    assert EventMaterial.objects.exists()
    client.post(remove, {"material": material.pk})
    assert not EventMaterial.objects.exists()


def test_list_is_searched_and_narrowed_down(client):
    published(title_fi="Ääniä kaupungista", kind="visit")
    event_actions.create(values(title_fi="Luonnos"), by=None)
    path = pages.changelist("event")
    for query, found in (("q=ääniä", 1), ("state=draft", 1), ("kind=visit", 1), ("kind=learning", 0)):
        assert client.get(f"{path}?{query}").context["cl"].result_count == found, query


def test_list_takes_as_many_queries_however_many_events(client):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(pages.changelist("event")).status_code == 200
        return len(captured)

    event_actions.sign_up(published(), user=person(1))
    queries()
    before = queries()
    for number in range(2, 6):
        event_actions.sign_up(published(capacity=1), user=person(number))
    assert queries() == before


def addresses(event: Event) -> list[str]:
    acts = ("publish", "copy", "cancel", "discard", "add-material", "remove-material")
    return [
        pages.changelist("event"),
        reverse(ADD),
        pages.page(event),
        edit(event),
        *(pages.act(event, name) for name in acts),
    ]


@pytest.mark.parametrize("group", [MODERATORS, BAROMETER_EDITORS, CONTENT_EDITORS])
def test_nobody_else_opens_any_address(group):
    event = event_actions.create(values(), by=None)
    others = client_of(member_of(group))
    for path in addresses(event):
        assert others.get(path).status_code == 403, path
        assert others.post(path, told()).status_code == 403, path
    assert list(Event.objects.values_list("state", flat=True)) == ["draft"]
    assert not Event.objects.get().materials.exists()


def test_members_and_guests_open_no_address():
    event, member = published(), Client()
    member.force_login(factories.member().user)
    for path in addresses(event):
        for someone in (Client(), member):
            assert someone.get(path).status_code in (302, 403), path
            assert someone.post(path, told()).status_code in (302, 403), path
    assert list(Event.objects.values_list("state", flat=True)) == ["published"]


def test_coordinators_open_all_of_it(client):
    event = published()
    for path in addresses(event):
        assert client.get(path).status_code == 200, path
