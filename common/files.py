"""Tables as files, in the formats that everything is given away in.

CSV and JSON Lines have the columns' codes, which are the same in all languages; a workbook has their
headings, and a sheet that tells what the columns are.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from io import BufferedRandom
from tempfile import TemporaryFile
from threading import Lock
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from . import tabular
from .records import Column, Table, Type

# A table and those of its rows that are wanted.
Filled = tuple[Table, Iterable[Any]]
# What a workbook tells of itself, line by line: a label and a text.
About = Sequence[tuple[str, str]]


# For how many seconds of making a large file other requests wait for their turn.
PATIENCE = 5
_turn = Lock()
# When the last turn began, by the clock of ``time.monotonic``.
_began_at = -math.inf


class BusyError(Exception):
    """The process is making another large file."""


@contextmanager
def in_turn() -> Iterator[None]:
    """Large files are made one at a time, so that a process's other threads go on serving pages.

    Raises BusyError rather than let all of them wait: at once, when the file that is being made takes long.
    """
    global _began_at
    if not _turn.acquire(timeout=max(_began_at + PATIENCE - time.monotonic(), 0)):
        raise BusyError
    try:
        _began_at = time.monotonic()
        yield
    finally:
        _turn.release()


def whole(write: Callable[[BinaryIO], None]) -> BufferedRandom:
    """What ``write`` writes, in a temporary file without a name, to be read from its beginning."""
    file = TemporaryFile()  # noqa: SIM115 (whoever reads it closes it)
    try:
        write(file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


class Format(Enum):
    """A kind of file, by the ending of its name."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"

    @property
    def media_type(self) -> str:
        return {
            Format.CSV: tabular.CSV_TYPE,
            Format.XLSX: tabular.XLSX_TYPE,
            Format.JSON_LINES: "application/jsonl; charset=utf-8",
        }[self]

    @property
    def label(self) -> str:
        """What it is called, in every language."""
        return {Format.CSV: "CSV", Format.XLSX: "XLSX", Format.JSON_LINES: "JSON Lines"}[self]


def write(file: BinaryIO, format: Format, tables: Sequence[Filled], *, about: About, made: datetime) -> None:
    """Write the tables in the active language; more than one only into a workbook.

    ``about`` and ``made`` are for a workbook: the same rows and these give the same bytes.
    """
    if format is Format.XLSX:
        _write_workbook(file, tables, about, made)
        return
    ((table, rows),) = tables
    if format is Format.CSV:
        tabular.write_csv(file, table.header, map(table.cells, rows))
    else:
        for row in rows:
            file.write(json.dumps(table.record(row), ensure_ascii=False).encode() + b"\n")


def _write_workbook(file: BinaryIO, tables: Sequence[Filled], about: About, made: datetime) -> None:
    def told(cut: int) -> Iterator[Sequence[str]]:
        yield from about
        if cut:
            yield (
                _("Cut texts"),
                ngettext(
                    "%(count)s text was longer than a cell of Excel can hold and ends with “…”."
                    " It is whole in CSV and JSON Lines.",
                    "%(count)s texts were longer than a cell of Excel can hold and end with “…”."
                    " They are whole in CSV and JSON Lines.",
                    cut,
                )
                % {"count": cut},
            )
        for table, _rows in tables:
            yield ()
            yield (str(table.title), str(table.note))
            for column in table.columns:
                yield (column.code, str(column.heading), *described(column))

    tabular.write_xlsx(
        file,
        [(str(table.title), table.headings, map(table.cells, rows)) for table, rows in tables],
        made=made,
        about=(pgettext("sheet", "About"), told),
    )


def figures_workbook(table: Table, rows: Iterable[Any], *, about: About, made: datetime) -> bytes:
    """A small workbook in the active language: figures for people, and what has to be known of them."""
    return tabular.as_xlsx(
        [
            (_("Figures"), table.headings, map(table.cells, rows)),
            (pgettext("sheet", "About"), [_("What"), _("Text")], about),
        ],
        made=made,
    )


# What a column is, in words ---------------------------------------------------


def described(column: Column) -> tuple[str, str, str]:
    """What the values of the column are, the codes there can be with their names, and what else to know."""
    return type_in_words(column), codes_in_words(column), str(column.note)


def type_in_words(column: Column) -> str:
    kinds: dict[Type, Callable[[], str]] = {
        Type.TEXT: lambda: _("Text"),
        Type.CODE: lambda: _("Code"),
        Type.ADDRESS: lambda: _("Web address"),
        Type.INTEGER: lambda: _("Whole number"),
        Type.NUMBER: lambda: _("Number"),
        Type.BOOLEAN: lambda: _("true or false"),
        Type.DAY: lambda: _("Day (ISO 8601)"),
        Type.TIME: lambda: _("Time (ISO 8601)"),
    }
    kind = kinds[column.holds]()
    return _("%(kind)s, several") % {"kind": kind} if column.many else kind


def codes_in_words(column: Column) -> str:
    """“pilot: In trial use; …” for a column with codes; "" for others."""
    choices = column.choices.choices if column.choices else []
    return "; ".join(f"{code}: {label}" for code, label in choices if code)
