"""Shares, their bases and intervals from weighted answers. Pure functions; no table, no model.

Shares are in per cent. A respondent's weight says how many of the population the answer stands for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt

# The 97.5 % point of the standard normal distribution: intervals of 95 %.
NORMAL_975 = 1.959963984540054
_CENT = Decimal("0.01")


@dataclass(slots=True)
class Tally:
    """Respondents counted: how many, the sum of their weights, and the sum of the weights' squares."""

    count: int = 0
    weight: float = 0.0
    squares: float = 0.0

    def add(self, weight: float) -> None:
        self.count += 1
        self.weight += weight
        self.squares += weight * weight

    @classmethod
    def of(cls, weights: Iterable[float]) -> "Tally":
        tally = cls()
        for weight in weights:
            tally.add(weight)
        return tally


@dataclass(frozen=True)
class Estimate:
    """What is known of one share; the limits are None without an interval."""

    share: Decimal | None
    unweighted_share: Decimal | None
    base: int
    low: Decimal | None = None
    high: Decimal | None = None


def estimate(part: Tally, whole: Tally, *, with_interval: bool) -> Estimate:
    """The share of ``part`` in ``whole``, weighted and not, and its 95 % interval.

    Without a single weight above nothing the share is not known.
    """
    unweighted = _percent(part.count / whole.count) if whole.count else None
    if whole.weight <= 0:
        return Estimate(None, unweighted, whole.count)
    share = min(1.0, part.weight / whole.weight)
    if not with_interval:
        return Estimate(_percent(share), unweighted, whole.count)
    low, high = wilson(share, effective_size(whole))
    return Estimate(_percent(share), unweighted, whole.count, _percent(low), _percent(high))


def effective_size(whole: Tally) -> float:
    """How large a simple random sample would tell as much: Kish (1965), (Σw)² / Σw².

    It is the number of respondents when all weigh the same, and less the more their weights differ.
    """
    return whole.weight**2 / whole.squares


def wilson(share: float, size: float, z: float = NORMAL_975) -> tuple[float, float]:
    """The limits of the interval for a share between 0 and 1 of a sample of that size: Wilson (1927).

    Unlike the share ± its error it stays between 0 and 1, and holds for shares near them and small samples.
    """
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    reach = z / (1 + z * z / size) * sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    # The share itself is always inside, whatever the last binary digit.
    return max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach))


def _percent(share: float) -> Decimal:
    # Through the shortest decimal that is this number, so that 0.125 is 12.50 and not a digit less.
    return (Decimal(repr(share)) * 100).quantize(_CENT, ROUND_HALF_UP)
