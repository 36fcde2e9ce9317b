"""Pages for when something went wrong. They say what happened and what to do, and look like the rest."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_from_path, override


def _error_page(request: HttpRequest, template_name: str, status: int, **context: Any) -> HttpResponse:
    language = get_language_from_path(request.path_info) or get_language() or settings.LANGUAGE_CODE
    with override(language):
        content = render_to_string(template_name, context, request=request)
    return HttpResponse(content, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error_page(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error_page(request, "403.html", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open for too long or came from elsewhere: Django's ``CSRF_FAILURE_VIEW``."""
    return _error_page(request, "403_csrf.html", 403)


def page_not_found(
    request: HttpRequest, exception: Exception, alternates: dict[str, str] | None = None
) -> HttpResponse:
    """``alternates`` where the same address means nothing in the other languages; see ``language_links``."""
    return _error_page(request, "404.html", 404, alternates=alternates)


def gone(request: HttpRequest, reason: str = "", alternates: dict[str, str] | None = None) -> HttpResponse:
    """What was here was taken away on purpose, for a reason that may be told; for views to return."""
    return _error_page(request, "410.html", 410, reason=reason, alternates=alternates)


def busy(request: HttpRequest) -> HttpResponse:
    """What was asked for takes the server so long that another has to be done first; for views to return."""
    answer = _error_page(request, "503.html", 503)
    answer["Retry-After"] = "60"
    return answer


def too_many(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """One client has asked for as much as it may, and may again in so many seconds; for views to return."""
    answer = _error_page(request, "429.html", 429)
    answer["Retry-After"] = str(seconds)
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for our own fault. Asks nothing of the request, the session or the database."""
    language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with override(language):
        content = render_to_string("500.html")
    return HttpResponse(content, status=500)
