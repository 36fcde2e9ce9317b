"""No figure of few is shown, and none can be reckoned from what is: populations are made up and attacked.

The attacker sees every base and share that is shown, knows which groups are parts of which, and adds and
subtracts: a group is told when its row is a combination of the rows shown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.models import SMALLEST_BASE
from barometer.suppression import TOTAL, Cell, Members, Place, suppressed

# One person: the group of each breakdown, None for none.
Person = tuple[int | None, ...]

people_counts = st.integers(0, 12)


def places_of(person: Person) -> list[Place]:
    return [TOTAL, *((dimension, group) for dimension, group in enumerate(person) if group is not None)]


def cells_of(people: Iterable[Person], question: int = 0, share: Any = None) -> list[Cell]:
    bases = Counter(place for person in people for place in places_of(person))
    return [Cell(question, 0, *place, base=base, unweighted_share=share) for place, base in bases.items()]


def told_by(shown: Sequence[Place], hidden: Iterable[Place], kinds: Sequence[Person]) -> set[Place]:
    """The hidden places whose row over the kinds of people is a combination of the rows shown."""
    rows = numpy.array([[place in places_of(kind) for kind in kinds] for place in shown], dtype=float)
    rank = numpy.linalg.matrix_rank(rows) if shown else 0
    found = set()
    for place in hidden:
        row = numpy.array([[place in places_of(kind) for kind in kinds]], dtype=float)
        if not shown or not row.any():
            continue
        if numpy.linalg.matrix_rank(numpy.vstack([rows, row])) == rank:
            found.add(place)
    return found


def attack(
    cells: Sequence[Cell], hidden: Mapping[tuple[int, Any, Any], str], kinds: Sequence[Person]
) -> None:
    """Fail if a figure of few is shown or can be had from those shown of the same question."""
    questions: defaultdict[int, dict[Place, int]] = defaultdict(dict)
    for cell in cells:
        questions[cell.question][cell.place] = cell.base or 0
    for question, bases in questions.items():
        shown = [place for place in bases if (question, *place) not in hidden]
        assert all(bases[place] >= SMALLEST_BASE for place in shown)
        few = [place for place, base in bases.items() if 0 < base < SMALLEST_BASE]
        assert not told_by(shown, few, kinds)


# One breakdown, or several that have nothing to do with each other ------------------------------


@given(st.lists(people_counts, min_size=1, max_size=8), people_counts)
def test_groups_of_one_breakdown_are_not_had_from_the_total(sizes, in_none) -> None:
    people = [(group,) for group, size in enumerate(sizes) for _person in range(size)] + [(None,)] * in_none
    if people:
        cells = cells_of(people)
        hidden = suppressed(cells)
        attack(cells, hidden, sorted(set(people), key=repr))
        # Nor by who knows how many are in no group, as long as there are several groups.
        if len(set(people)) > 2:
            attack(cells, hidden, [(group,) for group in range(len(sizes))])


three_groups = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 1))


@given(st.lists(three_groups, min_size=1, max_size=80))
def test_groups_of_several_breakdowns_are_not_had_from_each_other(people) -> None:
    cells = cells_of(people)
    kinds = [(one, two, three) for one in range(4) for two in range(3) for three in range(2)]
    attack(cells, suppressed(cells), kinds)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=8), st.integers(0, 4))
def test_few_in_no_group_are_not_had_from_the_total_either(sizes, in_none) -> None:
    people = [(group,) for group, size in enumerate(sizes) for _person in range(size)] + [(None,)] * in_none
    cells = cells_of(people)
    hidden = suppressed(cells)
    shown = [cell.base for cell in cells if cell.group is not None and (0, *cell.place) not in hidden]
    if (0, *TOTAL) not in hidden:
        assert len(people) - sum(shown) not in range(1, SMALLEST_BASE)


# Groups of one breakdown that are unions of another's -----------------------------------------------


@st.composite
def nested(draw: st.DrawFn) -> tuple[list[Person], list[Person]]:
    """People by sector, by kind of organisation within them, and by size; and the kinds that there can be."""
    parts = draw(st.lists(st.integers(1, 3), min_size=2, max_size=3))
    kinds, kind_number = [], 0
    for sector, count in enumerate(parts):
        for _part in range(count):
            kinds += [(sector, kind_number, size) for size in range(2)]
            kind_number += 1
    people = [kind for kind in kinds for _person in range(draw(people_counts))]
    return people, kinds


@given(nested())
@settings(max_examples=300, deadline=None)
def test_parts_of_a_group_are_not_had_from_it_when_bases_alone_are_known(population) -> None:
    people, kinds = population
    cells = cells_of(people)
    attack(cells, suppressed(cells), kinds)


@given(nested(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_parts_of_a_group_are_not_had_from_it_in_several_questions(population, chance) -> None:
    people, kinds = population
    cells = [
        cell
        for question in range(3)
        for cell in cells_of([person for person in people if chance.random() < 0.8], question)
    ]
    attack(cells, suppressed(cells), kinds)


@given(nested())
@settings(max_examples=200, deadline=None)
def test_parts_of_a_group_are_not_had_from_it_when_membership_is_known(population) -> None:
    people, kinds = population
    attack(cells_of(people), suppressed(*known(people)), [kind for kind in kinds if kind in people])


@st.composite
def overlapping(draw: st.DrawFn) -> list[Person]:
    """People in groups of two breakdowns of which any may hold others, wholly, nearly or not, or nobody."""
    combinations = draw(
        st.lists(
            st.tuples(st.none() | st.integers(0, 4), st.none() | st.integers(0, 3)),
            min_size=1,
            max_size=8,
            unique=True,
        )
    )
    return [combination for combination in combinations for _person in range(draw(st.integers(1, 12)))]


def known(people: Sequence[Person]) -> tuple[list[Cell], dict[int, Members]]:
    """A population of which everybody's groups are known, with those who are in none."""
    return cells_of(people), {0: Counter(tuple(enumerate(person)) for person in people)}


@given(overlapping())
@settings(max_examples=500, deadline=None)
def test_nothing_is_had_by_who_knows_all_of_two_breakdowns(people) -> None:
    """The strongest attacker: who knows of every combination of groups whether anybody is in it."""
    attack(cells_of(people), suppressed(*known(people)), sorted(set(people), key=repr))


@given(overlapping())
@settings(max_examples=300, deadline=None)
def test_no_group_differs_by_few_from_those_inside_or_around_it(people) -> None:
    hidden = suppressed(*known(people))
    shown = {place for person in people for place in places_of(person) if (0, *place) not in hidden}
    if TOTAL not in shown:
        return
    inside = {place: {n for n, person in enumerate(people) if place in places_of(person)} for place in shown}
    for whole, members in inside.items():
        for dimension in {0, 1} - {whole[0]}:
            parts = [m for place, m in inside.items() if place[0] == dimension and m <= members]
            together = set().union(*parts)
            if together:
                assert len(members - together) not in range(1, SMALLEST_BASE)


@given(st.lists(three_groups, min_size=1, max_size=8, unique=True), st.data())
@settings(max_examples=200, deadline=None)
def test_nothing_is_had_by_who_knows_all_of_three_breakdowns(kinds, data) -> None:
    people = [kind for kind in kinds for _person in range(data.draw(st.integers(1, 12)))]
    attack(cells_of(people), suppressed(*known(people)), kinds)


def test_a_ministry_is_not_had_from_the_state_and_its_agencies() -> None:
    """The smallest case: the state is ministries and agencies, of which three and twenty answered."""
    people = [(0, 0)] * 3 + [(0, 1)] * 20 + [(1, 2)] * 10 + [(1, 3)] * 9
    hidden = suppressed(cells_of(people))
    assert (0, 1, 0) in hidden
    state, agencies = (0, 0, 0), (0, 1, 1)
    assert state in hidden or agencies in hidden


# What else hides ------------------------------------------------------------------------------


def cell(place: Place, base: int | None, option: int = 0, **values: Any) -> Cell:
    return Cell(0, option, *place, base=base, **values)


def hidden_of(*cells: Cell) -> set[Place]:
    return {(dimension, group) for _question, dimension, group in suppressed(cells)}


def test_nothing_is_hidden_when_no_group_is_small() -> None:
    assert hidden_of(cell(TOTAL, 60), cell((0, 0), 30), cell((0, 1), 30)) == set()


def test_nothing_of_a_question_with_few_answers_is_shown() -> None:
    assert hidden_of(cell(TOTAL, 4), cell((0, 0), None), cell((0, 1), 4)) == {TOTAL, (0, 0), (0, 1)}


def test_what_the_editor_keeps_back_is_not_had_by_subtraction() -> None:
    found = hidden_of(cell(TOTAL, 60), cell((0, 0), 30, kept_back=True), cell((0, 1), 20), cell((0, 2), 10))
    assert found == {(0, 0), (0, 2)}


def test_one_option_kept_back_takes_the_others_of_its_group_with_it() -> None:
    """The options of a question with one answer make 100 % together."""
    cells = [cell(place, base, option, kept_back=(place, option) == ((0, 0), 1))
             for place, base in ((TOTAL, 60), ((0, 0), 40), ((0, 1), 20)) for option in (1, 2)]  # fmt: skip
    assert hidden_of(*cells) == {(0, 0), (0, 1)}


@pytest.mark.parametrize("of_some", [(20, 6, 7, 3), (20, 4, 7, 3)])
def test_a_question_asked_of_some_does_not_tell_how_many_of_a_small_group_were_asked(of_some) -> None:
    """Its bases are the numbers of those who gave an answer to the other: what that hides, it hides too."""
    cells = [
        cell
        for question, bases in enumerate([of_some, (40, 30, 8, 3)])
        for cell in [
            Cell(question, 0, *TOTAL, base=sum(bases)),
            *(Cell(question, 0, 0, group, base=base) for group, base in enumerate(bases)),
        ]
    ]
    hidden = suppressed(cells).keys()
    assert {group for question, _dimension, group in hidden if question == 1} == {2, 3}
    assert {2, 3} <= {group for question, _dimension, group in hidden if question == 0}


def test_a_group_is_hidden_whole_when_one_of_its_factors_has_few_answers() -> None:
    """Each factor has a base of its own."""
    bases = {TOTAL: (50, 48), (0, 0): (30, 30), (0, 1): (14, 14), (0, 2): (6, 4)}
    cells = [cell(place, base, option) for place, told in bases.items() for option, base in enumerate(told)]
    assert hidden_of(*cells) == {(0, 2), (0, 1)}


def test_few_in_no_group_of_one_factor_are_found_though_another_has_none() -> None:
    bases = {TOTAL: (50, 46), (0, 0): (26, 26), (0, 1): (20, 20)}
    cells = [cell(place, base, option) for place, told in bases.items() for option, base in enumerate(told)]
    assert hidden_of(*cells) == {(0, 1)}


def test_a_group_of_nobody_covers_nobody() -> None:
    found = hidden_of(cell(TOTAL, 34), cell((0, 0), 4), cell((0, 1), 0), cell((0, 2), 30))
    assert found == {(0, 0), (0, 1), (0, 2)}


def test_groups_whose_bases_are_not_told_are_taken_for_large() -> None:
    found = hidden_of(cell(TOTAL, None), cell((0, 0), 4), cell((0, 1), None), cell((0, 2), 30))
    assert found == {(0, 0), (0, 2)}


def test_figures_without_any_base_are_shown() -> None:
    assert hidden_of(cell(TOTAL, None), cell((0, 0), None), cell((0, 1), None)) == set()


def test_answers_tell_unions_from_chance() -> None:
    """The same number of people, but not the same answers: no union, so nothing more is hidden."""

    def answered(place: Place, base: int, share: str) -> Cell:
        return cell(place, base, unweighted_share=Decimal(share))

    cells = [
        answered(TOTAL, 100, "50.50"), answered((0, 0), 23, "91.30"), answered((0, 1), 77, "38.31"),
        answered((1, 0), 3, "33.33"), answered((1, 1), 20, "25.00"), answered((1, 2), 30, "60.00"),
        answered((1, 3), 47, "57.45"),
    ]  # fmt: skip
    assert hidden_of(*cells) == {(1, 0), (1, 1)}


@pytest.mark.parametrize("groups", [19, 24, 30])
def test_many_groups_are_judged_at_once(groups: int) -> None:
    """As many regions as there are, and a breakdown by size that has nothing to do with them."""
    people = [(n * n % groups, n % 3) for n in range(40 * groups)] + [(groups, 0)] * 3
    cells = [c for question in range(20) for c in cells_of(people, question)]
    hidden = suppressed(cells)
    assert (0, 0, groups) in hidden
