from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from cases import search


class Command(BaseCommand):
    help = (
        "Bring the words by which innovations are found up to date: after another analyser was installed, "
        "queries and texts must be read by the same one. Changes nothing when they are."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        stale = search.out_of_date()
        batches = range(0, len(stale), search.BATCH)
        for start in tqdm(batches, desc="Indexing", unit=" batches", disable=None):
            with transaction.atomic():
                search.index(stale[start : start + search.BATCH])
        self.stdout.write(f"Indexed: {len(stale)}")
