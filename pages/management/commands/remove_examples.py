from typing import Any

from django.core.management.base import BaseCommand

from cases.examples import remove_invented
from network import event_actions


class Command(BaseCommand):
    help = (
        "Take the invented innovations and events away, with their files and their organisations. Everything "
        "else stays, the demo accounts too."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Invented events removed: {event_actions.remove_examples()}")
        removed, kept = remove_invented()
        self.stdout.write(f"Invented cases removed: {removed}")
        for organisation in kept:
            self.stdout.write(f"Kept, because something else names it: {organisation}")
