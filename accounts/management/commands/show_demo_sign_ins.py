from typing import Any

from django.core.management.base import BaseCommand

from accounts.demo import DEMO_ACCOUNTS, read_passwords


class Command(BaseCommand):
    help = "Print how to sign in to the embedded default."

    def handle(self, *args: Any, **options: Any) -> None:
        passwords = read_passwords()
        for account in DEMO_ACCOUNTS:
            if account.email in passwords:
                how = f"password {passwords[account.email]}"
            elif account.is_staff:
                continue  # not made here
            else:
                how = "a code, which comes here and to the mail folder"
            self.stdout.write(f"{account.role:<20} {account.email:<38} {how}")
