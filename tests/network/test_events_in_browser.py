"""Events’ pages as guests and members see them: accessible, valid, within a small phone, without a cookie."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common import uploads
from network import event_actions

from . import factories
from .joining import address
from .test_events import person, published
from .test_joining_in_browser import open_as

LONG = "https://meet.example.org/a-long-address/that-does-not-break-anywhere-at-all"


def every_kind(media) -> dict[str, str]:
    """Pages of events of every kind, and of the member who sees them."""
    past = timezone.now() - timedelta(days=3)
    been = published(starts_at=past, ends_at=past + timedelta(hours=1))
    prepared = uploads.prepare(SimpleUploadedFile("kalvot.txt", b"Kalvot"))
    event_actions.add_material(been, title="Kalvot", prepared=prepared, by=None)
    event_actions.add_material(been, title="Tallenne", url="https://example.org/film", by=None)
    begins = timezone.now() + timedelta(days=3)
    two_days = published(starts_at=begins, ends_at=begins + timedelta(days=1), place_fi="Sali")
    closed = published(sign_up_ends_at=timezone.now() - timedelta(hours=1))
    going = published(capacity=1, online_url=LONG, is_public=False)
    waiting = published(capacity=1)
    cancelled = published()
    member = factories.member().user
    event_actions.sign_up(going, user=member)
    event_actions.sign_up(waiting, user=person(1))
    event_actions.sign_up(waiting, user=member)
    event_actions.cancel(cancelled, by=None)
    shown = {
        "been": been,
        "two days": two_days,
        "closed": closed,
        "going": going,
        "waiting": waiting,
        "cancelled": cancelled,
    }
    return {
        "events": address("events"),
        "none of a kind": address("events") + "?kind=visit",
        "own": address("own"),
        "calendar": address("calendar_address"),
        "take back": address("take_back", going.pk),
        **{name: event.get_absolute_url() for name, event in shown.items()},
        "who": member.email,
    }


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("is_member", [True, False], ids=["member", "guest"])
def test_pages_are_accessible_valid_and_fit_a_small_phone(
    new_page, live_server, axe, nu, media, transactional_db, scheme, is_member
):
    paths = every_kind(media)
    page = new_page(color_scheme=scheme, viewport={"width": 320, "height": 640})
    who = paths.pop("who")
    if is_member:
        open_as(page, who, live_server)
    else:
        paths = {
            name: path for name, path in paths.items() if name in ("events", "been", "waiting", "closed")
        }
    faults = []
    for name, path in paths.items():
        answer = page.goto(path)
        assert answer.status == 200, name
        faults += [f"{name}: {fault}" for fault in axe(page)]
        if scheme == "light":
            faults += [f"{name}: {fault}" for fault in nu(answer.text())]
        wide = page.evaluate(
            "[...document.querySelectorAll('main *')].some(e => e.getBoundingClientRect().right > innerWidth)"
        )
        if wide:
            faults.append(f"{name}: wider than the screen")
    assert not faults, "\n".join(faults)
    if not is_member:
        assert page.context.cookies() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("mail_at_once")
def test_pages_take_as_many_queries_however_many_events_people_and_materials(media):
    event = published(capacity=3)

    def more() -> None:
        event_actions.add_material(event, title="Linkki", url="https://example.org", by=None)
        event_actions.sign_up(event, user=factories.member().user)
        past = timezone.now() - timedelta(days=3)
        published(starts_at=past, ends_at=past + timedelta(hours=1))
        event_actions.sign_up(published(is_public=False), user=member.user)

    def queries(client: Client) -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            counts.append(len(captured))
        return counts

    member = factories.member()
    own = event_actions.new_calendar_secret(member)
    paths = [event.get_absolute_url(), address("events"), address("calendar"), address("front")]
    guest, signed_in = Client(), Client()
    signed_in.force_login(member.user)
    more()
    queries(guest)
    few = queries(guest)
    assert max(few) <= 8
    paths = [*paths, address("own"), address("own_calendar", own), address("event_ics", event.pk)]
    queries(signed_in)
    few_of_member = queries(signed_in)
    for _number in range(4):
        more()
    assert queries(signed_in) == few_of_member
    paths = paths[:4]
    assert queries(guest) == few
