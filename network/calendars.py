"""Events as iCalendar (RFC 5545), written by the ``icalendar`` library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .models import Event, SignUp

HELSINKI = ZoneInfo("Europe/Helsinki")
CONTENT_TYPE = "text/calendar; charset=utf-8"


def calendar(events: Iterable[Event], *, with_links: bool, own: Mapping[int, str] | None = None) -> bytes:
    """The events in the language in use; ``with_links`` for whoever may know how to come online.

    ``own`` are the states of the reader's own sign-ups, by event, for a calendar of one's own: what one
    waits for is tentative, and what one has not signed up for leaves the time free.
    """
    result = icalendar.Calendar()
    result.add(
        "prodid", f"-//{urlsplit(settings.BASE_URL).hostname}//network//{(get_language() or '').upper()}"
    )
    result.add("version", "2.0")
    result.add("x-wr-calname", _("Innovation network"))
    for event in events:
        entry = _event(event, with_links=with_links)
        if own is not None:
            _mark(entry, event, own.get(event.pk))
        result.add_component(entry)
    result.add_missing_timezones()
    return result.to_ical()


def _event(event: Event, *, with_links: bool) -> icalendar.Event:
    result = icalendar.Event()
    result.add("uid", f"{event.uid}@{urlsplit(settings.BASE_URL).hostname}")
    result.add("dtstamp", event.changed_at.astimezone(UTC))
    result.add("last-modified", event.changed_at.astimezone(UTC))
    result.add("sequence", event.sequence)
    result.add("status", "CANCELLED" if event.state == Event.State.CANCELLED else "CONFIRMED")
    result.add("dtstart", event.starts_at.astimezone(HELSINKI))
    result.add("dtend", event.ends_at.astimezone(HELSINKI))
    named = {"title": event.title}
    result.add("summary", _("%(title)s (invented example)") % named if event.is_example else event.title)
    link = event.online_url if with_links else ""
    description = "\n\n".join(part for part in (event.description, link, event.address) if part)
    result.add("description", description)
    if event.place:
        result.add("location", event.place)
    result.add("url", event.address)
    return result


def _mark(entry: icalendar.Event, event: Event, state: str | None) -> None:
    """Tell whether the reader comes, in the title, since most calendars show nothing else."""
    entry.add("transp", "OPAQUE" if state == SignUp.State.GOING else "TRANSPARENT")
    if event.state == Event.State.CANCELLED:
        return
    if state == SignUp.State.GOING:
        entry["summary"] = icalendar.vText(_("You are coming: %(title)s") % {"title": entry["summary"]})
    elif state == SignUp.State.WAITING:
        entry["summary"] = icalendar.vText(_("You wait for a place: %(title)s") % {"title": entry["summary"]})
        entry["status"] = icalendar.vText("TENTATIVE")
