"""Telling an operator what happened to the rows of a file: a line each, and in sum."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from defusedcsv import csv

from .intake import Line, Outcome

COLUMNS = ("row", "id", "title", "outcome", "why")
# Values and remarks shown before "and so many more"; the report file has them all.
SHOWN = 20

_WOULD = {
    Outcome.CREATED: "would be created",
    Outcome.CHANGED: "would be changed",
    Outcome.LEFT: "would be left as they are",
    Outcome.REFUSED: "would be refused",
    Outcome.ARCHIVED: "would be archived",
}
_DONE = {
    Outcome.CREATED: "created",
    Outcome.CHANGED: "changed",
    Outcome.LEFT: "left as they are",
    Outcome.REFUSED: "refused",
    Outcome.ARCHIVED: "archived",
}


class ReportFile:
    """A CSV file with a line for each case, safe to open in a spreadsheet. Without a path, nothing."""

    def __init__(self, path: Path | None):
        self._file = path.open("w", encoding="utf-8-sig", newline="") if path else None
        self._writer = csv.writer(self._file) if self._file else None
        if self._writer:
            self._writer.writerow(COLUMNS)

    def write(self, line: Line) -> None:
        if self._writer:
            self._writer.writerow(
                (line.row or "", line.external_id, line.title, line.outcome.value, "\n".join(line.remarks))
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()


class Summary:
    """What happened in sum."""

    def __init__(self) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.unmapped: Counter[tuple[str, str]] = Counter()
        self.refused: list[Line] = []
        self.remarked = 0

    def add(self, line: Line) -> None:
        self.outcomes[line.outcome] += 1
        self.unmapped.update(line.unmapped)
        if line.outcome is Outcome.REFUSED:
            self.refused.append(line)
        elif line.remarks:
            self.remarked += 1

    def text(self, *, done: bool, new_organisations: int) -> Iterator[str]:
        """The sum in lines, of what was ``done`` or would be."""
        words = _DONE if done else _WOULD
        for outcome in Outcome:
            yield f"{self.outcomes[outcome]:>7,} {words[outcome]}"
        verb = "added" if done else "would be added"
        yield f"{new_organisations:>7,} organisations {verb} to the registry, their names to be checked"
        if self.refused:
            yield "\nRefused:"
            for line in self.refused[:SHOWN]:
                yield f"  row {line.row}, {line.external_id or 'no identifier'}: {'; '.join(line.remarks)}"
            yield from _more(len(self.refused))
        if self.unmapped:
            yield "\nValues that the mapping does not know:"
            for (column, value), count in self.unmapped.most_common(SHOWN):
                yield f"  {count:>5,} × “{value}” in “{column}”"
            yield from _more(len(self.unmapped))
        if self.remarked:
            yield f"\nThere is something to say of {self.remarked:,} other cases: see the report (--report)."


def _more(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"  and {count - SHOWN:,} more: see the report (--report)."
