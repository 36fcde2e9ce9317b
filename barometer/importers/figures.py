"""Figures from a table with one row for each: what would happen to every row, and making it happen.

``docs/barometer.md`` describes the table and its value map. What the table tells is found by key; nothing but
figures is made. :func:`plan` changes nothing; the admin and the command show it, then :func:`apply` it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from barometer import actions, exports
from barometer.models import Figure, Group, Option, Question, Source, Survey, SurveyQuestion
from common.imports.options import FileFormat, MappingError, Options, load_toml
from common.imports.report import Remark
from common.imports.tables import Header, Row, Table, read_table
from common.imports.text import folded, one_line

if TYPE_CHECKING:
    from accounts.models import User

MAPPINGS = Path(__file__).resolve().parent / "mappings"

KEYS = ("survey", "question", "option", "dimension", "group")
PERCENTAGES = ("share", "low", "high", "unweighted_share")
WORDS = ("words_fi", "words_sv", "words_en", "note_fi", "note_sv", "note_en")
# The columns of a table of figures, by their own names. Our own downloads have labels beside them.
COLUMNS = (*KEYS, *PERCENTAGES, "base", "precision", *WORDS, "source", "verified", "kept_back", "suppression")
# A row tells at least these.
NEEDED = ("survey", "question", "option", "share")

YES = {"yes", "true", "1", "x", "kyllä", "ja"}
NO = {"no", "false", "0", "ei", "nej"}
_CENT = Decimal("0.01")
_COUNTED = (Figure.Precision.EXACT, Figure.Precision.ROUNDED)
_LARGEST_BASE = 2_147_483_647


class Outcome(StrEnum):
    """What happens to the figure of one row."""

    CREATED = "created"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class FiguresRefusedError(Exception):
    """A plan with refused rows is not applied, not even in part."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """What happens to one row. ``figure`` is None when it is refused or tells nothing; it is not saved.

    ``before`` and ``after`` hold what the figure says, by the names of ``actions.VALUES``.
    """

    row: int
    keys: Mapping[str, str]
    outcome: Outcome
    refusals: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    figure: Figure | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None

    @property
    def remarks(self) -> tuple[str, ...]:
        """Everything that there is to say of the row, in the reader's language."""
        return tuple(map(str, (*self.refusals, *self.notes)))


@dataclass(frozen=True)
class Plan:
    """What would happen, row by row. ``unread`` are the file's columns that nothing is read from."""

    lines: tuple[Line, ...]
    unread: tuple[str, ...] = ()

    def of(self, outcome: Outcome) -> list[Line]:
        return [line for line in self.lines if line.outcome is outcome]

    @property
    def errors(self) -> list[str]:
        """Why the plan cannot be applied, each with its row and column."""
        return [
            _("Row %(row)s, %(remark)s") % {"row": line.row, "remark": remark}
            for line in self.lines
            for remark in line.refusals
        ]

    @property
    def is_refused(self) -> bool:
        return any(line.outcome is Outcome.REFUSED for line in self.lines)

    @property
    def figures(self) -> dict[Survey, list[Figure]]:
        """The figures that would be created or changed, by edition."""
        found: defaultdict[Survey, list[Figure]] = defaultdict(list)
        for line in self.lines:
            if line.figure is not None and line.outcome in (Outcome.CREATED, Outcome.CHANGED):
                found[line.figure.asked.survey].append(line.figure)
        return dict(found)

    @property
    def needs_note(self) -> bool:
        """Whether published figures would change, so that readers have to be told why."""
        return any(survey.is_public for survey in self.figures)


def plan(table: Table, mapping: FigureMapping | None = None) -> Plan:
    """What would happen to each row of the table; changes nothing. Raises TableError for lacking columns."""
    mapping = mapping or FigureMapping({})
    mapping.check(table)
    known = _Known()
    readings = [_Reading(row, mapping.cells(table, row), known) for row in table.rows]
    _check_duplicates(readings)
    _check_sums([reading for reading in readings if reading.figure], known)
    return Plan(tuple(reading.line() for reading in readings), mapping.unread(table))


@transaction.atomic
def apply(
    plan: Plan, *, by: User | None, note: actions.Note | None = None
) -> dict[Survey, list[dict[str, Any]]]:
    """Enter the plan's figures, all of them or none; what changed in each edition, as its event records it.

    ``note`` tells readers of published editions in each language why. Raises FiguresRefusedError when a row
    is refused, and TransitionRefused when ``by`` may not, a note is missing, or an edition was changed after
    the plan was made.
    """
    if plan.is_refused:
        raise FiguresRefusedError(_("Some rows are refused, so nothing was entered."))
    return {
        survey: actions.enter_figures(
            survey, figures, by=by, seen_version=survey.version, note=note if survey.is_public else None
        )
        for survey, figures in plan.figures.items()
    }


# What the columns mean ------------------------------------------------------------


class FigureMapping:
    """A value map: the names of the file's columns, and what its values mean. Raises MappingError.

    Without one, the columns have our names and hold our keys.
    """

    def __init__(self, data: dict[str, Any]):
        options = Options(data, "")
        self.format = FileFormat(_part(options, "file"))
        self.columns = self._texts(_part(options, "columns"))
        self.constants = self._texts(_part(options, "constants"))
        values = _part(options, "values")
        self.values = {name: values.take_map(name) for name in values.names() if _is_column(values, name)}
        self.ignored: dict[str, str] = options.take("ignored", dict, {})
        options.done()
        both = set(self.columns) & set(self.constants)
        if both:
            raise MappingError(f"[constants] {', '.join(sorted(both))}: has a column too.")
        if "dimension" in self.constants and "group" not in self.columns:
            raise MappingError("[constants] A breakdown needs a column of its groups: [columns] group.")

    @staticmethod
    def _texts(options: Options) -> dict[str, str]:
        return {name: options.take(name, str) for name in options.names() if _is_column(options, name)}

    def check(self, table: Header) -> None:
        """Raise TableError when the file lacks a column that it must have."""
        needed = [name for name in NEEDED if name not in self.constants and self._place(table, name) is None]
        table.require([*self.columns.values(), *needed])

    def unread(self, table: Header) -> tuple[str, ...]:
        """Columns of the file that are neither read nor ignored with a reason."""
        read = {self._place(table, name) for name in COLUMNS if name not in self.constants}
        known = {folded(name) for name in self.ignored} | _headings().keys() | set(COLUMNS)
        return tuple(
            name
            for place, name in enumerate(table.columns)
            if name and place not in read and folded(name) not in known
        )

    def _place(self, table: Header, name: str) -> int | None:
        """Where the column of that name of ours is: as the map says, or by our heading or name."""
        if name in self.columns:
            return table.place(self.columns[name])
        # The heading first: “Question” is a name of ours, but beside “Question’s key” it is a label.
        headings = _headings()
        places = (place for place, column in enumerate(table.columns) if headings.get(folded(column)) == name)
        return next(places, table.place(name))

    def cells(self, table: Header, row: Row) -> dict[str, Cell]:
        """What the row tells, by our names; what the file has no column for is not among them."""
        found = {name: Cell(name, value) for name, value in self.constants.items()}
        for name in COLUMNS:
            place = self._place(table, name)
            if name not in self.constants and place is not None:
                value = one_line(row.cells[place])
                value = "" if folded(value) in self.format.empty else value
                found[name] = Cell(table.columns[place], self.values.get(name, {}).get(folded(value), value))
        if "dimension" in self.constants and not found["group"].text:
            # The one breakdown of a file in which rows without a group are totals.
            del found["dimension"]
        return found


def load_mapping(name_or_file: str) -> FigureMapping:
    """The value map of that name that comes with the registry, or in that file. Raises MappingError."""
    return FigureMapping(load_toml(name_or_file, MAPPINGS))


def read(path: Path, mapping: FigureMapping | None = None) -> Table:
    """The table in a CSV or XLSX file. Raises TableError."""
    told = (mapping or FigureMapping({})).format
    return read_table(path, delimiter=told.delimiter, encoding=told.encoding, sheet=told.sheet)


@cache
def _headings() -> dict[str, str]:
    """The headings of our own downloads, folded, in every language, and the columns' codes."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {folded(str(column.heading)): column.code for column in exports.COLUMNS}
    # The code of one column may be the heading of another: the name of ours it stays.
    return {heading: code for heading, code in found.items() if heading not in COLUMNS} | {
        column.code: column.code for column in exports.COLUMNS if column.code not in COLUMNS
    }


def _part(options: Options, name: str) -> Options:
    return options.take_options(name) or Options({}, name)


def _is_column(options: Options, name: str) -> bool:
    if name not in COLUMNS:
        raise options.error(f"“{name}” is none of {', '.join(COLUMNS)}.")
    return True


@dataclass(frozen=True)
class Cell:
    """What a row tells under one of our names, and the column of the file that it is from."""

    column: str
    text: str


# What there is already --------------------------------------------------------------


class _Known:
    """Everything that a row can name, found by key; a constant number of queries."""

    def __init__(self) -> None:
        surveys = Survey.objects.in_bulk()
        self.surveys = {survey.key: survey for survey in surveys.values()}
        self.questions = {question.key: question for question in Question.objects.all()}
        self.sources = {source.key: source for source in Source.objects.all()}
        self.asked: dict[tuple[str, str], SurveyQuestion] = {}
        for asked in SurveyQuestion.objects.select_related("question"):
            asked.survey = surveys[asked.survey_id]
            self.asked[asked.survey.key, asked.question.key] = asked
        self.options: defaultdict[str, dict[str, Option]] = defaultdict(dict)
        for option in Option.objects.select_related("question"):
            self.options[option.question.key][option.code] = option
        self.groups: defaultdict[str, dict[str, Group]] = defaultdict(dict)
        for group in Group.objects.select_related("dimension"):
            self.groups[group.dimension.key][group.key] = group
        figures = Figure.objects.select_related("asked__question", "option", "group__dimension")
        self.figures = {actions.place_of(figure): figure for figure in figures}


def _labels(known: Mapping[str, Any]) -> dict[str, str]:
    """Every way to spell what is known, by key and by name in each language, and the key that is meant."""
    spelt = {}
    for key, thing in known.items():
        for name in ("title", "label", "name"):
            for language in ("fi", "sv", "en"):
                if label := getattr(thing, f"{name}_{language}", ""):
                    spelt[folded(label)] = key
    return {**spelt, **{folded(key): key for key in known}}


def nearest(value: str, known: Mapping[str, Any]) -> str:
    """The known key that is spelt or named most like the value; empty when none is near."""
    spelt = _labels(known)
    found = get_close_matches(folded(value), spelt, n=1, cutoff=0.6)
    return spelt[found[0]] if found else ""


# Reading a row --------------------------------------------------------------------------


@dataclass
class _Reading:
    """One row as it is understood: its figure, or why there is none."""

    row: Row
    cells: Mapping[str, Cell]
    known: _Known
    refusals: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    figure: Figure | None = None
    before: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        place = self._place()
        values = self._values()
        if place is None or self.refusals:
            return
        asked, option, group = place
        old = self.known.figures.get((asked.pk, option.pk, group.pk if group else None))
        if self._tells_nothing(old):
            return
        self.before = actions.told_by(old) if old else None
        told = {name: getattr(old, name) for name in actions.VALUES} if old else {}
        suppression = old.suppression if old else Figure.Suppression.NONE
        if "kept_back" in values:
            is_kept_back = values.pop("kept_back")
            suppression = Figure.Suppression.BY_EDITOR if is_kept_back else Figure.Suppression.NONE
        # Our downloads tell the edition's own source where a figure has no other.
        has_own_source = old is not None and old.source_id is not None
        if not has_own_source and values.get("source_id") == asked.survey.source_id:
            values.pop("source_id", None)
        told.update(values)
        if "precision" not in values and "share" in values:
            told["precision"] = self._likely_precision(old, values["share"])
        self._check_values(told)
        if not self.refusals:
            self.figure = Figure(asked=asked, option=option, group=group, suppression=suppression, **told)

    def refuse(self, name: str, text: str) -> None:
        self.refusals.append(Remark(self._column(name), text))

    def note(self, name: str, text: str) -> None:
        self.notes.append(Remark(self._column(name), text))

    def line(self) -> Line:
        after = actions.told_by(self.figure) if self.figure else None
        if self.refusals:
            outcome = Outcome.REFUSED
        elif after is None or after == self.before:
            outcome = Outcome.SAME
        else:
            outcome = Outcome.CREATED if self.before is None else Outcome.CHANGED
        return Line(
            row=self.row.number,
            keys={name: self._text(name) for name in KEYS},
            outcome=outcome,
            refusals=tuple(self.refusals),
            notes=tuple(self.notes),
            figure=None if self.refusals else self.figure,
            before=self.before,
            after=after,
        )

    def _text(self, name: str) -> str:
        return self.cells[name].text if name in self.cells else ""

    def _column(self, name: str) -> str:
        return self.cells[name].column if name in self.cells else name

    # What the figure is of

    def _place(self) -> tuple[SurveyQuestion, Option, Group | None] | None:
        survey = self._find("survey", self.known.surveys)
        question = self._find("question", self.known.questions)
        asked = option = None
        if survey and question:
            asked = self.known.asked.get((survey.key, question.key))
            if asked is None:
                self.refuse("question", _("the edition does not ask this question: add it there first"))
        if question:
            option = self._find("option", self.known.options[question.key])
        group = self._group()
        return (asked, option, group) if asked and option and not self.refusals else None

    def _group(self) -> Group | None:
        dimension, group = self._text("dimension"), self._text("group")
        if not dimension and not group:
            return None
        if not group:
            self.refuse("group", _("the breakdown is told, but not the group"))
        elif not dimension:
            self.refuse("dimension", _("the group is told, but not of which breakdown"))
        elif groups := self._find("dimension", self.known.groups):
            return self._find("group", groups)
        return None

    def _find(self, name: str, known: Mapping[str, Any]) -> Any:
        value = self._text(name)
        if value in known:
            return known[value]
        if not value:
            self.refuse(name, _("it is not told"))
        elif near := nearest(value, known):
            self.refuse(
                name,
                _("there is no “%(value)s”; is “%(near)s” meant?") % {"value": value, "near": near},
            )
        else:
            self.refuse(name, _("there is no “%(value)s”") % {"value": value})
        return None

    # What the figure says

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {name: self._percentage(name) for name in PERCENTAGES if name in self.cells}
        if "base" in self.cells:
            values["base"] = self._base()
        for name in WORDS:
            if name in self.cells:
                values[name] = self._words(name)
        if self._text("precision"):
            values["precision"] = self._precision()
        if "source" in self.cells:
            source = self._find("source", self.known.sources) if self._text("source") else None
            values["source_id"] = source.pk if source else None
        for name, target in (("verified", "is_verified"), ("kept_back", "kept_back")):
            if name in self.cells:
                values[target] = self._yes(name)
        return values

    def _percentage(self, name: str) -> Decimal | None:
        text = self._text(name)
        if not text:
            return None
        value = _decimal(text.removesuffix("%"))
        if value is None:
            self.refuse(name, _("“%(value)s” is not a number") % {"value": text})
            return None
        if not 0 <= value <= 100:
            self.refuse(name, _("%(value)s is not between 0 and 100") % {"value": text})
            return None
        return value.quantize(_CENT, ROUND_HALF_UP)

    def _base(self) -> int | None:
        text = self._text("base")
        if not text:
            return None
        value = _decimal(text)
        if value is None or value != value.to_integral_value() or not 0 <= value <= _LARGEST_BASE:
            self.refuse("base", _("“%(value)s” is not a number of answers") % {"value": text})
            return None
        return int(value)

    def _words(self, name: str) -> str:
        text = self._text(name)
        limit = Figure._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
        if len(text) > limit:
            self.refuse(
                name,
                _("%(length)s characters; at most %(limit)s fit") % {"length": len(text), "limit": limit},
            )
        return text

    def _precision(self) -> str:
        value = self._text("precision").lower()
        if value not in Figure.Precision.values:
            allowed = ", ".join(Figure.Precision.values)
            self.refuse(
                "precision",
                _("“%(value)s” is none of %(allowed)s") % {"value": value, "allowed": allowed},
            )
        return value

    def _likely_precision(self, old: Figure | None, share: Decimal | None) -> str:
        """What the row does not say: a share with decimals is as counted, a whole one rounded to that."""
        if old and (old.share == share or old.precision not in _COUNTED):
            return old.precision
        is_whole = share is None or share == share.to_integral_value()
        return Figure.Precision.ROUNDED if is_whole else Figure.Precision.EXACT

    def _yes(self, name: str) -> bool:
        value = folded(self._text(name))
        if value and value not in YES | NO:
            self.refuse(name, _("“%(value)s” is neither yes nor no") % {"value": self._text(name)})
        return value in YES

    def _tells_nothing(self, old: Figure | None) -> bool:
        """Whether it is a place without a number, as our downloads have them."""
        if self._text("share"):
            return False
        if self._text("suppression"):
            self.note("suppression", _("its number is not in the file: left as it is"))
            return True
        if old is not None and not old.is_verified and "verified" not in self.cells:
            # To readers it is not known, whatever was entered.
            self.note("share", _("its number is not in the file: left as it is"))
            return True
        return old is None and not any(self._text(name) for name in ("base", *WORDS))

    def _check_values(self, told: Mapping[str, Any]) -> None:
        low, share, high = (told.get(name) for name in ("low", "share", "high"))
        if (low is None) != (high is None):
            self.refuse("low" if low is None else "high", _("both limits are told, or neither"))
        elif low is not None and high is not None and (share is None or not low <= share <= high):
            self.refuse("share", _("the share is not between its limits"))
        if told.get("precision") == Figure.Precision.WORDED:
            lacking = [language for language in ("fi", "sv", "en") if not told.get(f"words_{language}")]
            if lacking:
                self.refuse(
                    f"words_{lacking[0]}", _("a share told in words needs the words in each language")
                )


def _decimal(text: str) -> Decimal | None:
    """The number, with a point or a comma, and spaces between thousands; None when it is none."""
    try:
        value = Decimal(text.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


# Rows together ------------------------------------------------------------------------


def _check_duplicates(readings: Iterable[_Reading]) -> None:
    places: defaultdict[object, list[_Reading]] = defaultdict(list)
    for reading in readings:
        if reading.figure:
            places[actions.place_of(reading.figure)].append(reading)
    for same in places.values():
        for reading in same:
            others = ", ".join(str(other.row.number) for other in same if other is not reading)
            if others:
                reading.refuse("option", _("the same figure is on row %(rows)s too") % {"rows": others})


def _check_sums(readings: Sequence[_Reading], known: _Known) -> None:
    """Refuse rows whose shares, with those here already, make more than a whole can."""
    after = {**known.figures, **{actions.place_of(r.figure): r.figure for r in readings if r.figure}}
    wholes: defaultdict[tuple[int, int | None], list[Figure]] = defaultdict(list)
    touched: defaultdict[tuple[int, int | None], list[_Reading]] = defaultdict(list)
    for reading in readings:
        if reading.figure:
            touched[reading.figure.asked_id, reading.figure.group_id].append(reading)
    for figure in after.values():
        if (place := (figure.asked_id, figure.group_id)) in touched:
            wholes[place].append(figure)
    for place, rows in touched.items():
        question = rows[0].figure.asked.question  # type: ignore[union-attr]
        figures = wholes[place]
        for part, limit in _parts(question, figures):
            _check_sum(part, limit, rows)
        _note_bases(question, figures, rows)
    _note_groups(after, touched)


def _parts(question: Question, figures: Sequence[Figure]) -> Iterator[tuple[list[Figure], int]]:
    """Which of one group's figures belong to a whole, and how many per cent that is."""
    if question.sums_to_all:
        yield list(figures), 100
    elif question.kind == Question.Kind.MULTI and question.most_answers:
        yield list(figures), 100 * question.most_answers
    elif question.kind == Question.Kind.FACTOR:
        directions: defaultdict[object, list[Figure]] = defaultdict(list)
        for figure in figures:
            if figure.option.degree in (Option.Degree.HIGH, Option.Degree.SOME):
                directions[figure.option.factor_id, figure.option.direction].append(figure)
        for part in directions.values():
            yield part, 100


def _check_sum(figures: Sequence[Figure], limit: int, rows: Sequence[_Reading]) -> None:
    total = sum((figure.share for figure in figures if figure.share is not None), Decimal(0))
    if sum(map(_least, figures)) <= limit:
        return
    concerned = {actions.place_of(figure) for figure in figures}
    for reading in rows:
        if reading.figure and actions.place_of(reading.figure) in concerned:
            reading.refuse(
                "share",
                _("the shares of this question and group make %(sum)s %% together, more than %(limit)s")
                % {"sum": f"{total.normalize():f}", "limit": limit},
            )


def _least(figure: Figure) -> Decimal:
    """The smallest share that the figure can stand for."""
    share = figure.share or Decimal(0)
    match figure.precision:
        case Figure.Precision.UNDER:
            return Decimal(0)
        case Figure.Precision.EXACT:
            margin = Decimal("0.05")
        case Figure.Precision.OVER:
            margin = Decimal(0)
        case Figure.Precision.ROUNDED:
            margin = Decimal("0.5")
        case _:
            # “About”, “four of five”: told to the nearest five.
            margin = Decimal("2.5")
    return max(Decimal(0), share - margin)


def _note_bases(question: Question, figures: Sequence[Figure], rows: Sequence[_Reading]) -> None:
    """Who answers a question with one answer is in the base of each of its options."""
    bases = {figure.base for figure in figures if figure.base is not None}
    if question.sums_to_all and len(bases) > 1:
        rows[0].note(
            "base",
            _("the options of this question and group have different bases: %(bases)s")
            % {"bases": ", ".join(map(str, sorted(bases)))},
        )


def _note_groups(
    after: Mapping[Any, Figure], touched: Mapping[tuple[int, int | None], Sequence[_Reading]]
) -> None:
    """Groups of a breakdown do not overlap, so together they are not more than the total."""
    sums: defaultdict[tuple[int, int, int], int] = defaultdict(int)
    for known in after.values():
        if known.group is not None and known.base is not None:
            sums[known.asked_id, known.option_id, known.group.dimension_id] += known.base
    told = set()
    for rows in touched.values():
        for reading in rows:
            if (figure := reading.figure) is None or figure.group is None:
                continue
            place = (figure.asked_id, figure.option_id, figure.group.dimension_id)
            total = after.get((figure.asked_id, figure.option_id, None))
            if place in told or total is None or total.base is None or sums[place] <= total.base:
                continue
            told.add(place)
            reading.note(
                "base",
                ngettext(
                    "the groups of this breakdown have %(sum)s answer together, the total %(total)s",
                    "the groups of this breakdown have %(sum)s answers together, the total %(total)s",
                    sums[place],
                )
                % {"sum": sums[place], "total": total.base},
            )
