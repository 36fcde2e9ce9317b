"""Which page feedback is about: a path of this site's pages for readers, without anything secret in it."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import get_language_from_path, override

LONGEST = 500
# Sign-in, the administration and machines' addresses are none of these.
READER_NAMESPACES = {"cases", "barometer", "network", "pages", "editorial"}
# The parts of an address that name something public; any other text in it may be the key of a mailed link.
PUBLIC_PARTS = {"slug", "code", "key", "question", "survey", "language"}


def of_request(request: HttpRequest) -> str:
    """The page that is being read, if feedback is asked of it, else ""."""
    match = request.resolver_match
    if match is None or _without_secrets(request.path, match) != request.path:
        return ""
    return _told(request.path, match)


def told(path: str) -> str:
    """What is kept of a path that came with a form: "" unless a page for readers has it.

    Parts that may be secret give way to their names.
    """
    path = path.partition("?")[0].partition("#")[0]
    if len(path) > LONGEST or not (language := get_language_from_path(path)):
        return ""
    with override(language):
        try:
            match = resolve(path)
        except Resolver404:
            return ""
    return _told(path, match)


def _told(path: str, match: ResolverMatch) -> str:
    is_feedback = (match.url_name or "").startswith("feedback")
    if match.namespace not in READER_NAMESPACES or is_feedback:
        return ""
    return _without_secrets(path, match)


def _without_secrets(path: str, match: ResolverMatch) -> str:
    for name, value in match.kwargs.items():
        if isinstance(value, str) and value and name not in PUBLIC_PARTS:
            path = path.replace(value, f"[{name}]")
    return path
