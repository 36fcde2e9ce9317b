from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from network import erasing


class Command(BaseCommand):
    help = "Erase again what a restored backup brought back, by a file of export_erasures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Tell how many there are; erase none.")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            with file.open(newline="") as opened:
                counts = erasing.replay(erasing.read_list(opened), dry_run=dry_run)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Erased again: {counts.total()}")
        for kind, count in sorted(counts.items()):
            self.stdout.write(f"  {kind}: {count}")
