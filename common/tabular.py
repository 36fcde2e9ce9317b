"""Tables for others to work with: CSV and XLSX whose cells cannot become formulas.

A cell is text, a number, a day or nothing. Numbers stay numbers, negative ones too. The same rows give the
same bytes.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from defusedcsv import csv
from xlsxwriter import Workbook

Cell = str | int | float | Decimal | date | None

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table in UTF-8, with the mark by which Excel knows it; decimals have a point."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(
    sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]], *, made: datetime
) -> bytes:
    """A workbook of sheets, each with its name, header and rows, that says it was made at ``made``."""
    file = BytesIO()
    workbook = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"created": made.replace(tzinfo=None)})
    bold, day = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "yyyy-mm-dd"})
    for name, header, rows in sheets:
        sheet = workbook.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        widths = [len(words) for words in header]
        for column, words in enumerate(header):
            sheet.write_string(0, column, words, bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell, day)
                widths[column] = max(widths[column], min(len(str(cell or "")), 60))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width + 2)
    workbook.close()
    return file.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    match cell:
        case None | "":
            return
        case str():
            sheet.write_string(row, column, cell)
        case date():
            sheet.write_datetime(row, column, cell, day)
        case _:
            sheet.write_number(row, column, float(cell))
