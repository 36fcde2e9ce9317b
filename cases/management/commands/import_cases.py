import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from tqdm import tqdm

from cases.importers.intake import Intake, Line, TooManyVanishedError
from cases.importers.mapping import load_mapping
from cases.importers.report import COLUMNS, Summary, cells
from common.imports.options import MappingError
from common.imports.report import ReportFile
from common.imports.tables import TableError, read_table


class Command(BaseCommand):
    help = (
        "Take cases in from another register's file (CSV or XLSX). Without --apply it only tells what would "
        "happen. See docs/import.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--mapping", required=True, help="What its columns mean: a TOML file, or the name of one of ours."
        )
        parser.add_argument("--apply", action="store_true", help="Do it, all of it or nothing.")
        parser.add_argument("--report", type=Path, help="Write a CSV file with a line for each case.")
        parser.add_argument(
            "--force",
            action="store_true",
            help="Archive cases that the file lacks, although they are more than a fifth of the source's.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Messages of the models' own checks in the language of this command.
        with translation.override("en"):
            try:
                self._take_in(**options)
            except (MappingError, TableError, TooManyVanishedError) as error:
                raise CommandError(str(error)) from error

    def _take_in(
        self, file: Path, mapping: str, apply: bool, report: Path | None, force: bool, **options: Any
    ) -> None:
        rules = load_mapping(mapping)
        table = read_table(
            file, delimiter=rules.format.delimiter, encoding=rules.format.encoding, sheet=rules.format.sheet
        )
        intake = Intake(rules, table)
        for column in rules.unknown_columns(table):
            self.stderr.write(f"The mapping does not know the column “{column}”: it is left out.")
        for column in rules.lost_columns(table):
            self.stderr.write(f"The file has no column “{column}”, which the mapping ignores.")
        if apply and not force:
            intake.check_vanished()
        summary = Summary()
        with ReportFile(report, COLUMNS) as report_file, _progress(len(table.rows)) as told:

            def tell(line: Line) -> None:
                summary.add(line)
                report_file.write(cells(line))
                told.update(line.row is not None)

            if apply:
                intake.carry_out(tell)
            else:
                for line in intake.plan():
                    tell(line)
        for text in summary.text(done=apply, new_organisations=intake.new_organisations):
            self.stdout.write(text)
        if not apply:
            self.stdout.write("\nNothing was changed. Run again with --apply to do it.")
            if not force:
                intake.check_vanished()


def _progress(rows: int) -> tqdm:  # type: ignore[type-arg]
    return tqdm(total=rows, unit=" rows", file=sys.stderr, disable=None, leave=False)
