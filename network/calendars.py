"""Events as iCalendar (RFC 5545), written by the ``icalendar`` library."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .models import Event

HELSINKI = ZoneInfo("Europe/Helsinki")
CONTENT_TYPE = "text/calendar; charset=utf-8"


def calendar(events: Iterable[Event], *, with_links: bool) -> bytes:
    """The events in the language in use; ``with_links`` for whoever may know how to come online."""
    result = icalendar.Calendar()
    result.add(
        "prodid", f"-//{urlsplit(settings.BASE_URL).hostname}//network//{(get_language() or '').upper()}"
    )
    result.add("version", "2.0")
    result.add("x-wr-calname", _("Innovation network"))
    for event in events:
        result.add_component(_event(event, with_links=with_links))
    result.add_missing_timezones()
    return result.to_ical()


def _event(event: Event, *, with_links: bool) -> icalendar.Event:
    url = settings.BASE_URL + reverse("network:event", args=[event.pk, event.slug])
    result = icalendar.Event()
    result.add("uid", f"{event.uid}@{urlsplit(settings.BASE_URL).hostname}")
    result.add("dtstamp", event.changed_at.astimezone(UTC))
    result.add("last-modified", event.changed_at.astimezone(UTC))
    result.add("sequence", event.sequence)
    result.add("status", "CANCELLED" if event.state == Event.State.CANCELLED else "CONFIRMED")
    result.add("dtstart", event.starts_at.astimezone(HELSINKI))
    result.add("dtend", event.ends_at.astimezone(HELSINKI))
    result.add("summary", event.title)
    link = event.online_url if with_links else ""
    description = "\n\n".join(part for part in (event.description, link, url) if part)
    result.add("description", description)
    if event.place:
        result.add("location", event.place)
    result.add("url", url)
    return result
