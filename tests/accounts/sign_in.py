"""Signing in within tests, without walking through the pages."""

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.test import Client

from accounts.models import User


def sign_in(client: Client, user: User, *methods: str) -> None:
    """Sign ``user`` in, the session recording ``methods``: "code", "password", "mfa", "socialaccount"."""
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": time.time(), "reauthenticated": True} for method in methods
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()


def sign_in_to_admin(client: Client, user: User) -> None:
    """Sign a staff member in as after a password and a second factor."""
    sign_in(client, user, "password", "mfa")
