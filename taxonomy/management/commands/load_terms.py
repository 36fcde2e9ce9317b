from typing import Any

from django.core.management.base import BaseCommand, CommandError

from taxonomy.reference_data import load_terms


class Command(BaseCommand):
    help = "Bring in the vocabularies of taxonomy/data; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_terms()
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(", ".join(f"{name}: {number}" for name, number in sorted(counts.items())))
