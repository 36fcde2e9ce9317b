from typing import Any

from django.core.management.base import BaseCommand

from network import event_actions


class Command(BaseCommand):
    help = "Remind those who come to an event within a day; each once an event."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Reminded: {event_actions.remind()}")
