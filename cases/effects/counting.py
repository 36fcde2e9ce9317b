"""Which figures count: of each public case in use, for each measure, what is known best.

An evaluation stands in place of the case's own measurement of the same effect, and both in place of an
estimate. What is planned saves nothing yet, and what was discontinued nothing any more. Invented examples are
kept apart from what is real.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Max
from pyroaring import BitMap

from cases.facets import Origin
from cases.models import Case, Established, Evidence, LifeCycle

from .measures import Counted, LeftOut, Measure, Statistic, counted

if TYPE_CHECKING:
    from cases.public_index import Index

NOT_IN_USE = (LifeCycle.PLANNED, LifeCycle.DISCONTINUED)
# The best known first.
BEST_FIRST = (Established.EVALUATED, Established.MEASURED, Established.ESTIMATED)


@dataclass(frozen=True)
class Summary:
    """What is told of some cases' figures of one measure. ``total`` is None where they do not add up."""

    cases: int
    total: Decimal | None
    median: Decimal
    smallest: Decimal
    largest: Decimal

    @classmethod
    def of(cls, values: list[Decimal], statistic: Statistic) -> Summary | None:
        """The summary of values that fall from first to last; None of no values."""
        if not values:
            return None
        middle = len(values) // 2
        median = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
        total = sum(values, Decimal(0)) if statistic is Statistic.SUM else None
        return cls(len(values), total, median, values[-1], values[0])


class Figures:
    """One figure of each of some cases, the largest first; equal ones in the order of the index."""

    def __init__(self, value_of: Mapping[int, Decimal]) -> None:
        in_order = sorted(value_of.items(), key=lambda item: (-item[1], item[0]))
        # Numbers of the cases in the index, and what each counts.
        self._numbers = array("I", (number for number, _value in in_order))
        self._values = [value for _number, value in in_order]
        self.cases = BitMap(value_of)

    def within(self, cases: BitMap | None) -> list[tuple[int, Decimal]]:
        """Number and value of those of the cases that have a figure; of all without ``cases``."""
        pairs = zip(self._numbers, self._values, strict=True)
        return list(pairs) if cases is None else [pair for pair in pairs if pair[0] in cases]

    def summary(self, cases: BitMap | None, statistic: Statistic) -> Summary | None:
        return Summary.of([value for _number, value in self.within(cases)], statistic)


_NOTHING = Figures({})


class Effects:
    """Everything that counts and what does not, at one version of what the public sees."""

    def __init__(
        self,
        figures: Mapping[tuple[Measure, Established, bool], Figures],
        left_out: Mapping[tuple[str, LeftOut, bool], BitMap],
        changed_at: datetime | None,
    ) -> None:
        self._figures = figures
        self._left_out = left_out
        # When a public case last changed.
        self.changed_at = changed_at

    def figures(self, measure: Measure, established: Established, *, invented: bool = False) -> Figures:
        """The figures that count, of those that are known in this way."""
        return self._figures.get((measure, established, invented), _NOTHING)

    def has(self, measure: Measure, *, invented: bool = False) -> bool:
        """Whether any case has a figure that counts."""
        return any((measure, established, invented) in self._figures for established in Established)

    def left_out(self, measure: Measure, *, invented: bool = False) -> dict[LeftOut, BitMap]:
        """For each reason there is, the cases that told such an effect in a figure that does not count."""
        return {
            reason: self._left_out[measure.kind, reason, invented]
            for reason in LeftOut
            if (measure.kind, reason, invented) in self._left_out
        }


def read(index: Index) -> Effects:
    """Count the effects of the index's cases: two queries, however many there are."""
    in_use = index.everything.copy()
    for life_cycle in NOT_IN_USE:
        in_use -= index.values["life_cycle"].get(life_cycle.value, BitMap())
    examples = index.values["source"].get(Origin.EXAMPLE.value, BitMap())
    best: dict[tuple[Measure, int], tuple[Established, Decimal]] = {}
    left_out: dict[tuple[str, LeftOut, bool], BitMap] = {}
    for number, kind, established, found in _told(index, in_use):
        if isinstance(found, LeftOut):
            left_out.setdefault((kind, found, number in examples), BitMap()).add(number)
        else:
            measure, value = found
            key = (measure, number)
            best[key] = _better(best.get(key), established, value, measure.statistic)
    values: dict[tuple[Measure, Established, bool], dict[int, Decimal]] = {}
    for (measure, number), (established, value) in best.items():
        values.setdefault((measure, established, number in examples), {})[number] = value
    return Effects(
        {key: Figures(value_of) for key, value_of in values.items()},
        left_out,
        Case.objects.public().aggregate(last=Max("changed_at"))["last"],
    )


def _told(index: Index, cases: BitMap) -> Iterable[tuple[int, str, Established, Counted | LeftOut]]:
    """Each told figure of these cases, by their numbers in the index; what a case told first comes first."""
    rows = (
        Evidence.objects.filter(case__in=Case.objects.public())
        .exclude(kind=Evidence.Kind.OTHER)
        .order_by("position", "pk")
        .values_list("case", "kind", "established", "value", "unit", "baseline")
    )
    for case, kind, established, value, unit, baseline in rows.iterator(chunk_size=10_000):
        number = index.numbering.number(case)
        if number is None or number not in cases:
            continue
        found = counted(kind, value, unit, baseline)
        if found is not None:
            yield number, kind, Established(established), found


def _better(
    known: tuple[Established, Decimal] | None, established: Established, value: Decimal, statistic: Statistic
) -> tuple[Established, Decimal]:
    """What is known of a case's effect once this is told too: equally known amounts add up.

    Of equally known figures that do not add up, the first told stays.
    """
    if known is None or BEST_FIRST.index(established) < BEST_FIRST.index(known[0]):
        return established, value
    if established == known[0] and statistic is Statistic.SUM:
        return established, known[1] + value
    return known
