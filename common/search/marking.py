"""Shown texts in which what was searched for is marked, as HTML."""

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from common.search.analysis import Pieces


def has_match(pieces: Pieces) -> bool:
    return any(matches for _piece, matches in pieces)


def as_html(pieces: Pieces) -> SafeString:
    marked = (
        f"<mark>{conditional_escape(piece)}</mark>" if matches else conditional_escape(piece)
        for piece, matches in pieces
    )
    return mark_safe("".join(marked))  # noqa: S308 (each piece is escaped)
