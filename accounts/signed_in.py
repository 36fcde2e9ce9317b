"""Who acts, on pages that nobody opens without signing in."""

from typing import cast

from django.http import HttpRequest

from .models import User


def user_of(request: HttpRequest) -> User:
    """The person who is signed in: nobody else comes this far."""
    return cast(User, request.user)
