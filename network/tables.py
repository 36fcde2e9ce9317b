"""A table as a file to download, as CSV or XLSX; what looks like a formula stays text."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from defusedcsv import csv
from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The widest column, in letters.
_WIDEST = 50


@dataclass(frozen=True)
class Table:
    """Rows under a header. Texts and numbers only."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def as_file(self, name: str, file_format: str) -> HttpResponse:
        """The answer with the file, which nobody on the way keeps."""
        if file_format == "csv":
            answer = HttpResponse(self.csv(), content_type="text/csv; charset=utf-8")
        else:
            answer = HttpResponse(self.xlsx(), content_type=XLSX)
        answer["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
        answer["Cache-Control"] = "no-store"
        return answer

    def csv(self) -> bytes:
        """Commas, CRLF and a byte order mark, by which spreadsheets know that it is UTF-8."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerows([self.columns, *self.rows])
        return out.getvalue().encode("utf-8-sig")

    def xlsx(self) -> bytes:
        out = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(out, options) as book:
            sheet = book.add_worksheet(self.title[:31])
            sheet.write_row(0, 0, self.columns, book.add_format({"bold": True}))
            for number, row in enumerate(self.rows, start=1):
                sheet.write_row(number, 0, row)
            for number, cells in enumerate(zip(self.columns, *self.rows, strict=True)):
                sheet.set_column(number, number, min(_WIDEST, max(map(_letters, cells)) + 2))
            sheet.freeze_panes(1, 0)
        return out.getvalue()


def _letters(cell: Any) -> int:
    return len(str(cell))
