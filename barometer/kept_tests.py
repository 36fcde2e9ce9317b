"""Tests of one's own organisation that somebody asked to be kept: the only maker and reader of them.

Whoever has the secret address can read and delete the test; nobody else can find it, for of the secret only
a hash is kept.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from . import self_test
from .models import SelfTest

KEPT_FOR = timedelta(days=365)
# The longest that the form can send is about a third of it.
MOST_BYTES = 4096
TOKEN_BYTES = 24


class TooLargeError(ValueError):
    """The answers take more room than any honest form."""


def keep(answers: self_test.Answers, editions: Sequence[str]) -> str:
    """Keep the answers for twelve months; returns the secret of their address, which is told only now.

    Raises TooLargeError.
    """
    kept = self_test.as_json(answers)
    if len(json.dumps([kept, list(editions)]).encode()) > MOST_BYTES:
        raise TooLargeError
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    SelfTest.objects.create(
        token_hash=_hash(token),
        answers=kept,
        editions=list(editions),
        created_at=now,
        expires_at=now + KEPT_FOR,
    )
    return token


def find(token: str) -> SelfTest | None:
    """The test whose address holds ``token``, unless its time is up."""
    return SelfTest.objects.filter(token_hash=_hash(token), expires_at__gt=timezone.now()).first()


def expired(*, now: datetime) -> int:
    """How many tests there are whose time is up."""
    return SelfTest.objects.filter(expires_at__lte=now).count()


def erase_expired(*, now: datetime) -> int:
    """Delete the tests whose time is up; returns how many."""
    deleted, _by_model = SelfTest.objects.filter(expires_at__lte=now).delete()
    return deleted


def _hash(token: str) -> str:
    # The secret is random: it needs no salt and no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
