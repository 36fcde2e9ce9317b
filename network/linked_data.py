"""Events as machines read them on their pages: see ``common/linked_data.py``."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from common.linked_data import CONTEXT, Described, described, on_page

from .models import Event


def of_event(event: Event, *, free_places: int | None) -> Described:
    """An event that everybody may come to. Its online link is for those who have a place: it is not told."""
    address = settings.BASE_URL + event.get_absolute_url()
    places = []
    if event.place:
        places.append(described("Place", name=event.place, address=event.place))
    if event.online_url:
        places.append(described("VirtualLocation", url=address))
    return on_page(
        "Event",
        url=address,
        name=event.title,
        description=event.description,
        disambiguatingDescription=_("Invented example") if event.is_example else "",
        startDate=timezone.localtime(event.starts_at).isoformat(timespec="minutes"),
        endDate=timezone.localtime(event.ends_at).isoformat(timespec="minutes"),
        eventStatus=f"{CONTEXT}/{_status(event)}",
        eventAttendanceMode=f"{CONTEXT}/{_attendance(event)}" if places else "",
        location=places,
        organizer=described("Organization", name=event.organiser) if event.organiser else None,
        maximumAttendeeCapacity=event.capacity,
        remainingAttendeeCapacity=free_places if event.capacity else None,
    )


def _status(event: Event) -> str:
    return "EventCancelled" if event.state == Event.State.CANCELLED else "EventScheduled"


def _attendance(event: Event) -> str:
    if event.place and event.online_url:
        return "MixedEventAttendanceMode"
    return "OnlineEventAttendanceMode" if event.online_url else "OfflineEventAttendanceMode"
