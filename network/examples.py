"""The invented events that come with the registry (network/data), for trying it out.

They go through the actions, as any other event does. Their times follow the day of loading, so that some are
to come and one has been.
"""

import tomllib
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.demo import load_demo_accounts
from accounts.models import User
from common import uploads

from . import event_actions
from .models import Event

DATA = Path(__file__).resolve().parent / "data"
SATURDAY = 6


@transaction.atomic
def load_invented() -> int:
    """Publish the invented events, unless one is still to come; returns how many.

    When all have passed they are loaded anew. Needs the demo accounts, so it raises
    :class:`accounts.demo.DemoRefusedError` in production. Nobody gets mail of it.
    """
    if Event.objects.filter(is_example=True).coming().exists():
        return 0
    load_demo_accounts()
    event_actions.remove_examples()
    events = tomllib.loads((DATA / "example_events.toml").read_text(encoding="utf-8"))["events"]
    for told in events:
        _load(told)
    return len(events)


def _load(told: dict[str, Any]) -> None:
    begins = _moment(told["days"], told["at"])
    values = {
        **{name: value.strip() if isinstance(value, str) else value for name, value in told.items()},
        "starts_at": begins,
        "ends_at": begins + timedelta(hours=told["hours"]),
    }
    event = event_actions.publish(event_actions.create(values, by=None, is_example=True), by=None)
    for name in told.get("sign_ups", ()):
        user = User.objects.get(email=f"{name}@esimerkki.example")
        event_actions.sign_up(event, user=user, is_told=False)
    for material in told.get("materials", ()):
        event_actions.add_material(
            event,
            title=material["title"],
            url=material.get("url", ""),
            prepared=_prepared(material["file"]) if "file" in material else None,
            by=None,
        )


def _prepared(name: str) -> uploads.PreparedFile:
    return uploads.prepare(ContentFile((DATA / name).read_bytes(), name=name))


def _moment(days: int, at: str) -> datetime:
    """So many days from today, or on the Monday after when that is a weekend."""
    day = timezone.localdate() + timedelta(days=days)
    while day.isoweekday() >= SATURDAY:
        day += timedelta(days=1)
    hour, minute = at.split(":")
    return timezone.make_aware(datetime.combine(day, time(int(hour), int(minute))))
