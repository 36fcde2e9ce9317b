"""Mailing lists: who is on them, that no cell is a formula, and that nobody takes one unseen."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from network import actions, list_actions
from network.models import ListExport
from tests.accounts.factories import OrganisationFactory, StaffFactory
from tests.cases.factories import term

from . import factories, pages

pytestmark = pytest.mark.django_db
ONLY_MEMBERSHIP = {"membership": "2026-11"}


@pytest.fixture
def client() -> Client:
    return pages.coordinators_client()


def take(client: Client, **typed: str):
    path = reverse("admin:network_listexport_take")
    values = {"purpose": "bulletins", "why": "Joulutervehdys", "file_format": "csv", "take": "1", **typed}
    return client.post(path, values)


def rows_of(answer) -> list[list[str]]:
    if answer["Content-Type"].startswith("text/csv"):
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    book = load_workbook(io.BytesIO(answer.content))
    return [[cell.value for cell in row] for row in book.active.iter_rows(min_row=2)]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_bulletins_go_to_those_who_want_them_and_necessary_messages_to_all(client, file_format):
    wants = factories.member(name="Haluaa", organisation=OrganisationFactory(name="Keksitty kunta"))
    factories.member(name="Ei halua", consents=ONLY_MEMBERSHIP, organisation_name="Keksitty säätiö")
    left = factories.member(name="Lähtenyt")
    actions.leave(left, by=left.user)
    factories.pending(name="Vasta pyytänyt")
    rows = rows_of(take(client, file_format=file_format))
    assert rows == [["Haluaa", wants.user.email, "fi", "Keksitty kunta"]]
    rows = rows_of(take(client, purpose="necessary", file_format=file_format))
    assert [row[0] for row in rows] == ["Ei halua", "Haluaa"]


def test_list_is_narrowed_down(client):
    town = OrganisationFactory(kind="municipality", region=term("region", "06"))
    factories.member(name="Haettu", organisation=town, interests=[term("theme", "07")], language="sv")
    factories.member(name="Muu")
    for name, value in (("kind", "municipality"), ("region", "06"), ("theme", "07"), ("language", "sv")):
        assert [row[0] for row in rows_of(take(client, **{name: value}))] == ["Haettu"], name


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_no_cell_becomes_a_formula(client, file_format):
    for start in ("=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x.example")'):
        factories.member(name=f"{start} Nimi", organisation_name=start)
    answer = take(client, file_format=file_format)
    if file_format == "csv":
        cells = [cell for row in rows_of(answer) for cell in row]
        assert not [cell for cell in cells if cell[:1] in "=+-@\t\r"]
    else:
        sheet = load_workbook(io.BytesIO(answer.content)).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_who_took_what_when_and_why_is_written_down_for_all_coordinators(client):
    factories.member(organisation=OrganisationFactory(kind="municipality"))
    take(client, kind="municipality", why="Kutsu kuntapäiville", purpose="necessary", file_format="xlsx")
    taken = ListExport.objects.get()
    assert (taken.by.email, taken.why, taken.purpose, taken.count, taken.file_format, taken.filters) == (
        "coordinator@example.org",
        "Kutsu kuntapäiville",
        "necessary",
        1,
        "xlsx",
        {"kind": "municipality"},
    )
    content = pages.coordinators_client("other@example.org").get(pages.changelist("listexport")).content
    assert "Kutsu kuntapäiville" in content.decode()
    assert b"Coordinator" in content


def test_nothing_is_taken_without_saying_what_for_nor_by_opening_a_page(client):
    factories.member()
    for answer in (
        take(client, why=" "),
        take(client, purpose=""),
        take(client, purpose="x"),
        take(client, file_format="exe"),
        take(client, kind="x"),
        client.get(
            reverse("admin:network_listexport_take") + "?take=1&purpose=bulletins&why=x&file_format=csv"
        ),
    ):
        assert answer["Content-Type"].startswith("text/html")
    assert not ListExport.objects.exists()


def test_counting_takes_nothing(client):
    factories.member()
    factories.member(consents=ONLY_MEMBERSHIP)
    path = reverse("admin:network_listexport_take")
    typed = {"purpose": "bulletins", "why": "Kutsu", "file_format": "csv"}
    assert client.post(path, typed).context["count"] == 1
    assert not ListExport.objects.exists()


def test_members_list_hands_its_filters_over(client):
    page = client.get(pages.changelist("member") + "?kind=agency&q=x")
    [link] = [link["url"] for link in page.context["list_links"] if "take" in link["url"]]
    assert client.get(link).context["form"]["kind"].value() == "agency"


def test_file_is_kept_by_nobody_on_the_way(client):
    answer = take(client)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment; filename=")


def test_nobody_else_takes_a_list():
    with pytest.raises(PermissionDenied):
        list_actions.take_list(by=StaffFactory(), purpose="necessary", why="x", chosen={}, file_format="csv")


def test_list_takes_the_same_queries_however_long_it_is(client):
    counts = []
    for more in (2, 8):
        for _number in range(more):
            factories.member(organisation=OrganisationFactory())
        with CaptureQueriesContext(connection) as queries:
            take(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("wrong", [{"purpose": "x"}, {"file_format": "pdf"}, {"why": ""}])
def test_database_refuses_a_row_that_tells_less(wrong):
    values = {"purpose": "bulletins", "why": "Kutsu", "file_format": "csv", "count": 0, **wrong}
    with pytest.raises(IntegrityError), transaction.atomic():
        ListExport.objects.create(**values)
