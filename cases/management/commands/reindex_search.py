import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from cases import search
from cases.actions import public_changed
from cases.models import Case, Language, SearchEntry
from common.search.analysis import analyser


class Command(BaseCommand):
    help = (
        "Analyse the words of public cases anew where another analyser did it or none: after Voikko was "
        "installed, or after an update. Until then those cases are not found as well as they could be."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="Analyse every public case anew.")

    def handle(self, *args: Any, **options: Any) -> None:
        public = set(Case.objects.public().values_list("pk", flat=True))
        ids = sorted(public if options["all"] else public - self._up_to_date())
        with tqdm(total=len(ids), unit=" cases", file=sys.stderr, disable=None, leave=False) as done:
            for start in range(0, len(ids), search.BATCH):
                batch = ids[start : start + search.BATCH]
                # A transaction each: people who write meanwhile wait for one batch at most.
                with transaction.atomic():
                    search.index(batch)
                    public_changed()
                done.update(len(batch))
        self.stdout.write(f"Cases analysed: {len(ids):,}")

    def _up_to_date(self) -> set[int]:
        """Cases whose entries are all of the analysers that are in use now."""
        present = {language: analyser(language).identity for language in Language.values}
        entries = SearchEntry.objects.values_list("case", "language", "analyser")
        here: set[int] = set()
        outdated: set[int] = set()
        for case, language, identity in entries:
            (here if identity == present[language] else outdated).add(case)
        return here - outdated
