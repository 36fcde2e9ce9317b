"""Whatever stands in the address, the reader gets a page."""

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.facets import FACETS
from cases.filters import CaseFilter, Sort

from .cases import publish, tagged, titled

pytestmark = pytest.mark.django_db

NAMES = st.sampled_from([*(facet.name for facet in FACETS), "q", "page", "sort", "unknown"])
VALUES = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(
        [
            "",
            "1",
            "untagged",
            "FI",
            "in_use",
            "2022",
            "own",
            "-1",
            "1e9",
            "٣",
            "\0",
            "*",
            '"',
            "NOT",
            "'",
            "%",
            "&",
        ]
    ),
    st.sampled_from(Sort.values),
)


@given(parameters=st.lists(st.tuples(NAMES, VALUES), max_size=8))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_is_an_error(client: Client, parameters: list[tuple[str, str]]) -> None:
    query = QueryDict(mutable=True)
    for name, value in parameters:
        query.appendlist(name, value)

    response = client.get(f"{reverse('cases:list')}?{query.urlencode()}")

    assert response.status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "q=%FF%FE",
        "q=%00",
        "%FF=1",
        "page=" + "9" * 5000,
        "principle",
        "=&=&&",
        "q=" + "a" * 5000,
        "started=99999",
    ],
)
def test_broken_query_is_no_error(client: Client, query: str) -> None:
    assert client.get(f"{reverse('cases:list')}?{query}").status_code == 200


@given(parameters=st.lists(st.tuples(NAMES, VALUES), max_size=8))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_address_of_a_search_is_the_same_search(parameters: list[tuple[str, str]]) -> None:
    query = QueryDict(mutable=True)
    for name, value in parameters:
        query.appendlist(name, value)
    asked = CaseFilter(query)

    again = CaseFilter(QueryDict(asked.address().removeprefix("?")))

    assert (again.words, again.chosen, again.sort) == (asked.words, asked.chosen, asked.sort)
    assert again.left_out == []
    assert again.hits[:] == asked.hits[:]


def test_chosen_values_stay_in_the_order_of_the_address() -> None:
    publish({**titled("Kokeilu"), **tagged(principle=["1", "2"])})

    asked = CaseFilter(QueryDict("principle=2&principle=1&principle=2"))

    assert asked.address() == "?principle=2&principle=1"
    assert asked.address(without=("principle", "2")) == "?principle=1"
    assert asked.address(sort=Sort.ADOPTED, without_filters=True) == "?sort=adopted"


def test_best_match_is_an_order_only_where_words_are_asked_for() -> None:
    assert CaseFilter(QueryDict("sort=relevance")).sort == Sort.NEWEST
    assert CaseFilter(QueryDict("q=verkosto")).sort == Sort.RELEVANCE
    assert CaseFilter(QueryDict("q=verkosto&sort=newest")).address() == "?q=verkosto&sort=newest"
