"""What every column of open data means: a page, and a table that is given away like the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import files
from common.records import Column, Table, WholeTable
from pages.editorial import trees

from .datasets import DATASETS, Dataset, Frequency

# By this the data know the editorial page that lists the datasets.
PAGE_KEY = "open-data"


@dataclass(frozen=True)
class Described:
    """One column of one table."""

    table: Table
    column: Column


@dataclass(frozen=True, kw_only=True)
class DictionaryTable(WholeTable):
    """The columns of all datasets."""

    def everything(self) -> Iterator[Described]:
        for dataset in DATASETS:
            for table in dataset.tables:
                for column in table.columns:
                    yield Described(table, column)

    def count(self) -> int:
        return sum(len(table.columns) for dataset in DATASETS for table in dataset.tables)


COLUMNS = DictionaryTable(
    key="data-dictionary",
    title=gettext_lazy("Data dictionary"),
    note=gettext_lazy("A row for each column of each table."),
    columns=(
        Column(code="table", heading=gettext_lazy("Table, code"), value=lambda row: row.table.key),
        Column(code="table_label", heading=gettext_lazy("Table"), value=lambda row: str(row.table.title)),
        Column(code="column", heading=gettext_lazy("Column, code"), value=lambda row: row.column.code),
        Column(
            code="column_label", heading=gettext_lazy("Column"), value=lambda row: str(row.column.heading)
        ),
        Column(
            code="type",
            heading=gettext_lazy("Kind of value"),
            value=lambda row: files.type_in_words(row.column),
        ),
        Column(
            code="codes", heading=gettext_lazy("Codes"), value=lambda row: files.codes_in_words(row.column)
        ),
        Column(code="note", heading=gettext_lazy("Note"), value=lambda row: str(row.column.note)),
    ),
)
# Given away as the datasets are, and none of them: it tells of them.
DICTIONARY = Dataset(
    key="data-dictionary",
    title=COLUMNS.title,
    description=gettext_lazy("What every column of the datasets means."),
    keywords=(),
    tables=(COLUMNS,),
    frequency=Frequency.IRREGULAR,
    changed=lambda: None,
)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every column of every table in words."""
    context = {
        "datasets": [
            (
                dataset,
                [
                    (table, [(column, *files.described(column)) for column in table.columns])
                    for table in dataset.tables
                ],
            )
            for dataset in DATASETS
        ],
        "distributions": DICTIONARY.distributions,
        "breadcrumbs": [*way_down(), (_("Data dictionary"), "")],
    }
    return render(request, "pages/open_data/dictionary.html", context)


def way_down() -> list[tuple[str, str]]:
    """The pages on the way down to that of open data, and itself, while it is public."""
    tree, language = trees.current(), get_language() or settings.LANGUAGE_CODE
    found = next((node for node in tree.nodes.values() if node.key == PAGE_KEY), None)
    return [(node.titles[language], node.urls[language]) for node in tree.line(found)] if found else []
