from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pages.reference import load_factor_ties


class Command(BaseCommand):
    help = (
        "Tie the barometer’s factors to principles and innovations as pages/data says. Factors that are "
        "tied already stay as they are; a second run changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = load_factor_ties()
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Factors tied: {made}")
