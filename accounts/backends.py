from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from .models import User


class RegistryBackend(ModelBackend):
    """Lets staff sign in by password, nobody else; everybody else proves an address.

    Demo accounts, whose passwords lie in a file, exist only where the setting lets them in:
    elsewhere they neither sign in nor keep a session.
    """

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        # The check comes last, so that every refusal takes the time that hashing takes.
        user = super().authenticate(request, username=username, password=password, **kwargs)
        return user if user is not None and user.is_staff else None

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        if isinstance(user, User) and user.is_demo and not settings.DEMO_STAFF_WITHOUT_SECOND_FACTOR:
            return False
        return super().user_can_authenticate(user)
