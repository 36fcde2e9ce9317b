from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.reference_data import load_organisations


class Command(BaseCommand):
    help = "Bring in the organisations of accounts/data; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_organisations()
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(", ".join(f"{name}: {number}" for name, number in sorted(counts.items())))
