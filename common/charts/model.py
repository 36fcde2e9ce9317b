"""What a chart shows, before anything has a place: rows of bars with their words."""

from dataclasses import dataclass
from enum import Enum


class Side(Enum):
    """On which side of zero a bar lies; only diverging charts have a left one."""

    RIGHT = "right"
    LEFT = "left"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One value from zero on; None when there is no number, of which ``text`` then says why.

    ``text`` stands at the bar's end: the value as it is told. ``label`` tells bars of one row apart.
    ``low`` and ``high`` are the limits of an interval. ``is_rough`` marks a value that the source does not
    tell exactly, and ``is_below`` one that is less than told. ``faint`` is the further part of the same
    bar, drawn lighter.
    """

    value: float | None
    text: str
    label: str = ""
    side: Side = Side.RIGHT
    low: float | None = None
    high: float | None = None
    is_rough: bool = False
    is_below: bool = False
    faint: float = 0

    @property
    def end(self) -> float:
        """Where the drawn bar ends, its lighter part included."""
        return (self.value or 0) + self.faint


@dataclass(frozen=True, kw_only=True)
class Row:
    """What stands under one label; ``note`` is smaller, beneath it.

    ``mark`` is written on a line above the row that parts it from those before: it is not comparable with
    them, for a reason told in the chart's notes under the same mark.
    """

    label: str
    bars: tuple[Bar, ...]
    note: str = ""
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """All rows of one chart, on one scale from zero to ``most`` (in ``unit``, shown at the ticks).

    ``sides`` are the headings of a diverging chart: what lies to the left, what to the right.
    """

    rows: tuple[Row, ...]
    most: float = 100
    unit: str = ""
    sides: tuple[str, str] | None = None
