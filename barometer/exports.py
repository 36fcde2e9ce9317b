"""A series given away: one definition of its columns, for the table on the page, CSV, XLSX and JSON alike."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from common.tabular import Cell, as_csv, as_xlsx

from . import charts
from .models import Figure, Sector
from .series import Kind, Observation, Series, share_text


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its code in files, its heading for people, and what stands in it.

    ``words`` is what the page's table shows instead of the value; ``is_shown`` says of a series whether its
    table has the column. Without it the column is in files alone.
    """

    code: str
    heading: str | Promise
    value: Callable[[Observation], Cell]
    words: Callable[[Observation], str] | None = None
    is_shown: Callable[[Series], bool] | None = None
    is_number: bool = False

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
    Column(code="survey", heading=gettext_lazy("Edition’s key"), value=lambda row: row.survey.key),
    Column(
        code="survey_label",
        heading=gettext_lazy("Edition"),
        value=lambda row: row.survey.name,
        words=charts.edition_label,
        is_shown=_is(Kind.COMPARISON),
    ),
    Column(code="country", heading=gettext_lazy("Country"), value=lambda row: row.survey.country.code),
    Column(code="sector", heading=gettext_lazy("Sector’s code"), value=lambda row: row.sector),
    Column(
        code="sector_label",
        heading=gettext_lazy("Sector"),
        value=lambda row: _label(Sector, row.sector),
        is_shown=_is(Kind.COMPARISON),
    ),
    Column(code="year", heading=gettext_lazy("Year"), value=lambda row: row.survey.year),
    Column(
        code="period",
        heading=gettext_lazy("Reference period"),
        value=lambda row: row.survey.period,
        is_shown=_is(Kind.COMPARISON),
    ),
    Column(code="unit_asked", heading=gettext_lazy("Unit’s code"), value=lambda row: row.survey.unit_asked),
    Column(
        code="unit_asked_label",
        heading=gettext_lazy("Unit asked"),
        value=lambda row: str(row.survey.get_unit_asked_display()),
        is_shown=_is(Kind.COMPARISON),
    ),
    Column(code="question", heading=gettext_lazy("Question’s key"), value=lambda row: row.asked.question.key),
    Column(
        code="question_label", heading=gettext_lazy("Subject"), value=lambda row: row.asked.question.title
    ),
    Column(code="wording", heading=gettext_lazy("Question"), value=lambda row: row.asked.words),
    Column(code="asked_of", heading=gettext_lazy("Asked of"), value=lambda row: row.asked.asked_of),
    Column(code="option", heading=gettext_lazy("Answer’s code"), value=lambda row: row.option.code),
    Column(
        code="option_label",
        heading=gettext_lazy("Answer"),
        value=lambda row: row.option.label,
        is_shown=_is(Kind.OPTIONS, Kind.BREAKDOWN, Kind.FACTORS),
    ),
    Column(
        code="factor",
        heading=gettext_lazy("Factor"),
        value=lambda row: row.option.factor.key if row.option.factor else "",
    ),
    Column(code="direction", heading=gettext_lazy("Direction"), value=lambda row: row.option.direction),
    Column(code="degree", heading=gettext_lazy("Degree"), value=lambda row: row.option.degree),
    Column(
        code="dimension",
        heading=gettext_lazy("Breakdown’s key"),
        value=lambda row: row.group.dimension.key if row.group else "",
    ),
    Column(
        code="group",
        heading=gettext_lazy("Group’s key"),
        value=lambda row: row.group.key if row.group else "",
    ),
    Column(
        code="group_label",
        heading=gettext_lazy("Group"),
        value=lambda row: row.group.name if row.group else "",
        is_shown=_is(Kind.BREAKDOWN),
    ),
    Column(
        code="share",
        heading=gettext_lazy("Share, %"),
        value=lambda row: row.share,
        words=lambda row: row.value_text,
        is_shown=lambda series: True,
        is_number=True,
    ),
    Column(
        code="unweighted_share",
        heading=gettext_lazy("Unweighted share, %"),
        value=lambda row: row.unweighted_share,
        words=lambda row: (
            "" if row.unweighted_share is None else share_text(row.unweighted_share, row.precision)
        ),
        is_shown=_any("unweighted_share"),
        is_number=True,
    ),
    Column(code="low", heading=gettext_lazy("Lower limit, %"), value=lambda row: row.low, is_number=True),
    Column(
        code="high",
        heading=gettext_lazy("95 % interval"),
        value=lambda row: row.high,
        words=_interval,
        is_shown=_any("low"),
        is_number=True,
    ),
    Column(
        code="base",
        heading=gettext_lazy("Answers (n)"),
        value=lambda row: row.base,
        words=lambda row: "" if row.base is None else number_format(row.base, force_grouping=True),
        is_shown=_any("base"),
        is_number=True,
    ),
    Column(
        code="precision",
        heading=gettext_lazy("Precision"),
        value=lambda row: row.precision,
        words=lambda row: _label(Figure.Precision, row.precision),
        is_shown=_any("precision"),
    ),
    Column(code="words", heading=gettext_lazy("In the source’s words"), value=lambda row: row.words),
    Column(
        code="suppression",
        heading=gettext_lazy("Not shown, because"),
        value=lambda row: row.suppression,
        words=lambda row: _label(Figure.Suppression, row.suppression),
        is_shown=_any("suppression"),
    ),
    Column(code="note", heading=gettext_lazy("Note"), value=lambda row: row.note, is_shown=_any("note")),
    Column(
        code="source",
        heading=gettext_lazy("Source’s key"),
        value=lambda row: _source(row).key if _source(row) else "",
    ),
    Column(
        code="source_label",
        heading=gettext_lazy("Source"),
        value=lambda row: str(_source(row) or ""),
    ),
    Column(
        code="source_url",
        heading=gettext_lazy("Source’s address"),
        value=lambda row: _source(row).url if _source(row) else "",
    ),
)


@dataclass(frozen=True)
class TableCell:
    """A cell of the page's table."""

    text: str
    is_number: bool


@dataclass(frozen=True)
class Table:
    """The page's table: columns, and of each row the cells; the first cell names the row."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[TableCell]]


def table(series: Series) -> Table:
    """What stands beneath the chart."""
    columns = [column for column in COLUMNS if column.is_shown and column.is_shown(series)]
    return Table(
        columns,
        [
            [TableCell(column.text(row), column.is_number) for column in columns]
            for row in series.observations
        ],
    )


def rows(series: Series) -> list[list[Cell]]:
    """A row for each observation, with every column."""
    return [[column.value(row) for column in COLUMNS] for row in series.observations]


def csv_file(series: Series) -> bytes:
    """Tidy CSV: codes as headings, a row for each observation."""
    return as_csv([column.code for column in COLUMNS], rows(series))


def xlsx_file(series: Series) -> bytes:
    """A workbook: the figures under headings for people, and what has to be known of them."""
    made = max(survey.changed_at for survey in series.surveys)
    return as_xlsx(
        [
            (_("Figures"), [str(column.heading) for column in COLUMNS], rows(series)),
            (pgettext("sheet", "About"), [_("What"), _("Text")], about(series)),
        ],
        made=made,
    )


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
        "columns": {column.code: str(column.heading) for column in COLUMNS},
        "observations": [
            {column.code: _as_json(column.value(row)) for column in COLUMNS} for row in series.observations
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _as_json(value: Cell) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def address(series: Series) -> str:
    """The permanent address of the series, in the page's language."""
    return settings.BASE_URL + reverse("barometer:chart", args=[series.key])
