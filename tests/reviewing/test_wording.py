"""A content in words, and two contents side by side."""

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from cases import content as contents
from cases import wording
from cases.schema import FIELDS
from tests.accounts.factories import OrganisationFactory
from tests.cases import factories


def shown(content, name):
    names = wording.Names.of(content)
    return next(
        entry.lines
        for _section, entries in wording.sections(content, names)
        for entry in entries
        if entry.field.name == name
    )


@pytest.mark.django_db
def test_ids_and_codes_are_told_by_name():
    partner = OrganisationFactory(name_fi="Kumppani", name_en="Partner")
    content = factories.complete_content(partners=[partner.pk], partner_names=["Tuntematon yhdistys"])
    factories.term("theme", "07", name="Terveys")
    with override("en"):
        assert shown(content, "partners")[0] == "Partner"
        assert "Tuntematon yhdistys" in shown(content, "partners")[1]
        assert shown(content, "level_of_government") == ["Local"]
        assert shown(content, "country") == ["Finland"]
        assert shown(content, "started_year") == ["2022"]


@pytest.mark.django_db
def test_rows_are_told_whole():
    adopter = OrganisationFactory(name_fi="Ottaja", name_en="Ottaja")
    content = factories.complete_content(
        evidence=[
            {
                "kind": "hours_saved",
                "label": {"fi": "Työaikaa säästyy"},
                "value": "3200",
                "unit": "h",
                "period": "2023",
                "baseline": "41 d",
                "established": "measured",
                "respondents": 812,
                "source": "Seuranta",
            }
        ],
        adoptions=[
            {"organisation": adopter.pk, "mode": "copy", "year": 2023, "result": "Toimii."},
            {"organisation": None, "organisation_name": "Uusi", "mode": "adapted", "follows": 0},
        ],
        materials=[{"kind": "link", "url": "https://esimerkki.example/", "title": "Ohje"}],
    )
    with override("en"):
        [evidence] = shown(content, "evidence")
        for part in (
            "Työaikaa säästyy",
            "3,200\N{NO-BREAK SPACE}h",
            "Measured",
            "2023",
            "41 d",
            "812",
            "Seuranta",
        ):
            assert part in evidence
        first, second = shown(content, "adoptions")
        assert "Ottaja" in first
        assert "Toimii." in first
        assert "Uusi" in second
        assert "Ottaja" in second
        assert "https://esimerkki.example/" in shown(content, "materials")[0]


@pytest.mark.django_db
def test_unfinished_draft_and_lost_references_are_told_too():
    content = contents.normalised(
        {
            "owner": 99999,
            "terms": {"tag": ["poistettu"]},
            "evidence": [{"value": "paljon"}],
            "adoptions": [{}],
            "materials": [{"kind": "image", "upload": 99999}],
            "contact": {"name": "N", "name_until": "ei päivä"},
        }
    )
    assert wording.sections(content, wording.Names.of(content))
    assert wording.differences(contents.empty("fi"), content, wording.Names.of(content))


@pytest.mark.django_db
def test_differences_are_found_word_by_word_in_each_language():
    before = factories.complete_content()
    after = contents.normalised({**before, "texts": {**before["texts"], "sv": {"title": "Ansökan"}}})
    after["texts"]["fi"] = {**before["texts"]["fi"], "problem": "Joka neljäs hakemus palautui."}
    swedish, finnish = wording.differences(before, after, wording.Names.of(before, after))
    assert (swedish.field.name, swedish.language, swedish.before) == ("title", "sv", [])
    assert (finnish.field.name, finnish.language) == ("problem", "fi")
    assert [piece.text for piece in finnish.before if piece.is_changed] == ["kolmas"]
    assert [piece.text for piece in finnish.after if piece.is_changed] == ["neljäs"]


@pytest.mark.django_db
def test_another_order_of_the_same_terms_is_no_difference():
    before = factories.complete_content(**factories.with_principles("1", "4"))
    after = {**before, "terms": {**before["terms"], "principle": ["4", "1"]}}
    assert not contents.differences(before, after)


@settings(deadline=None)
@given(st.text(), st.text())
def test_pieces_hold_both_texts_whole(before, after):
    left, right = wording.pieces(before, after)
    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == after
    same = ["".join(piece.text for piece in side if not piece.is_changed) for side in (left, right)]
    assert same[0] == same[1]


def test_every_kind_of_row_has_its_words():
    assert {field.name for field in FIELDS if field.place.value == "rows"} == set(wording._ROWS)
