from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.demo import DemoRefusedError, load_demo_accounts


class Command(BaseCommand):
    help = "Make the accounts for trying the registry out; refused in production."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load_demo_accounts()
        except DemoRefusedError as error:
            raise CommandError("There are no demo accounts in production.") from error
