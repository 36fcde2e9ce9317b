"""Barometers given away: one definition of the columns, for the table on a page, CSV, XLSX and JSON alike."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from common.files import figures_workbook
from common.records import Column, ShownCell, Type, Value, WholeTable
from common.tabular import as_csv

from . import charts
from .models import Design, Figure, Option, Question, Sector, Survey, UnitAsked
from .series import Kind, Observation, Series, all_public, count_public, share_text


@dataclass(frozen=True, kw_only=True)
class FigureColumn(Column):
    """A column of figures.

    ``words`` is what the page's table shows instead of the value; ``is_shown`` says of a series whether its
    table has the column. Without it the column is in files alone.
    """

    words: Callable[[Observation], str] | None = None
    is_shown: Callable[[Series], bool] | None = None

    def text(self, row: Observation) -> str:
        """The cell of the page's table."""
        if self.words:
            return self.words(row)
        value = self.value(row)
        return "" if value is None else str(value)


def _any(name: str) -> Callable[[Series], bool]:
    """Whether any observation tells it."""
    return lambda series: any(getattr(row, name) not in (None, "") for row in series.observations)


def _is(*kinds: Kind) -> Callable[[Series], bool]:
    return lambda series: series.kind in kinds


def _source(row: Observation) -> Any:
    return row.source or row.survey.source


def _interval(row: Observation) -> str:
    if row.low is None or row.high is None:
        return ""
    low, high = (share_text(share, row.precision) for share in (row.low, row.high))
    return f"{low}–{high}"


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


COLUMNS = (
    FigureColumn(
        code="survey",
        heading=gettext_lazy("Edition’s key"),
        value=lambda row: row.survey.key,
        holds=Type.CODE,
    ),
    FigureColumn(
        code="survey_label",
        heading=gettext_lazy("Edition"),
        value=lambda row: row.survey.name,
        words=charts.edition_label,
        is_shown=_is(Kind.COMPARISON),
    ),
    FigureColumn(
        code="country",
        heading=gettext_lazy("Country"),
        value=lambda row: row.survey.country.code,
        holds=Type.CODE,
    ),
    FigureColumn(
        code="sector",
        heading=gettext_lazy("Sector’s code"),
        value=lambda row: row.sector,
        holds=Type.CODE,
        choices=Sector,
    ),
    FigureColumn(
        code="sector_label",
        heading=gettext_lazy("Sector"),
        value=lambda row: _label(Sector, row.sector),
        is_shown=_is(Kind.COMPARISON),
    ),
    FigureColumn(
        code="year", heading=gettext_lazy("Year"), value=lambda row: row.survey.year, holds=Type.INTEGER
    ),
    FigureColumn(
        code="period",
        heading=gettext_lazy("Reference period"),
        value=lambda row: row.survey.period,
        is_shown=_is(Kind.COMPARISON),
    ),
    FigureColumn(
        code="unit_asked",
        heading=gettext_lazy("Unit’s code"),
        value=lambda row: row.survey.unit_asked,
        holds=Type.CODE,
        choices=UnitAsked,
    ),
    FigureColumn(
        code="unit_asked_label",
        heading=gettext_lazy("Unit asked"),
        value=lambda row: str(row.survey.get_unit_asked_display()),
        is_shown=_is(Kind.COMPARISON),
    ),
    FigureColumn(
        code="question",
        heading=gettext_lazy("Question’s key"),
        value=lambda row: row.asked.question.key,
        holds=Type.CODE,
    ),
    FigureColumn(
        code="question_label", heading=gettext_lazy("Subject"), value=lambda row: row.asked.question.title
    ),
    FigureColumn(code="wording", heading=gettext_lazy("Question"), value=lambda row: row.asked.words),
    FigureColumn(code="asked_of", heading=gettext_lazy("Asked of"), value=lambda row: row.asked.asked_of),
    FigureColumn(
        code="option",
        heading=gettext_lazy("Answer’s code"),
        value=lambda row: row.option.code,
        holds=Type.CODE,
    ),
    FigureColumn(
        code="option_label",
        heading=gettext_lazy("Answer"),
        value=lambda row: row.option.label,
        is_shown=_is(Kind.OPTIONS, Kind.BREAKDOWN, Kind.FACTORS),
    ),
    FigureColumn(
        code="factor",
        heading=gettext_lazy("Factor"),
        value=lambda row: row.option.factor.key if row.option.factor else "",
        holds=Type.CODE,
    ),
    FigureColumn(
        code="direction",
        heading=gettext_lazy("Direction"),
        value=lambda row: row.option.direction,
        holds=Type.CODE,
        choices=Option.Direction,
    ),
    FigureColumn(
        code="degree",
        heading=gettext_lazy("Degree"),
        value=lambda row: row.option.degree,
        holds=Type.CODE,
        choices=Option.Degree,
    ),
    FigureColumn(
        code="dimension",
        heading=gettext_lazy("Breakdown’s key"),
        value=lambda row: row.group.dimension.key if row.group else "",
        holds=Type.CODE,
    ),
    FigureColumn(
        code="group",
        heading=gettext_lazy("Group’s key"),
        value=lambda row: row.group.key if row.group else "",
        holds=Type.CODE,
    ),
    FigureColumn(
        code="group_label",
        heading=gettext_lazy("Group"),
        value=lambda row: row.group.name if row.group else "",
        is_shown=_is(Kind.BREAKDOWN),
    ),
    FigureColumn(
        code="share",
        heading=gettext_lazy("Share, %"),
        value=lambda row: row.share,
        holds=Type.NUMBER,
        words=lambda row: row.value_text,
        is_shown=lambda series: True,
    ),
    FigureColumn(
        code="unweighted_share",
        heading=gettext_lazy("Unweighted share, %"),
        value=lambda row: row.unweighted_share,
        holds=Type.NUMBER,
        words=lambda row: (
            "" if row.unweighted_share is None else share_text(row.unweighted_share, row.precision)
        ),
        is_shown=_any("unweighted_share"),
    ),
    FigureColumn(
        code="low", heading=gettext_lazy("Lower limit, %"), value=lambda row: row.low, holds=Type.NUMBER
    ),
    FigureColumn(
        code="high",
        heading=gettext_lazy("95 % interval"),
        value=lambda row: row.high,
        holds=Type.NUMBER,
        words=_interval,
        is_shown=_any("low"),
    ),
    FigureColumn(
        code="base",
        heading=gettext_lazy("Answers (n)"),
        value=lambda row: row.base,
        holds=Type.INTEGER,
        words=lambda row: "" if row.base is None else number_format(row.base, force_grouping=True),
        is_shown=_any("base"),
    ),
    FigureColumn(
        code="precision",
        heading=gettext_lazy("Precision"),
        value=lambda row: row.precision,
        holds=Type.CODE,
        choices=Figure.Precision,
        words=lambda row: _label(Figure.Precision, row.precision),
        is_shown=_any("precision"),
    ),
    FigureColumn(code="words", heading=gettext_lazy("In the source’s words"), value=lambda row: row.words),
    FigureColumn(
        code="suppression",
        heading=gettext_lazy("Not shown, because"),
        value=lambda row: row.suppression,
        holds=Type.CODE,
        choices=Figure.Suppression,
        words=lambda row: _label(Figure.Suppression, row.suppression),
        is_shown=_any("suppression"),
    ),
    FigureColumn(
        code="note", heading=gettext_lazy("Note"), value=lambda row: row.note, is_shown=_any("note")
    ),
    FigureColumn(
        code="source",
        heading=gettext_lazy("Source’s key"),
        value=lambda row: _source(row).key if _source(row) else "",
        holds=Type.CODE,
    ),
    FigureColumn(
        code="source_label",
        heading=gettext_lazy("Source"),
        value=lambda row: str(_source(row) or ""),
    ),
    FigureColumn(
        code="source_url",
        heading=gettext_lazy("Source’s address"),
        value=lambda row: _source(row).url if _source(row) else "",
        holds=Type.ADDRESS,
    ),
)


@dataclass(frozen=True, kw_only=True)
class FigureTable(WholeTable):
    """Every figure that the public may see, once, and the places of those that are not shown."""

    def everything(self) -> Iterator[Observation]:
        return all_public()

    def count(self) -> int:
        return count_public()


FIGURES = FigureTable(
    key="figures",
    title=gettext_lazy("Barometers’ figures"),
    note=gettext_lazy("A row for each share: what was asked, of whom, and how sure the number is."),
    columns=COLUMNS,
)


def _of_edition(name: str) -> Callable[[Any], Value]:
    return lambda survey: getattr(survey, name) or None


@dataclass(frozen=True, kw_only=True)
class EditionTable(WholeTable):
    """Every public edition: what has to be known of its figures."""

    def everything(self) -> Iterator[Survey]:
        return Survey.objects.public().select_related("source").order_by("pk").iterator()

    def count(self) -> int:
        return int(Survey.objects.public().count())


EDITIONS = EditionTable(
    key="editions",
    title=gettext_lazy("Barometers’ editions"),
    note=gettext_lazy("A row for each edition: who was asked and how, and what its figures do not allow."),
    columns=(
        Column(
            code="survey",
            heading=gettext_lazy("Edition’s key"),
            value=lambda survey: survey.key,
            holds=Type.CODE,
        ),
        Column(code="name", heading=gettext_lazy("Edition"), value=lambda survey: survey.name),
        Column(
            code="url",
            heading=gettext_lazy("Page"),
            value=lambda survey: settings.BASE_URL + survey.get_absolute_url(),
            holds=Type.ADDRESS,
        ),
        Column(
            code="country",
            heading=gettext_lazy("Country"),
            value=lambda survey: survey.country.code,
            holds=Type.CODE,
            note=gettext_lazy("ISO 3166-1, two letters"),
        ),
        Column(
            code="sector",
            heading=gettext_lazy("Sector’s code"),
            value=lambda survey: survey.sector,
            holds=Type.CODE,
            choices=Sector,
        ),
        Column(
            code="sector_label",
            heading=gettext_lazy("Sector"),
            value=lambda survey: _label(Sector, survey.sector),
        ),
        Column(
            code="year",
            heading=gettext_lazy("Year"),
            value=lambda survey: survey.year,
            holds=Type.INTEGER,
        ),
        Column(code="period", heading=gettext_lazy("Reference period"), value=_of_edition("period")),
        Column(code="fieldwork", heading=gettext_lazy("When it was asked"), value=_of_edition("fieldwork")),
        Column(
            code="unit_asked",
            heading=gettext_lazy("Unit’s code"),
            value=_of_edition("unit_asked"),
            holds=Type.CODE,
            choices=UnitAsked,
        ),
        Column(
            code="unit_asked_label",
            heading=gettext_lazy("Unit asked"),
            value=lambda survey: _label(UnitAsked, survey.unit_asked),
        ),
        Column(code="who_asked", heading=gettext_lazy("Who was asked"), value=_of_edition("who_asked")),
        Column(
            code="design",
            heading=gettext_lazy("Design"),
            value=lambda survey: survey.design,
            holds=Type.CODE,
            choices=Design,
        ),
        Column(
            code="invited",
            heading=gettext_lazy("Invited"),
            value=lambda survey: survey.invited,
            holds=Type.INTEGER,
        ),
        Column(
            code="answered",
            heading=gettext_lazy("Answered"),
            value=lambda survey: survey.answered,
            holds=Type.INTEGER,
        ),
        Column(
            code="response_rate",
            heading=gettext_lazy("Response rate, %"),
            value=lambda survey: survey.response_percent,
            holds=Type.NUMBER,
        ),
        Column(code="method", heading=gettext_lazy("Method"), value=_of_edition("method")),
        Column(code="weighting", heading=gettext_lazy("Weighting"), value=_of_edition("weighting")),
        Column(code="caveat", heading=gettext_lazy("Caveat"), value=_of_edition("caveat")),
        Column(code="publisher", heading=gettext_lazy("Publisher"), value=_of_edition("publisher")),
        Column(
            code="source_label",
            heading=gettext_lazy("Source"),
            value=lambda survey: str(survey.source) if survey.source else None,
        ),
        Column(
            code="source_url",
            heading=gettext_lazy("Source’s address"),
            value=lambda survey: (survey.source.url or None) if survey.source else None,
            holds=Type.ADDRESS,
        ),
        Column(
            code="changed",
            heading=gettext_lazy("Last changed"),
            value=lambda survey: survey.changed_at,
            holds=Type.TIME,
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class QuestionTable(WholeTable):
    """Every question of which there are public figures, in the order of the questions."""

    def everything(self) -> Iterator[Question]:
        shown = Option.objects.filter(Exists(Figure.objects.public().filter(option=OuterRef("pk"))))
        questions = Question.objects.public().prefetch_related(
            Prefetch("options", shown), Prefetch("surveys", Survey.objects.public())
        )
        return iter(questions)

    def count(self) -> int:
        return Question.objects.public().count()


QUESTIONS = QuestionTable(
    key="questions",
    title=gettext_lazy("Questions"),
    note=gettext_lazy("A row for each question of which some published edition has figures."),
    columns=(
        Column(
            code="question",
            heading=gettext_lazy("Question’s key"),
            value=lambda question: question.key,
            holds=Type.CODE,
        ),
        Column(
            code="url",
            heading=gettext_lazy("Page"),
            value=lambda question: settings.BASE_URL + question.get_absolute_url(),
            holds=Type.ADDRESS,
        ),
        Column(code="title", heading=gettext_lazy("Subject"), value=lambda question: question.title),
        Column(
            code="wording",
            heading=gettext_lazy("Wording"),
            value=lambda question: question.wording,
            note=gettext_lazy("In our own words; an edition may have asked in others."),
        ),
        Column(
            code="kind",
            heading=gettext_lazy("Kind’s code"),
            value=lambda question: question.kind,
            holds=Type.CODE,
            choices=Question.Kind,
        ),
        Column(
            code="kind_label",
            heading=gettext_lazy("Kind of question"),
            value=lambda question: str(question.get_kind_display()),
        ),
        Column(
            code="options",
            heading=gettext_lazy("Answers’ codes"),
            value=lambda question: [option.code for option in question.options.all()],
            holds=Type.CODE,
            many=True,
        ),
        Column(
            code="options_label",
            heading=gettext_lazy("Answers"),
            value=lambda question: [option.label for option in question.options.all()],
            many=True,
        ),
        Column(
            code="surveys",
            heading=gettext_lazy("Editions’ keys"),
            value=lambda question: [survey.key for survey in question.surveys.all()],
            holds=Type.CODE,
            many=True,
            note=gettext_lazy("The published editions that asked it."),
        ),
    ),
)


@dataclass(frozen=True)
class ShownTable:
    """The page's table: columns, and of each row the cells; the first cell names the row."""

    columns: Sequence[FigureColumn]
    rows: Sequence[Sequence[ShownCell]]


def table(series: Series) -> ShownTable:
    """What stands beneath the chart."""
    columns = [column for column in COLUMNS if column.is_shown and column.is_shown(series)]
    return ShownTable(
        columns,
        [
            [ShownCell(column.text(row), column.is_number) for column in columns]
            for row in series.observations
        ],
    )


def csv_file(series: Series) -> bytes:
    """Tidy CSV: codes as headings, a row for each observation, with every column."""
    return as_csv(FIGURES.header, map(FIGURES.cells, series.observations))


def xlsx_file(series: Series) -> bytes:
    """A workbook: the figures under headings for people, and what has to be known of them."""
    return figures_workbook(FIGURES, series.observations, about=about(series), made=series.changed_at)


def about(series: Series) -> list[tuple[str, str]]:
    """What has to be known of the figures, line by line."""
    return [
        (_("Subject"), series.title),
        *((fact.label, fact.text) for fact in charts.facts_of(series)),
        *((_("Note"), note) for note in charts.notes_of(series)),
        *((_("Caveat"), caveat) for caveat in charts.caveats_of(series)),
        *((_("Source"), f"{source} {source.url}".strip()) for source in series.sources),
        (_("Address"), address(series)),
    ]


def json_file(series: Series) -> bytes:
    """The figures with what has to be known of them; a number that is not known or not shown is null."""
    told: dict[str, Any] = {
        "key": series.key,
        "url": address(series),
        "language": get_language(),
        "title": series.title,
        "kind": series.kind.value,
        "facts": [{"label": fact.label, "text": fact.text} for fact in charts.facts_of(series)],
        "notes": charts.notes_of(series),
        "caveats": charts.caveats_of(series),
        "sources": [
            {"title": source.title, "publisher": source.publisher, "url": source.url}
            for source in series.sources
        ],
        "breaks": [{"before": found.before, "reasons": found.reasons} for found in series.breaks],
        "columns": dict(zip(FIGURES.header, FIGURES.headings, strict=True)),
        "observations": [
            {column.code: _as_json(column.value(row)) for column in COLUMNS} for row in series.observations
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _as_json(value: Value) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def address(series: Series) -> str:
    """The permanent address of the series, in the page's language."""
    return settings.BASE_URL + reverse("barometer:chart", args=[series.key])
