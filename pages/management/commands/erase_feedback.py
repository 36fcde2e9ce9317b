from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from pages.feedback import actions


class Command(BaseCommand):
    help = "Erase what readers wrote as feedback, and their addresses, when its time is up. To be run daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Tell how much there is; erase none.")

    def handle(self, *args: Any, **options: Any) -> None:
        count = actions.erase_expired(now=timezone.now(), dry_run=options["dry_run"])
        self.stdout.write(f"Feedback of which words and address were erased: {count}")
        if options["dry_run"]:
            self.stdout.write("Nothing was changed.")
