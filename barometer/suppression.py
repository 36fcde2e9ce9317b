"""Small numbers: which figures are not shown, so that none of few people can be told or reckoned.

A figure of fewer than :data:`~barometer.models.SMALLEST_BASE` answers is not shown. Nor are so many others
of its breakdown that it cannot be had by subtracting those shown from the total.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .models import SMALLEST_BASE, Figure

Suppression = Figure.Suppression


@dataclass(frozen=True)
class Cell:
    """The answers of one group to one question; ``dimension`` and ``group`` are None for the total.

    ``base`` is the number of answers, None when the source does not tell it.
    """

    question: int
    dimension: int | None
    group: int | None
    base: int | None
    kept_back: bool = False


def suppressed(cells: Iterable[Cell]) -> dict[Cell, str]:
    """The cells whose figures must not be shown, each with the reason."""
    by_question: defaultdict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_question[cell.question].append(cell)
    found: dict[Cell, str] = {}
    for asked in by_question.values():
        found.update(_of_question(asked))
    return found


def _of_question(cells: list[Cell]) -> dict[Cell, str]:
    total = next((cell for cell in cells if cell.group is None), None)
    found: dict[Cell, str] = {cell: reason for cell in cells if (reason := _own_reason(cell))}
    dimensions: defaultdict[int | None, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.group is not None:
            dimensions[cell.dimension].append(cell)
    for groups in dimensions.values():
        if total in found:
            # The groups together are the total.
            found.update({cell: Suppression.COMPLEMENTARY for cell in groups if cell not in found})
        else:
            found.update(_complements(groups, total.base if total else None, found))
    return found


def _own_reason(cell: Cell) -> str:
    if cell.base is not None and cell.base < SMALLEST_BASE:
        return Suppression.SMALL
    return Suppression.BY_EDITOR if cell.kept_back else Suppression.NONE


def _complements(groups: list[Cell], total: int | None, hidden: Mapping[Cell, str]) -> dict[Cell, str]:
    """Further groups of one breakdown to hide: the smallest first, until subtraction tells of no few.

    Subtracting those shown from the total gives those hidden together, with whoever is in no group.
    """
    added: dict[Cell, str] = {}
    # One whose base is not told is taken for large: it is hidden last.
    rest = sorted((cell for cell in groups if cell not in hidden), key=lambda cell: cell.base or 10**9)
    kept = [cell for cell in groups if cell in hidden]
    in_no_group = _in_no_group(groups, total)
    while rest and not _is_safe(kept, in_no_group):
        smallest = rest.pop(0)
        added[smallest] = Suppression.COMPLEMENTARY
        kept.append(smallest)
    return added


def _in_no_group(groups: list[Cell], total: int | None) -> int:
    """How many answers of the total are in none of the groups; 0 when that cannot be known."""
    bases = [cell.base for cell in groups if cell.base is not None]
    if total is None or len(bases) < len(groups):
        return 0
    return max(0, total - sum(bases))


def _is_safe(kept: list[Cell], in_no_group: int) -> bool:
    """Whether what subtraction gives is nobody, or several groups with enough answers together."""
    if not kept and not in_no_group:
        return True
    together = in_no_group + sum(cell.base or 0 for cell in kept)
    several = len(kept) + bool(in_no_group) > 1 or not kept
    return several and together >= SMALLEST_BASE
