"""Telling an operator what happened to the rows of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from defusedcsv import csv
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Remark:
    """Something to tell of one row; ``column`` names the columns that it is about."""

    column: str
    text: str

    def __str__(self) -> str:
        if not self.column:
            return self.text
        return _("column “%(column)s”: %(text)s") % {"column": self.column, "text": self.text}


class ReportFile:
    """A CSV file with a line for each row, safe to open in a spreadsheet. Without a path, nothing."""

    def __init__(self, path: Path | None, columns: Sequence[str]):
        self._file = path.open("w", encoding="utf-8-sig", newline="") if path else None
        self._writer = csv.writer(self._file) if self._file else None
        self.write(columns)

    def write(self, cells: Sequence[object]) -> None:
        if self._writer:
            self._writer.writerow(cells)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()
