"""Go on with bulletins whose worker was stopped."""

from typing import Any

from django.core.management.base import BaseCommand

from network import bulletin_actions
from pages.bulletins import enqueue_sending


class Command(BaseCommand):
    help = "Go on with bulletins whose sending was stopped. Harmless when none was: nobody is mailed twice."

    def handle(self, *args: Any, **options: Any) -> None:
        count = bulletin_actions.resume_all(enqueue_sending)
        self.stdout.write(f"{count} bulletins go on.")
