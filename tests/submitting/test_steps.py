"""What the steps make of what is typed, without a browser."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.register import Register
from cases import content as contents
from cases.forms.fields import FigureField
from cases.forms.steps import Step, TranslationForm, other_languages
from cases.models import Adoption, Established, Evidence, Language, LifeCycle
from cases.schema import FIELDS, TEXT_NAMES, Section
from tests.accounts.factories import OrganisationFactory
from tests.cases.factories import complete_content, term

from .pages import sent_by

pytestmark = pytest.mark.django_db


def saved(section, content, **typed):
    """The step after ``typed`` was typed over what it shows, whether it is valid, and what it gives."""
    data = sent_by(Step(section, content))
    for name, value in typed.items():
        data.setlist(name, value) if isinstance(value, list) else data.__setitem__(name, value)
    step = Step(section, content, data=data)
    return step.merged() if step.is_valid() else contents.normalised({}), step


def kept(section, content, **typed):
    """The content that is kept of what was typed, and the messages by field."""
    _content, step = saved(section, content, **typed)
    return step.merged(), step.form.errors


def test_every_field_is_asked_for_in_exactly_one_step():
    asked = [part["field"].name for section in Section for part in Step(section, contents.empty("fi")).parts]
    assert asked == [field.name for field in FIELDS]


def test_every_column_of_every_list_is_asked_for():
    step = Step(Section.EFFECTS, contents.empty("fi"))
    evidence, adoptions = (step.row_sets[name].forms[0].fields for name in ("evidence", "adoptions"))
    materials = {
        name for prefix in ("images", "files", "links") for name in step.row_sets[prefix].forms[0].fields
    }
    assert {*contents.ROW_COLUMNS["evidence"]} <= {*evidence}
    assert {*contents.ROW_COLUMNS["adoptions"]} <= {*adoptions}
    assert {*contents.ROW_COLUMNS["materials"]} - {"kind"} <= materials


# What was told comes back as it was told ---------------------------------------

words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20)
some_words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
years = st.none() | st.integers(1990, 2025)
figures = st.decimals(-999_999, 999_999, places=2).map(lambda figure: f"{figure.normalize():f}")
texts = st.fixed_dictionaries(dict.fromkeys(TEXT_NAMES, words))
in_some_languages = st.dictionaries(st.sampled_from(Language.values), some_words, max_size=3)
effects = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Evidence.Kind.values),
        "label": in_some_languages,
        "value": figures,
        "unit": some_words,
        "period": words,
        "baseline": words,
        "established": st.sampled_from(Established.values),
        "respondents": st.none() | st.integers(1, 10_000),
        "source": some_words,
        "source_url": st.sampled_from(["", "https://example.org/raportti"]),
    }
)


@pytest.fixture
def register():
    organisations = [OrganisationFactory(name_fi=f"Virasto {number}").pk for number in range(4)]
    for vocabulary, code in (("principle", "1"), ("principle", "2"), ("theme", "07"), ("tag", "neuvonta")):
        term(vocabulary, code)
    return organisations


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_what_is_told_goes_through_the_steps_unchanged(register, data):
    language = data.draw(st.sampled_from(Language.values))
    mode = st.sampled_from(Adoption.Mode.values)
    adopters = data.draw(st.lists(st.sampled_from(register), unique=True, max_size=3))
    adoptions = [
        {
            "organisation": pk,
            "mode": data.draw(mode),
            "year": data.draw(years),
            "result": data.draw(words),
            "follows": data.draw(st.none() | st.integers(0, place - 1)) if place else None,
        }
        for place, pk in enumerate(adopters)
    ]
    started = data.draw(years)
    told = contents.normalised(
        {
            "original_language": language,
            "owner": data.draw(st.none() | st.sampled_from(register)),
            "partners": data.draw(st.lists(st.sampled_from(register), unique=True)),
            "partner_names": data.draw(st.lists(st.just("Uusi Oy"), max_size=1)),
            "life_cycle": data.draw(st.sampled_from(["", *LifeCycle.values])),
            "started_year": started,
            "ended_year": started and started + 1,
            "terms": {"principle": data.draw(st.sampled_from([[], ["1"], ["1", "2"]])), "tag": ["neuvonta"]},
            "texts": {
                name: data.draw(texts) for name in {language, data.draw(st.sampled_from(Language.values))}
            },
            "evidence": data.draw(st.lists(effects, max_size=3)),
            "adoptions": adoptions,
            "materials": [{"kind": "link", "url": "https://example.org/", "title": "Sivu"}],
            "contact": {"role": data.draw(words), "email": "kirjaamo@example.org"},
        }
    )
    with override(data.draw(st.sampled_from(Language.values))):
        result = told
        for section in Section:
            step = Step(section, result, data=sent_by(Step(section, result)))
            assert step.is_valid(), [form.errors for form in step.forms]
            result = step.merged()
        assert result == told
        for other in other_languages(told):
            shown = TranslationForm(content=told, language=other)
            form = TranslationForm(
                {name: shown.initial[name] for name in shown.fields}, content=told, language=other
            )
            form.is_valid()
            expected = {
                **told,
                "texts": {
                    name: text for name, text in told["texts"].items() if name != other or any(text.values())
                },
            }
            assert form.merged() == expected


# Values as people write them ---------------------------------------------------


@pytest.mark.parametrize(
    ("language", "written", "figure"),
    [
        ("fi", "3 200", "3200"),
        ("fi", "3\N{NO-BREAK SPACE}200,5", "3200.5"),
        ("sv", "3\N{NARROW NO-BREAK SPACE}200,50", "3200.50"),
        ("fi", "\N{MINUS SIGN}21", "-21"),
        ("fi", "4.4", "4.4"),
        ("en", "3,200", "3200"),
        ("en", "1,234,567.25", "1234567.25"),
        ("en", "-21.5", "-21.5"),
        ("fi", "", ""),
    ],
)
def test_figures_are_read_as_people_write_them(language, written, figure):
    with override(language):
        assert FigureField(required=False).clean(written) == figure


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fi", "noin 20"), ("en", "3,2"), ("fi", "1,2,3"), ("fi", "NaN"), ("fi", "1e5"), ("fi", "1,234"),
        ("fi", "9999999999999"), ("fi", "٣"),
    ],
)  # fmt: skip
def test_what_is_no_figure_is_told_of(language, written):
    with override(language), pytest.raises(ValidationError) as told:
        FigureField(required=False).clean(written)
    assert told.value.messages


def test_figures_are_shown_as_people_write_them():
    with override("fi"):
        assert FigureField().prepare_value("-21.5") == "\N{MINUS SIGN}21,5"


@pytest.mark.parametrize("year", ["kaksituhatta", "1789", "2199", "23"])
def test_a_year_that_cannot_be_is_not_kept_and_the_rest_is(year):
    content, errors = kept(Section.FACTS, complete_content(), started_year=year, novelty="copy")
    assert list(errors) == ["started_year"]
    assert (content["started_year"], content["novelty"]) == (2022, "copy")


def test_nothing_ends_before_it_begins():
    content, errors = kept(Section.FACTS, complete_content(), ended_year="2020")
    assert list(errors) == ["ended_year"]
    assert content["ended_year"] is None


def test_a_text_that_is_too_long_is_told_of_and_kept():
    content, errors = kept(Section.ABOUT, complete_content(), summary="a" * 501)
    assert "500" in errors["summary"][0]
    assert content["texts"]["fi"]["summary"] == "a" * 501
    assert [gap.field.name for gap in contents.missing(content)] == ["summary"]


def test_a_line_break_counts_as_one_character():
    content, errors = kept(Section.ABOUT, complete_content(), summary="\r\n".join("a" * 250))
    assert not errors
    assert len(content["texts"]["fi"]["summary"]) == 499


def test_a_website_may_not_be_a_script():
    content, errors = kept(Section.FACTS, complete_content(), website="javascript:alert(1)")
    assert list(errors) == ["website"]
    assert content["website"] == ""
    content, errors = kept(Section.FACTS, complete_content(), website="example.org")
    assert content["website"] == "https://example.org"


def test_a_term_that_cannot_be_chosen_any_more_stays_where_it_was_chosen():
    term("tag", "vanha", is_active=False)
    content = complete_content(
        terms={"principle": ["1"], "theme": ["07"], "kind": ["service"], "tag": ["vanha"]}
    )
    content, errors = kept(Section.FACTS, content)
    assert (content["terms"]["tag"], errors) == (["vanha"], {})
    content, errors = kept(Section.FACTS, complete_content(), tag=["vanha"])
    assert list(errors) == ["tag"]


def test_a_named_person_needs_a_last_day_within_two_years():
    today = timezone.localdate()
    for until in ("", today.isoformat(), (today + timedelta(days=800)).isoformat()):
        _content, errors = kept(Section.CONTACT, complete_content(), name="Teemu Tekijä", name_until=until)
        assert list(errors) == ["name_until"]
    until = today + timedelta(days=365)
    content, errors = kept(
        Section.CONTACT, complete_content(), name="Teemu Tekijä", name_until=until.strftime("%d.%m.%Y")
    )
    assert (content["contact"]["name_until"], errors) == (until.isoformat(), {})


# Languages ----------------------------------------------------------------------


def test_choosing_another_language_takes_the_texts_along():
    content = complete_content(evidence=[{"label": {"fi": "aika"}}])
    content, _errors = kept(Section.ABOUT, content, original_language="sv")
    assert list(content["texts"]) == ["sv"]
    assert content["texts"]["sv"]["title"]
    assert content["evidence"][0]["label"] == {"sv": "aika"}


def test_choosing_the_language_of_a_translation_makes_it_the_original():
    content = complete_content()
    content["texts"]["sv"] = {"title": "Tillståndsansökan"}
    content, _errors = kept(Section.ABOUT, content, original_language="sv")
    assert content["original_language"] == "sv"
    assert content["texts"]["sv"]["title"] == "Tillståndsansökan"
    assert content["texts"]["fi"]["title"] == "Lupahakemus yhdellä keskustelulla"


def test_a_translation_needs_a_name_and_is_kept_without():
    form = TranslationForm({"summary": "Kort"}, content=complete_content(), language="sv")
    assert not form.is_valid()
    assert list(form.errors) == ["title"]
    content = form.merged()
    assert content["texts"]["sv"]["summary"] == "Kort"
    assert [gap.field.name for gap in contents.missing(content)] == ["title"]


# Organisations --------------------------------------------------------------------


def test_an_organisation_is_found_by_any_of_its_names_whatever_the_case():
    municipality = OrganisationFactory(name_fi="Äänekosken kaupunki", name_sv="Äänekoski stad")
    register = Register()
    for name in ("äänekosken kaupunki", "ÄÄNEKOSKEN  KAUPUNKI", "Äänekoski stad"):
        assert register.find(name) == municipality.pk
    assert register.find("Äänekoski") is None


def test_an_organisation_that_ended_is_neither_offered_nor_found_but_keeps_its_cases():
    ended = OrganisationFactory(name_fi="Vanha virasto", valid_to="2025-12-31")
    register = Register()
    assert "Vanha virasto" not in register.offered
    assert register.find("Vanha virasto") is None
    content, _errors = kept(Section.ABOUT, complete_content(owner=ended.pk))
    assert content["owner"] == ended.pk


def test_foreign_organisations_and_examples_are_not_offered():
    OrganisationFactory(name_fi="Ulkomainen", country="SE")
    OrganisationFactory(name_fi="Keksitty", is_example=True)
    assert Register().offered == []


def test_of_two_organisations_with_one_name_the_chosen_one_stays():
    first, second = (OrganisationFactory(name_fi="Kaima") for _number in range(2))
    content, _errors = kept(Section.ABOUT, complete_content(owner=second.pk))
    assert content["owner"] == second.pk
    content, _errors = kept(Section.ABOUT, complete_content(), owner="Kaima")
    assert content["owner"] == first.pk


def test_names_that_the_register_does_not_have_are_kept_as_they_are():
    content, _errors = kept(
        Section.ABOUT, complete_content(), **{"owner": "Uusi virasto", "partners-0-organisation": "Uusi Oy"}
    )
    assert (content["owner"], content["owner_name"]) == (None, "Uusi virasto")
    assert content["partner_names"] == ["Uusi Oy"]
    assert not list(contents.missing(content))


# Rows ---------------------------------------------------------------------------------

EFFECT = {
    "evidence-0-kind": "hours_saved", "evidence-0-value": "3 200", "evidence-0-unit": "h",
    "evidence-0-established": "measured",
}  # fmt: skip


def row_errors(step, prefix, index=0):
    return list(step.row_sets[prefix].forms[index].errors)


def test_a_measured_figure_needs_a_source_and_the_row_is_kept_without():
    _content, step = saved(Section.EFFECTS, complete_content(), **EFFECT)
    assert row_errors(step, "evidence") == ["source"]
    content = step.merged()
    assert content["evidence"][0]["value"] == "3200"
    assert [gap.field.name for gap in contents.missing(content)] == ["evidence"]
    content, _step = saved(
        Section.EFFECTS, complete_content(), **EFFECT, **{"evidence-0-source": "Kirjaukset"}
    )
    assert not list(contents.missing(content))


def test_an_estimate_needs_no_source():
    content, _step = saved(
        Section.EFFECTS, complete_content(), **{**EFFECT, "evidence-0-established": "estimated"}
    )
    assert content["evidence"][0]["established"] == "estimated"


def test_a_figure_that_cannot_be_read_is_told_of_and_the_rest_of_the_row_kept():
    _content, step = saved(Section.EFFECTS, complete_content(), **{**EFFECT, "evidence-0-value": "paljon"})
    assert row_errors(step, "evidence") == ["value", "source"]
    assert step.merged()["evidence"][0]["unit"] == "h"


def test_a_row_that_is_emptied_or_removed_goes():
    rows = [
        {"kind": "other", "value": str(number), "unit": "kpl", "established": "estimated"}
        for number in (1, 2, 3)
    ]
    content, _step = saved(
        Section.EFFECTS,
        complete_content(evidence=rows),
        **{
            "evidence-0-DELETE": "on",
            "evidence-1-kind": "",
            "evidence-1-value": "",
            "evidence-1-unit": "",
            "evidence-1-established": "",
        },
    )
    assert [row["value"] for row in content["evidence"]] == ["3"]


def test_translations_of_a_row_survive_the_removal_of_another():
    rows = [
        {
            "kind": "other",
            "label": {"fi": f"asia {number}", "sv": f"sak {number}"},
            "value": "1",
            "unit": "kpl",
            "established": "estimated",
        }
        for number in (1, 2)
    ]
    content, _step = saved(
        Section.EFFECTS,
        complete_content(evidence=rows),
        **{"evidence-0-DELETE": "on", "evidence-1-label": "asia kaksi"},
    )
    assert [row["label"] for row in content["evidence"]] == [{"fi": "asia kaksi", "sv": "sak 2"}]


def test_adoptions_point_to_each_other_after_one_is_removed():
    organisations = [OrganisationFactory() for _number in range(3)]
    rows = [
        {"organisation": organisation.pk, "mode": "copy", "follows": follows}
        for organisation, follows in zip(organisations, (None, None, 1), strict=True)
    ]
    content, _step = saved(Section.EFFECTS, complete_content(adoptions=rows), **{"adoptions-0-DELETE": "on"})
    assert [row["follows"] for row in content["adoptions"]] == [None, 0]
    content, _step = saved(Section.EFFECTS, complete_content(adoptions=rows), **{"adoptions-1-DELETE": "on"})
    assert [row["follows"] for row in content["adoptions"]] == [None, None]


def test_an_adopter_is_told_once():
    organisation = OrganisationFactory()
    rows = [{"organisation": organisation.pk, "mode": "copy"}] * 2
    assert [gap.field.name for gap in contents.missing(complete_content(adoptions=rows))] == ["adoptions"]


def test_a_page_that_comes_back_in_pieces_loses_no_rows():
    rows = [{"kind": "other", "value": "1", "unit": "kpl", "established": "estimated"}]
    content = complete_content(evidence=rows, partners=[OrganisationFactory().pk])
    for section in (Section.ABOUT, Section.EFFECTS):
        step = Step(section, content, data=sent_by(Step(Section.CONTACT, content)))
        assert not step.is_valid()
        merged = step.merged()
        assert (merged["evidence"], merged["partners"]) == (content["evidence"], content["partners"])
