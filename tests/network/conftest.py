"""Settings of the network's tests: easy work, no waiting."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction

from network.views import joining


@pytest.fixture
def quick_answers(settings, monkeypatch):
    """Little work, and hardly any time added to make all answers take the same."""
    settings.SPAM_PROOF_BITS = 6
    monkeypatch.setattr(joining, "ASKING_TAKES", 0.001)


@pytest.fixture
def mail_at_once(monkeypatch):
    """Mail leaves though no transaction of a test is ever kept."""
    monkeypatch.setattr(transaction, "on_commit", lambda run: run())


@pytest.fixture
def clock():
    """A clock that stands still until it is moved: ``clock.shift(seconds)``."""
    with time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller
