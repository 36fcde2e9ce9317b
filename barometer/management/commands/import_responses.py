from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from barometer import suppression
from barometer.importers import responses
from barometer.importers.codebook import load_codebook
from barometer.importers.responses import Reckoning
from barometer.models import Figure, Survey
from common.imports.options import MappingError
from common.imports.tables import TableError
from common.workflow import TransitionRefused


class Command(BaseCommand):
    help = (
        "Reckon the figures of an edition from its responses (CSV or XLSX), a row a respondent. Without "
        "--apply it only prints them. Nothing about a respondent is kept. See docs/barometer.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--survey", required=True, help="The key of the edition.")
        parser.add_argument(
            "--codebook", type=Path, required=True, help="What its columns and values mean: a TOML file."
        )
        parser.add_argument("--apply", action="store_true", help="Do it, all of it or nothing.")
        for language in ("fi", "sv", "en"):
            parser.add_argument(
                f"--note-{language}", default="", help="Why published figures change, as readers see it."
            )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            try:
                self._take_in(**options)
            except (MappingError, TableError, TransitionRefused, responses.ResponsesRefusedError) as error:
                raise CommandError(str(error)) from error

    def _take_in(self, file: Path, survey: str, codebook: Path, apply: bool, **options: Any) -> None:
        edition = Survey.objects.filter(key=survey).first()
        if edition is None:
            known = ", ".join(Survey.objects.values_list("key", flat=True))
            raise CommandError(f"There is no edition “{survey}”. There are {known}.")
        reckoning = responses.reckon(file, load_codebook(codebook, edition), edition)
        self._tell(reckoning)
        if reckoning.fault_count:
            raise CommandError("The file has faults, so nothing is entered. Mend them and run again.")
        if not apply:
            self.stdout.write("\nNothing was changed. Run again with --apply to enter the figures.")
            return
        note = {language: options[f"note_{language}"] for language in ("fi", "sv", "en")}
        changes = responses.apply(reckoning, by=None, note=note)
        self.stdout.write(f"\n{len(changes):,} figures entered or changed.")

    def _tell(self, reckoning: Reckoning) -> None:
        for column in reckoning.unread:
            self.stderr.write(f"Nothing is read from the column “{column}”.")
        self.stdout.write(f"{reckoning.respondents:,} respondents")
        hidden = suppression.suppressed(map(suppression.cell_of, reckoning.figures))
        for key, figures in groupby(reckoning.figures, key=lambda figure: figure.asked.question.key):
            self.stdout.write(f"\n{key}")
            for figure in figures:
                dimension = figure.group.dimension_id if figure.group else None
                is_hidden = (figure.asked_id, dimension, figure.group_id) in hidden
                self.stdout.write(f"  {_place(figure)}: {'not shown' if is_hidden else _number(figure)}")
        for key, count in reckoning.left_out.items():
            self.stdout.write(f"\n{key}: answers left out, of those who were not asked: {count:,}")
        for asked, texts in reckoning.own_words.items():
            self.stdout.write(f"\n{asked.question.key}: answers in own words: {len(texts):,}")
        if reckoning.fault_count:
            self.stdout.write(f"\n{reckoning.fault_count:,} faults:")
            for fault in reckoning.faults:
                self.stdout.write(f"  {fault}")
            if reckoning.fault_count > len(reckoning.faults):
                self.stdout.write(f"  and {reckoning.fault_count - len(reckoning.faults):,} more")


def _place(figure: Figure) -> str:
    if figure.group is None:
        return figure.option.code
    return f"{figure.option.code}, {figure.group.dimension.key} {figure.group.key}"


def _number(figure: Figure) -> str:
    """The share, its interval, the share without weights where it differs, and how many answered."""
    if figure.share is None:
        return f"not known, n = {figure.base:,}"
    interval = f" ({figure.low}–{figure.high})" if figure.low is not None else ""
    unweighted = (
        f", unweighted {figure.unweighted_share} %" if figure.unweighted_share != figure.share else ""
    )
    return f"{figure.share} %{interval}{unweighted}, n = {figure.base:,}"
