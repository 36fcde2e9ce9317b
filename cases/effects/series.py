"""One series of effects: what a chart, the table beneath it and every download of it show.

A series is found by its key, which is in its permanent address:

- ``hours-saved``: one effect, by how it is known;
- ``hours-saved--by--theme``: the same, broken down;
- with ``--examples`` at the end, the same of the invented examples alone, which are in no other series.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from pyroaring import BitMap

from cases.facets import BY_NAME, Facet
from cases.models import Established
from taxonomy.models import Vocabulary

from . import measures
from .counting import BEST_FIRST, Figures, Summary
from .measures import LeftOut, Measure, Statistic

if TYPE_CHECKING:
    from cases.public_index import Index

SEPARATOR = "--"
BY = "by"
EXAMPLES = "examples"
# The group of those that do not tell which group they belong to.
NOT_TOLD = "not-told"


class Breakdown(Enum):
    """What a series is broken down by: its word in addresses, and the facet whose values are the groups."""

    THEME = "theme"
    ORGANISATION = "organisation"
    YEAR = "year"

    @property
    def facet(self) -> Facet:
        return BY_NAME[{"theme": "theme", "organisation": "owner_kind", "year": "started"}[self.value]]

    @property
    def label(self) -> str:
        return {
            Breakdown.THEME: _("By theme"),
            Breakdown.ORGANISATION: _("By kind of organisation"),
            Breakdown.YEAR: _("By year taken into use"),
        }[self]

    @property
    def heading(self) -> str:
        return {
            Breakdown.THEME: _("Theme"),
            Breakdown.ORGANISATION: _("Kind of organisation"),
            Breakdown.YEAR: _("Year it was taken into use"),
        }[self]

    def title(self, effect: str) -> str:
        words = {
            Breakdown.THEME: _("%(effect)s, by theme"),
            Breakdown.ORGANISATION: _("%(effect)s, by kind of organisation"),
            Breakdown.YEAR: _("%(effect)s, by year taken into use"),
        }[self]
        return words % {"effect": effect}


@dataclass(frozen=True)
class Key:
    """What a key asks for."""

    measure: Measure
    breakdown: Breakdown | None = None
    is_invented: bool = False

    @classmethod
    def read(cls, key: str) -> Key | None:
        """None for a key that no series can have."""
        parts = key.split(SEPARATOR)
        is_invented = parts[-1] == EXAMPLES
        match parts[:-1] if is_invented else parts:
            case [measure] if measure in measures.BY_KEY:
                return cls(measures.BY_KEY[measure], None, is_invented)
            case [measure, "by", breakdown] if measure in measures.BY_KEY and breakdown in _BREAKDOWNS:
                return cls(measures.BY_KEY[measure], Breakdown(breakdown), is_invented)
        return None

    def __str__(self) -> str:
        parts = [self.measure.key]
        if self.breakdown:
            parts += [BY, self.breakdown.value]
        return SEPARATOR.join([*parts, EXAMPLES] if self.is_invented else parts)

    def with_measure(self, measure: Measure) -> Key:
        return replace(self, measure=measure)

    def by(self, breakdown: Breakdown | None) -> Key:
        return replace(self, breakdown=breakdown)


_BREAKDOWNS = {breakdown.value for breakdown in Breakdown}


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What the cases of one group report that know it in one way; ``group`` is "" in an undivided series."""

    measure: Measure
    established: Established
    summary: Summary
    group: str = ""
    # The group in words of the active language.
    group_label: str = ""

    @property
    def value(self) -> Decimal:
        """What a bar shows: the sum, or where figures do not add up the one in the middle."""
        total = self.summary.total
        return self.summary.median if total is None else total

    @property
    def value_text(self) -> str:
        """“1,300 h”, “51.2 %”."""
        return self.measure.words(self.value)


@dataclass(frozen=True, kw_only=True)
class Series:
    """Everything that a chart shows and says, in the active language.

    ``overall`` tells of all cases at once, each counted once, whatever the breakdown.
    """

    key: Key
    observations: tuple[Observation, ...]
    overall: tuple[Observation, ...]
    # How many cases told it in a figure that does not count, by reason.
    left_out: dict[LeftOut, int] = field(default_factory=dict)
    changed_at: datetime | None = None

    @property
    def measure(self) -> Measure:
        return self.key.measure

    @property
    def adds_up(self) -> bool:
        return self.measure.statistic is Statistic.SUM

    @property
    def title(self) -> str:
        title = str(self.measure.title)
        if self.key.breakdown:
            title = self.key.breakdown.title(title)
        return _("Invented examples: %(title)s") % {"title": title} if self.key.is_invented else title

    @property
    def groups(self) -> list[tuple[str, str]]:
        """Code and label of each group, in their order."""
        return list({row.group: row.group_label for row in self.observations}.items())


def find(key: Key, index: Index) -> Series:
    """The series of that key; without observations when nothing has been reported."""
    return Series(
        key=key,
        observations=tuple(_observations(key, index)),
        overall=tuple(_undivided(key, index)),
        left_out={
            reason: len(cases)
            for reason, cases in index.effects.left_out(key.measure, invented=key.is_invented).items()
        },
        changed_at=index.effects.changed_at,
    )


def keys(index: Index, *, invented: bool = False) -> list[Key]:
    """Every series of which something has been reported."""
    reported = [one for one in measures.MEASURES if index.effects.has(one, invented=invented)]
    return [Key(one, breakdown, invented) for one in reported for breakdown in (None, *Breakdown)]


def cases_behind(
    key: Key, index: Index, *, group: str = "", established: str = ""
) -> list[tuple[int, Established, Decimal]]:
    """Ids of the cases behind a sum or a median, with how each figure is known and the figure.

    The best known first, and of each way of knowing the largest first.
    """
    within = dict(_groups(key, index)).get(group, BitMap()) if group else None
    found = []
    for way in BEST_FIRST:
        if established in ("", way.value):
            pairs = _figures(key, way, index).within(within)
            ids = index.numbering.ids(number for number, _value in pairs)
            found += [(pk, way, value) for pk, (_number, value) in zip(ids, pairs, strict=True)]
    return found


def cases_left_out(key: Key, index: Index, reason: LeftOut) -> list[int]:
    """Ids of the cases that told the effect in a figure that does not count for this reason."""
    found = index.effects.left_out(key.measure, invented=key.is_invented).get(reason, BitMap())
    return index.numbering.ids(found)


def _figures(key: Key, established: Established, index: Index) -> Figures:
    return index.effects.figures(key.measure, established, invented=key.is_invented)


def _undivided(key: Key, index: Index) -> Iterator[Observation]:
    for established in BEST_FIRST:
        summary = _figures(key, established, index).summary(None, key.measure.statistic)
        if summary:
            yield Observation(measure=key.measure, established=established, summary=summary)


def _observations(key: Key, index: Index) -> Iterator[Observation]:
    if key.breakdown is None:
        yield from _undivided(key, index)
        return
    for group, cases in _groups(key, index):
        for established in BEST_FIRST:
            summary = _figures(key, established, index).summary(cases, key.measure.statistic)
            if summary:
                yield Observation(
                    measure=key.measure,
                    established=established,
                    summary=summary,
                    group=group,
                    group_label=group_label(key.breakdown, group, index),
                )


def group_label(breakdown: Breakdown, group: str, index: Index) -> str:
    """The group in words; "" for one that there is not."""
    return _("Not told") if group == NOT_TOLD else index.label(breakdown.facet, group)


def _groups(key: Key, index: Index) -> Iterator[tuple[str, BitMap]]:
    """The groups in an order that does not depend on what has been reported; those not told come last."""
    if key.breakdown is None:
        return
    facet = key.breakdown.facet
    values = index.values[facet.name]
    match key.breakdown:
        case Breakdown.THEME:
            codes = [term.code for term in index.terms(Vocabulary.THEME)]
        case Breakdown.ORGANISATION:
            codes = list(facet.choices.values) if facet.choices else []
        case Breakdown.YEAR:
            codes = sorted(values)
    yield from ((code, values[code]) for code in codes if code in values)
    yield NOT_TOLD, index.everything - BitMap.union(BitMap(), *values.values())
