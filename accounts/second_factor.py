"""Who may enter the admin: staff who have used a second factor in this session."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase


def used_second_factor(request: HttpRequest) -> bool:
    """Whether this session was strengthened by an authenticator app, a passkey or a recovery code.

    In the embedded default a demo account's password is enough; production refuses that setting.
    """
    methods = {record["method"] for record in get_authentication_records(request, request.user)}
    demo = settings.DEMO_STAFF_WITHOUT_SECOND_FACTOR and getattr(request.user, "is_demo", False)
    return "mfa" in methods or (demo and "password" in methods)


def staff_with_password(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Only those with a first factor manage second ones.

    Otherwise somebody who reads a staff member's mail could sign in by code, add a second factor of
    their own, and enter the admin.
    """

    @login_required(login_url="account_login")
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_staff and request.user.has_usable_password()):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
