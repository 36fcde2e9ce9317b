"""Shares and intervals, beside those of pandas and statsmodels."""

from decimal import Decimal

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from barometer.importers.statistics import Tally, effective_size, estimate, wilson

weights = st.floats(0.01, 50, allow_nan=False)
answers = st.lists(st.tuples(st.booleans(), weights), min_size=1, max_size=200)


def near(one: Decimal | None, other: float) -> bool:
    """Whether a share rounded to hundredths is that number."""
    return one is not None and abs(float(one) - other) < 0.0050001


@given(answers)
def test_weighted_and_unweighted_shares_are_those_of_pandas_and_statsmodels(given_answers) -> None:
    whole = Tally.of(weight for _yes, weight in given_answers)
    part = Tally.of(weight for yes, weight in given_answers if yes)
    found = estimate(part, whole, with_interval=True)
    frame = pandas.DataFrame(given_answers, columns=["yes", "weight"])
    assert near(found.unweighted_share, 100 * frame["yes"].mean())
    assert near(found.share, 100 * DescrStatsW(frame["yes"].astype(float), frame["weight"]).mean)
    assert found.base == len(frame)


@given(answers)
def test_intervals_are_those_of_statsmodels_at_the_effective_size(given_answers) -> None:
    frame = pandas.DataFrame(given_answers, columns=["yes", "weight"])
    # Kish, written as n divided by one and the squared coefficient of variation of the weights.
    size = len(frame) / (1 + frame["weight"].var(ddof=0) / frame["weight"].mean() ** 2)
    assert effective_size(Tally.of(frame["weight"])) == pytest.approx(size)
    share = (frame["weight"] * frame["yes"]).sum() / frame["weight"].sum()
    low, high = proportion_confint(share * size, size, method="wilson")
    found = estimate(Tally.of(frame["weight"][frame["yes"]]), Tally.of(frame["weight"]), with_interval=True)
    assert near(found.low, 100 * low)
    assert near(found.high, 100 * high)


@given(st.integers(0, 500), st.integers(1, 500))
def test_unweighted_intervals_are_those_of_statsmodels(yes: int, size: int) -> None:
    yes = min(yes, size)
    assert wilson(yes / size, size) == pytest.approx(
        proportion_confint(yes, size, method="wilson"), abs=1e-12
    )


def test_an_interval_known_from_the_literature() -> None:
    # Newcombe (1998), table I, method 3: 81 of 263.
    low, high = wilson(81 / 263, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_the_effective_size_of_equal_weights_is_the_number_of_respondents() -> None:
    assert effective_size(Tally.of([3.0] * 40)) == pytest.approx(40)


def test_a_share_of_nobody_is_not_known() -> None:
    assert estimate(Tally(), Tally(), with_interval=True).share is None
    weightless = estimate(Tally.of([0.0]), Tally.of([0.0, 0.0]), with_interval=True)
    assert (weightless.share, weightless.unweighted_share, weightless.base) == (None, Decimal(50), 2)


def test_nothing_is_said_of_an_interval_when_all_were_asked() -> None:
    found = estimate(Tally.of([1.0]), Tally.of([1.0, 1.0]), with_interval=False)
    assert (found.low, found.high) == (None, None)


@pytest.mark.parametrize(("part", "whole", "share"), [(1, 3, "33.33"), (2, 3, "66.67"), (1, 8, "12.50")])
def test_shares_are_rounded_to_hundredths(part: int, whole: int, share: str) -> None:
    found = estimate(Tally.of([1.0] * part), Tally.of([1.0] * whole), with_interval=False)
    assert str(found.share) == share
