"""Sums are those that somebody else reckons from the tables that the registry gives away."""

from __future__ import annotations

import random
from dataclasses import astuple
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from cases import actions, exports, public_index
from cases.effects import counting, measures, series
from cases.effects.measures import Statistic
from cases.effects.series import NOT_TOLD, Breakdown, Key, Observation
from cases.models import Adoption, Case, Established
from tests.accounts.factories import OrganisationFactory
from tests.cases import factories

from .cases import hours, of_themes, publish, told

pytestmark = pytest.mark.django_db

THEMES = ("01", "04", "07", "09")
KINDS = ("municipality", "agency", "wellbeing_county", "foreign")


def find(key: str) -> series.Series:
    asked = Key.read(key)
    assert asked
    return series.find(asked, public_index.current())


def told_as(rows: tuple[Observation, ...]) -> dict[tuple[str, str], tuple[int, Decimal]]:
    return {(row.group, row.established.value): (row.summary.cases, row.value) for row in rows}


# Reckoned by others -----------------------------------------------------------

# How the tests write units, and what they are worth. The product's own lists are not asked.
UNITS = {
    "hours_saved": {"h": 1, "tuntia vuodessa": 1, "htv": None, "h/kk": None},
    "euros_saved": {"€": 1, "1 000 €": 1000, "M€": 1_000_000, "SEK": None},
    "one_off_cost": {"EUR": 1, "euroa": 1, "USD": None},
}
KEYS = {"hours_saved": "hours-saved", "euros_saved": "euros-saved", "one_off_cost": "one-off-costs"}
SCALES = {"/ 5": ("satisfaction-5", 5), "%": ("satisfaction-percent", 100), "/10": ("satisfaction-10", 10)}
RANK = {"evaluated": 0, "measured": 1, "estimated": 2}


def random_effect(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice([*UNITS, *UNITS, "throughput_time", "satisfaction", "other"])
    established = chance.choice(list(RANK))
    if kind == "throughput_time":
        before = chance.choice([10, 40, 41, 200])
        baseline = chance.choice([f"{before} d (2021)", f"{before} päivää", "", "2021"])
        return told(kind, chance.choice([-50, -7, -3.5, 0, 5]), "d", established, baseline=baseline)
    if kind == "satisfaction":
        return told(kind, chance.choice([4, 4.4, 7.25, 84, -3]), chance.choice([*SCALES, "NPS"]), established)
    units = list(UNITS.get(kind, {"kpl": 1}))
    return told(
        kind, chance.choice([-120, 0, 0.25, 3, 700, 3200, 98765.43]), chance.choice(units), established
    )


def random_cases(seed: int, count: int) -> list[Case]:
    """Cases with all combinations of effects, themes, owners, years and life cycles."""
    chance = random.Random(seed)
    owners = [OrganisationFactory(kind=kind).pk for kind in KINDS]
    contents = [
        {
            **of_themes(*chance.sample(THEMES, chance.choice([0, 1, 1, 2, 3]))),
            "owner": chance.choice(owners),
            "started_year": chance.choice([None, 2019, 2020, 2023]),
            "life_cycle": chance.choice(["in_use", "in_use", "pilot", "planned", "discontinued", ""]),
            "evidence": [random_effect(chance) for _number in range(chance.choice([0, 1, 2, 4]))],
        }
        for _number in range(count)
    ]
    made = publish(*contents)
    Case.objects.filter(pk__in=[case.pk for case in made[::7]]).update(is_example=True)
    Case.objects.filter(pk__in=[case.pk for case in made[3::11]]).update(state=Case.State.WITHDRAWN)
    actions.public_changed()
    return made


def frame(table: exports.CaseTable | exports.OrganisationTable, ids: list[int]) -> pd.DataFrame:
    return pd.DataFrame([table.record(row) for row in table.rows(ids)], columns=table.header)


def reckoned() -> pd.DataFrame:
    """A row for each case and measure, from the tables given away: what the case counts for."""
    ids = exports.public_ids()
    innovations, evidence = frame(exports.INNOVATIONS, ids), frame(exports.EVIDENCE, ids)
    organisations = frame(exports.ORGANISATIONS, exports.ORGANISATIONS.ids())
    evidence["counts_as"], evidence["amount"] = zip(*map(_read, evidence.to_dict("records")), strict=True)
    evidence = evidence.dropna(subset=["counts_as"])
    evidence["rank"] = evidence["established"].map(RANK)
    best = evidence.groupby(["innovation", "counts_as"])["rank"].transform("min")
    evidence = evidence[evidence["rank"] == best]
    adds_up = evidence["counts_as"].isin(KEYS.values())
    by = ["innovation", "counts_as", "established"]
    found = pd.concat(
        [
            evidence[adds_up].groupby(by, as_index=False)["amount"].agg(lambda told: sum(told, Decimal(0))),
            evidence[~adds_up].groupby(by, as_index=False)["amount"].first(),
        ]
    )
    found = found.merge(innovations, left_on="innovation", right_on="id")
    owners = organisations.rename(columns={"id": "owner", "kind": "kind_of_owner"})
    found = found.merge(owners[["owner", "kind_of_owner"]], on="owner")
    return found[~found["life_cycle"].isin(["planned", "discontinued"])]


def _read(row: dict[str, Any]) -> tuple[str | None, Decimal | None]:
    value, unit = Decimal(str(row["value"])), row["unit"]
    match row["kind"]:
        case "satisfaction" if unit in SCALES and 0 <= value <= SCALES[unit][1]:
            return SCALES[unit][0], value
        case "throughput_time" if value < 0 and " " in str(row["baseline"]):
            before = Decimal(row["baseline"].split()[0])
            return ("throughput-time", round(-value / before * 100, 2)) if -value <= before else (None, None)
        case "hours_saved" | "euros_saved" | "one_off_cost" if value > 0 and UNITS[row["kind"]][unit]:
            return KEYS[row["kind"]], value * UNITS[row["kind"]][unit]
    return None, None


def groups_of(breakdown: Breakdown | None, table: pd.DataFrame) -> pd.DataFrame:
    """The rows with a column for the group, once for each theme."""
    match breakdown:
        case None:
            return table.assign(group="")
        case Breakdown.THEME:
            of_theme = table["themes"].map(lambda codes: codes or [NOT_TOLD])
            return table.assign(group=of_theme).explode("group")
        case Breakdown.ORGANISATION:
            return table.assign(group=table["kind_of_owner"])
    return table.assign(
        group=table["started_year"].map(lambda year: NOT_TOLD if pd.isna(year) else str(int(year)))
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_sum_median_and_range_is_what_pandas_makes_of_the_open_data(seed: int) -> None:
    random_cases(seed, 120)
    table = reckoned()
    compared = 0
    for invented in (False, True):
        of_origin = table[table["is_example"] == invented]
        for measure in measures.MEASURES:
            rows = of_origin[of_origin["counts_as"] == measure.key]
            for breakdown in (None, *Breakdown):
                found = series.find(Key(measure, breakdown, invented), public_index.current())
                adds_up = measure.statistic is Statistic.SUM
                expected = {
                    key: (
                        len(amounts),
                        sum(amounts, Decimal(0)) if adds_up else None,
                        _median(amounts),
                        min(amounts),
                        max(amounts),
                    )
                    for key, amounts in groups_of(breakdown, rows).groupby(["group", "established"])["amount"]
                }
                given = {
                    (row.group, row.established.value): astuple(row.summary) for row in found.observations
                }
                assert given == expected, (measure.key, breakdown, invented)
                compared += len(given)
    assert compared > 100


def _median(amounts: pd.Series) -> Decimal:
    ordered = sorted(amounts)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


# One by one -------------------------------------------------------------------


def test_an_evaluation_stands_for_a_measurement_and_both_for_an_estimate() -> None:
    publish(
        {"evidence": [hours(100, "estimated"), hours(70), hours(50, "evaluated")]},
        {"evidence": [hours(5, "estimated"), hours(30), hours(7)]},
        {"evidence": [hours(11, "estimated")]},
    )
    assert told_as(find("hours-saved").observations) == {
        ("", "evaluated"): (1, Decimal(50)),
        ("", "measured"): (1, Decimal(37)),
        ("", "estimated"): (1, Decimal(11)),
    }


def test_a_figure_in_another_unit_does_not_hide_one_that_counts() -> None:
    publish({"evidence": [hours(2, "measured", "htv"), hours(3400, "estimated")]})
    found = find("hours-saved")
    assert told_as(found.observations) == {("", "estimated"): (1, Decimal(3400))}
    assert found.left_out == {measures.LeftOut.OTHER_UNIT: 1}


def test_a_case_of_two_themes_counts_in_both_and_once_in_all() -> None:
    publish({**of_themes("01", "07"), "evidence": [hours(10)]}, {**of_themes("07"), "evidence": [hours(5)]})
    found = find("hours-saved--by--theme")
    assert told_as(found.observations) == {
        ("01", "measured"): (1, Decimal(10)),
        ("07", "measured"): (2, Decimal(15)),
    }
    assert told_as(found.overall) == {("", "measured"): (2, Decimal(15))}


def test_what_is_not_public_planned_discontinued_or_invented_is_in_no_sum() -> None:
    (kept, withdrawn, archived, *_others) = publish(
        {"evidence": [hours(1)]},
        {"evidence": [hours(20)]},
        {"evidence": [hours(300)]},
        {"evidence": [hours(4000)], "life_cycle": "planned"},
        {"evidence": [hours(50_000)], "life_cycle": "discontinued"},
    )
    publish({"evidence": [hours(600_000)]}, is_example=True)
    factories.draft(evidence=[hours(7_000_000)])
    factories.in_review(evidence=[hours(8_000_000)])
    assert told_as(find("hours-saved").observations) == {("", "measured"): (3, Decimal(321))}
    actions.archive(archived, by=factories.moderator(), message="Vanha")
    Case.objects.filter(pk=withdrawn.pk).update(state=Case.State.WITHDRAWN)
    actions.public_changed()
    assert told_as(find("hours-saved").observations) == {("", "measured"): (1, Decimal(1))}
    assert told_as(find("hours-saved--examples").observations) == {("", "measured"): (1, Decimal(600_000))}
    index = public_index.current()
    behind = series.cases_behind(find("hours-saved").key, index)
    assert [pk for pk, _established, _value in behind] == [kept.pk]


def test_adopters_make_no_sum_larger_and_each_counts_once() -> None:
    first, second = publish({"evidence": [hours(10)]}, {"evidence": [hours(5)]})
    adopter, other = OrganisationFactory(), OrganisationFactory()
    for case, organisation in ((first, adopter), (first, other), (second, adopter)):
        Adoption.objects.create(
            case=case, organisation=organisation, mode="copy", state="confirmed", result="999 h"
        )
    actions.public_changed()
    assert told_as(find("hours-saved").observations) == {("", "measured"): (2, Decimal(15))}
    totals = public_index.current().totals
    assert (totals.adoptions, totals.adopters) == (3, 2)
    assert (totals.known_hours.amount, totals.known_hours.cases) == (15, 2)


def test_of_figures_that_do_not_add_up_the_first_told_counts() -> None:
    publish(
        {"evidence": [told("satisfaction", 4.1, "/ 5"), told("satisfaction", 2, "/ 5")]},
        {"evidence": [told("satisfaction", 3.1, "/ 5"), told("satisfaction", 80, "%")]},
    )
    (row,) = find("satisfaction-5").observations
    assert (row.summary.cases, row.summary.total, row.value) == (2, None, Decimal("3.6"))
    assert told_as(find("satisfaction-percent").observations) == {("", "measured"): (1, Decimal(80))}


def test_groups_that_are_not_told_come_last() -> None:
    publish({**of_themes(), "evidence": [hours(1)]}, {**of_themes("09"), "evidence": [hours(2)]})
    assert [row.group for row in find("hours-saved--by--theme").observations] == ["09", NOT_TOLD]
    with override("en"):
        assert find("hours-saved--by--theme").observations[-1].group_label == "Not told"


def test_years_stand_in_their_order() -> None:
    publish(*({"started_year": year, "evidence": [hours(1)]} for year in (2023, 2019, 2021)))
    assert [group for group, _label in find("hours-saved--by--year").groups] == ["2019", "2021", "2023"]


def test_a_change_of_what_is_public_changes_the_sums() -> None:
    publish({"evidence": [hours(1)]})
    assert find("hours-saved").observations[0].value == 1
    publish({"evidence": [hours(2)]})
    assert find("hours-saved").observations[0].value == 3


def test_the_cases_behind_a_figure_add_up_to_it() -> None:
    random_cases(4, 60)
    index = public_index.current()
    for key in series.keys(index):
        for row in series.find(key, index).observations:
            behind = series.cases_behind(key, index, group=row.group, established=row.established.value)
            assert len(behind) == row.summary.cases
            if row.summary.total is not None:
                assert sum(value for _pk, _established, value in behind) == row.summary.total


def test_counting_takes_two_queries_however_many_cases() -> None:
    for count in (3, 30):
        publish(*({"evidence": [hours(1), hours(2, "estimated")]} for _number in range(count)))
        index = public_index.build(0)
        with CaptureQueriesContext(connection) as captured:
            counting.read(index)
        assert len(captured) == 2


@pytest.mark.parametrize(
    "key",
    ["", "hours", "hours-saved--by", "hours-saved--by--moon", "hours-saved--theme", "examples", "by--theme"],
)
def test_a_key_that_means_nothing_is_none(key: str) -> None:
    assert Key.read(key) is None


@pytest.mark.parametrize("measure", measures.MEASURES, ids=lambda measure: measure.key)
def test_every_key_reads_back(measure: measures.Measure) -> None:
    for breakdown in (None, *Breakdown):
        for invented in (False, True):
            key = Key(measure, breakdown, invented)
            assert Key.read(str(key)) == key


def test_an_establishment_is_never_mixed_with_another() -> None:
    publish(*({"evidence": [hours(10**place, established)]} for place, established in enumerate(Established)))
    assert sorted(row.value for row in find("hours-saved").observations) == [1, 10, 100]
