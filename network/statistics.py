"""How many ask, join and leave: counted as of now, by organisation kind, region, principle and month.

Whoever was erased is no longer counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import OrganisationKind
from taxonomy.models import Term, Vocabulary

from .models import JoinRequest, Member, MembershipEvent

# A smaller number of people is not told outside: it might tell of somebody.
SMALLEST = 5
_MONTHS = 24

Value = int | float | None


@dataclass(frozen=True)
class Row:
    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Breakdown:
    """A table: its rows, the first column of which is drawn as bars.

    ``counted`` tells for each column the one whose number of people it rests on, mostly itself.
    """

    key: str
    title: str
    first: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    counted: tuple[int, ...]
    note: str = ""

    def bars(self) -> Iterator[tuple[Row, int]]:
        """Each row with the length of its bar in hundredths of the longest."""
        longest = max((int(row.values[0] or 0) for row in self.rows), default=0) or 1
        for row in self.rows:
            yield row, round(100 * (row.values[0] or 0) / longest)

    def for_outside(self) -> Breakdown:
        """The same without small numbers, and without what they could be reckoned from."""
        hidden = {place: _hidden([row.values[place] for row in self.rows]) for place in set(self.counted)}
        rows = (
            Row(
                row.label,
                tuple(
                    None if number in hidden[self.counted[place]] else value
                    for place, value in enumerate(row.values)
                ),
            )
            for number, row in enumerate(self.rows)
        )
        return replace(self, rows=tuple(rows))


def _hidden(column: list[Value]) -> set[int]:
    """Places of the small numbers; and of the next smallest until what is hidden adds up to enough.

    The sum of all is public, so one hidden number alone, or several that add up to little, could be told.
    """
    by_size = sorted((value, place) for place, value in enumerate(column) if value)
    hidden = {place for value, place in by_size if value < SMALLEST}
    if not hidden:
        return hidden
    for _value, place in by_size:
        if place not in hidden and (
            len(hidden) < 2 or sum(column[other] or 0 for other in hidden) < SMALLEST
        ):
            hidden.add(place)
    return hidden


def all_breakdowns() -> list[Breakdown]:
    return [make() for make in BREAKDOWNS.values()]


def _of(field: str) -> tuple[Counter[Any], Counter[Any]]:
    """Active members and confirmed requests by ``field``."""
    return _counted(Member.objects.active(), field), _counted(_confirmed(), field)


def _confirmed() -> Any:
    return JoinRequest.objects.filter(confirmed_at__isnull=False)


def _counted(rows: Any, field: str) -> Counter[Any]:
    return Counter(dict(rows.order_by().values_list(field).annotate(count=Count("pk"))))


_COLUMNS: tuple[str | Promise, ...] = (gettext_lazy("Members now"), gettext_lazy("Requests"))


def _breakdown(
    key: str,
    title: str,
    first: str,
    labels: Mapping[Any, str],
    counts: tuple[Counter[Any], Counter[Any]],
    note: str = "",
) -> Breakdown:
    """A row for each label that somebody answers to; the others, the unknown among them, come last as one."""
    rows = [
        Row(label, (counts[0][value], counts[1][value]))
        for value, label in labels.items()
        if counts[0][value] or counts[1][value]
    ]
    others = tuple(
        sum(count for value, count in counter.items() if value not in labels) for counter in counts
    )
    if any(others):
        rows.append(Row(_("Not known"), others))
    columns = tuple(str(column) for column in _COLUMNS)
    return Breakdown(key, title, first, columns, tuple(rows), (0, 1), note)


def by_kind() -> Breakdown:
    labels = {value: str(label) for value, label in OrganisationKind.choices}
    return _breakdown(
        "kinds",
        _("By kind of organisation"),
        _("Kind of organisation"),
        labels,
        _of("organisation__kind"),
        _("Not known: the organisation is not in the register."),
    )


def by_region() -> Breakdown:
    labels = _names(Vocabulary.REGION)
    return _breakdown(
        "regions",
        _("By region of the organisation"),
        _("Region"),
        labels,
        _of("organisation__region__code"),
        _("Not known: the organisation is not in the register, or works in the whole country."),
    )


def by_principle() -> Breakdown:
    labels = _names(Vocabulary.PRINCIPLE)
    found = (Member.objects.active(), _confirmed())
    members, requests = (
        _counted(rows.filter(interests__vocabulary=Vocabulary.PRINCIPLE), "interests__code") for rows in found
    )
    return _breakdown(
        "principles",
        _("By principle"),
        _("Principle"),
        labels,
        (members, requests),
        _("A person may choose several principles, or none."),
    )


def _names(vocabulary: Vocabulary) -> dict[str, str]:
    numbered = vocabulary == Vocabulary.PRINCIPLE
    return {
        term.code: f"{term.code} {term.name}" if numbered else term.name
        for term in Term.objects.filter(vocabulary=vocabulary)
    }


def by_month() -> Breakdown:
    """The last two years, the latest month first."""
    months = list(_last_months(timezone.localdate()))
    acts: dict[str, Counter[date]] = defaultdict(Counter)
    events = MembershipEvent.objects.filter(
        act__in=["confirm", "approve", "decline", "leave", "remove"], at__date__gte=months[-1]
    )
    found = events.order_by().annotate(month=TruncMonth("at")).values_list("act", "month")
    for act, month, count in found.annotate(count=Count("pk")):
        acts[act][timezone.localdate(month)] += count
    days = _days_to_decision(months[-1])
    rows = []
    for month in months:
        decided = acts["approve"][month] + acts["decline"][month]
        left = acts["leave"][month] + acts["remove"][month]
        rows.append(
            Row(
                date_format(month, "YEAR_MONTH_FORMAT"),
                (
                    acts["approve"][month],
                    left,
                    acts["confirm"][month],
                    decided,
                    round(median(days[month]), 1) if days[month] else None,
                ),
            )
        )
    while len(rows) > 1 and not any(rows[-1].values):
        # Before anybody asked there is nothing to tell.
        rows.pop()
    columns = (_("Joined"), _("Left"), _("Requests"), _("Decided"), _("Median days to decision"))
    note = _("Whoever has been erased is no longer counted: the numbers of earlier months grow smaller.")
    return Breakdown("months", _("By month"), _("Month"), columns, tuple(rows), (0, 1, 2, 3, 3), note)


def _last_months(today: date) -> Iterator[date]:
    for back in range(_MONTHS):
        number = today.year * 12 + today.month - 1 - back
        yield date(number // 12, number % 12 + 1, 1)


def _days_to_decision(since: date) -> dict[date, list[float]]:
    """Days from confirming the address to the decision, by the month of the decision."""
    found: dict[date, list[float]] = defaultdict(list)
    decided = JoinRequest.objects.filter(decided_at__date__gte=since, confirmed_at__isnull=False)
    moments: Any = decided.values_list("confirmed_at", "decided_at")
    for confirmed_at, decided_at in moments:
        month = timezone.localdate(decided_at).replace(day=1)
        found[month].append((decided_at - confirmed_at).total_seconds() / 86400)
    return found


BREAKDOWNS: dict[str, Callable[[], Breakdown]] = {
    "kinds": by_kind,
    "regions": by_region,
    "principles": by_principle,
    "months": by_month,
}
