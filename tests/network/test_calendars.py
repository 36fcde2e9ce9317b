"""Calendars, read back with the ``icalendar`` library."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.urls import reverse
from django.utils import translation

from network import event_actions

from . import factories
from .test_events import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_at_once")]


def read(answer):
    assert answer.status_code == 200
    return icalendar.Calendar.from_ical(answer.content)


@pytest.mark.parametrize("day", [(2026, 10, 24), (2026, 10, 25), (2027, 3, 27), (2027, 3, 28), (2027, 7, 1)])
def test_instants_are_right_through_changes_of_summer_time(client, day):
    begins = datetime(*day, 0, 30, tzinfo=UTC)
    event = published(starts_at=begins, ends_at=begins + timedelta(hours=3), place_fi="Sali; 1, “A”\novi")
    calendar = read(client.get(reverse("network:event_ics", args=[event.pk])))
    (found,) = calendar.walk("VEVENT")
    assert found.decoded("dtstart").astimezone(UTC) == begins
    assert found.decoded("dtend").astimezone(UTC) == begins + timedelta(hours=3)
    assert found["dtstart"].params["TZID"] == "Europe/Helsinki"
    assert found["location"] == "Sali; 1, “A”\novi"
    assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Helsinki"]


def test_cancelled_event_keeps_its_name_with_a_higher_sequence(client):
    event = published()
    address = reverse("network:calendar")
    (before,) = read(client.get(address)).walk("VEVENT")
    event_actions.cancel(event, by=None)
    (after,) = read(client.get(address)).walk("VEVENT")
    assert (before["uid"], before["status"]) == (after["uid"], "CONFIRMED")
    assert (after["sequence"], after["status"]) == (before["sequence"] + 1, "CANCELLED")


def test_feed_speaks_the_language_of_its_address_and_is_not_sent_twice(client):
    published()
    for language, title in (("fi", "Tapaaminen"), ("en", "Meeting")):
        with translation.override(language):
            address = reverse("network:calendar")
        answer = client.get(address)
        assert read(answer).walk("VEVENT")[0]["summary"] == title
        assert not answer.cookies
        assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_new_secret_address_closes_the_old_one(client):
    member = factories.member()
    published(is_public=False, online_url="https://meet.example.org/x")
    old, new = (event_actions.new_calendar_secret(member) for _time in range(2))
    assert client.get(reverse("network:own_calendar", args=[old])).status_code == 404
    (found,) = read(client.get(reverse("network:own_calendar", args=[new]))).walk("VEVENT")
    assert "meet.example.org" in found["description"]
    member.refresh_from_db()
    assert new not in member.calendar_digest


def test_member_makes_an_address_by_pressing(client):
    member = factories.member()
    client.force_login(member.user)
    address = reverse("network:calendar_address")
    assert not client.get(address).context["address"]
    shown = client.post(address).context["address"]
    assert read(client.get(shown)).name == "VCALENDAR"
