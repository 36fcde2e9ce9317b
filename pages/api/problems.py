"""What the API says when it cannot answer: problem details after RFC 9457, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from common import error_views

from .headers import is_of_api

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One type of problem; ``key`` is in its address, which never changes."""

    key: str
    status: int
    title: str | Promise
    advice: str | Promise

    @property
    def address(self) -> str:
        """The type’s identifier, the same in every language; it leads to the page about the API."""
        with override("en"):
            return f"{settings.BASE_URL}{reverse('api:docs')}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"problem-{self.key}"


INVALID_PARAMETER = Kind(
    "invalid-parameter",
    400,
    gettext_lazy("A parameter cannot be read"),
    gettext_lazy(
        "The address has a parameter that there is not, or a value that it cannot have. The answer names the"
        " parameter and the value and, where they can be listed, the values that are allowed."
    ),
)
INVALID_CURSOR = Kind(
    "invalid-cursor",
    400,
    gettext_lazy("The cursor leads nowhere"),
    gettext_lazy(
        "A cursor is good with the search and order that it was given for. Begin again from the first page."
    ),
)
BAD_REQUEST = Kind(
    "bad-request",
    400,
    gettext_lazy("The request cannot be read"),
    gettext_lazy("The request is malformed, for instance it names a host that is not ours."),
)
NOT_FOUND = Kind(
    "not-found",
    404,
    gettext_lazy("There is nothing at this address"),
    gettext_lazy("The address is mistyped, or what it names is not public."),
)
METHOD_NOT_ALLOWED = Kind(
    "method-not-allowed",
    405,
    gettext_lazy("The API only reads"),
    gettext_lazy("Ask by GET, HEAD or OPTIONS."),
)
NOT_ACCEPTABLE = Kind(
    "not-acceptable",
    406,
    gettext_lazy("Answers are JSON alone"),
    gettext_lazy("Leave out the Accept header, or let it allow application/json."),
)
GONE = Kind(
    "gone",
    410,
    gettext_lazy("The innovation has been withdrawn"),
    gettext_lazy("It was public once. Remove it from your copy."),
)
TOO_MANY_REQUESTS = Kind(
    "too-many-requests",
    429,
    gettext_lazy("Too many requests"),
    gettext_lazy("Wait for as many seconds as the Retry-After header says."),
)
SERVER_ERROR = Kind(
    "server-error",
    500,
    gettext_lazy("Something went wrong with us"),
    gettext_lazy("It is our fault and has been recorded. Try again later."),
)
KINDS = (
    INVALID_PARAMETER,
    INVALID_CURSOR,
    BAD_REQUEST,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    GONE,
    TOO_MANY_REQUESTS,
    SERVER_ERROR,
)


class ProblemError(exceptions.APIException):
    """To be raised by views: a problem, what it is here, and members that tell more."""

    def __init__(self, kind: Kind, detail: str = "", **members: Any) -> None:
        super().__init__(detail)
        self.kind = kind
        self.words = detail or str(kind.advice)
        self.members = members


def unknown_parameter(name: str, allowed: Sequence[str]) -> ProblemError:
    detail = _("There is no parameter “%(name)s” here.") % {"name": name}
    return ProblemError(INVALID_PARAMETER, detail, parameter=name, allowed=list(allowed))


def impossible_value(name: str, value: str, allowed: Sequence[str] | None = None) -> ProblemError:
    detail = _("“%(value)s” cannot be the value of “%(name)s”.") % {"value": value, "name": name}
    more = {} if allowed is None else {"allowed": list(allowed)}
    return ProblemError(INVALID_PARAMETER, detail, parameter=name, value=value, **more)


def invalid_cursor(value: str) -> ProblemError:
    return ProblemError(INVALID_CURSOR, parameter="cursor", value=value)


def details(kind: Kind, request: HttpRequest, detail: str = "", **members: Any) -> dict[str, Any]:
    """The problem as it stands in JSON, in the active language."""
    return {
        "type": kind.address,
        "title": str(kind.title),
        "status": kind.status,
        "detail": detail or str(kind.advice),
        "instance": escape_uri_path(request.path),
        **members,
    }


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework’s exception handler; None for what is our own fault, which Django then records."""
    request = context["request"]._request
    headers = {}
    match error:
        case ProblemError():
            body = details(error.kind, request, error.words, **error.members)
        case Http404():
            body = details(NOT_FOUND, request)
        case PermissionDenied():
            body = details(BAD_REQUEST, request)
        case exceptions.MethodNotAllowed():
            body = details(METHOD_NOT_ALLOWED, request)
        case exceptions.NotAcceptable():
            body = details(NOT_ACCEPTABLE, request, allowed=["application/json"])
        case exceptions.Throttled():
            body = details(TOO_MANY_REQUESTS, request)
            headers["Retry-After"] = str(int(error.wait or 0))
        case _:
            return None
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


# Where Django answers before or after the views -------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: a problem under /api/, a page elsewhere."""
    if is_of_api(request):
        return _answer(BAD_REQUEST, request)
    return error_views.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: the same. Asks nothing of the database, and tells nothing of what went wrong."""
    if is_of_api(request):
        return _answer(SERVER_ERROR, request)
    return error_views.server_error(request)


def _answer(kind: Kind, request: HttpRequest) -> HttpResponse:
    content = JSONRenderer().render(details(kind, request))
    return HttpResponse(
        content, status=kind.status, content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"}
    )
