"""The registry with its cases, the known barometers, and the factors tied."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction

COMMANDS = ("load_reference_data", "load_barometer", "load_examples", "load_factor_ties")


@pytest.fixture(scope="module")
def first_run(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Loaded once for all tests of a module, in a transaction around theirs."""
    with django_db_blocker.unblock(), transaction.atomic():
        for command in COMMANDS:
            call_command(command, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def registry(first_run, db) -> None:
    """What the test changes is taken back after it."""
