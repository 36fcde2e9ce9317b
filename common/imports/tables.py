"""CSV and XLSX files as tables: read whole and checked before anything is done, or row by row.

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

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from .text import cleaned, folded, one_line

DELIMITERS = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("vertical bar"),
}


class TableError(Exception):
    """The file cannot be read as the table that it should be; the text says where and what to do."""


@dataclass(frozen=True)
class Row:
    """One row: its number and the cleaned text of each cell, in the order of the table's columns."""

    number: int
    cells: tuple[str, ...]


class Header:
    """The names of a table's columns."""

    def __init__(self, header: Sequence[str]):
        self.columns = tuple(one_line(name) for name in header)
        self._places: dict[str, int] = {}
        for place, name in enumerate(self.columns):
            if name and self._places.setdefault(folded(name), place) != place:
                raise TableError(_("Row 1: the column “%(column)s” is there twice.") % {"column": name})

    def place(self, column: str) -> int | None:
        """Where the column is, found by its name whatever the case and spaces; None when it is not there."""
        return self._places.get(folded(column))

    def require(self, columns: Sequence[str]) -> None:
        """Raise TableError, naming every column of these that the file lacks."""
        lacking = [name for name in columns if self.place(name) is None]
        if lacking:
            raise TableError(
                _("Row 1: the file lacks the columns %(lacking)s. It has: %(has)s.")
                % {"lacking": _quoted(lacking), "has": _quoted(self.columns)}
            )


class Table(Header):
    """The rows of a file under their header."""

    def __init__(self, header: Sequence[str], rows: Sequence[Row]):
        super().__init__(header)
        self.rows = rows


def read_table(
    path: Path, *, delimiter: str | None = None, encoding: str = "utf-8", sheet: str | None = None
) -> Table:
    """The table in a ``.csv`` or ``.xlsx`` file.

    Without a ``delimiter`` the header tells it. ``sheet`` is the name of a workbook's sheet; without it the
    first is read. Raises TableError.
    """
    header, rows = stream_table(path, delimiter=delimiter, encoding=encoding, sheet=sheet)
    return Table(header.columns, list(rows))


def stream_table(
    path: Path, *, delimiter: str | None = None, encoding: str = "utf-8", sheet: str | None = None
) -> tuple[Header, Iterator[Row]]:
    """The header and the rows of such a file, of which only one is in memory at a time."""
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            records = _csv_records(path, delimiter, encoding)
        case ".xlsx":
            records = _xlsx_records(path, sheet)
        case ending:
            raise TableError(
                _("A file ending with “%(ending)s” cannot be read: use .csv or .xlsx.") % {"ending": ending}
            )
    header = next(records, [])
    while header and not cleaned(header[-1]):
        header = header[:-1]
    if not header:
        raise TableError(_("Row 1: there is no header."))
    return Header(header), _rows(header, records)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _rows(header: Sequence[str], records: Iterator[Sequence[str]]) -> Iterator[Row]:
    """The records that are not blank, each as long as the header."""
    width = len(header)
    for number, record in enumerate(records, start=2):
        cells = tuple(map(cleaned, record))
        if not any(cells):
            continue
        if len(cells) < width or any(cells[width:]):
            found = len(cells) if len(cells) < width else max(n for n, cell in enumerate(cells, 1) if cell)
            raise TableError(
                _(
                    "Row %(row)s: it has %(found)s cells and the header has %(width)s; the last column with "
                    "a cell is “%(column)s”. Is there a delimiter or a line break in a cell that is not "
                    "quoted?"
                )
                % {
                    "row": number,
                    "found": found,
                    "width": width,
                    "column": one_line(header[min(found, width) - 1]),
                }
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
        raise TableError(_cannot_open(error)) from error
    except LookupError as error:
        raise TableError(_("There is no encoding “%(encoding)s”.") % {"encoding": encoding}) from error
    except UnicodeDecodeError as error:
        raise TableError(
            _("The file is not %(encoding)s: %(reason)s at byte %(place)s.")
            % {"encoding": encoding, "reason": error.reason, "place": error.start}
        ) from error


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
                _("Row %(row)s, which ends on line %(line)s: %(error)s. Is a quotation mark missing?")
                % {"row": number, "line": reader.line_num, "error": error}
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
            named = one_line(_printable(header[place])) if place < len(header) else str(place + 1)
            raise TableError(
                _(
                    "Row %(row)s, column “%(column)s”: “%(value)s” is not %(encoding)s. Save the file as "
                    "UTF-8, or name its encoding in the mapping: [file] encoding."
                )
                % {
                    "row": number,
                    "column": named,
                    "value": _printable(cell)[:40],
                    "encoding": encoding,
                }
            )


def _cannot_open(error: OSError) -> str:
    return _("The file cannot be opened: %(reason)s.") % {"reason": error.strerror or error}


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
            _(
                "Row 1: no %(declared)s separates its columns, as the mapping says; a %(likely)s seems to. "
                "Change the mapping: [file] delimiter."
            )
            % {"declared": _delimiter_name(declared), "likely": _delimiter_name(likely)}
        )
    return declared


def _delimiter_name(delimiter: str) -> str:
    return str(DELIMITERS.get(delimiter, f"“{delimiter}”"))


# XLSX -----------------------------------------------------------------------------


def _xlsx_records(path: Path, sheet: str | None) -> Iterator[list[str]]:
    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise TableError(_cannot_open(error)) from error
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise TableError(
            _("The file is not a workbook that can be read: %(reason)s.") % {"reason": error}
        ) from error
    try:
        if sheet is not None and sheet not in workbook.sheetnames:
            raise TableError(
                _("The workbook has no sheet “%(sheet)s”. It has: %(has)s.")
                % {"sheet": sheet, "has": _quoted(workbook.sheetnames)}
            )
        worksheet = workbook[sheet] if sheet is not None else workbook.worksheets[0]
        # What a workbook says of its size may be wrong; the rows tell.
        worksheet.reset_dimensions()
        width = 0
        for record in worksheet.iter_rows():
            cells = [_cell_text(cell) for cell in record]
            width = width or len(cells)
            yield cells + [""] * (width - len(cells))
    finally:
        workbook.close()


def _cell_text(cell: Any) -> str:
    """The value as its reader would type it: whole numbers without decimals, ISO days, “45 %” for 0.45."""
    match cell.value:
        case None:
            return ""
        case str() as value:
            return value
        case bool() as value:
            return "yes" if value else "no"
        case int() | float() as value:
            if "%" in cell.number_format:
                return f"{_number(round(value * 100, 10))} %"
            return _number(value)
        case datetime() as value if value.time() == time.min:
            return value.date().isoformat()
        case datetime() | date() | time() as value:
            return value.isoformat()
        case value:
            return str(value)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
