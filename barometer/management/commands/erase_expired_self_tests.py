from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from barometer import kept_tests


class Command(BaseCommand):
    help = "Delete the kept tests of own organisations whose time is up. To be run daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Tell how many there are; delete none.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["dry_run"]:
            self.stdout.write(f"Kept tests whose time is up: {kept_tests.expired(now=now)}")
        else:
            self.stdout.write(f"Kept tests deleted: {kept_tests.erase_expired(now=now)}")
