"""The data files that come with the registry agree with each other, with the models and with their README."""

import csv
import datetime
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from accounts.models import Organisation
from cases.content import missing, normalised
from cases.models import (
    Adoption,
    Case,
    CaseRevision,
    CaseText,
    Established,
    Evidence,
    Level,
    LifeCycle,
    Material,
    Novelty,
    Phase,
)
from taxonomy.models import NameStatus, Vocabulary

ROOT = Path(__file__).resolve().parents[2]
TAXONOMY = ROOT / "taxonomy" / "data"
ACCOUNTS = ROOT / "accounts" / "data"
CASES = ROOT / "cases" / "data"
LANGUAGES = {"fi", "sv", "en"}
TEXT_FIELDS = {field.name for field in CaseText._meta.fields} - {"id", "case", "language", "slug"}
# Limits of OPSI's form: a longer text could not be passed on whole.
TEXT_LIMITS = {"title": 200, "summary": 500, "users": 500, "partnerships": 500}
UNITS = {"h", "€", "d", "min", "%", "/ 5"}
FILE_LIMIT = 60_000


@cache
def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def codes(vocabulary: str) -> list[str]:
    return [row["code"] for row in rows(TAXONOMY / f"{vocabulary}.csv")]


@cache
def organisations() -> dict[str, dict[str, str]]:
    every = rows(ACCOUNTS / "organisations.csv") + rows(ACCOUNTS / "example_organisations.csv")
    return {row["code"]: row for row in every}


@cache
def finnish() -> dict[str, Any]:
    return tomllib.loads((CASES / "finnish_cases.toml").read_text(encoding="utf-8"))


@cache
def examples() -> dict[str, dict[str, Any]]:
    files = sorted((CASES / "examples").glob("*.toml"))
    return {file.name: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


def contents() -> dict[str, dict[str, Any]]:
    """The content of every case by the name to show when it is wrong."""
    return {case["external_id"]: case["content"] for case in finnish()["cases"]} | {
        name: case["content"] for name, case in examples().items()
    }


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


# Every file -----------------------------------------------------------------


def test_no_text_has_hidden_or_trailing_blanks():
    tables = [*TAXONOMY.glob("*.csv"), *ACCOUNTS.glob("*.csv")]
    values = [value for table in tables for row in rows(table) for value in row.values()]
    values += [value for content in contents().values() for value in strings(content)]
    assert not [value for value in values if value != value.strip() or "\xa0" in value or "  " in value]


# Vocabularies ---------------------------------------------------------------


def test_there_is_one_file_for_each_vocabulary():
    assert {file.stem for file in TAXONOMY.glob("*.csv")} == set(Vocabulary.values)


@pytest.mark.parametrize("vocabulary", Vocabulary.values)
def test_terms_are_named_in_three_languages(vocabulary):
    terms = rows(TAXONOMY / f"{vocabulary}.csv")
    assert len(codes(vocabulary)) == len(set(codes(vocabulary)))
    for term in terms:
        assert all(term[f"name_{language}"] for language in LANGUAGES), term
        described = {bool(term[f"description_{language}"]) for language in LANGUAGES}
        assert len(described) == 1, f"{term['code']} is described in some languages only"
        assert term["name_status"] in NameStatus.values


def test_vocabularies_are_whole():
    assert codes("principle") == ["1", "2", "3", "4", "5"]
    assert codes("theme") == [f"{number:02}" for number in range(1, 11)]
    assert codes("sdg") == [str(number) for number in range(1, 18)]
    assert len(codes("region")) == 19


# Organisations --------------------------------------------------------------


def test_organisations_are_whole():
    counts = Counter(row["kind"] for row in rows(ACCOUNTS / "organisations.csv"))
    assert counts["municipality"] == 308
    assert counts["ministry"] == 12
    # Helsinki is a municipality, and Åland an area: neither is a wellbeing services county.
    assert counts["wellbeing_county"] == 21
    assert counts["elinvoimakeskus"] == 10


def test_organisations_refer_to_what_exists():
    every = rows(ACCOUNTS / "organisations.csv") + rows(ACCOUNTS / "example_organisations.csv")
    assert len(every) == len(organisations()), "a code is used twice"
    for row in every:
        assert row["kind"] in Organisation.Kind.values, row
        assert row["name_status"] in NameStatus.values, row
        assert all(row[f"name_{language}"] for language in LANGUAGES), row
        assert row["region"] == "" or row["region"] in codes("region"), row
        assert row["source"], row
        for successor in filter(None, row["successors"].split(";")):
            assert successor in organisations(), row
        for day in filter(None, (row["valid_from"], row["valid_to"])):
            datetime.date.fromisoformat(day)


def test_what_the_reform_of_2026_ended_has_successors_that_go_on():
    ended = [row for row in organisations().values() if row["valid_to"] == "2025-12-31"]
    assert {"virasto-valvira", "avi-lappi", "ely-lappi"} <= {row["code"] for row in ended}
    for row in ended:
        assert row["successors"], row
        assert not any(organisations()[code]["valid_to"] for code in row["successors"].split(";"))


def test_invented_organisations_are_marked_and_use_domains_that_nobody_can_own():
    assert {row["is_example"] for row in rows(ACCOUNTS / "organisations.csv")} == {"0"}
    for row in rows(ACCOUNTS / "example_organisations.csv"):
        assert row["is_example"] == "1"
        assert all(domain.endswith(".example") for domain in row["email_domains"].split(";") if domain)


def test_an_email_domain_has_one_organisation():
    domains = [
        domain for row in organisations().values() for domain in row["email_domains"].split(";") if domain
    ]
    assert len(domains) == len(set(domains))


# What a case holds ----------------------------------------------------------


@pytest.mark.parametrize("name", contents())
def test_case_refers_to_what_exists(name):
    content = contents()[name]
    adoptions = content.get("adoptions", [])
    named = [content["owner"], *content["partners"], *(adoption["organisation"] for adoption in adoptions)]
    assert set(named) <= set(organisations())
    assert content["owner"] not in content["partners"]
    for vocabulary, chosen in content["terms"].items():
        assert set(chosen) <= set(codes(vocabulary)), vocabulary
        assert len(chosen) == len(set(chosen)), vocabulary
    assert content["level_of_government"] in Level.values
    assert content["life_cycle"] in LifeCycle.values
    assert content.get("novelty", "") in {"", *Novelty.values}
    assert content.get("phase", "") in {"", *Phase.values}
    assert content.get("started_year", 0) <= content.get("ended_year", 9999)


@pytest.mark.parametrize("name", contents())
def test_case_has_texts_of_the_right_length(name):
    content = contents()[name]
    assert content["original_language"] in content["texts"]
    assert set(content["texts"]) <= LANGUAGES
    for language, text in content["texts"].items():
        assert set(text) <= TEXT_FIELDS, language
        assert text["title"], language
        assert text["summary"], language
        for field, words in text.items():
            assert len(words) <= TEXT_LIMITS.get(field, 1000), (language, field)


@pytest.mark.parametrize("name", contents())
def test_case_tells_how_its_figures_are_known(name):
    for evidence in contents()[name].get("evidence", []):
        assert evidence["kind"] in Evidence.Kind.values
        assert evidence["established"] in Established.values
        assert evidence["established"] == Established.ESTIMATED or evidence["source"]
        assert evidence["unit"] in UNITS
        float(evidence["value"])


# Finnish innovations --------------------------------------------------------


def test_there_are_at_least_thirty_finnish_cases():
    identifiers = [case["external_id"] for case in finnish()["cases"]]
    assert len(identifiers) >= 30
    assert len(identifiers) == len(set(identifiers))


def test_a_third_of_the_finnish_cases_is_told_in_swedish_and_english():
    told = [case for case in finnish()["cases"] if set(case["content"]["texts"]) == LANGUAGES]
    assert len(told) * 3 >= len(finnish()["cases"])


def test_every_principle_of_a_finnish_case_has_a_reason():
    for case in finnish()["cases"]:
        chosen = case["content"]["terms"]["principle"]
        assert 1 <= len(chosen) <= 2, case["external_id"]
        assert set(case["principle_reasons"]) == set(chosen), case["external_id"]
        assert all(len(reason) > 20 for reason in case["principle_reasons"].values()), case["external_id"]


def test_finnish_cases_claim_no_effects():
    for case in finnish()["cases"]:
        assert not set(case["content"]) & {"evidence", "adoptions"}, case["external_id"]
        for text in case["content"]["texts"].values():
            assert set(text) == {"title", "summary"}, case["external_id"]


def test_the_source_of_the_finnish_cases_gives_its_licence():
    source = finnish()["source"]
    assert source["key"] == "pstw-compiled"
    assert source["licence"] == "CC BY 4.0"
    assert source["attribution"] == "European Commission, Joint Research Centre – Public Sector Tech Watch"


def test_finnish_cases_agree_with_the_source(shared_data):
    facts = {row["PSTW ID"]: row for row in rows(shared_data / "facts" / "finnish_cases.csv")}
    life_cycles = {
        "Implemented": "in_use",
        "Pilot": "pilot",
        "In development": "planned",
        "Planned": "planned",
        "Not in use": "discontinued",
    }
    themes = {row["name_en"]: row["code"] for row in rows(TAXONOMY / "theme.csv")}
    for case in finnish()["cases"]:
        fact, content = facts[case["external_id"]], case["content"]
        assert content["life_cycle"] == life_cycles[fact["Status"]], case["external_id"]
        assert str(content["started_year"]) == fact["Start Year"], case["external_id"]
        assert str(content.get("ended_year", "")) == fact["End Year"].strip(), case["external_id"]
        theme = themes[fact["Functions of Government (COFOG level I)"]]
        assert content["terms"]["theme"] == [theme], case["external_id"]
        assert fact["Website"].startswith(content["website"]), case["external_id"]


# Invented examples ----------------------------------------------------------


def published() -> dict[str, dict[str, Any]]:
    return {name: case for name, case in examples().items() if case["state"] == Case.State.PUBLISHED}


def uploads() -> dict[str, dict[str, Any]]:
    return {
        material["upload"]: material
        for case in examples().values()
        for material in case["content"].get("materials", [])
        if material["kind"] != Material.Kind.LINK
    }


def test_examples_are_marked_and_belong_to_invented_organisations():
    for name, case in examples().items():
        assert case["is_example"] is True, name
        content = case["content"]
        named = [content["owner"], *content["partners"]]
        named += [adoption["organisation"] for adoption in content.get("adoptions", [])]
        named += [report["organisation"] for report in case.get("adoption_reports", [])]
        assert all(organisations()[code]["is_example"] == "1" for code in named), name


def test_examples_reach_every_state_of_review():
    reached = {case["state"] for case in examples().values()}
    states = set(CaseRevision.State.values) - {CaseRevision.State.DISCARDED}
    assert reached == states | {Case.State.ARCHIVED, Case.State.WITHDRAWN}
    assert len(published()) == 8
    assert any("next_revision" in case for case in published().values())


def test_examples_that_staff_stopped_say_why():
    for name, case in examples().items():
        stopped = case["state"] in {"returned", "rejected", "archived"}
        assert bool(case.get("message")) == stopped, name


def test_every_example_but_the_draft_could_be_submitted():
    for name, case in examples().items():
        gaps = list(missing(normalised(case["content"])))
        assert bool(gaps) == (case["state"] == CaseRevision.State.DRAFT), (name, gaps)


def test_examples_show_every_kind_of_figure_and_of_knowing_it():
    evidence = [item for case in published().values() for item in case["content"].get("evidence", [])]
    assert {item["kind"] for item in evidence} == set(Evidence.Kind.values)
    assert {item["established"] for item in evidence} == set(Established.values)


def test_examples_show_a_chain_of_three_and_every_way_of_adopting():
    modes = set()
    chains = 0
    for name, case in published().items():
        told = case["content"].get("adoptions", [])
        adopters = {adoption["organisation"] for adoption in told}
        for adoption in [*told, *case.get("adoption_reports", [])]:
            assert adoption["mode"] in Adoption.Mode.values, name
            assert adoption["organisation"] != case["content"]["owner"], name
            modes.add(adoption["mode"])
            if "follows" in adoption:
                assert adoption["follows"] in adopters, name
                chains += 1
        for report in case.get("adoption_reports", []):
            assert report["state"] in Adoption.State.values, name
            assert report["organisation"] not in adopters, name
    assert modes == set(Adoption.Mode.values)
    assert chains


def test_published_examples_tell_their_whole_story():
    whole = TEXT_FIELDS - {"discontinued_reason"}
    in_three = 0
    for name, case in published().items():
        content = case["content"]
        original = content["texts"][content["original_language"]]
        assert all(original.get(field) for field in whole), name
        ended = content["life_cycle"] == LifeCycle.DISCONTINUED
        assert bool(original.get("discontinued_reason")) == ended, name
        in_three += all(whole <= set(content["texts"].get(language, {})) for language in LANGUAGES)
    assert in_three >= 3
    assert any(case["content"]["life_cycle"] == LifeCycle.DISCONTINUED for case in published().values())


def test_every_picture_is_described_in_three_languages():
    images = [material for material in uploads().values() if material["kind"] == Material.Kind.IMAGE]
    assert len(images) == 8
    for image in images:
        assert set(image["alt"]) == LANGUAGES
        assert all(image["alt"].values())


def test_every_file_of_an_example_is_there_and_used():
    folder = CASES / "examples"
    kept = {*folder.glob("pictures/*.png"), *folder.glob("attachments/*")}
    assert {str(file.relative_to(folder)) for file in kept} == set(uploads())
    assert {file.with_suffix(".svg") for file in folder.glob("pictures/*.png")} == {
        *folder.glob("pictures/*.svg")
    }
    for file in kept:
        assert file.stat().st_size <= FILE_LIMIT, file.name
    for picture in folder.glob("pictures/*.png"):
        with Image.open(picture) as image:
            assert image.size == (1200, 675), picture.name
