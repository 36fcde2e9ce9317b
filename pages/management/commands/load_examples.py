from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.demo import DemoRefusedError
from cases import examples
from network import examples as events


class Command(BaseCommand):
    help = (
        "Bring in the examples that come with the registry: Finnish innovations compiled from a public "
        "source, invented ones with the demo accounts that made them, and invented events. A second run "
        "changes nothing, but brings the invented events in anew when all of them have passed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", choices=["compiled", "invented"], help="Leave the other set out.")
        parser.add_argument(
            "--force", action="store_true", help="Bring them in although there are other cases already."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if examples.has_other_cases() and not options["force"]:
            raise CommandError("There are other cases already. Use --force to add the examples to them.")
        if options["only"] != "invented":
            self.stdout.write(f"Compiled from a public source: {examples.load_compiled()}")
        if options["only"] != "compiled":
            try:
                self.stdout.write(f"Invented: {examples.load_invented()}")
                self.stdout.write(f"Invented events: {events.load_invented()}")
            except DemoRefusedError as error:
                raise CommandError(
                    "Invented examples need demo accounts, which production refuses. Use --only compiled."
                ) from error
