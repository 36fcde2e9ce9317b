"""Where a page begins, packed into one word that tells nothing by itself."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from cases.filters import CaseFilter, Position
from cases.public_index import LARGEST_ID

from .problems import invalid_cursor

# What the database can hold.
_LARGEST = 2**63 - 1


def pack(values: Sequence[Any]) -> str:
    return urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(cursor: str, types: Sequence[type]) -> list[Any]:
    """The values, of these types; raises a problem for a word that was never given out."""
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise invalid_cursor(cursor) from error
    if not isinstance(values, list) or [type(value) for value in values] != list(types):
        raise invalid_cursor(cursor)
    if any(isinstance(value, int) and abs(value) > _LARGEST for value in values):
        raise invalid_cursor(cursor)
    return values


def of_position(position: Position, asked: CaseFilter) -> str:
    published = position.published.astimezone(UTC).isoformat()
    return pack([_mark(asked), position.rank, position.is_home, published, position.pk])


def to_position(cursor: str, asked: CaseFilter) -> Position:
    """The position; raises a problem for a cursor of another search or order."""
    mark, rank, is_home, published, pk = unpack(cursor, [str, int, bool, str, int])
    try:
        time = datetime.fromisoformat(published)
    except ValueError as error:
        raise invalid_cursor(cursor) from error
    if mark != _mark(asked) or time.tzinfo is not UTC or not 0 < pk <= LARGEST_ID:
        raise invalid_cursor(cursor)
    return Position(rank, is_home, time, pk)


def _mark(asked: CaseFilter) -> str:
    """Tells one search and order from another."""
    return hashlib.sha256(f"{asked.sort}{asked.address()}".encode()).hexdigest()[:8]
