"""The tables that every format is written from: whole, of public cases only, and constant in queries."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from cases import actions, exports
from cases.models import Adoption, Case
from cases.schema import FIELDS, Place
from common.records import Column, Table, Type
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases import factories

EVIDENCE = [
    {
        "kind": "hours_saved",
        "label": {"fi": "Säästetty työaika"},
        "value": "1200.50",
        "unit": "h",
        "period": "2024",
        "baseline": "",
        "established": "measured",
        "respondents": 12,
        "source": "Oma seuranta",
        "source_url": "https://example.org/seuranta",
    }
]


def full_case() -> Case:
    case = factories.published(
        partners=[OrganisationFactory().pk],
        evidence=EVIDENCE,
        materials=[
            {"kind": "link", "url": "https://example.org/", "upload": None, "title": "Lue lisää", "alt": {}}
        ],
        website="https://example.org/hakemus",
        phase="implementation",
        novelty="first",
    )
    Adoption.objects.create(
        case=case, organisation=OrganisationFactory(), mode="copy", year=2024, state=Adoption.State.CONFIRMED
    )
    return case


def test_every_field_with_an_export_column_is_in_some_table():
    told = {column.code for column in (*exports.INNOVATIONS.columns, *exports.TEXTS.columns)}
    told |= {table.key for table in exports.CASE_TABLES}
    assert {field.export for field in FIELDS if field.export} <= told


def test_no_contact_is_in_any_table():
    codes = {column.code for table in exports.TABLES for column in table.columns}
    assert not codes & {field.name for field in FIELDS if field.place is Place.CONTACT}


@pytest.mark.parametrize("table", exports.TABLES, ids=lambda table: table.key)
def test_codes_of_a_table_are_unique(table):
    assert len(set(table.header)) == len(table.header)


@pytest.mark.parametrize("table", exports.TABLES, ids=lambda table: table.key)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_cell_and_value_is_of_its_type(db, table, language):
    full_case()
    kinds = {
        Type.TEXT: str,
        Type.CODE: str,
        Type.ADDRESS: str,
        Type.INTEGER: int,
        Type.NUMBER: float,
        Type.BOOLEAN: bool,
        Type.DAY: str,
        Type.TIME: str,
    }
    with override(language):
        ids = table.ids() if isinstance(table, exports.OrganisationTable) else exports.public_ids()
        rows = list(table.rows(ids))
        assert rows
        for row in rows:
            assert len(table.cells(row)) == len(table.columns)
            for column in table.columns:
                value = table.record(row)[column.code]
                values = value if column.many else [] if value is None else [value]
                assert all(type(one) is kinds[column.holds] for one in values), column.code
                if column.choices:
                    assert set(values) <= set(column.choices.values)
                if column.holds is Type.ADDRESS:
                    assert all(one.startswith(("http://", "https://")) for one in values)


def test_a_case_that_is_not_public_has_no_row_in_any_table(db):
    case = full_case()
    draft = factories.draft(owner=OrganisationFactory(name="Salainen").pk).case
    actions.archive(case, by=factories.moderator(), message="Ei enää käytössä")
    for table in exports.CASE_TABLES:
        assert list(table.rows([case.pk, draft.pk])) == []
    assert exports.public_ids() == []
    assert exports.ORGANISATIONS.ids() == []
    assert list(exports.ORGANISATIONS.rows([case.owner_id, draft.owner_id or 0])) == []


def test_only_confirmed_adoptions_are_told(db):
    case = factories.published()
    reported = Adoption.objects.create(case=case, organisation=OrganisationFactory(), mode="copy")
    Adoption.objects.create(
        case=case,
        organisation=OrganisationFactory(),
        mode="adapted",
        state=Adoption.State.CONFIRMED,
        follows=reported,
    )
    (row,) = exports.ADOPTIONS.rows([case.pk])
    record = exports.ADOPTIONS.record(row)
    assert record["mode"] == "adapted"
    assert record["learnt_from"] is None


def test_a_number_stays_a_number_and_a_list_has_a_separator(db):
    case = full_case()
    (row,) = exports.EVIDENCE.rows([case.pk])
    cells = dict(zip(exports.EVIDENCE.header, exports.EVIDENCE.cells(row), strict=True))
    assert cells["value"] == Decimal("1200.50")
    table = Table(key="t", title="", note="", columns=(Column(code="a", heading="", value=list, many=True),))
    assert table.cells("ab") == ["a | b"]


def test_a_whole_record_has_what_is_asked_for_and_nothing_else(db):
    case = exports.whole_cases().get(pk=full_case().pk)
    whole = exports.whole_record(case)
    assert {"id", "title", "texts", "evidence", "adoptions", "materials"} <= whole.keys()
    assert "innovation" not in whole["evidence"][0]
    assert exports.whole_record(case, only=["title", "evidence"]).keys() == {"title", "evidence"}
    assert exports.whole_record(case, only=["texts"]).keys() == {"texts"}


def test_many_cases_take_no_more_queries_than_few(db, django_assert_max_num_queries):
    def count(ids) -> int:
        with django_assert_max_num_queries(100) as counted:
            for table in exports.CASE_TABLES:
                for row in table.rows(ids):
                    table.cells(row)
            for case in exports.whole_cases():
                exports.whole_record(case)
        return len(counted)

    few = count([full_case().pk])
    for _number in range(4):
        full_case()
    UserFactory()
    assert count(exports.public_ids()) == few
