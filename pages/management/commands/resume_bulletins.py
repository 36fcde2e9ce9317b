"""Go on with bulletins whose worker was stopped."""

from typing import Any

from django.core.management.base import BaseCommand

from pages import bulletins


class Command(BaseCommand):
    help = "Go on with bulletins whose sending was stopped. Harmless when none was: nobody is mailed twice."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Bulletins that go on: {bulletins.resume()}")
