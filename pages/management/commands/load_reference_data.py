from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Bring in what every registry needs: the vocabularies, then the organisations. "
        "A second run changes nothing, and what staff have edited stays as they left it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for what, command in (("Terms", "load_terms"), ("Organisations", "load_organisations")):
            self.stdout.write(f"{what}: ", ending="")
            call_command(command, stdout=self.stdout)
