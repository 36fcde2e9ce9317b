"""The project's own data files against the facts they were made from, and loading them."""

import csv
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command

from barometer import actions, reference, series
from barometer.models import (
    Dimension,
    Factor,
    Figure,
    Group,
    Option,
    Question,
    Sector,
    Source,
    Survey,
    SurveyEvent,
    SurveyQuestion,
)

LANGUAGES = ("fi", "sv", "en")
ANYBODY = AnonymousUser()

# The edition of a row of barometer_figures.csv, by country, sector and edition.
EDITIONS = {
    ("FI", "state", "2022"): "fi-state-2022",
    ("FI", "municipal", "2018"): "fi-municipal-2018",
    ("FI", "municipal", "2022"): "fi-municipal-2022",
    ("FI", "public organisations", "2011 pilot"): "fi-2011",
    **{("DK", sector, str(n)): f"dk-{n}" for n in (1, 2, 3, 4) for sector in ("all", *Sector.values)},
    ("DK", "regions", "3"): "dk-3",
    ("NO", "municipal (health/care, education)", "2018"): "no-municipal-2018",
    ("NO", "municipal chief executives", "2018"): "no-municipal-2018",
    ("NO", "municipal (5 sectors)", "2020"): "no-municipal-2020",
    ("NO", "state", "2018"): "no-state-2018",
    ("NO", "state", "2021"): "no-state-2021",
    ("SE", "all", "2018"): "se-2018",
    **{("IS", sector, year): f"is-{year}" for sector in Sector.values for year in ("2018", "2021")},
}
# The groups of an edition that asked the whole public sector.
GROUPS = {"state": "state", "regions": "regional", "municipal": "municipal"}
# What share of which question an indicator is.
SHARES = {
    "at_least_one_innovation": ("at-least-one-innovation", "yes"),
    "at_least_one_innovation_org": ("at-least-one-innovation", "yes"),
    "process_or_organisational": ("innovation-type", "processes"),
    "process_innovation": ("innovation-type", "processes"),
    "product_innovation": ("innovation-type", "products"),
    "part_of_normal_activity": ("innovation-culture", "normal-activity"),
    "supported_innovation": ("innovation-culture", "supported"),
    "culture_promotes_experiments": ("innovation-culture", "experiments-promoted"),
    "steering_regional_councils": ("steering", "regional-councils"),
    "steering_ministries": ("steering", "ministries"),
    "steering_government_programme": ("steering", "government-programme"),
    "partner_other_municipalities_or_regional": ("partners", "municipal-and-regional-actors"),
    "partner_companies": ("partners", "companies"),
    "partner_private_companies": ("partners", "companies"),
    "partner_universities_research": ("partners", "higher-education-and-research"),
    "partner_public_citizens": ("partners", "citizens"),
    "promoter_new_technology": ("factor-effect", "new-technology-promotes"),
    "promoter_staff_competence": ("factor-effect", "staff-competence-promotes"),
    "promoter_cooperation_individuals_units": ("factor-effect", "internal-cooperation-promotes"),
    "promoted_employee_participation": ("factor-effect", "employee-participation-promotes"),
    "hindered_employee_participation": ("factor-effect", "employee-participation-hinders"),
    "promoted_cross_workplace_cooperation": ("factor-effect", "cooperation-across-workplaces-promotes"),
    "hindered_cross_workplace_cooperation": ("factor-effect", "cooperation-across-workplaces-hinders"),
    "promoted_by_limited_finances": ("factor-effect", "limited-finances-promotes"),
    "limited_finances_promoted": ("factor-effect", "limited-finances-promotes"),
    "effect_better_processes": ("value", "better-processes"),
    "value_quality": ("value", "quality"),
    "value_efficiency": ("value", "efficiency"),
    "value_employee_satisfaction": ("value", "employee-satisfaction"),
    "value_public_insight": ("value", "citizen-insight"),
    "externally_financed": ("financing", "external"),
    "foreign_role": ("financing", "foreign"),
    "financed_own_budget": ("financing", "own-budget"),
    "financed_special_ministry_appropriation": ("financing", "special-appropriation"),
    "initiated_by_economic_pressure": ("initiator", "economic-pressure"),
    "latest_is_technological_solution": ("technology-degree", "is-solution"),
    "technology_important_part": ("technology-degree", "important-part"),
    "no_technology": ("technology-degree", "none"),
    "touches_core_tasks": ("core-task", "current-or-future"),
}
# Numbers of an edition that have a field.
NUMBERS = {
    "organisations_invited": "invited",
    "organisations_answered": "answered",
    "respondents": "respondents",
    "response_rate": "response_rate",
}
# Those of "answers": of municipalities several may be about one organisation.
ANSWERS = {"fi-municipal-2022": "respondents"}
# Told in the method's text: numbers of which an edition has no field, and rates of a part of those asked.
TOLD = {
    ("fi-municipal-2018", "questions_in_form", "municipal"),
    ("fi-municipal-2022", "municipalities_covered", "municipal"),
    ("fi-municipal-2022", "joint_authorities_covered", "municipal"),
    ("no-municipal-2018", "response_rate", "municipal chief executives"),
    ("is-2018", "response_rate", "state"),
    ("is-2018", "response_rate", "municipal"),
}
# Whose meaning is not clear from its source: entered, not shown.
UNCLEAR = {("dk-4", "foreign_role")}
# How the precision is worded in the facts.
PRECISIONS = {
    "more than": "over",
    "nearly": "about",
    "about": "about",
    "of five": "worded",
    "of ten": "worded",
    "stated as": "worded",
}


@pytest.fixture
def loaded(db: None) -> None:
    call_command("load_barometer", verbosity=0)


@pytest.fixture
def facts(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "facts" / "barometer_figures.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def edition(row: dict[str, str]) -> str:
    key = EDITIONS[row["country"], row["sector"], row["edition"]]
    return f"{key}-organisations" if row["indicator"].endswith("_org") else key


def figure_of(row: dict[str, str]) -> Figure:
    survey = edition(row)
    question, option = SHARES[row["indicator"]]
    is_group = Survey.objects.get(key=survey).sector == Sector.ALL and row["sector"] in GROUPS
    return Figure.objects.get(
        asked__survey__key=survey,
        asked__question__key=question,
        option__code=option,
        group__key=GROUPS[row["sector"]] if is_group else None,
    )


@pytest.mark.usefixtures("loaded")
def test_every_known_share_is_entered_with_its_value_precision_and_status(
    facts: list[dict[str, str]],
) -> None:
    shares = [row for row in facts if row["indicator"] in SHARES]
    for row in shares:
        figure = figure_of(row)
        told = f"{row['unit']} {row['base_note']}"
        precision = next((ours for words, ours in PRECISIONS.items() if words in told), "rounded")
        is_clear = (edition(row), row["indicator"]) not in UNCLEAR
        assert (figure.share, figure.precision, figure.is_verified) == (
            Decimal(row["value"]),
            precision,
            row["status"] == "verified" and is_clear,
        ), row


@pytest.mark.usefixtures("loaded")
def test_every_other_known_number_is_the_editions_or_in_its_text(facts: list[dict[str, str]]) -> None:
    others = [row for row in facts if row["indicator"] not in SHARES]
    for row in others:
        survey = Survey.objects.get(key=edition(row))
        if (survey.key, row["indicator"], row["sector"]) in TOLD:
            for language in LANGUAGES:
                number = row["value"] if language == "en" else row["value"].replace(".", ",")
                assert number in getattr(survey, f"method_{language}"), (row, language)
            continue
        name = NUMBERS.get(row["indicator"]) or ANSWERS.get(survey.key, "answered")
        assert getattr(survey, name) == Decimal(row["value"]), row
    assert len(facts) == len(others) + sum(row["indicator"] in SHARES for row in facts) == 79


@pytest.mark.usefixtures("loaded")
def test_the_manuals_questions_are_the_bank(shared_data: Path) -> None:
    path = shared_data / "facts" / "copenhagen_manual_questions.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        manual = {row["key"].replace("_", "-") for row in csv.DictReader(lines)}
    bank = set(Question.objects.filter(in_bank=True).values_list("key", flat=True))
    assert bank == manual | {series.HEADLINE[0]}


@pytest.mark.usefixtures("loaded")
def test_every_text_is_there_in_three_languages() -> None:
    needed: dict[Any, tuple[str, ...]] = {
        Survey: ("name", "period", "who_asked", "findings", "method", "caveat"),
        Question: ("title", "wording"),
        Option: ("label",),
        Factor: ("name",),
        Dimension: ("name",),
        Group: ("name",),
    }
    for model, names in needed.items():
        for row in model.objects.all():
            for name in names:
                texts = [getattr(row, f"{name}_{language}") for language in LANGUAGES]
                assert all(texts), (row, name)
    # These may be empty, but in all languages at once.
    optional: dict[Any, tuple[str, ...]] = {
        Survey: ("fieldwork", "weighting"),
        SurveyQuestion: ("asked_of", "note"),
        Figure: ("words", "note"),
    }
    for model, names in optional.items():
        for row in model.objects.all():
            for name in names:
                assert len({bool(getattr(row, f"{name}_{language}")) for language in LANGUAGES}) == 1, row


@pytest.mark.usefixtures("loaded")
def test_every_question_but_that_of_factors_has_its_own_labels() -> None:
    for language in LANGUAGES:
        for question in Question.objects.prefetch_related("options"):
            labels = [getattr(option, f"label_{language}") for option in question.options.all()]
            assert len(labels) == len(set(labels)) > 0, (question, language)


@pytest.mark.usefixtures("loaded")
def test_every_edition_is_published_with_its_source() -> None:
    assert Survey.objects.count() == Survey.objects.public().count() == 16
    assert not Survey.objects.filter(source=None).exists()
    assert not Source.objects.filter(surveys=None, figures=None).exists()


@pytest.mark.usefixtures("loaded")
def test_nothing_unverified_is_shown() -> None:
    hidden = set(Figure.objects.filter(is_verified=False).values_list("asked__survey__key", "option__code"))
    assert hidden == {("dk-2", "yes"), ("dk-4", "foreign")}
    financing = series.find("dk-4--financing", ANYBODY)
    assert financing
    assert [row.option.code for row in financing.observations] == ["external"]
    assert series.find("dk-2--at-least-one-innovation", ANYBODY) is None
    compared = series.find("compare--at-least-one-innovation--yes", ANYBODY)
    assert compared
    assert [row.share for row in compared.observations if row.survey.key == "dk-2"] == [None]
    # The part that was seen in the source is shown.
    by_sector = series.find("dk-2--at-least-one-innovation--by--sector", ANYBODY)
    assert by_sector
    assert [row.sector for row in by_sector.observations] == ["regional"]


@pytest.mark.usefixtures("loaded")
def test_a_share_of_innovations_is_not_set_beside_one_of_those_who_answered_without_a_mark() -> None:
    kinds = series.find("compare--innovation-type--processes", ANYBODY)
    assert kinds
    assert [row.survey.key for row in kinds.observations] == [
        "fi-municipal-2018",
        "no-municipal-2018",
        "no-municipal-2020",
    ]
    [gap] = kinds.breaks
    assert gap.before == 1
    assert any(kinds.observations[0].asked.asked_of in reason for reason in gap.reasons)


@pytest.mark.usefixtures("loaded")
def test_the_states_edition_has_its_place_without_a_number() -> None:
    headline = series.find("nordic", ANYBODY)
    assert headline
    by_edition = {row.survey.key: row.share for row in headline.observations}
    assert by_edition["fi-state-2022"] is None
    assert by_edition["fi-municipal-2022"] == 96
    assert set(by_edition) == {
        "fi-state-2022",
        "fi-municipal-2022",
        "dk-4",
        "is-2021",
        "no-state-2021",
        "no-state-2021-organisations",
        "no-municipal-2020",
        "se-2018",
    }


@pytest.mark.usefixtures("loaded")
def test_no_text_tells_a_percentage_that_is_no_figure(facts: list[dict[str, str]]) -> None:
    known: dict[str, set[str]] = {}
    for row in facts:
        numbers = re.findall(r"\d+(?:\.\d+)?", " ".join([row["value"], row["unit"], row["base_note"]]))
        known.setdefault(edition(row), set()).update(numbers)
    percentage = re.compile(r"(?:\d+–)?\d+(?:[.,]\d+)?(?=\s*(?:%|per cent|pros|proc))")
    for survey in Survey.objects.prefetch_related("asked__figures"):
        texts = [
            getattr(row, f"{name}_{language}") or ""
            for language in LANGUAGES
            for row, names in (
                (survey, ("name", "period", "who_asked", "findings", "method", "caveat")),
                *((asked, ("asked_of", "note")) for asked in survey.asked.all()),
                *(
                    (figure, ("words", "note"))
                    for asked in survey.asked.all()
                    for figure in asked.figures.all()
                    if figure.is_verified
                ),
            )
            for name in names
        ]
        told = {
            number.replace(",", ".")
            for text in texts
            for found in percentage.findall(text)
            for number in found.split("–")
        }
        assert told <= known.get(survey.key, set()), survey.key


@pytest.mark.usefixtures("loaded")
def test_a_second_run_changes_nothing() -> None:
    models: tuple[Any, ...] = (
        Survey,
        Question,
        Option,
        Factor,
        Dimension,
        Group,
        Source,
        SurveyQuestion,
        Figure,
        SurveyEvent,
    )
    before = [list(model.objects.order_by("pk").values()) for model in models]
    assert not sum(reference.load().values())
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


@pytest.mark.usefixtures("loaded")
def test_what_staff_have_changed_stays_and_what_is_missing_comes_back() -> None:
    survey = Survey.objects.get(key="dk-4")
    survey.caveat_sv = "Ändrad"
    actions.describe(survey, by=None)
    actions.withdraw(Survey.objects.get(key="se-2018"), by=None)
    Question.objects.filter(key="value").update(title_fi="Muutettu")
    Survey.objects.get(key="is-2018").delete()
    counts = reference.load()
    assert counts["Survey, published"] == 1
    assert counts["Question"] == 0
    assert Survey.objects.get(key="dk-4").caveat_sv == "Ändrad"
    assert Survey.objects.get(key="se-2018").state == Survey.State.WITHDRAWN
    assert Question.objects.values_list("title_fi", flat=True).get(key="value") == "Muutettu"
    assert Figure.objects.filter(asked__survey__key="is-2018").count() == 6


@pytest.mark.django_db
def test_an_unknown_key_is_named_with_its_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for path in reference.DATA.iterdir():
        text = path.read_text(encoding="utf-8").replace(",companies,,,64", ",firms,,,64")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(reference, "DATA", tmp_path)
    with pytest.raises(ValueError, match=r"figures\.csv: .* 10, .*firms"):
        reference.load()
    assert not Survey.objects.exists()
