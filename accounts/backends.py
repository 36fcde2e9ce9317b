from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest


class RegistryBackend(ModelBackend):
    """Lets staff sign in by password, nobody else; everybody else proves an address.

    Demo accounts, whose passwords lie in a file, exist only where the setting lets them in:
    elsewhere they neither sign in nor keep a session.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> AbstractBaseUser | None:
        # The check comes last, so that every refusal takes the time that hashing takes.
        user = super().authenticate(request, username=username, password=password, **kwargs)
        return user if user is not None and user.is_staff else None

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        if user is not None and user.is_demo and not settings.DEMO_STAFF_WITHOUT_SECOND_FACTOR:
            return False
        return super().user_can_authenticate(user)
