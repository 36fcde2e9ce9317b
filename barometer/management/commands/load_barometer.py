from typing import Any

from django.core.management.base import BaseCommand, CommandError

from barometer import reference


class Command(BaseCommand):
    help = (
        "Bring in the question bank and the known editions and figures of barometer/data, and publish the "
        "editions. Creates only what is missing by its key: what staff have changed stays as it is, and an "
        "edition that exists gets no figures. A second run changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = reference.load()
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(", ".join(f"{name}: {number}" for name, number in sorted(counts.items())))
