"""Tables for others to work with: CSV and XLSX whose cells cannot become formulas.

A cell is text, a number, a day or nothing. Numbers stay numbers, negative ones too. The same rows give the
same bytes. Rows are written as they come, so that memory does not grow with their number.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, TextIOWrapper
from itertools import chain
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from defusedcsv import csv
from xlsxwriter import Workbook

# What a spreadsheet may take a cell that begins so for: a formula.
_FORMULA = re.compile(r"'*[=+\-@|%＝＋－＠\t\r\n]")
_NOT_DEFUSED = tuple("\t\r\n＝＋－＠")
Cell = str | int | float | Decimal | date | None
# A sheet: its name, its header and its rows.
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# What Excel can hold: rows in a sheet, with the header, and characters in a cell and in the name of a sheet.
MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
LONGEST_NAME = 31
# Excel knows no day before it.
FIRST_YEAR = 1900

# Columns are as wide as their longest text, up to this.
_WIDEST = 60


def guarded(text: str) -> str:
    """The text so that it is no formula: with a quote before it, which :func:`unguarded` takes away."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What :func:`guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table in UTF-8, with the mark by which Excel knows it; decimals have a point."""
    file = BytesIO()
    write_csv(file, header, rows)
    return file.getvalue()


def write_csv(file: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """What :func:`as_csv` gives, row by row. The file stays open."""
    file.write(b"\xef\xbb\xbf")
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([_as_text(cell) for cell in row] for row in rows)
    finally:
        text.detach()


def _as_text(cell: Cell) -> Cell:
    """Marks texts that ``defusedcsv`` takes for harmless, as it marks those that begin with a sign.

    Spreadsheets pass over tabs and line breaks before a formula, and some take wide signs for plain ones.
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_NOT_DEFUSED) else cell


def as_xlsx(sheets: Iterable[Sheet], *, made: datetime) -> bytes:
    """A workbook of sheets that says it was made at ``made``."""
    file = BytesIO()
    write_xlsx(file, sheets, made=made)
    return file.getvalue()


def write_xlsx(
    file: BinaryIO,
    sheets: Iterable[Sheet],
    *,
    made: datetime,
    about: tuple[str, Callable[[int], Iterable[Sequence[Cell]]]] | None = None,
) -> None:
    """What :func:`as_xlsx` gives, row by row; rows wait in temporary files until the workbook is closed.

    Rows that do not fit into a sheet go on in another one. A text that does not fit into a cell is cut, and
    ends with “…”. ``about`` is the name of a sheet that stands first, and a function that gives its rows from
    the number of texts that were cut.
    """
    with TemporaryDirectory() as parts:
        options = {
            "constant_memory": True,
            "tmpdir": parts,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        workbook = Workbook(file, options)
        workbook.set_properties({"created": made.astimezone(UTC).replace(tzinfo=None)})
        writer = _SheetWriter(workbook)
        first = workbook.add_worksheet(about[0]) if about else None
        for sheet in sheets:
            writer.write(*sheet)
        if about:
            writer.fill(first, (), iter(about[1](writer.cut)))
        workbook.close()


class _SheetWriter:
    """``cut`` counts the texts that did not fit into their cells."""

    def __init__(self, workbook: Any) -> None:
        self.cut = 0
        self._workbook = workbook
        self._bold = workbook.add_format({"bold": True})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd"})

    def write(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """As many sheets as the rows need, one if there are none."""
        remaining, number = iter(rows), 1
        self.fill(self._workbook.add_worksheet(_sheet_name(name, number)), header, remaining)
        for row in remaining:
            number += 1
            sheet = self._workbook.add_worksheet(_sheet_name(name, number))
            self.fill(sheet, header, chain([row], remaining))

    def fill(self, sheet: Any, header: Sequence[str], rows: Iterator[Sequence[Cell]]) -> None:
        """The header and the rows that fit beneath it; those that do not are left in ``rows``."""
        widths: list[int] = []

        def put(number: int, row: Sequence[Cell], style: Any = None) -> None:
            widths.extend(0 for _cell in row[len(widths) :])
            for column, cell in enumerate(row):
                self._write(sheet, number, column, cell, style)
                widths[column] = max(widths[column], min(len(str(cell or "")), _WIDEST))

        if header:
            sheet.freeze_panes(1, 0)
            put(0, header, self._bold)
        for number in range(1 if header else 0, MOST_ROWS):
            row = next(rows, None)
            if row is None:
                break
            put(number, row)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width + 2)

    def _write(self, sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
        match cell:
            case None | "":
                return
            case str():
                if len(cell) > LONGEST_CELL:
                    cell = cell[: LONGEST_CELL - 1] + "…"
                    self.cut += 1
                sheet.write_string(row, column, cell, style)
            case date() if cell.year < FIRST_YEAR:
                sheet.write_string(row, column, cell.isoformat(), style)
            case date():
                sheet.write_datetime(row, column, cell, self._day)
            case _:
                sheet.write_number(row, column, float(cell))


def _sheet_name(name: str, number: int) -> str:
    suffix = f" ({number})" if number > 1 else ""
    return name[: LONGEST_NAME - len(suffix)] + suffix
