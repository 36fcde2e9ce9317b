from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.actions import erase_expired_contact_names


class Command(BaseCommand):
    help = "Erase the names of contact persons whose day has passed. To be run daily."

    def handle(self, *args: Any, **options: Any) -> None:
        erased = erase_expired_contact_names(today=timezone.localdate())
        self.stdout.write(f"Cases from which a name was erased: {erased}")
