"""Telling an operator what happened to the rows of a file: a line each, and in sum."""

from collections import Counter
from collections.abc import Iterator

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


def cells(line: Line) -> tuple[object, ...]:
    """The line as the report file tells it."""
    return line.row or "", line.external_id, line.title, line.outcome.value, "\n".join(line.remarks)


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
