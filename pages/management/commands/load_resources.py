from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pages.resources.reference import load_resources


class Command(BaseCommand):
    help = (
        "Bring in the resources that come with the registry, as pages/data says. A second run changes "
        "nothing, and what staff have edited or deleted stays as they left it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_resources()
        except ValueError as error:
            raise CommandError(str(error)) from error
        told = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
        self.stdout.write(f"Resources: {told}")
