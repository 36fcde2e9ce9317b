"""OPSI's form of a case: every field in OPSI's order, filled from what is public, nothing cut or guessed."""

import csv

import pytest
from django.utils.translation import override

from accounts.models import OrganisationKind
from cases.models import Case, Level, Phase
from cases.opsi import form
from cases.opsi.form import State, form_fields, form_of, with_all
from cases.schema import FIELDS
from taxonomy.models import Term
from tests.accounts.factories import OrganisationFactory
from tests.cases import factories

from .cases import CONTACT, ENGLISH, english, finnish, link


def of(case: Case) -> dict[str, form.Row]:
    found = with_all(Case.objects.all()).get(pk=case.pk)
    with override("en"):
        return {row.field.key: row for row in form_of(found).rows}


def choices_of(key: str) -> tuple[str, ...]:
    return next(field.choices for field in form_fields() if field.key == key)


@pytest.mark.shared
def test_fields_are_opsis_in_opsis_order(shared_data):
    with (shared_data / "facts" / "opsi_case_fields.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(form_fields()) == len(rows) == 48
    for field, row in zip(form_fields(), rows, strict=True):
        assert (field.key, field.kind, field.is_needed) == (row["key"], row["type"], row["required"] == "1")
        assert field.label == " ".join(row["label"].split())
        assert (str(field.limit or ""), " | ".join(field.choices)) == (row["maxlength"], row["choices"])


def test_every_field_is_filled_by_something():
    told = form._fillers_of_texts().keys() | form._FACTS.keys()
    assert told == {field.key for field in form_fields()}
    assert not form._fillers_of_texts().keys() & form._FACTS.keys()


def test_limits_of_the_schema_are_those_of_the_form():
    limits = {field.key: field.limit for field in form_fields()}
    for field in FIELDS:
        if field.opsi:
            assert limits[field.opsi] == field.opsi_limit, field.name


@pytest.mark.parametrize(
    ("mapping", "known", "key"),
    [
        (form.LEVELS, set(Level), "level_of_government"),
        (form.PHASES, set(Phase), "innovation_status"),
        (
            form.ORGANISATION_TYPES,
            set(OrganisationKind) - {OrganisationKind.FOREIGN, OrganisationKind.OTHER},
            "organisation_type",
        ),
        (
            form.SECTORS,
            {f"{code:02}" for code in range(1, 11)} - {"02", "10"},
            "organisation_primary_sectorfield",
        ),
    ],
)
def test_facts_are_called_what_opsi_calls_them(mapping, known, key):
    assert set(mapping) == known
    assert set(mapping.values()) <= set(choices_of(key))


def test_a_whole_case_is_ready(db):
    case = english()
    rows = of(case)
    for field in FIELDS:
        if field.opsi and field.name in ENGLISH:
            assert rows[field.opsi].text == ENGLISH[field.name]
            assert rows[field.opsi].state is State.FILLED
    expected = {
        "organisation_name": "City of Examples",
        "organisation_type": "Government",
        "country": "Finland",
        "level_of_government": "Local government",
        "organisation_primary_sectorfield": "Health",
        "innovation_website": "https://example.org/permit",
        "year_innovation_launched": "2022",
        "innovation_status": "Evaluation",
        "status_description": "The innovation is in use since 2022.",
        "innovation_tags": "Advice",
        "other_related_url": "https://example.org/report",
        "video_url_2": "https://www.youtube.com/watch?v=1",
    }
    assert {key: rows[key].text for key in expected} == expected
    assert form_of(case).is_ready


def test_length_is_counted_in_characters_and_nothing_is_cut(db):
    text = "ä€😀" * 200
    row = of(english(summary=text[:500], users=text[:500], partnerships=text))["short_and_simple_explanation"]
    assert (row.length, row.excess, row.state) == (500, 0, State.FILLED)
    case = english(partnerships=text)
    row = of(case)["collaboration_partnerships"]
    assert (row.length, row.excess, row.state) == (600, 100, State.TOO_LONG)
    assert row.text == text
    assert not form_of(case).is_ready


def test_what_opsi_needs_and_nobody_has_told_is_missing(db):
    rows = of(english(results="", lessons="", phase=""))
    assert rows["results_impact"].state is State.MISSING
    assert rows["lessons_to_share"].state is State.MISSING
    assert rows["innovation_status"].state is State.MISSING
    assert rows["information_to_share"].state is State.EMPTY


def test_text_in_another_language_is_told_to_wait_for_translation(db):
    case = finnish()
    rows = of(case)
    for key in ("name_of_innovation", "short_and_simple_explanation", "executive_summary"):
        assert (rows[key].state, rows[key].text) == (State.UNTRANSLATED, "")
    assert rows["results_impact"].state is State.MISSING
    told = form_of(case)
    assert not told.has_english
    with override("en"):
        assert [str(label) for label in told.to_translate] == [
            "Name of the innovation",
            "Summary",
            "The solution",
            "What is new",
        ]


def test_part_of_a_text_may_lack_english(db):
    texts = {"fi": {**factories.complete_content()["texts"]["fi"], "lessons": "Aloita."}, "en": ENGLISH}
    case = english(texts={**texts, "en": {**ENGLISH, "lessons": ""}})
    assert of(case)["lessons_to_share"].state is State.UNTRANSLATED
    assert len(form_of(case).to_translate) == 1


def test_theme_without_a_sector_is_left_for_the_person(db):
    for code in ("02", "10"):
        factories.term("theme", code)
    terms = {"principle": ["1"], "kind": ["service"]}
    row = of(english(terms={**terms, "theme": ["10"]}))["organisation_primary_sectorfield"]
    assert (row.values, row.state) == ((), State.OWN)
    row = of(english(terms={**terms, "theme": ["02", "07"]}))["organisation_primary_sectorfield"]
    assert (row.values, row.state) == (("Health",), State.FILLED)
    assert row.remark


@pytest.mark.parametrize("kind", ["foreign", "other"])
def test_kind_that_tells_nothing_is_left_for_the_person(db, kind):
    case = english(owner=OrganisationFactory(kind=kind, name_en="X").pk)
    assert of(case)["organisation_type"].state is State.OWN


def test_other_level_asks_which(db):
    rows = of(english(level_of_government="other"))
    assert rows["level_of_government"].text == "Other"
    assert rows["level_of_government_other"].state is State.OWN
    assert of(english())["level_of_government_other"].state is State.EMPTY


def test_owner_without_an_english_name_is_told(db):
    row = of(english(owner=OrganisationFactory(name_fi="Kunta", name_sv="", name_en="").pk))[
        "organisation_name"
    ]
    assert (row.text, row.state) == ("Kunta", State.UNTRANSLATED)


def test_tags_are_told_in_english_alone(db):
    Term.objects.filter(vocabulary="tag").delete()
    Term.objects.create(vocabulary="tag", code="lupa", name_fi="Lupa", name_sv="", name_en="")
    terms = {"principle": ["1"], "theme": ["07"], "kind": ["service"]}
    row = of(english(terms={**terms, "tag": ["lupa"]}))["innovation_tags"]
    assert (row.values, row.state) == ((), State.UNTRANSLATED)


def test_discontinued_one_says_why(db):
    texts = {
        "fi": {**factories.complete_content()["texts"]["fi"], "discontinued_reason": "Loppui."},
        "en": {**ENGLISH, "discontinued_reason": "The law changed."},
    }
    row = of(english(texts=texts, life_cycle="discontinued", ended_year=2024))["status_description"]
    assert row.values == ("The innovation was discontinued in 2024.", "The law changed.")


def test_a_reason_that_has_no_english_text_is_to_be_translated(db):
    texts = {
        "fi": {**factories.complete_content()["texts"]["fi"], "discontinued_reason": "Loppui."},
        "en": ENGLISH,
    }
    form = form_of(english(texts=texts, life_cycle="discontinued", ended_year=2024))
    [row] = [row for row in form.rows if row.field.key == "status_description"]
    assert (row.values, row.state) == (("The innovation was discontinued in 2024.",), State.UNTRANSLATED)
    assert not form.is_ready
    with override("en"):
        assert list(map(str, form.to_translate)) == ["Why it was discontinued"]


def test_links_go_to_their_places(db):
    addresses = ["https://vimeo.com/1", "https://a.example/", "https://b.example/x.mp4", "https://c.example/"]
    rows = of(english(materials=[link(address) for address in addresses]))
    assert rows["other_related_url"].text == "https://a.example/"
    assert "https://c.example/" in str(rows["other_related_url"].remark)
    assert rows["video_url_2"].text == "https://vimeo.com/1"
    assert rows["video_url_3"].text == "https://b.example/x.mp4"
    assert rows["video_url_1"].state is State.OWN


def test_personal_data_is_left_to_be_typed(db):
    rows = of(english())
    with override("en"):
        for key in ("their_name", "their_email", "cs_user_name", "cs_user_email", "tel"):
            assert (rows[key].values, rows[key].state) == ((), State.OWN)
            assert "personal data" in str(rows[key].remark)
        told = "\n".join(f"{row.text}\n{row.remark}" for row in rows.values())
    assert not any(secret in told for secret in CONTACT.values())


def test_forms_of_many_cases_take_no_more_queries_than_of_one(db, django_assert_num_queries):
    english()
    with django_assert_num_queries(4):
        assert len([form_of(case) for case in with_all(Case.objects.all())]) == 1
    for _number in range(3):
        english()
    with django_assert_num_queries(4):
        assert len([form_of(case) for case in with_all(Case.objects.all())]) == 4
