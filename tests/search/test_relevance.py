"""How much of what should be found is found, and how much of what is found should be."""
# ruff: noqa: T201 - the figures and the mistakes are for people to read (pytest -rP).

from collections import Counter
from typing import Any

import pytest

from common.search.backends import matching

from .conftest import add


def found(query: str, table: str, texts: list[dict[str, str]]) -> set[str]:
    matches = matching(table, query)
    assert matches is not None
    return {texts[number]["id"] for number in matches.all}


def fill(table: str, texts: list[dict[str, str]]) -> None:
    add(
        table,
        (
            (number, text["language"], text["title"], text["summary"], text["body"])
            for number, text in enumerate(texts)
        ),
    )


def measure(table: str, texts: list[dict[str, str]], pairs: list[dict[str, str]]) -> tuple[float, float]:
    """Recall and precision over all pairs together; prints them by language and every mistake."""
    counts: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        expected = set(pair["matches"].split())
        got = found(pair["query"], table, texts)
        if got != expected:
            print(f"{pair['query']}: missed {sorted(expected - got)}, wrong {sorted(got - expected)}")
        for group in (pair["language"], "all"):
            counts[group, "right"] += len(got & expected)
            counts[group, "found"] += len(got)
            counts[group, "expected"] += len(expected)

    def share(group: str, of: str) -> float:
        return counts[group, "right"] / counts[group, of]

    for group in ("fi", "sv", "en", "all"):
        print(f"{group}: recall {share(group, 'expected'):.3f}, precision {share(group, 'found'):.3f}")
    return share("all", "expected"), share("all", "found")


def test_default_analyser_finds_what_it_should(
    table: str, texts: list[dict[str, str]], pairs: list[dict[str, str]], settings: Any
) -> None:
    settings.SEARCH_ANALYSER = "simplemma"
    fill(table, texts)
    recall, precision = measure(table, texts, pairs)
    assert min(recall, precision) >= 0.9


def test_voikko_finds_what_it_should(
    voikko: None, table: str, texts: list[dict[str, str]], pairs: list[dict[str, str]], settings: Any
) -> None:
    settings.SEARCH_ANALYSER = "voikko"
    fill(table, texts)
    recall, precision = measure(table, texts, pairs)
    assert min(recall, precision) >= 0.95


@pytest.mark.parametrize("choice", ["simplemma", "voikko"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("verkosto", "fi-verkosto"),  # innovaatioverkoston
        ("asiakas", "fi-kirjaamo"),  # asiakkaille
        ("tekoäly", "fi-kirjaamo"),  # tekoälyavusteinen
        ("nätverk", "sv-nätverk"),  # innovationsnätverket
        ("city", "en-network"),  # cities
    ],
)
def test_base_form_finds_inflections_and_compounds(
    choice: str,
    query: str,
    expected: str,
    table: str,
    texts: list[dict[str, str]],
    settings: Any,
    request: pytest.FixtureRequest,
) -> None:
    if choice == "voikko":
        request.getfixturevalue("voikko")
    settings.SEARCH_ANALYSER = choice
    fill(table, texts)
    assert expected in found(query, table, texts)


def test_pairs_are_many_and_name_existing_texts(
    texts: list[dict[str, str]], pairs: list[dict[str, str]]
) -> None:
    names = {text["id"] for text in texts}
    assert len(names) == len(texts)
    assert {name for pair in pairs for name in pair["matches"].split()} <= names
    per_language = Counter(pair["language"] for pair in pairs)
    assert per_language["fi"] >= 100
    assert per_language["sv"] >= 30
    assert per_language["en"] >= 20
