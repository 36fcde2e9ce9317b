"""Pages that open with a secret from a mail, and what is kept of such a secret."""

import hashlib
import secrets
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret that was mailed: it cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_page(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A page whose address is a secret: it tells nobody where it was, and no cache or search engine keeps it.

    The secret is all the proof that it asks for, and all that another site would lack; and a browser that may
    not tell where it comes from cannot pass Django's check of where a form comes from. So there is none.
    """

    @csrf_exempt
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def run(request: HttpRequest, secret: str) -> HttpResponse:
        response = view(request, secret)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return run
