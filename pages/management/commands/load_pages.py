from typing import Any

from django.core.management.base import BaseCommand

from pages.editorial.reference import load_pages


class Command(BaseCommand):
    help = (
        "Publish the editorial pages that come with the registry, as pages/data/pages says. Pages that are "
        "there already stay as staff left them; a second run changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Pages published: {load_pages()}")
