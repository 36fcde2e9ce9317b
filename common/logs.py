"""Logs: one event a line, and nothing in it that tells who did it.

What may not be logged is kept out twice. The request middleware never picks it up
(no address of the reader, no user, no query string, no secret part of a path), and
``mask_personal_data`` goes over every line last, whoever wrote it.
"""

import ipaddress
import re
import sys
from typing import TYPE_CHECKING, Any

import structlog
from django_structlog.middlewares import RequestMiddleware as StructlogRequestMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest

# The captured parts of an address that everybody may read; any other text in it may be a secret key.
PUBLIC_PARTS = {"slug", "language", "app_label", "model_name", "content_type_id", "object_id"}

EMAIL_ADDRESS = re.compile(r"[^\s@<>\"'(),;:=/]+(?:@|%40)[^\s@<>\"'(),;:=/?&]+\.\w+")
QUERY = re.compile(r"\?[\w%.~+\-\[\]]+=[^\s\"'<>]*")
SIGNED_VALUE = re.compile(r"[\w\-]*:[\w\-]{4,}:[\w\-]{20,}")
RANDOM_WORD = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{20,}(?![A-Za-z0-9])")
# The key of a mailed link (common/secret_pages.py); its dashes may cut it into words too short for the above.
MAILED_SECRET = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{40,}(?![\w-])", re.ASCII)
NETWORK_ADDRESS = re.compile(r"(?<![\w.:])[0-9A-Fa-f:.]{7,}(?![\w:])")


def _mask_network_address(match: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(match[0].rstrip("."))
    except ValueError:
        return match[0]
    return "[address]"


def mask(text: str) -> str:
    """The text without e-mail addresses, network addresses, query strings and keys that open something."""
    text = QUERY.sub("?[query]", text)
    text = EMAIL_ADDRESS.sub("[e-mail]", text)
    text = SIGNED_VALUE.sub("[key]", text)
    text = MAILED_SECRET.sub("[key]", text)
    text = RANDOM_WORD.sub("[key]", text)
    return NETWORK_ADDRESS.sub(_mask_network_address, text)


def _masked(value: Any) -> Any:
    match value:
        case str():
            return mask(value)
        case dict():
            return {key: _masked(inner) for key, inner in value.items()}
        case list() | tuple() | set():
            return [_masked(inner) for inner in value]
        case None | bool() | int() | float():
            return value
    return mask(str(value))


def mask_personal_data(logger: Any, method_name: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: every value of the event, masked. Objects become their masked text."""
    return {key: value if key.startswith("_") else _masked(value) for key, value in event.items()}


def mask_report(report: Any, hint: dict[str, Any]) -> Any:
    """The same for an error report on its way to Sentry."""
    for part in ("user", "request", "breadcrumbs", "server_name"):
        report.pop(part, None)
    return _masked(report)


class RequestMiddleware(StructlogRequestMiddleware):
    """One line a request: method, path, answer. See the module's promise for what is left out."""

    @staticmethod
    def format_request(request: "HttpRequest") -> str:
        path = request.path
        if request.resolver_match:
            for name, value in request.resolver_match.kwargs.items():
                if isinstance(value, str) and value and name not in PUBLIC_PARTS:
                    path = path.replace(value, f"[{name}]")
        return f"{request.method} {path}"


# Steps that every event goes through, from our code or a library's.
SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    # Tracebacks as plain text: the richer ones would print the values of local variables.
    structlog.processors.format_exc_info,
]


def logging_settings(*, level: str, as_json: bool) -> dict[str, Any]:
    """The value of Django's ``LOGGING``: JSON lines for a log collector, or lines for a person.

    Configures structlog on the way, so that both of Python's ways to log end in the same lines.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED_PROCESSORS,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    mask_personal_data,
                    renderer,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would print around the mask or mail errors with their context.
            "django": {"handlers": [], "level": level, "propagate": True},
            # The request middleware has said it already, with the traceback.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "gunicorn.error": {"handlers": ["console"], "propagate": False},
            # Tells every table of the typeface that it cuts.
            "fontTools": {"level": "WARNING"},
        },
    }
