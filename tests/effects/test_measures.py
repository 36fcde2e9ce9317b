"""How a figure as told becomes one that can be laid beside others, or is left out."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from cases.effects.measures import HOURS, RATINGS, LeftOut, counted
from cases.models import Evidence

NBSP = "\N{NO-BREAK SPACE}"


def read(kind: str, value: str, unit: str, baseline: str = "") -> tuple[str, Decimal] | LeftOut | None:
    found = counted(kind, Decimal(value), unit, baseline)
    return (found[0].key, found[1]) if isinstance(found, tuple) else found


@pytest.mark.parametrize(
    "unit",
    [
        "h",
        "H",
        "tuntia vuodessa",
        "h / v",
        "h/a",
        "timmar per år",
        "Hours a year",
        "työtuntia",
        f"h{NBSP}/ år",
    ],
)
def test_hours_are_known_in_three_languages(unit: str) -> None:
    assert read("hours_saved", "12.50", unit) == ("hours-saved", Decimal("12.50"))


@pytest.mark.parametrize("unit", ["htv", "h/kk", "h/viikko", "pv", "henkilötyövuotta", "€", "1000 h", "hh"])
def test_what_is_not_hours_a_year_is_not_made_into_them(unit: str) -> None:
    assert read("hours_saved", "12", unit) is LeftOut.OTHER_UNIT


@pytest.mark.parametrize("kind", ["hours_saved", "euros_saved", "one_off_cost"])
@pytest.mark.parametrize("value", ["0", "-3200"])
def test_zero_and_less_are_left_out(kind: str, value: str) -> None:
    assert read(kind, value, "h" if kind == "hours_saved" else "€") is LeftOut.ZERO_OR_LESS


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("€", 1),
        ("EUR", 1),
        ("euroa vuodessa", 1),
        (f"1{NBSP}000 €", 1000),
        ("t€", 1000),
        ("tuhatta euroa", 1000),
        ("M€", 1_000_000),
        ("MEUR/v", 1_000_000),
        ("milj. €", 1_000_000),
        ("miljoner euro", 1_000_000),
    ],
)
def test_euros_are_known_in_thousands_and_millions(unit: str, factor: int) -> None:
    assert read("euros_saved", "1.5", unit) == ("euros-saved", Decimal("1.5") * factor)


@pytest.mark.parametrize(
    ("kind", "unit"), [("euros_saved", "SEK"), ("euros_saved", "€/kk"), ("one_off_cost", "€/v")]
)
def test_what_is_not_euros_or_not_once_is_another_unit(kind: str, unit: str) -> None:
    assert read(kind, "12", unit) is LeftOut.OTHER_UNIT


@pytest.mark.parametrize(
    ("value", "unit", "baseline", "shorter"),
    [
        ("-21", "d", "41 d (2021)", "51.22"),
        ("-21", "päivää", "41 päivää vuonna 2021", "51.22"),
        ("-21", "days", "41 days in 2021.", "51.22"),
        ("-50", "pv", f"1{NBSP}000 päivää", "5.00"),
        ("-1", "h", "2,5 tuntia", "40.00"),
        ("-5", "työpäivää", "10 työpäivää", "50.00"),
        ("-10", "d", "10 d", "100.00"),
        ("-40", "%", "", "40"),
    ],
)
def test_times_are_compared_with_what_they_were(value: str, unit: str, baseline: str, shorter: str) -> None:
    assert read("throughput_time", value, unit, baseline) == ("throughput-time", Decimal(shorter))


@pytest.mark.parametrize(
    ("value", "unit", "baseline"),
    [
        ("4", "d", "30 d"),  # the new time, or four days longer
        ("0", "d", "30 d"),
        ("-21", "d", ""),
        ("-21", "d", "2021"),
        ("-21", "d", "2021: 41 d"),
        ("-21", "d", "20 d"),  # shorter than nothing
        ("-21", "d", "1,200 d"),  # thousands or decimals
        ("-21", "d", "41–50 d"),
        ("-1", "h", "2 h 30 min"),
        ("-1", "h", "2 h ja 30 min"),
        ("-1", "kk", "1 kk, 2 vk"),
        ("-3", "h", "2 d"),
        ("-5", "d", "10 työpäivää"),
        ("-5", "vaihetta", "10 vaihetta"),
        ("-140", "%", ""),
    ],
)
def test_times_that_cannot_be_compared_are_left_out(value: str, unit: str, baseline: str) -> None:
    assert read("throughput_time", value, unit, baseline) is LeftOut.NOT_COMPARABLE


@pytest.mark.parametrize(
    ("value", "unit", "key"),
    [
        ("4.4", "/ 5", "satisfaction-5"),
        ("4.4", "asteikolla 1–5", "satisfaction-5"),
        ("4.4", "på skalan 1–5", "satisfaction-5"),
        ("4.4", "out of 5", "satisfaction-5"),
        ("8", "/10", "satisfaction-10"),
        ("84", "%", "satisfaction-percent"),
    ],
)
def test_each_scale_is_a_measure_of_its_own(value: str, unit: str, key: str) -> None:
    assert read("satisfaction", value, unit) == (key, Decimal(value))


@pytest.mark.parametrize(
    ("value", "unit", "reason"),
    [
        ("44", "NPS", LeftOut.OTHER_UNIT),
        ("4", "/ 6", LeftOut.OTHER_UNIT),
        ("5.1", "/ 5", LeftOut.OFF_SCALE),
        ("-12", "%", LeftOut.OFF_SCALE),
    ],
)
def test_a_rating_without_its_scale_is_left_out(value: str, unit: str, reason: LeftOut) -> None:
    assert read("satisfaction", value, unit) is reason


def test_every_kind_of_effect_but_the_others_is_read() -> None:
    for kind in Evidence.Kind:
        assert (read(kind, "1", "x") is None) == (kind == Evidence.Kind.OTHER)


@pytest.mark.parametrize(
    ("number", "english", "finnish"),
    [
        ("1300.00", "1,300 h", "1 300 h"),
        ("1234567.5", "1,234,567.5 h", "1 234 567,5 h"),
        ("0.254", "0.25 h", "0,25 h"),
        ("1E+3", "1,000 h", "1 000 h"),
        ("100", "100 h", "100 h"),
    ],
)
def test_numbers_are_written_as_the_language_does(number: str, english: str, finnish: str) -> None:
    for language, words in (("en", english), ("fi", finnish)):
        with override(language):
            assert HOURS.words(Decimal(number)).replace(NBSP, " ") == words
    with override("fi"):
        assert RATINGS[5].words(Decimal("4.40")).replace(NBSP, " ") == "4,4 / 5"
