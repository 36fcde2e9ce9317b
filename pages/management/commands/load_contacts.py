from typing import Any

from django.core.management.base import BaseCommand

from pages.contacts import load_contacts


class Command(BaseCommand):
    help = (
        "Bring in the contacts that come with the registry, as pages/data says, where there has been none "
        "yet. Once there has, staff keep them, and nothing is changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Contacts: {load_contacts()} created")
