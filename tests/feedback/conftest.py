"""Settings of the tests of feedback: easy work, a clock that stands still, mail that leaves at once."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction


@pytest.fixture(autouse=True)
def easy_work(settings) -> None:
    settings.SPAM_PROOF_BITS = 6


@pytest.fixture
def mail_at_once(monkeypatch) -> None:
    """Mail leaves though no transaction of a test is ever kept."""
    monkeypatch.setattr(transaction, "on_commit", lambda run: run())


@pytest.fixture
def clock():
    """A clock that stands still until it is moved: ``clock.shift(seconds)``."""
    with time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller
