"""Accounts for trying the registry out: the embedded default only.

Their passwords are random for each home and lie in ``demo_sign_ins.json`` there.
"""

import json
import os
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from .models import Organisation, User
from .permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS, NETWORK_COORDINATORS

FILE = settings.REGISTRY_HOME / "demo_sign_ins.json"


@dataclass(frozen=True)
class DemoAccount:
    name: str
    display_name: str
    role: str
    group: str = ""
    is_staff: bool = True
    is_superuser: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@esimerkki.example"


DEMO_ACCOUNTS = (
    DemoAccount("paakayttaja", "Pia Pääkäyttäjä", "administrator", is_superuser=True),
    DemoAccount("moderoija", "Mikko Moderoija", "moderator", MODERATORS),
    DemoAccount("toinen.moderoija", "Minna Moderoija", "another moderator", MODERATORS),
    DemoAccount("koordinaattori", "Kati Koordinaattori", "network coordinator", NETWORK_COORDINATORS),
    DemoAccount("barometri", "Bertil Barometri", "barometer editor", BAROMETER_EDITORS),
    DemoAccount("sisalto", "Sari Sisältö", "content editor", CONTENT_EDITORS),
    DemoAccount("tekija", "Teemu Tekijä", "contributor", is_staff=False),
)


class DemoRefusedError(Exception):
    """A real installation has no demo accounts."""


@transaction.atomic
def load_demo_accounts() -> None:
    """Make the demo accounts that are missing, and passwords for those whose password is not in the file.

    Raises DemoRefusedError in production.
    """
    if settings.PRODUCTION:
        raise DemoRefusedError
    passwords = read_passwords()
    for account in DEMO_ACCOUNTS:
        user, created = User.objects.get_or_create(
            email=account.email,
            defaults={
                "display_name": account.display_name,
                "is_staff": account.is_staff,
                "is_superuser": account.is_superuser,
                "is_demo": True,
                "organisation": Organisation.objects.filter(is_example=True).first(),
            },
        )
        if created and account.group:
            user.groups.add(Group.objects.get(name=account.group))
        if account.is_staff and (created or account.email not in passwords):
            user.set_password(passwords.setdefault(account.email, secrets.token_urlsafe(9)))
            user.save(update_fields=["password"])
        elif created:
            user.set_unusable_password()
            user.save(update_fields=["password"])
    descriptor = os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(passwords, file, indent=2)


def read_passwords() -> dict[str, str]:
    """Passwords by address; contributors have none, they sign in by code."""
    return json.loads(FILE.read_text()) if FILE.exists() else {}
