"""Numbers to places."""

from dataclasses import dataclass
from math import floor, log10


@dataclass(frozen=True)
class Scale:
    """A straight line from numbers to places: ``least`` lies at ``start``, ``most`` at ``end``."""

    least: float
    most: float
    start: float
    end: float

    def __call__(self, number: float) -> float:
        """The place of a number; one beyond the scale lies at its nearer end."""
        if self.most == self.least:
            return self.start
        inside = min(max(number, self.least), self.most)
        return self.start + (inside - self.least) / (self.most - self.least) * (self.end - self.start)


def ticks(most: float, count: int = 4) -> list[float]:
    """Round numbers from zero to ``most`` at equal steps of 1, 2, 2.5 or 5 times a power of ten.

    About ``count`` steps, and never more than twice as many. ``[0]`` when there is nothing to divide.
    """
    if most <= 0:
        return [0]
    rough = most / count
    power = 10 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - 1e-9))
    return [number * step for number in range(int(most / step + 1e-9) + 1)]
