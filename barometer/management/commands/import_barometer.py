from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from barometer.importers import figures
from barometer.importers.figures import KEYS, Line, Outcome, Plan
from common.imports.options import MappingError
from common.imports.report import ReportFile
from common.imports.tables import TableError
from common.workflow import TransitionRefused

REPORT = ("row", *KEYS, "outcome", "before", "after", "why")
# Rows shown before "and so many more"; the report file has them all.
SHOWN = 20

_WOULD = {
    Outcome.CREATED: "would be created",
    Outcome.CHANGED: "would be changed",
    Outcome.SAME: "are the same already",
    Outcome.REFUSED: "are refused",
}
_DONE = {**_WOULD, Outcome.CREATED: "created", Outcome.CHANGED: "changed"}


class Command(BaseCommand):
    help = (
        "Take the figures of a barometer in from a table (CSV or XLSX), a row for each. Without --apply it "
        "only tells what would happen. See docs/barometer.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--mapping", help="What its columns and values mean, when they are not ours: a TOML file."
        )
        parser.add_argument("--apply", action="store_true", help="Do it, all of it or nothing.")
        parser.add_argument("--report", type=Path, help="Write a CSV file with a line for each row.")
        for language in ("fi", "sv", "en"):
            parser.add_argument(
                f"--note-{language}", default="", help="Why published figures change, as readers see it."
            )

    def handle(self, *args: Any, **options: Any) -> None:
        # Faults of the file in the language of this command.
        with translation.override("en"):
            try:
                self._take_in(**options)
            except (MappingError, TableError, TransitionRefused, figures.FiguresRefusedError) as error:
                raise CommandError(str(error)) from error

    def _take_in(
        self, file: Path, mapping: str | None, apply: bool, report: Path | None, **options: Any
    ) -> None:
        rules = figures.load_mapping(mapping) if mapping else None
        plan = figures.plan(figures.read(file, rules), rules)
        with ReportFile(report, REPORT) as report_file:
            for line in plan.lines:
                report_file.write(_cells(line))
        for column in plan.unread:
            self.stderr.write(f"Nothing is read from the column “{column}”.")
        if apply and not plan.is_refused:
            note = {language: options[f"note_{language}"] for language in ("fi", "sv", "en")}
            figures.apply(plan, by=None, note=note)
        self._tell(plan, done=apply)
        if apply and plan.is_refused:
            raise CommandError("Rows are refused, so nothing was entered. Mend them and run again.")

    def _tell(self, plan: Plan, *, done: bool) -> None:
        done = done and not plan.is_refused
        for outcome in Outcome:
            self.stdout.write(f"{len(plan.of(outcome)):>7,} {(_DONE if done else _WOULD)[outcome]}")
        if errors := plan.errors:
            self.stdout.write("\nRefused:")
            self._tell_some(errors)
        if notes := [
            f"Row {line.row}, {note}" for line in plan.lines if not line.refusals for note in line.notes
        ]:
            self.stdout.write("\nTo look at:")
            self._tell_some(notes)
        if not done:
            self.stdout.write("\nNothing was changed.")
            if plan.figures and not plan.is_refused:
                self.stdout.write("Run again with --apply to do it.")
                if plan.needs_note:
                    self.stdout.write(
                        "Published figures would change: tell readers why with --note-fi, --note-sv and "
                        "--note-en."
                    )

    def _tell_some(self, texts: list[str]) -> None:
        for text in texts[:SHOWN]:
            self.stdout.write(f"  {text}")
        if len(texts) > SHOWN:
            self.stdout.write(f"  and {len(texts) - SHOWN:,} more: see the report (--report).")


def _cells(line: Line) -> tuple[object, ...]:
    before, after = (_figure(told) for told in (line.before, line.after))
    return (line.row, *line.keys.values(), line.outcome.value, before, after, "\n".join(line.remarks))


def _figure(told: Any) -> str:
    """The number in short, as the report tells it."""
    if not told:
        return ""
    share = "–" if told["share"] is None else f"{told['share']} %"
    return share if told["base"] is None else f"{share}, n = {told['base']}"
