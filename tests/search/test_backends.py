from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from common.search.backends import RANKED, Matches, matching, remove

from .conftest import add, run

CASE = (7, "fi", "Kunnan verkosto", "Palvelu nuorille", "Kokeilu kirjastossa")


def change(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_title_ranks_before_summary_before_body(table: str) -> None:
    add(
        table,
        [
            (1, "fi", "Muu", "Muu", "Verkoston työ"),
            (2, "fi", "Muu", "Verkosto", "Muu"),
            (3, "fi", "Verkostot", "Muu", "Muu"),
            (4, "fi", "Muu", "Muu", "Muu"),
        ],
    )
    matches = matching(table, "verkosto")
    assert matches is not None
    assert matches.by_title == [3]
    assert sorted(matches.by_title_and_summary) == [2, 3]
    assert sorted(matches.all) == [1, 2, 3]
    assert matches.tiers() == {3: 0, 2: 1, 1: 2}


def test_all_words_must_be_in_one_text(table: str) -> None:
    add(table, [CASE, (8, "fi", "Verkosto", "", "")])
    assert matching(table, "verkosto kirjasto") == Matches([], [], [7])
    assert matching(table, "verkosto nuori") == Matches([], [7], [7])
    assert matching(table, "verkosto avaruus") == Matches([], [], [])


def test_words_of_another_language_do_not_match(table: str) -> None:
    # The Finnish "alla" is "under", the Swedish "alla" is "all".
    add(table, [(1, "fi", "Verkko sillan alla", "", ""), (2, "sv", "Nätet är för alla", "", "")])
    matches = matching(table, "nätet för alla")
    assert matches is not None
    assert matches.all == [2]


def test_case_matches_by_whichever_of_its_texts(table: str) -> None:
    add(table, [CASE, (7, "sv", "Kommunernas nätverk", "", ""), (7, "en", "Network of cities", "", "")])
    for query in ("verkosto", "nätverk", "networks"):
        matches = matching(table, query)
        assert matches is not None
        assert matches.all == [7], query


def test_changed_and_removed_texts_leave_the_index(table: str) -> None:
    add(table, [CASE, (8, "fi", "Verkosto", "", "")])
    change(f"UPDATE {table} SET title = 'fisatama', case_id = 9 WHERE case_id = 7")
    assert matching(table, "verkosto") == Matches([8], [8], [8])
    assert matching(table, "satama") == Matches([9], [9], [9])
    change(f"DELETE FROM {table} WHERE case_id = 8")
    assert matching(table, "verkosto") == Matches([], [], [])


def test_index_can_be_taken_away_and_built_over_what_is_there(table: str) -> None:
    from common.search.backends import install

    add(table, [CASE])
    run(remove(table))
    run(remove(table))
    run(install(table))
    run(install(table))
    assert matching(table, "verkosto") == Matches([7], [7], [7])


@pytest.mark.parametrize("query", ["", "   ", "?!", "\u00ad", "— „”"])
def test_query_without_words_asks_nothing(query: str, table: str) -> None:
    assert matching(table, query) is None


def test_search_takes_two_statements_at_most(
    table: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(2):
        matching(table, "verkosto kunta nätverk network")


def test_of_very_many_matches_only_the_titles_are_told_apart(table: str) -> None:
    many = RANKED + 1
    others = [(pk, "fi", "", "verkosto", "") for pk in range(2, many + 1)]
    add(table, [(1, "fi", "Verkosto", "", ""), *others])
    matches = matching(table, "verkosto")
    assert matches is not None
    assert (matches.by_title, matches.by_title_and_summary, len(matches.all)) == ([1], [1], many)


def test_letters_with_marks_are_letters_of_their_own(table: str) -> None:
    add(table, [(1, "fi", "Sää", "", ""), (2, "fi", "Saa", "", "")])
    matches = matching(table, "sää")
    assert matches is not None
    assert matches.all == [1]


ANYTHING = st.text(max_size=300) | st.text(
    alphabet="ab ä\"'`*():&|!<->+^{}\\%_,;.-\0 ANDORNEAR\n\ud7ff\u0301", max_size=300
)


@given(query=ANYTHING)
@example(query='verkosto" OR "kunta')
@example(query="title : verkosto NEAR(kunta, 3) *")
@example(query="'verkosto' & !kunta:*A | <->")
@example(query="-".join(["kunta"] * 60))
@example(query=" ".join(["asiakaspalvelu-kokeilu"] * 40))
@example(query="a:b:c EU:n x:" + "y" * 150)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
def test_any_query_at_all_gives_an_answer(query: str, table: str) -> None:
    matches = matching(table, query)
    assert matches is None or matches.all == []


@given(text=ANYTHING)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
def test_any_text_at_all_can_be_indexed_and_forgotten(text: str, table: str) -> None:
    add(table, [(1, "fi", text, text, text), (1, "sv", text, "", ""), (1, "en", "", text, "")])
    first_word = text[:200].split()[:1]
    for query in first_word:
        matches = matching(table, query)
        assert matches is None or set(matches.all) == {1}, query
    change(f"DELETE FROM {table}")
    for query in first_word:
        matches = matching(table, query)
        assert matches is None or matches.all == []
