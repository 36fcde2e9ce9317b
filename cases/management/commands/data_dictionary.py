from typing import Any

from django.core.management.base import BaseCommand

from cases.dictionary import as_markdown


class Command(BaseCommand):
    help = "Prints the data dictionary: ./run manage data_dictionary > docs/data-dictionary.md"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(as_markdown(), ending="")
