from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from network import erasing

TOLD = {
    "expired": "Unconfirmed requests that expired",
    "request": "Requests to join erased",
    "member": "Memberships erased",
    "account": "Accounts erased",
}


class Command(BaseCommand):
    help = "Erase what people told the innovation network and whose day has come. To be run daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Tell how many there are; erase none.")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = erasing.erase_expired(
            now=timezone.now(), today=timezone.localdate(), dry_run=options["dry_run"]
        )
        for kind, words in TOLD.items():
            self.stdout.write(f"{words}: {counts[kind]}")
        if options["dry_run"]:
            self.stdout.write("Nothing was changed.")
