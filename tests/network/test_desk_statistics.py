"""Statistics: what is counted when, and what is left out of what goes outside."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from network import actions, statistics
from network.models import JoinRequest
from network.statistics import SMALLEST, Breakdown, Row
from tests.accounts.factories import OrganisationFactory
from tests.cases.factories import term

from . import factories, pages

pytestmark = pytest.mark.django_db


def values(breakdown: Breakdown) -> dict[str, tuple]:
    return {row.label: row.values for row in breakdown.rows}


def test_members_and_requests_are_counted_by_kind_and_region():
    region = term("region", "06")
    town = OrganisationFactory(kind="municipality", region=region)
    factories.member(organisation=town)
    factories.pending(organisation=town)
    factories.pending(organisation_name="Ei rekisterissä")
    factories.unconfirmed(organisation=town)
    left = factories.member(organisation=town)
    actions.leave(left, by=left.user)
    [by_kind, by_region] = [values(statistics.by_kind()), values(statistics.by_region())]
    assert list(by_kind.values()) == [(1, 3), (0, 1)]
    assert by_region[region.name] == (1, 3)


def test_members_are_counted_under_each_principle_that_they_chose():
    first, second = term("principle", "1"), term("principle", "2")
    factories.member(interests=[first, second, term("theme", "07")])
    factories.pending(interests=[second])
    assert list(values(statistics.by_principle()).values()) == [(1, 1), (1, 2)]


@time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False)
def test_months_tell_what_happened_in_each():
    by = factories.coordinator()
    moments = []
    for day in (1, 3, 11):
        with time_machine.travel(datetime(2026, 9, day, 12, tzinfo=UTC), tick=False):
            moments.append(factories.pending())
    with time_machine.travel(datetime(2026, 10, 11, 12, tzinfo=UTC), tick=False):
        members = [actions.approve(request, by=by) for request in moments[:2]]
        actions.decline(moments[2], by=by, message="Ei nyt.")
    actions.leave(members[0], by=members[0].user)
    november, october, september = statistics.by_month().rows
    assert november.values == (0, 1, 0, 0, None)
    assert october.values == (2, 0, 0, 3, 38.0)
    assert september.values == (0, 0, 3, 0, None)


@time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False)
def test_a_month_begins_at_midnight_in_finland():
    with time_machine.travel(datetime(2026, 10, 31, 22, 30, tzinfo=UTC), tick=False):
        factories.pending()
    [november] = statistics.by_month().rows
    assert november.values[2] == 1


def test_who_joins_again_is_counted_again():
    member = factories.member(email="aino@example.org")
    actions.leave(member, by=member.user)
    factories.member(email="aino@example.org")
    assert statistics.by_month().rows[0].values[:3] == (2, 1, 2)


def test_small_numbers_stay_inside_and_cannot_be_reckoned():
    rows = [Row("a", (40, 9)), Row("b", (6, 0)), Row("c", (3, 5)), Row("d", (0, 2))]
    outside = Breakdown("x", "X", "X", ("M", "R"), tuple(rows), (0, 1)).for_outside()
    assert [row.values for row in outside.rows] == [(40, 9), (None, 0), (None, None), (0, None)]


def test_a_median_of_few_stays_inside():
    rows = (Row("a", (4, 2.5)), Row("b", (1, 9.0)), Row("c", (7, 3.0)))
    outside = Breakdown("x", "X", "X", ("Decided", "Median"), rows, (0, 0)).for_outside()
    assert [row.values for row in outside.rows] == [(None, None), (None, None), (7, 3.0)]


@given(st.lists(st.integers(0, 30), max_size=12))
def test_nobody_reckons_a_small_number_from_the_total(column):
    rows = tuple(Row(str(number), (value,)) for number, value in enumerate(column))
    outside = Breakdown("x", "X", "X", ("N",), rows, (0,)).for_outside()
    shown = [row.values[0] for row in outside.rows]
    assert not [value for value in shown if value and value < SMALLEST]
    hidden = [value for value, told in zip(column, shown, strict=True) if told is None]
    if hidden and any(shown):
        assert len(hidden) > 1
        assert sum(hidden) >= SMALLEST


def test_page_shows_all_and_files_only_what_may_go_outside():
    client = pages.coordinators_client()
    town = OrganisationFactory(kind="municipality")
    for _number in range(6):
        factories.member(organisation=town)
    factories.member(organisation=OrganisationFactory(kind="agency"))
    factories.member(organisation=OrganisationFactory(kind="company"))
    page = client.get(reverse("admin:network_member_statistics"))
    assert sorted(row.values[0] for row in page.context["breakdowns"][0].rows) == [1, 1, 6]
    addresses = [
        reverse("admin:network_member_statistics_file", args=["kinds", file_format])
        for file_format in ("csv", "xlsx")
    ]
    answer = client.get(addresses[0])
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    assert sorted(row[1:] for row in rows) == [["", ""]] * 3
    sheet = load_workbook(io.BytesIO(client.get(addresses[1]).content)).active
    assert [cell.value for cell in sheet["B"]][1:] == [None] * 3


def test_page_of_an_empty_network_says_so():
    answer = pages.coordinators_client().get(reverse("admin:network_member_statistics"))
    assert answer.status_code == 200
    assert [breakdown.rows for breakdown in answer.context["breakdowns"]][:3] == [(), (), ()]


def test_unknown_table_or_file_is_not_found():
    client = pages.coordinators_client()
    for key, file_format in (("x", "csv"), ("kinds", "pdf")):
        address = reverse("admin:network_member_statistics_file", args=[key, file_format])
        assert client.get(address).status_code == 404


def test_page_takes_the_same_queries_however_many_there_are():
    client = pages.coordinators_client()
    counts = []
    for more in (2, 8):
        for number in range(more):
            region = term("region", f"{number + more:02}")
            factories.member(organisation=OrganisationFactory(region=region))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("admin:network_member_statistics"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert JoinRequest.objects.count() == 10


def test_only_the_last_two_years_are_told():
    with time_machine.travel(datetime.now(UTC) - timedelta(days=1000), tick=False):
        factories.pending()
    assert [row.values[:4] for row in statistics.by_month().rows] == [(0, 0, 0, 0)]
