from typing import Any

from django.core.management.base import BaseCommand

from network import erasing


class Command(BaseCommand):
    help = "Write as CSV what was erased (kind, key, day; no personal data), to be kept apart from backups."

    def handle(self, *args: Any, **options: Any) -> None:
        erasing.write_list(self.stdout)  # type: ignore[arg-type]
