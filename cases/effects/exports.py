"""A series of effects given away: one definition of its columns, for the page's table and every file."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cases.models import Established
from common import licence
from common.files import figures_workbook
from common.records import Column, ShownCell, Table, Type
from common.tabular import as_csv

from .charts import address, source_words
from .series import Observation, Series
from .wording import facts_of, notes_of, range_words, rules


@dataclass(frozen=True, kw_only=True)
class ShownColumn(Column):
    """``words`` is what the page's table shows; a column without it is in files alone."""

    words: Callable[[Observation], str] | None = None


_GROUP = ShownColumn(
    code="group_label",
    heading=gettext_lazy("Group"),
    value=lambda row: row.group_label or None,
    words=lambda row: row.group_label,
)
_MEDIAN = ShownColumn(
    code="median",
    heading=gettext_lazy("Median of the innovations"),
    value=lambda row: row.summary.median,
    holds=Type.NUMBER,
    words=lambda row: row.measure.words(row.summary.median),
)
_TOTAL = ShownColumn(
    code="total",
    heading=gettext_lazy("Sum"),
    value=lambda row: row.summary.total,
    holds=Type.NUMBER,
    words=lambda row: row.measure.words(row.value),
    note=gettext_lazy("Empty where figures do not add up."),
)
_ESTABLISHED = ShownColumn(
    code="established_label",
    heading=gettext_lazy("How it is known"),
    value=lambda row: str(row.established.label),
    words=lambda row: str(row.established.label),
)

TABLE = Table(
    key="effects",
    title=gettext_lazy("Effects"),
    note=gettext_lazy("A row for each group and each way in which figures are known."),
    columns=(
        ShownColumn(
            code="effect",
            heading=gettext_lazy("Effect’s key"),
            value=lambda row: row.measure.key,
            holds=Type.CODE,
        ),
        ShownColumn(
            code="group",
            heading=gettext_lazy("Group’s key"),
            value=lambda row: row.group or None,
            holds=Type.CODE,
        ),
        _GROUP,
        ShownColumn(
            code="established",
            heading=gettext_lazy("How it is known, code"),
            value=lambda row: row.established.value,
            holds=Type.CODE,
            choices=Established,
        ),
        _ESTABLISHED,
        _TOTAL,
        ShownColumn(
            code="cases",
            heading=gettext_lazy("Number of innovations"),
            value=lambda row: row.summary.cases,
            holds=Type.INTEGER,
            words=lambda row: number_format(row.summary.cases, force_grouping=True),
        ),
        _MEDIAN,
        ShownColumn(
            code="smallest",
            heading=gettext_lazy("Smallest"),
            value=lambda row: row.summary.smallest,
            holds=Type.NUMBER,
        ),
        ShownColumn(
            code="largest",
            heading=gettext_lazy("Smallest and largest"),
            value=lambda row: row.summary.largest,
            holds=Type.NUMBER,
            words=range_words,
        ),
        ShownColumn(
            code="unit", heading=gettext_lazy("Unit"), value=lambda row: row.measure.unit, holds=Type.CODE
        ),
    ),
)


@dataclass(frozen=True)
class ShownRow:
    """A row of the page's table: its first cell names it; ``observation`` leads to the cases behind it."""

    observation: Observation
    cells: Sequence[ShownCell]


def headings(series: Series) -> list[tuple[str, bool]]:
    """Of each column of the page's table its heading, and whether it holds numbers."""
    breakdown = series.key.breakdown
    return [
        (breakdown.heading if column is _GROUP and breakdown else str(column.heading), column.is_number)
        for column in _shown(series)
    ]


def shown_rows(series: Series) -> list[ShownRow]:
    """What stands beneath the chart."""
    columns = _shown(series)
    return [
        ShownRow(row, [ShownCell(column.words(row), column.is_number) for column in columns if column.words])
        for row in series.observations
    ]


def _shown(series: Series) -> list[ShownColumn]:
    left_out = {_GROUP.code: not series.key.breakdown, _TOTAL.code: not series.adds_up}
    return [
        column
        for column in TABLE.columns
        if isinstance(column, ShownColumn) and column.words and not left_out.get(column.code)
    ]


def csv_file(series: Series) -> bytes:
    """Tidy CSV: codes as headings, a row for each observation."""
    return as_csv(TABLE.header, map(TABLE.cells, series.observations))


def xlsx_file(series: Series) -> bytes:
    """A workbook: the figures under headings for people, and what has to be known of them."""
    return figures_workbook(TABLE, series.observations, about=about(series), made=_made(series))


def about(series: Series) -> list[tuple[str, str]]:
    """What has to be known of the figures, line by line."""
    return [
        (_("Title"), series.title),
        *((fact.label, fact.text) for fact in facts_of(series)),
        *((_("Note"), note) for note in notes_of(series)),
        *((_("How it is counted"), rule) for rule in rules(series.measure)),
        (_("Source"), source_words(series)),
        (_("Licence"), licence.NAME),
    ]


def json_file(series: Series) -> bytes:
    """The figures with what has to be known of them."""
    told: dict[str, Any] = {
        "key": str(series.key),
        "url": address(series),
        "language": get_language(),
        "title": series.title,
        "statistic": series.measure.statistic.value,
        "unit": series.measure.unit,
        "is_invented": series.key.is_invented,
        "as_of": _made(series).isoformat(timespec="seconds"),
        "facts": [{"label": fact.label, "text": fact.text} for fact in facts_of(series)],
        "notes": notes_of(series),
        "rules": rules(series.measure),
        "left_out": {reason.value: count for reason, count in series.left_out.items()},
        "licence": licence.NAME,
        "columns": dict(zip(TABLE.header, TABLE.headings, strict=True)),
        "overall": [TABLE.record(row) for row in series.overall],
        "observations": [TABLE.record(row) for row in series.observations],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _made(series: Series) -> datetime:
    """When what is counted last changed: a series that counts something has such a time."""
    if series.changed_at is None:
        raise ValueError("Nothing has been reported.")
    return timezone.localtime(series.changed_at)
