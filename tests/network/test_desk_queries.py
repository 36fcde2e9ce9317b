"""Lists and pages of bulletins and of the desk ask the same few things however much there is."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from network import actions, bulletin_actions, event_actions, list_actions
from network.models import Bulletin, Event, JoinRequest, ListExport, MailText
from pages import bulletins as joined
from tests.accounts.factories import OrganisationFactory
from tests.cases.factories import published as published_case
from tests.cases.factories import term

from . import factories, pages
from .bulletins import TEXTS
from .test_events import published

pytestmark = pytest.mark.django_db
_number = count(1)


@pytest.fixture
def queue(settings) -> None:
    """Mails wait in the database, as in production."""
    settings.TASKS_IN_DATABASE = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def queries(client: Client, path: str) -> int:
    """The less of two: what all pages remember for a while is read anew now and then."""
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200, path
        counts.append(len(captured))
    return min(counts)


def coordinator() -> User:
    return factories.coordinator(f"coordinator{next(_number)}@example.org")


def sent_bulletin(cases: int, events: int) -> Bulletin:
    by = coordinator()
    chosen = [published() for _one in range(events)]
    bulletin = bulletin_actions.save(Bulletin(), by=by, texts=TEXTS, events=chosen)
    joined.choose_cases(bulletin, [published_case() for _one in range(cases)])
    bulletin_actions.start(bulletin, by=by, send=lambda _number: None)
    return bulletin


def fill(many: int) -> None:
    """So many of everything that a list of the desk shows, and of what hangs on a row."""
    by = coordinator()
    for _one in range(many):
        region = term("region", f"{OrganisationFactory().pk % 90 + 10}")
        town = OrganisationFactory(region=region, kind="municipality")
        ended = OrganisationFactory(valid_to=timezone.localdate() - timedelta(days=1))
        ended.successors.add(town)
        factories.member(organisation=ended)
        factories.pending(name="Sama Nimi", organisation=town)
        event_actions.sign_up(published(), user=factories.member(organisation=town).user)
        sent_bulletin(cases=1, events=1)
        list_actions.take_list(
            by=by, purpose=ListExport.Purpose.NECESSARY, why="Kutsu", chosen={}, file_format="csv"
        )


LISTS = ["joinrequest", "member", "listexport", "event", "bulletin", "mailtext"]
OTHERS = ["network_mailtext_queue", "network_member_ended", "network_member_statistics"]


@pytest.mark.parametrize(
    "name", [*(f"network_{model}_changelist" for model in LISTS), *OTHERS, "network_bulletin_write", "index"]
)
def test_lists_of_the_desk_ask_the_same_however_long_they_are(queue, name):
    client, path = pages.coordinators_client(), reverse(f"admin:{name}")
    fill(2)
    queries(client, path)
    few = queries(client, path)
    fill(3)
    MailText.objects.create(mail="network_left", language="fi", subject="x", text="x")
    assert queries(client, path) == few


def test_page_of_a_member_asks_the_same_however_much_happened(queue):
    client, member = pages.coordinators_client(), factories.member(email="aino@example.org")
    path = pages.page(member)
    queries(client, path)
    few = queries(client, path)
    for _time in range(3):
        actions.leave(member, by=member.user)
        member = factories.member(email="aino@example.org", interests=[term("theme", "07")])
        actions.note(member, by=coordinator(), note="x", seen_version=member.version)
    assert JoinRequest.objects.count() == 4
    assert queries(client, path) == few


def test_page_of_an_event_asks_the_same_however_many_come(queue):
    client, event = pages.coordinators_client(), published(capacity=3)
    path = pages.page(event)
    for _one in range(5):
        event_actions.sign_up(event, user=factories.member().user)
    event_actions.add_material(event, title="Kalvot", url="https://example.org/a", by=coordinator())
    queries(client, path)
    few = queries(client, path)
    for number in range(4):
        event_actions.sign_up(event, user=factories.member().user)
        event_actions.add_material(
            event, title="Kalvot", url=f"https://example.org/{number}", by=coordinator()
        )
    assert Event.objects.get().changes.count() > 5
    assert queries(client, path) == few


def test_desks_page_of_a_bulletin_asks_the_same_however_much_was_chosen(queue):
    client = pages.coordinators_client()
    factories.member()
    small = sent_bulletin(cases=2, events=2)
    queries(client, pages.page(small))
    few = queries(client, pages.page(small))
    for _one in range(4):
        factories.member()
    large = sent_bulletin(cases=6, events=5)
    assert queries(client, pages.page(large)) == few


def test_archive_asks_the_same_however_many_bulletins_there_are(client, queue):
    path = reverse("pages:bulletins")
    sent_bulletin(cases=1, events=1)
    queries(client, path)
    few = queries(client, path)
    for _one in range(5):
        sent_bulletin(cases=1, events=1)
    assert queries(client, path) == few <= 8


def test_bulletins_public_page_asks_the_same_however_much_was_chosen(client, queue):
    small, large = sent_bulletin(cases=2, events=2), sent_bulletin(cases=6, events=6)
    paths = [reverse("pages:bulletin", args=[bulletin.pk]) for bulletin in (small, large)]
    queries(client, paths[0])
    few, many = (queries(client, path) for path in paths)
    assert few == many <= 8
