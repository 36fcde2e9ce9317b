"""What respondents answered, one row each, reckoned to figures. Nothing about any respondent is kept.

:func:`reckon` reads the file a row at a time and keeps only counts; :func:`apply` enters the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from barometer import actions, suppression
from barometer.models import Design, Figure, Group, Survey, SurveyQuestion
from common.imports.identifiers import identifier_in, masked
from common.imports.tables import Header, Row, TableError, stream_table
from common.imports.text import folded

from .codebook import NO_ANSWER, Asked, Breakdown, Chosen, Codebook, Matter, OwnWordsColumn, UnknownValueError
from .statistics import Tally, estimate

if TYPE_CHECKING:
    from accounts.models import User

# Faults that are told one by one; the others are counted.
TOLD = 20
# Combinations of cells that are remembered for one matter.
_REMEMBERED = 4096
_UNSEEN = object()
# The first place of every tally is that of all respondents.
_ALL = 0


@dataclass
class Reckoning:
    """The figures of a file. With ``faults`` they are not to be entered."""

    survey: Survey
    respondents: int = 0
    figures: list[Figure] = field(default_factory=list)
    # Figures of the same questions and breakdowns that the file no longer has.
    gone: list[Figure] = field(default_factory=list)
    own_words: dict[SurveyQuestion, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    fault_count: int = 0
    # How many answers of those who were not asked are left out, by the question's key.
    left_out: Counter[str] = field(default_factory=Counter)
    unread: tuple[str, ...] = ()

    def fault(self, row: int, column: str, text: str) -> None:
        self.fault_count += 1
        if len(self.faults) < TOLD:
            self.faults.append(f"Row {row}, column “{column}”: {text}")


class ResponsesRefusedError(Exception):
    """A file with faults is not taken in, not even in part."""


def reckon(path: Path, codebook: Codebook, survey: Survey) -> Reckoning:
    """The figures that the file's responses make. Raises TableError for a file that cannot be read."""
    told = codebook.format
    header, rows = stream_table(path, delimiter=told.delimiter, encoding=told.encoding, sheet=told.sheet)
    header.require(codebook.columns)
    found = Reckoning(survey, unread=_unread(header, codebook))
    reader = _Reader(header, codebook, found)
    for row in rows:
        reader.read(row)
    if not found.respondents:
        raise TableError("The file has no respondents.")
    reader.finish()
    return found


@transaction.atomic
def apply(reckoning: Reckoning, *, by: User | None, note: actions.Note | None = None) -> list[dict[str, Any]]:
    """Enter the figures and the answers in own words, in place of those that an earlier file made.

    Returns the changes of figures. Raises ResponsesRefusedError when the file has faults, and
    TransitionRefused.
    """
    if reckoning.fault_count:
        raise ResponsesRefusedError("The file has faults, so nothing was entered.")
    survey = reckoning.survey
    changes = actions.enter_figures(
        survey,
        reckoning.figures,
        by=by,
        removed=reckoning.gone,
        note=note if survey.is_public else None,
    )
    actions.keep_own_words(survey, reckoning.own_words, by=by)
    return changes


def _unread(header: Header, codebook: Codebook) -> tuple[str, ...]:
    known = {folded(name) for name in (*codebook.columns, *codebook.ignored)}
    return tuple(name for name in header.columns if name and folded(name) not in known)


# Reading ------------------------------------------------------------------------------


class _Reader:
    """Counts row by row; what it holds grows with questions, options and groups, not with respondents."""

    def __init__(self, header: Header, codebook: Codebook, found: Reckoning):
        self.found = found
        self.empty = codebook.format.empty
        self.weight_column = codebook.weight_column
        self.weight_place = header.place(codebook.weight_column) if codebook.weight_column else None
        self.groups: list[Group | None] = [None]
        self.breakdowns = [_BreakdownReader(told, header, self.groups) for told in codebook.breakdowns]
        self.matters = [_MatterReader(told, header, len(self.groups)) for told in codebook.matters]
        self.own_words = [_OwnWordsReader(told, header) for told in codebook.own_words]
        # Combinations of groups, numbered as they come.
        self.memberships: dict[tuple[int, ...], int] = {}

    def read(self, row: Row) -> None:
        self.found.respondents += 1
        cells: Sequence[str] = row.cells
        if self.empty:
            cells = ["" if folded(cell) in self.empty else cell for cell in cells]
        weight = self._weight(row, cells)
        places = [_ALL]
        for breakdown in self.breakdowns:
            place = breakdown.place(row, cells, self.found)
            if place is not None:
                places.append(place)
        membership = self.memberships.setdefault(tuple(places), len(self.memberships))
        for matter in self.matters:
            matter.count(row, cells, places, membership, weight, self.found)
        for words in self.own_words:
            words.keep(cells, self.found)

    def _weight(self, row: Row, cells: Sequence[str]) -> float:
        if self.weight_place is None:
            return 1.0
        text = cells[self.weight_place]
        try:
            weight = float(text.replace(",", "."))
        except ValueError:
            weight = -1.0
        if not 0 <= weight < float("inf"):
            self.found.fault(row.number, self.weight_column, _not_known(text, "is not a weight"))
            return 0.0
        return weight

    def finish(self) -> None:
        """Make figures of what was counted, in place of those that an earlier file made."""
        found = self.found
        with_interval = found.survey.design == Design.SAMPLE
        before = {
            actions.place_of(figure): figure
            for figure in Figure.objects.filter(asked__survey=found.survey).select_related(
                "asked__question", "option", "group__dimension"
            )
        }
        for matter in self.matters:
            found.figures += matter.figures(self.groups, before, with_interval=with_interval)
        _keep_back(self.matters, self.groups, list(self.memberships), found.figures)
        found.gone = self._gone(before)
        for words in self.own_words:
            # In the order of the letters: that of the rows would tell who wrote what.
            found.own_words.setdefault(words.asked, []).extend(words.texts)
            found.own_words[words.asked].sort()

    def _gone(self, before: Mapping[Any, Figure]) -> list[Figure]:
        """Figures of the questions and breakdowns of the codebook that the file has no answers to."""
        asked = {matter.told.asked.pk for matter in self.matters}
        dimensions = {group.dimension_id for group in self.groups if group}
        made = {actions.place_of(figure) for figure in self.found.figures}
        return [
            figure
            for place, figure in before.items()
            if figure.asked_id in asked
            and place not in made
            and (figure.group is None or figure.group.dimension_id in dimensions)
        ]


def _not_known(value: str, what: str) -> str:
    """Why a value is a fault; a direct identifier is not repeated."""
    if kind := identifier_in(value):
        return f"it holds a direct identifier ({kind}); take the column out, or out of the codebook"
    return f"“{value[:40]}” {what}"


class _Filter:
    """Who was asked."""

    def __init__(self, asked_if: Asked | None, header: Header):
        self.place = header.place(asked_if.column) if asked_if else None
        self.values = asked_if.values if asked_if else frozenset[str]()

    def asks(self, cells: Sequence[str]) -> bool:
        return self.place is None or folded(cells[self.place]) in self.values


class _BreakdownReader:
    """Which group of one breakdown a respondent is in."""

    def __init__(self, told: Breakdown, header: Header, groups: list[Group | None]):
        self.column = told.column
        self.cell = header.place(told.column) or 0
        self.places: dict[str, int | None] = {"": None}
        for value, group in told.groups.items():
            if group is None:
                self.places[value] = None
                continue
            if group not in groups:
                groups.append(group)
            self.places[value] = groups.index(group)

    def place(self, row: Row, cells: Sequence[str], found: Reckoning) -> int | None:
        value = folded(cells[self.cell])
        if value not in self.places:
            found.fault(row.number, self.column, _not_known(cells[self.cell], "is not in the codebook"))
            return None
        return self.places[value]


class _MatterReader:
    """Counts the answers to one matter, of everybody and in each group."""

    def __init__(self, told: Matter, header: Header, places: int):
        self.told = told
        self.cells = [header.place(column) or 0 for column in told.columns]
        self.filter = _Filter(told.asked_if, header)
        self.wholes = [Tally() for _place in range(places)]
        self.parts = [[Tally() for _place in range(places)] for _option in told.options]
        self.members: Counter[int] = Counter()
        self._remembered: dict[tuple[str, ...], Chosen | None] = {}

    def count(
        self,
        row: Row,
        cells: Sequence[str],
        places: Sequence[int],
        membership: int,
        weight: float,
        found: Reckoning,
    ) -> None:
        told = tuple([cells[place] for place in self.cells])
        asks = self.filter.asks(cells)
        chosen: Any = self._remembered.get(told, _UNSEEN)
        if chosen is _UNSEEN:
            try:
                chosen = self.told.read(told)
            except UnknownValueError as error:
                column, value = error.args
                if asks:
                    found.fault(row.number, column, _not_known(value, "is not in the codebook"))
                return
            if len(self._remembered) < _REMEMBERED:
                self._remembered[told] = chosen
        if chosen is NO_ANSWER:
            return
        if not asks:
            found.left_out[self.told.asked.question.key] += 1
            return
        self.members[membership] += 1
        for place in places:
            self.wholes[place].add(weight)
        for option in chosen:
            tallies = self.parts[option]
            for place in places:
                tallies[place].add(weight)

    def figures(
        self, groups: Sequence[Group | None], before: Mapping[Any, Figure], *, with_interval: bool
    ) -> Iterable[Figure]:
        """A figure for each option, in total and in each group that has answers; not saved."""
        for place, group in enumerate(groups):
            if not self.wholes[place].count:
                continue
            for option, parts in zip(self.told.options, self.parts, strict=True):
                told = estimate(parts[place], self.wholes[place], with_interval=with_interval)
                figure = Figure(
                    asked=self.told.asked,
                    option=option,
                    group=group,
                    share=told.share,
                    unweighted_share=told.unweighted_share,
                    base=told.base,
                    low=told.low,
                    high=told.high,
                    precision=Figure.Precision.EXACT,
                    is_verified=True,
                )
                if old := before.get(actions.place_of(figure)):
                    # What editors have added stays.
                    for name in ("note_fi", "note_sv", "note_en", "source_id"):
                        setattr(figure, name, getattr(old, name))
                    if old.suppression == Figure.Suppression.BY_EDITOR:
                        figure.suppression = old.suppression
                yield figure


class _OwnWordsReader:
    """Answers in own words, without who gave them."""

    def __init__(self, told: OwnWordsColumn, header: Header):
        self.asked = told.asked
        self.cell = header.place(told.column) or 0
        self.filter = _Filter(told.asked_if, header)
        self.texts: list[str] = []

    def keep(self, cells: Sequence[str], found: Reckoning) -> None:
        if (text := cells[self.cell]) and self.filter.asks(cells):
            self.texts.append(masked(text))


# Small numbers ------------------------------------------------------------------------------


def _keep_back(
    matters: Sequence[_MatterReader],
    groups: Sequence[Group | None],
    memberships: Sequence[tuple[int, ...]],
    figures: Sequence[Figure],
) -> None:
    """Keep back what only somebody who knows who is in which groups can tell to be too much.

    What follows from the figures themselves is found whenever figures are entered.
    """
    places = [(group.dimension_id, group.pk) if group else suppression.TOTAL for group in groups]
    dimensions = {group.dimension_id for group in groups if group}
    kept_back = {
        (figure.asked_id, figure.group_id)
        for figure in figures
        if figure.suppression == Figure.Suppression.BY_EDITOR
    }
    cells: list[suppression.Cell] = []
    members: dict[int, suppression.Members] = {}
    for number, matter in enumerate(matters):
        for place, whole in zip(places, matter.wholes, strict=True):
            if whole.count:
                is_kept_back = (matter.told.asked.pk, place[1]) in kept_back
                cells.append(suppression.Cell(number, 0, *place, base=whole.count, kept_back=is_kept_back))
        counts: dict[tuple[suppression.Place, ...], int] = {}
        for membership, count in matter.members.items():
            told = [places[place] for place in memberships[membership] if place != _ALL]
            # Who is in no group of a breakdown is counted as that.
            told += [(dimension, None) for dimension in dimensions - {place[0] for place in told}]
            counts[tuple(told)] = count
        members[number] = counts
    hidden = {
        (matters[number].told.asked.pk, dimension, group)
        for number, dimension, group in suppression.suppressed(cells, members)
    }
    hidden -= suppression.suppressed(map(suppression.cell_of, figures)).keys()
    for figure in figures:
        dimension = figure.group.dimension_id if figure.group else None
        if (figure.asked_id, dimension, figure.group_id) in hidden:
            figure.suppression = Figure.Suppression.BY_EDITOR
