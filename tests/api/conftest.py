"""The registry as it comes: reference data, examples and the known barometers."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction


@pytest.fixture(scope="module")
def first_run(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Loaded once for all tests of a module, in a transaction around theirs."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference_data", verbosity=0)
        call_command("load_examples", verbosity=0)
        call_command("load_barometer", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def registry(first_run, db) -> None:
    """What the test changes is taken back after it."""
