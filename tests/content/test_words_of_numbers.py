"""Numbers, units and hours as the reader’s language writes them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils.formats import date_format
from django.utils.translation import override

from cases.effects.measures import THROUGHPUT
from cases.models import Evidence
from common.numbers import with_unit

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "share", "hours"),
    [("fi", f"51{NBSP}%", f"3{NBSP}h"), ("sv", f"51{NBSP}%", f"3{NBSP}h"), ("en", "51%", f"3{NBSP}h")],
)
def test_english_alone_writes_per_cent_close_to_its_number(language: str, share: str, hours: str) -> None:
    with override(language):
        assert with_unit("51", "%") == share
        assert with_unit("3", "h") == hours
        assert THROUGHPUT.words(Decimal("51.00")) == share
        assert Evidence(value=Decimal("51.00"), unit="%").display_value == share


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "10. joulukuuta 2026 kello 9.05"),
        ("sv", "10 december 2026 kl. 9.05"),
        ("en", "10 December 2026 09:05"),
    ],
)
def test_hours_are_written_as_in_finland(language: str, words: str) -> None:
    with override(language):
        assert date_format(datetime(2026, 12, 10, 9, 5, tzinfo=UTC), "DATETIME_FORMAT") == words
