"""What the start page of the administration tells: what waits for somebody, and what has happened lately."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Counter:
    """How many of something wait, and the list of them.

    ``note`` says since when or until when, where that matters; ``is_late`` that it should have been done.
    """

    label: str | Promise
    count: int
    url: str
    note: str = ""
    is_late: bool = False

    @property
    def is_done(self) -> bool:
        return not self.count


@dataclass(frozen=True)
class Shortcut:
    """Something that is done often."""

    label: str | Promise
    url: str
    icon: str


@dataclass(frozen=True)
class Happening:
    """One act that was done: when, by whom (None: by nobody who is known), what, and to what."""

    at: datetime
    by: Any
    act: str | Promise
    subject: str
    url: str


def waited_since(moment: datetime | None) -> str:
    """How long the oldest of what waits has waited; "" when nothing waits."""
    if moment is None:
        return ""
    days = (timezone.localdate() - timezone.localdate(moment)).days
    if days == 0:
        return _("The oldest came today")
    return ngettext("The oldest has waited %(count)s day", "The oldest has waited %(count)s days", days) % {
        "count": days
    }


def due_by(day: date | None) -> str:
    """By when the next of what waits has to be done; "" when nothing has a day."""
    if day is None:
        return ""
    shown = formats.date_format(day, "SHORT_DATE_FORMAT")
    if day < timezone.localdate():
        return _("The oldest was due on %(day)s") % {"day": shown}
    return _("The next is due on %(day)s") % {"day": shown}
