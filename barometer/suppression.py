"""Small numbers: which figures are not shown, so that none of few people can be told or reckoned.

A figure of fewer than :data:`~barometer.models.SMALLEST_BASE` answers is not shown. Nor are so many others
that it cannot be had by adding and subtracting what is shown: totals, other groups of its breakdown, and
groups of other breakdowns that are made of the same people. ``docs/barometer.md`` says what this covers.

What an onlooker can reckon is linear algebra: each known sum of groups is an equation whose unknowns are the
groups not shown. A group is told when its unit vector is in the space of the equations' rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations
from random import Random

from .models import SMALLEST_BASE, Figure

Suppression = Figure.Suppression

# A group of a breakdown, by their numbers; both None for the total. Without the group: those who are in none
# of the breakdown's groups, of whom nothing is ever shown.
Place = tuple[int | None, int | None]
TOTAL: Place = (None, None)
# One group's answers to a question, all options together: they are shown or hidden together.
Hidden = dict[tuple[int, int | None, int | None], str]

# A breakdown of more groups is not searched for unions, and a group that more unions could be tells nothing.
_MOST_GROUPS = 24
_MOST_UNIONS = 16


@dataclass(frozen=True)
class Cell:
    """One option's answers in one place.

    ``base`` is the number of answers, None when the source does not tell it.
    """

    question: int
    option: int
    dimension: int | None
    group: int | None
    base: int | None
    kept_back: bool = False
    unweighted_share: Decimal | None = None

    @property
    def place(self) -> Place:
        return self.dimension, self.group


def cell_of(figure: Figure) -> Cell:
    """What of the figure decides whether it and others are shown."""
    return Cell(
        question=figure.asked_id,
        option=figure.option_id,
        dimension=figure.group.dimension_id if figure.group else None,
        group=figure.group_id,
        base=figure.base,
        kept_back=figure.suppression == Suppression.BY_EDITOR,
        unweighted_share=figure.unweighted_share,
    )


@dataclass(frozen=True)
class Sum:
    """The groups on the left together are those on the right together and ``rest`` answers more."""

    left: frozenset[Place]
    right: frozenset[Place]
    rest: int = 0

    @property
    def places(self) -> frozenset[Place]:
        return self.left | self.right


# How many answered who are in each combination of groups, one of each breakdown.
Members = Mapping[tuple[Place, ...], int]


def suppressed(cells: Iterable[Cell], members: Mapping[int, Members] | None = None) -> Hidden:
    """What must not be shown, by question, dimension and group, each with the reason.

    ``members`` tells of each question which groups are made of the same people; without it that is inferred
    from the bases of all the questions.
    """
    questions: defaultdict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        questions[cell.question].append(cell)
    own = {question: _own_reasons(asked) for question, asked in questions.items()}
    unions: list[Sum] = []
    if members is None:
        protected = {place for reasons in own.values() for place in reasons}
        unions = list(_unions(list(chain.from_iterable(questions.values())), protected))
    hidden: Hidden = {}
    # A question asked of some tells by its bases what they answered to the one that chose them. So what
    # covers a group in the questions that most answered is hidden with it in the others too.
    covers: set[Place] = set()
    for question in sorted(questions, key=lambda question: -_most_answers(questions[question])):
        of_question = _of_question(
            questions[question], own[question], unions, members[question] if members else None, covers
        )
        if TOTAL not in of_question:
            covers |= of_question.keys() - own[question].keys()
        hidden |= {(question, *place): reason for place, reason in of_question.items()}
    return hidden


def _most_answers(cells: Iterable[Cell]) -> int:
    return max((cell.base or 0 for cell in cells), default=0)


def _own_reasons(cells: Iterable[Cell]) -> dict[Place, str]:
    """The places that are hidden for their own sake."""
    found: dict[Place, str] = {}
    for cell in cells:
        if cell.base is not None and cell.base < SMALLEST_BASE:
            found[cell.place] = Suppression.SMALL
        elif cell.kept_back:
            found.setdefault(cell.place, Suppression.BY_EDITOR)
    return found


def _is_of_none(place: Place) -> bool:
    return place[1] is None and place != TOTAL


def _of_question(
    cells: Sequence[Cell],
    own: Mapping[Place, str],
    unions: Sequence[Sum],
    members: Members | None,
    covers: Collection[Place],
) -> dict[Place, str]:
    places = list(dict.fromkeys(cell.place for cell in cells))
    # Options may have bases of their own, as factors do; what is hidden of one is hidden of all.
    layers: defaultdict[int, dict[Place, int | None]] = defaultdict(dict)
    for cell in cells:
        layers[cell.option][cell.place] = cell.base
    distinct = {tuple(sorted(bases.items(), key=repr)): bases for bases in layers.values()}.values()
    views: list[_View | _InsiderView] = []
    between = unions if members is None else list(known_sums(members))
    for bases in distinct:
        if members is not None:
            views.append(_InsiderView(dict(bases), members, own))
        sums = [*_totals(bases), *_within(between, bases)]
        views += [_View(bases, sums, own, are_rests_known=known) for known in (False, True)]
    dimensions = {place[0] for place in own}
    covering = [place for place in places if place in covers and place[0] in dimensions]
    hidden = {**dict.fromkeys(covering, Suppression.COMPLEMENTARY), **own}
    while TOTAL not in hidden:
        more = next(filter(None, (view.next_to_hide(hidden) for view in views)), None)
        if more is None:
            return hidden
        hidden[more] = Suppression.COMPLEMENTARY
    # The groups together are the total.
    return {place: hidden.get(place, Suppression.COMPLEMENTARY) for place in places}


def _totals(bases: dict[Place, int | None]) -> list[Sum]:
    """The total is the groups of each breakdown and those in none of them, who are added to the bases."""
    dimensions: defaultdict[int, set[Place]] = defaultdict(set)
    for place in bases:
        if place[0] is not None:
            dimensions[place[0]].add(place)
    total = bases.get(TOTAL)
    for dimension, groups in dimensions.items():
        if (dimension, None) not in groups:
            told = [base for place in groups if (base := bases[place]) is not None]
            is_known = total is not None and len(told) == len(groups)
            bases[dimension, None] = max(0, total - sum(told)) if is_known and total is not None else None
            groups.add((dimension, None))
    return [Sum(frozenset({TOTAL}), frozenset(groups)) for groups in dimensions.values()]


def _within(sums: Iterable[Sum], bases: Mapping[Place, int | None]) -> Iterator[Sum]:
    """The sums as far as the question has their groups."""
    for told in sums:
        left, right = told.left & bases.keys(), told.right & bases.keys()
        if left and right:
            yield Sum(left, right, told.rest)


class _View:
    """What an onlooker sees of one layer of a question, and could reckon from it.

    How many are in none of the groups may be unknown to them, or known from another question that the same
    people answered: both are tried.
    """

    def __init__(
        self,
        bases: Mapping[Place, int | None],
        sums: Sequence[Sum],
        own: Mapping[Place, str],
        *,
        are_rests_known: bool,
    ):
        self.bases = bases
        self.sums = sums
        self.own = own
        self.are_rests_known = are_rests_known

    def next_to_hide(self, hidden: Mapping[Place, str]) -> Place | None:
        """A place to hide because without it something would be told; None when nothing is."""
        rows = [self._row(number, hidden) for number in range(len(self.sums))]
        for row in [*rows, *_reduced(rows)]:
            if self._tells(row) and (place := self._cover(row, hidden)) is not None:
                return place
        return None

    def _row(self, number: int, hidden: Mapping[Place, str]) -> Row:
        """The sum as an equation: its unknowns, each with its sign."""
        told = self.sums[number]
        row: Row = {}
        for places, sign in ((told.right, 1), (told.left, -1)):
            for place in places:
                if self._is_unknown(place, hidden):
                    row[place] = Fraction(sign)
        if told.rest != 0 and not self.are_rests_known:
            row[number] = Fraction(1)
        return row

    def _is_unknown(self, place: Place, hidden: Mapping[Place, str]) -> bool:
        """Nobody is nobody, hidden or not."""
        if _is_of_none(place):
            return not self.are_rests_known and self.bases[place] != 0
        return place in hidden and self.bases[place] != 0

    def _tells(self, row: Row) -> bool:
        """Whether the row tells a group that is hidden for its own sake, or few people together."""
        if len(row) == 1:
            (unknown,) = row
            if unknown in self.own:
                return True
        if len(set(row.values())) != 1:
            return False
        sizes = [self._size(unknown) for unknown in row]
        told = [size for size in sizes if size is not None]
        # How many of an unknown size are, is not told; the others alone would be.
        return 0 < sum(told) < SMALLEST_BASE and (len(told) == len(sizes) or len(sizes) > 1)

    def _size(self, unknown: Place | int) -> int | None:
        return self.sums[unknown].rest if isinstance(unknown, int) else self.bases[unknown]

    def _cover(self, row: Row, hidden: Mapping[Place, str]) -> Place | None:
        """What to hide so that the row no longer tells: the smallest group beside those it is about."""
        unknowns = set(row)
        concerned: list[Sum] = []
        while True:
            found = [
                told
                for number, told in enumerate(self.sums)
                if told not in concerned and (number in unknowns or told.places & unknowns)
            ]
            if not found:
                break
            concerned += found
            unknowns |= {place for told in found for place in told.places if self._is_unknown(place, hidden)}
        dimensions = {unknown[0] for unknown in row if not isinstance(unknown, int)}
        dimensions |= {
            place[0] for unknown in row if isinstance(unknown, int) for place in self.sums[unknown].right
        }
        shown = {
            place
            for told in concerned
            for place in told.places
            if place not in hidden and place[1] is not None and self.bases[place] != 0
        }
        if shown:
            # One whose base is not told is taken for large: it is hidden last.
            return min(
                shown,
                key=lambda place: (place[0] not in dimensions, self.bases[place] or 10**9, repr(place)),
            )
        # Nothing is left but the total. It stays, if onlookers would have to know something from elsewhere.
        return None if self.are_rests_known else TOTAL


# An equation: the unknowns and what they are multiplied by. A sum's own rest is called by the sum's number.
Row = dict[Place | int, Fraction]


def _reduced(rows: Iterable[Row]) -> list[Row]:
    """The rows in reduced echelon form: everything that adding and subtracting them can tell apart."""
    done: dict[Place | int, Row] = {}
    for row in rows:
        rest = dict(row)
        for pivot, other in done.items():
            _subtract(rest, other, rest.get(pivot, Fraction(0)))
        if not rest:
            continue
        pivot, value = next(iter(rest.items()))
        rest = {unknown: factor / value for unknown, factor in rest.items()}
        for other in done.values():
            _subtract(other, rest, other.get(pivot, Fraction(0)))
        done[pivot] = rest
    return list(done.values())


def _subtract(row: Row, other: Row, times: Fraction) -> None:
    if not times:
        return
    for unknown, factor in other.items():
        value = row.get(unknown, Fraction(0)) - times * factor
        if value:
            row[unknown] = value
        else:
            row.pop(unknown, None)


# Groups of several breakdowns made of the same people: known ----------------------------------


class _InsiderView:
    """What could be reckoned by who knows of every combination of groups whether anybody in it answered.

    A group is told when its row over the combinations is a sum of multiples of the rows shown. The rows are
    multiplied by chance numbers, which makes them short: what is such a sum stays one.
    """

    _PRIME = 2**61 - 1

    def __init__(self, bases: Mapping[Place, int | None], members: Members, own: Mapping[Place, str]):
        self.bases = bases
        self.own = own
        chance = Random(0)  # noqa: S311 (not a secret: it has to be the same the next time)
        width = len(bases) + 8
        self.rows = {place: [0] * width for place in bases}
        for places in members:
            numbers = [chance.randrange(self._PRIME) for _number in range(width)]
            for place in {TOTAL, *places} & self.rows.keys():
                self.rows[place] = list(map(int.__add__, self.rows[place], numbers))

    def next_to_hide(self, hidden: Mapping[Place, str]) -> Place | None:
        """A place to hide because without it something would be told; None when nothing is."""
        basis = self._basis([place for place in self.bases if place not in hidden])
        for target in self.own:
            rest, used = self._reduced(self.rows[target], {}, basis)
            if self.bases[target] and not any(rest):
                return min(
                    used,
                    key=lambda place: (
                        place == TOTAL,
                        place[0] != target[0],
                        self.bases[place] or 0,
                        repr(place),
                    ),
                )
        return None

    def _basis(self, shown: Iterable[Place]) -> list[tuple[int, list[int], dict[Place, int]]]:
        """The rows shown in echelon form: pivot, row, and of which of them it is made."""
        basis: list[tuple[int, list[int], dict[Place, int]]] = []
        for place in shown:
            row, used = self._reduced(self.rows[place], {place: 1}, basis)
            pivot = next((number for number, value in enumerate(row) if value), None)
            if pivot is not None:
                inverse = pow(row[pivot], -1, self._PRIME)
                scaled = {other: times * inverse % self._PRIME for other, times in used.items()}
                basis.append((pivot, [value * inverse % self._PRIME for value in row], scaled))
        return basis

    def _reduced(
        self,
        row: Sequence[int],
        used: Mapping[Place, int],
        basis: Iterable[tuple[int, list[int], dict[Place, int]]],
    ) -> tuple[list[int], dict[Place, int]]:
        """What is left of the row without its share in the basis, and what that share is made of."""
        prime = self._PRIME
        rest, made = [value % prime for value in row], dict(used)
        for pivot, other, parts in basis:
            if times := rest[pivot]:
                rest = [(one - times * two) % prime for one, two in zip(rest, other, strict=True)]
                for place, part in parts.items():
                    made[place] = (made.get(place, 0) - times * part) % prime
        return rest, {place: times for place, times in made.items() if times}


def known_sums(members: Members) -> Iterator[Sum]:
    """The sums between breakdowns, from how many people are in each combination of groups.

    ``members`` has whoever is in no group of a breakdown in the place without a group. The sums are those of
    a group and the groups of another breakdown inside it or around it, if they differ by fewer than may be
    told, and those of unions that cannot be parted further.
    """
    sizes: Counter[Place] = Counter()
    together: defaultdict[Place, Counter[Place]] = defaultdict(Counter)
    for places, count in members.items():
        for place in places:
            sizes[place] += count
            together[place].update({other: count for other in places if other[0] != place[0]})
    dimensions = sorted({place[0] for place in sizes}, key=repr)
    for whole, others in together.items():
        for dimension in dimensions:
            shared = {place: count for place, count in others.items() if place[0] == dimension}
            inside = frozenset(place for place, count in shared.items() if count == sizes[place])
            rest = sizes[whole] - sum(sizes[place] for place in inside)
            if inside and rest < SMALLEST_BASE:
                yield Sum(frozenset({whole}), inside, rest)
            around = sum(sizes[place] for place in shared) - sizes[whole]
            if 0 < around < SMALLEST_BASE:
                yield Sum(frozenset(shared), frozenset({whole}), around)
    for one, other in combinations(dimensions, 2):
        yield from _inseparable(members, one, other)


def _inseparable(members: Iterable[tuple[Place, ...]], one: int | None, other: int | None) -> Iterator[Sum]:
    """The smallest unions of several groups of one breakdown that are a union of several of the other."""
    unions: list[set[Place]] = []
    for places in members:
        linked = {place for place in places if place[0] in (one, other)}
        apart = [union for union in unions if not union & linked]
        unions = [*apart, linked.union(*(union for union in unions if union & linked))]
    for union in unions:
        left, right = (frozenset(p for p in union if p[0] == dimension) for dimension in (one, other))
        if len(left) > 1 and len(right) > 1:
            yield Sum(left, right)


# Groups of several breakdowns made of the same people: inferred -------------------------------


def _unions(cells: Sequence[Cell], protected: set[Place]) -> Iterator[Sum]:
    """Groups that are a union of another breakdown's groups, as far as all the figures together say so.

    People are the same in every question, so a union that is one shows in all the bases, and in the numbers
    of those who gave each answer.
    """
    dimensions: defaultdict[int, set[Place]] = defaultdict(set)
    layers: defaultdict[tuple[int, int], dict[Place, Cell]] = defaultdict(dict)
    for cell in cells:
        layers[cell.question, cell.option][cell.place] = cell
        if cell.dimension is not None:
            dimensions[cell.dimension].add(cell.place)
    for dimension, groups in dimensions.items():
        if len(groups) > _MOST_GROUPS:
            continue
        for other, wholes in dimensions.items():
            if other == dimension or not (groups | wholes) & protected:
                continue
            for whole in sorted(wholes, key=repr):
                found = list(_unions_of(whole, sorted(groups, key=repr), list(layers.values())))
                if len(found) <= _MOST_UNIONS:
                    yield from (Sum(frozenset({whole}), union) for union in found)


def _unions_of(
    whole: Place, groups: Sequence[Place], layers: Sequence[Mapping[Place, Cell]]
) -> Iterator[frozenset[Place]]:
    """The unions of the groups that have the whole's base in every layer that tells them."""
    comparable = [
        layer
        for layer in layers
        if whole in layer
        and all(layer[place].base is not None for place in (whole, *groups) if place in layer)
    ]
    if not comparable:
        return
    # A group without answers has no figure.
    vectors = {
        place: tuple((layer[place].base or 0) if place in layer else 0 for layer in comparable)
        for place in (whole, *groups)
    }
    half = len(groups) // 2
    left, right = (_subsets(part, vectors, len(comparable)) for part in (groups[:half], groups[half:]))
    by_sum: defaultdict[tuple[int, ...], list[tuple[Place, ...]]] = defaultdict(list)
    for total, places in right:
        by_sum[total].append(places)
    for total, places in left:
        lacking = tuple(a - b for a, b in zip(vectors[whole], total, strict=True))
        for others in by_sum.get(lacking, ()):
            union = frozenset((*places, *others))
            if union and all(_could_answer_alike(whole, union, layer) for layer in comparable):
                yield union


def _subsets(
    places: Sequence[Place], vectors: Mapping[Place, tuple[int, ...]], length: int
) -> list[tuple[tuple[int, ...], tuple[Place, ...]]]:
    """Every subset of the places with the sum of its vectors."""
    found: list[tuple[tuple[int, ...], tuple[Place, ...]]] = [((0,) * length, ())]
    for place in places:
        if any(vectors[place]):
            found += [
                (tuple(map(int.__add__, total, vectors[place])), (*chosen, place)) for total, chosen in found
            ]
    return found


def _could_answer_alike(whole: Place, union: Iterable[Place], layer: Mapping[Place, Cell]) -> bool:
    """Whether as many gave the answer in the union as in the whole, as far as shares are told so finely."""
    cells = [layer[place] for place in (whole, *union) if place in layer]
    if any(cell.unweighted_share is None for cell in cells):
        return True
    numbers = [(cell.base or 0) * (cell.unweighted_share or Decimal(0)) / 100 for cell in cells]
    margins = [(cell.base or 0) * _margin(cell.unweighted_share or Decimal(0)) / 100 for cell in cells]
    return abs(numbers[0] - sum(numbers[1:])) <= sum(margins)


def _margin(share: Decimal) -> Decimal:
    """How much a share may differ from the true one: it may have been rounded to a whole number."""
    return Decimal("0.5") if share == share.to_integral_value() else Decimal("0.05")
