"""Calendars, read back with the ``icalendar`` library."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from network import actions, calendars, event_actions
from network.models import Event

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


@pytest.mark.parametrize(
    ("language", "title", "told"),
    [
        ("fi", "Tapaaminen", "Mistä puhutaan."),
        ("sv", "Möte", "Vad vi talar om."),
        ("en", "Meeting", "What we"),
    ],
)
def test_feed_speaks_the_language_of_its_address_and_is_not_sent_twice(client, language, title, told):
    published()
    with translation.override(language):
        address = reverse("network:calendar")
    answer = client.get(address)
    (found,) = read(answer).walk("VEVENT")
    assert found["summary"] == title
    assert found["description"].startswith(told)
    assert f"/{language}/" in found["url"]
    assert not answer.cookies
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_times_on_the_wall_stay_when_summer_time_begins_and_ends():
    """Nine o’clock in Helsinki is nine o’clock on either side of both changes."""
    for month, day in ((3, 27), (3, 28), (10, 30), (10, 31)):
        begins = datetime(2027, month, day, 9, tzinfo=calendars.HELSINKI)
        published(starts_at=begins, ends_at=begins + timedelta(hours=1))
    read_back = icalendar.Calendar.from_ical(calendars.calendar(Event.objects.all(), with_links=False))
    starts = [event.decoded("dtstart") for event in read_back.walk("VEVENT")]
    assert [start.strftime("%d.%m. %H.%M") for start in starts] == [
        "27.03. 09.00",
        "28.03. 09.00",
        "30.10. 09.00",
        "31.10. 09.00",
    ]
    assert [start.utcoffset() for start in starts] == [timedelta(hours=hours) for hours in (2, 3, 3, 2)]
    # For programs that know no time zones the file tells both changes itself.
    (zone,) = read_back.walk("VTIMEZONE")
    own_zone = zone.to_tz()
    assert [start.replace(tzinfo=own_zone).utcoffset() for start in starts] == [
        start.utcoffset() for start in starts
    ]


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


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_own_calendar_tells_where_one_comes_and_where_one_waits(client, language):
    member, others = factories.member(), factories.member()
    free, full, past_interest, cancelled = (published(capacity=1) for _number in range(4))
    event_actions.sign_up(full, user=others.user)
    for event in (free, full, past_interest, cancelled):
        event_actions.sign_up(event, user=member.user)
    event_actions.cancel_sign_up(past_interest, user=member.user)
    event_actions.cancel(cancelled, by=None)
    with translation.override(language):
        address = reverse("network:own_calendar", args=[event_actions.new_calendar_secret(member)])
        going, waiting = (
            translation.gettext(words) % {"title": free.title}
            for words in ("You are coming: %(title)s", "You wait for a place: %(title)s")
        )
        title = free.title
    found = {event["uid"].split("@")[0]: event for event in read(client.get(address)).walk("VEVENT")}
    assert [
        (str(found[event.uid]["summary"]), str(found[event.uid]["status"]), str(found[event.uid]["transp"]))
        for event in (free, full, past_interest, cancelled)
    ] == [
        (going, "CONFIRMED", "OPAQUE"),
        (waiting, "TENTATIVE", "TRANSPARENT"),
        (title, "CONFIRMED", "TRANSPARENT"),
        (title, "CANCELLED", "OPAQUE"),
    ]
    # The public calendar tells nothing of anybody.
    public = read(client.get(reverse("network:calendar")))
    assert {str(event["status"]) for event in public.walk("VEVENT")} == {"CONFIRMED", "CANCELLED"}
    assert not any("transp" in event for event in public.walk("VEVENT"))


def test_file_of_one_event_tells_that_one_comes(client):
    member, event = factories.member(), published()
    address = reverse("network:event_ics", args=[event.pk])
    event_actions.sign_up(event, user=member.user)
    client.force_login(member.user)
    with translation.override("fi"):
        words = translation.gettext("You are coming: %(title)s") % {"title": "Tapaaminen"}
    assert read(client.get(address)).walk("VEVENT")[0]["summary"] == words


def test_closed_address_opens_nothing_and_leaving_closes_it_for_ever(client):
    member = factories.member()
    client.force_login(member.user)
    page = reverse("network:calendar_address")
    closed = client.post(page).context["address"]
    assert client.post(page, {"act": "close"}).status_code == 302
    assert client.get(closed).status_code == 404
    assert not client.get(page).context["has_address"]
    left = client.post(page).context["address"]
    member.refresh_from_db()
    actions.leave(member, by=member.user)
    assert client.get(left).status_code == 404
    actions.approve(factories.pending(email=member.user.email), by=User.objects.get(is_staff=True))
    assert client.get(left).status_code == 404


def test_link_to_a_members_event_leads_by_way_of_signing_in(client):
    """Who is not signed in would find nothing at the page itself."""
    member, event = factories.member(), published(is_public=False)
    secret = event_actions.new_calendar_secret(member)
    (found,) = read(client.get(reverse("network:own_calendar", args=[secret]))).walk("VEVENT")
    url = str(found["url"]).removeprefix(settings.BASE_URL)
    assert client.get(url).status_code == 200
    client.force_login(member.user)
    assert client.get(url, follow=True).redirect_chain[-1][0] == event.get_absolute_url()
