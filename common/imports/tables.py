"""CSV and XLSX files as tables, read whole and checked before anything is done with them.

Whatever is wrong with a file is told as a :class:`TableError` that names the row and the column. Rows are
numbered as a spreadsheet shows them: the header is row 1, and a line break inside a cell begins no row.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from .text import cleaned, folded, one_line

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


class TableError(Exception):
    """The file cannot be read as the table that it should be; the text says where and what to do."""


@dataclass(frozen=True)
class Row:
    """One row: its number and the cleaned text of each cell, in the order of the table's columns."""

    number: int
    cells: tuple[str, ...]


class Table:
    """The rows of a file under their header."""

    def __init__(self, header: Sequence[str], rows: Sequence[Row]):
        self.columns = tuple(one_line(name) for name in header)
        self.rows = rows
        self._places: dict[str, int] = {}
        for place, name in enumerate(self.columns):
            if name and self._places.setdefault(folded(name), place) != place:
                raise TableError(f"Row 1: the column “{name}” is there twice.")

    def place(self, column: str) -> int | None:
        """Where the column is, found by its name whatever the case and spaces; None when it is not there."""
        return self._places.get(folded(column))

    def require(self, columns: Sequence[str]) -> None:
        """Raise TableError, naming every column of these that the file lacks."""
        lacking = [f"“{name}”" for name in columns if self.place(name) is None]
        if lacking:
            has = ", ".join(f"“{name}”" for name in self.columns)
            raise TableError(f"Row 1: the file lacks the columns {', '.join(lacking)}. It has: {has}.")


def read_table(
    path: Path, *, delimiter: str | None = None, encoding: str = "utf-8", sheet: str | None = None
) -> Table:
    """The table in a ``.csv`` or ``.xlsx`` file.

    Without a ``delimiter`` the header tells it. ``sheet`` is the name of a workbook's sheet; without it the
    first is read. Raises TableError.
    """
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            records = _csv_records(path, delimiter, encoding)
        case ".xlsx":
            records = _xlsx_records(path, sheet)
        case ending:
            raise TableError(f"A file ending with “{ending}” cannot be read: use .csv or .xlsx.")
    header = next(records, [])
    while header and not cleaned(header[-1]):
        header = header[:-1]
    if not header:
        raise TableError("Row 1: there is no header.")
    return Table(header, list(_rows(header, records)))


def _rows(header: Sequence[str], records: Iterator[Sequence[str]]) -> Iterator[Row]:
    """The records that are not blank, each as long as the header."""
    width = len(header)
    for number, record in enumerate(records, start=2):
        cells = tuple(map(cleaned, record))
        if not any(cells):
            continue
        if len(cells) < width or any(cells[width:]):
            found = len(cells) if len(cells) < width else max(n for n, cell in enumerate(cells, 1) if cell)
            last = one_line(header[min(found, width) - 1])
            raise TableError(
                f"Row {number}: it has {found} cells and the header has {width}; the last column with a cell "
                f"is “{last}”. Is there a delimiter or a line break in a cell that is not quoted?"
            )
        yield Row(number, cells[:width])


# CSV ------------------------------------------------------------------------------


def _csv_records(path: Path, delimiter: str | None, encoding: str) -> Iterator[list[str]]:
    """The records of the file. What does not fit the encoding is told with its row and column."""
    unmarked = {"utf-8": "utf-8-sig", "utf8": "utf-8-sig"}.get(encoding.lower(), encoding)
    try:
        with path.open(encoding=unmarked, errors="surrogateescape", newline="") as lines:
            separator = _checked_delimiter(lines.readline(), delimiter)
            lines.seek(0)
            header: list[str] = []
            reader = csv.reader(lines, delimiter=separator, strict=True)
            for number, record in enumerate(_told(reader), start=1):
                header = header or record
                _check_encoding(record, header, number, encoding)
                yield record
    except OSError as error:
        raise TableError(f"The file cannot be opened: {error.strerror}.") from error
    except LookupError as error:
        raise TableError(f"There is no encoding “{encoding}”.") from error
    except UnicodeDecodeError as error:
        raise TableError(f"The file is not {encoding}: {error.reason} at byte {error.start}.") from error


def _told(reader: Any) -> Iterator[list[str]]:
    """The reader's records; a fault is told with its row."""
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError(
                f"Row {number}, which ends on line {reader.line_num}: {error}. Is a quotation mark missing?"
            ) from error
        yield record


def _check_encoding(record: Sequence[str], header: Sequence[str], number: int, encoding: str) -> None:
    joined = "".join(record)
    if joined.isascii():
        return
    try:
        joined.encode()
        wrong = "\0" in joined
    except UnicodeEncodeError:
        wrong = True
    if not wrong:
        return
    for place, cell in enumerate(record):
        bad = next((ch for ch in cell if ch == "\0" or "\udc80" <= ch <= "\udcff"), None)
        if bad is not None:
            column = f", column “{one_line(_printable(header[place]))}”" if place < len(header) else ""
            raise TableError(
                f"Row {number}{column}: “{_printable(cell)[:40]}” is not {encoding}. Save the file as UTF-8, "
                "or name its encoding in the mapping: [file] encoding."
            )


def _printable(text: str) -> str:
    return text.encode(errors="replace").decode()


def _checked_delimiter(line: str, declared: str | None) -> str:
    """The declared delimiter, if the first line has it; without one, that which the line has most of."""
    counts = {
        delimiter: len(next(csv.reader([line], delimiter=delimiter), [])) - 1 for delimiter in DELIMITERS
    }
    likely = max(counts, key=lambda delimiter: counts[delimiter])
    if declared is None:
        return likely if counts[likely] else ","
    if not counts.get(declared, line.count(declared)) and counts[likely]:
        raise TableError(
            f"Row 1: no {_delimiter_name(declared)} separates its columns, as the mapping says; a "
            f"{_delimiter_name(likely)} seems to. Change the mapping: [file] delimiter."
        )
    return declared


def _delimiter_name(delimiter: str) -> str:
    return DELIMITERS.get(delimiter, f"“{delimiter}”")


# XLSX -----------------------------------------------------------------------------


def _xlsx_records(path: Path, sheet: str | None) -> Iterator[list[str]]:
    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise TableError(f"The file cannot be opened: {error.strerror or error}.") from error
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise TableError(f"The file is not a workbook that can be read: {error}.") from error
    try:
        if sheet is not None and sheet not in workbook.sheetnames:
            names = ", ".join(f"“{name}”" for name in workbook.sheetnames)
            raise TableError(f"The workbook has no sheet “{sheet}”. It has: {names}.")
        worksheet = workbook[sheet] if sheet is not None else workbook.worksheets[0]
        # What a workbook says of its size may be wrong; the rows tell.
        worksheet.reset_dimensions()
        width = 0
        for record in worksheet.iter_rows(values_only=True):
            cells = [_cell_text(value) for value in record]
            width = width or len(cells)
            yield cells + [""] * (width - len(cells))
    finally:
        workbook.close()


def _cell_text(value: object) -> str:
    """The value as its reader would type it: a whole number without decimals, a day as in ISO 8601."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time.min:
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)
