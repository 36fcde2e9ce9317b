"""Reading the whole list page by page, while it changes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from cases import actions
from cases.models import Case
from tests.cases.factories import moderator
from tests.finding.cases import publish, tagged, titled

pytestmark = pytest.mark.django_db

LIST = "/api/v1/innovations"
SORTS = ["newest", "adopted", "started", "relevance"]


def page(client: Client, address: str) -> dict[str, Any]:
    answer = client.get(address.removeprefix(settings.BASE_URL))
    assert answer.status_code == 200, answer.content
    told = answer.json()
    if told["next"]:
        assert answer["Link"] == f'<{told["next"]}>; rel="next"'
    else:
        assert "Link" not in answer
    return told


def walk(client: Client, query: str, between: Callable[[int, list[str]], None] | None = None) -> list[str]:
    """Titles of all pages; ``between`` is called after each with its number and its titles."""
    address: str | None = f"{LIST}?fields=title&{query}"
    found: list[str] = []
    number = 0
    while address:
        told = page(client, address)
        titles = [row["title"] for row in told["results"]]
        found += titles
        address = told["next"]
        number += 1
        if between:
            between(number, titles)
        assert number < 100
    return found


def many() -> list[Case]:
    """Cases of two countries, several years and numbers of adopters; some hold the word in the body only."""
    cases = publish(
        *(
            {
                **titled(
                    f"Verkosto {number:02}" if number % 3 else f"Muu {number:02}", lessons="Verkosto oppi."
                ),
                "country": "FI" if number % 4 else "SE",
                "started_year": None if number % 5 == 0 else 2015 + number % 3,
            }
            for number in range(24)
        )
    )
    for number, case in enumerate(cases):
        Case.objects.filter(pk=case.pk).update(adopter_count=number % 3)
    actions.public_changed()
    return cases


def withdraw(title: str) -> None:
    case = Case.objects.get(texts__title=title)
    actions.archive(case, by=moderator(), message="Ei enää käytössä")


def query_of(sort: str) -> str:
    return f"sort={sort}&limit=5" + ("&q=verkosto" if sort == "relevance" else "")


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 5, 23, 24, 100])
def test_pages_together_are_the_whole_in_its_order(client, sort, limit):
    many()
    whole = page(client, f"{LIST}?limit=100&{query_of(sort).replace('&limit=5', '')}")

    walked = walk(client, query_of(sort).replace("limit=5", f"limit={limit}"))

    assert walked == [row["title"] for row in whole["results"]]
    assert len(walked) == whole["total"] == 24


@pytest.mark.parametrize("sort", SORTS)
def test_what_is_published_meanwhile_repeats_and_hides_nothing(client, sort):
    many()
    before = walk(client, query_of(sort))

    def publish_more(number: int, titles: list[str]) -> None:
        publish(
            {**titled(f"Uusi verkosto {number}"), "started_year": 2025},
            {**titled(f"Uusi {number}", lessons="Verkosto."), "country": "SE", "started_year": 1999},
        )
        Case.objects.filter(texts__title__startswith="Uusi").update(adopter_count=number % 4)
        actions.public_changed()

    walked = walk(client, query_of(sort), publish_more)

    assert [title for title in walked if not title.startswith("Uusi")] == before
    assert len(walked) == len(set(walked))


@pytest.mark.parametrize("sort", SORTS)
def test_what_is_withdrawn_meanwhile_repeats_and_hides_nothing(client, sort):
    many()
    before = walk(client, query_of(sort))
    gone: list[str] = []

    def take_away(number: int, titles: list[str]) -> None:
        # The case that the cursor is of, one before it and the one after it.
        place = before.index(titles[-1])
        for title in (titles[-1], titles[0], *before[place + 1 : place + 2]):
            withdraw(title)
            gone.append(title)

    walked = walk(
        client, query_of(sort), lambda number, titles: take_away(number, titles) if titles else None
    )

    never_gone = [title for title in before if title not in gone]
    assert [title for title in walked if title in never_gone] == never_gone
    assert len(walked) == len(set(walked))


def test_case_that_gains_adopters_meanwhile_moves_nothing_else(client):
    many()
    before = walk(client, "sort=adopted&limit=5")

    def adopt(number: int, titles: list[str]) -> None:
        Case.objects.filter(texts__title=titles[-1]).update(adopter_count=50)
        actions.public_changed()

    walked = walk(client, "sort=adopted&limit=5", adopt)

    assert walked == before


def test_case_that_changes_its_country_meanwhile_moves_nothing_else(client):
    many()
    before = walk(client, "limit=5")

    def move(number: int, titles: list[str]) -> None:
        case = Case.objects.get(texts__title=titles[-1])
        Case.objects.filter(pk=case.pk).update(country="SE" if case.country.code == "FI" else "FI")
        actions.public_changed()

    walked = walk(client, "limit=5", move)

    moved = {titles for titles in walked if walked.count(titles) > 1}
    # Those that moved behind the cursor come again, as what they are now; nobody else does.
    assert [title for title in walked if title not in moved] == [
        title for title in before if title not in moved
    ]
    assert set(walked) == set(before)


def test_total_is_of_all_pages(client):
    many()
    first = page(client, f"{LIST}?limit=5&country=SE")
    second = page(client, first["next"])

    assert first["total"] == second["total"] == 6
    assert second["next"] is None


def test_next_keeps_everything_that_was_asked(client):
    publish(*({**titled(f"Kokeilu {number}"), **tagged(tag=["jonot"])} for number in range(3)))

    address = page(client, f"{LIST}?q=kokeilu&tag=jonot&fields=title&lang=sv&limit=1")["next"]

    for part in ("q=kokeilu", "tag=jonot", "fields=title", "lang=sv", "limit=1"):
        assert part in address
    # Language, fields and size may change on the way.
    changed = (
        address.replace("lang=sv", "lang=en")
        .replace("limit=1", "limit=2")
        .replace("fields=title", "fields=id")
    )
    assert len(page(client, changed)["results"]) == 2


def packed(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def test_cursor_that_was_never_given_out_is_a_problem(client):
    many()
    good = page(client, f"{LIST}?limit=5")["next"].rpartition("cursor=")[2]
    mark, rank, is_home, published, pk = json.loads(base64.urlsafe_b64decode(good + "=="))
    bad = [
        "abc",
        "a",
        good[:-5],
        packed(mark, rank, is_home, published),
        packed(mark, rank, is_home, "yesterday", pk),
        packed(mark, rank, is_home, "2020-01-01T00:00:00", pk),
        packed(mark, rank, is_home, "0001-01-01T00:00:00+14:00", pk),
        *(packed(mark, rank, is_home, published, number) for number in (10**30, 2**40, 2**32, 0, -1)),
        packed(mark, 10**30, is_home, published, pk),
        packed(mark, rank, 1, published, pk),
        packed("00000000", rank, is_home, published, pk),
        packed({"a": 1}),
        "x" * 401,
    ]
    for cursor in bad:
        answer = client.get(f"{LIST}?limit=5&cursor={cursor}")
        assert answer.status_code == 400, cursor
        assert answer.json()["parameter"] == "cursor"
    for cursor in ("abc", packed("1"), packed(1, 2), packed(10**30), packed(True)):
        assert client.get(f"/api/v1/organisations?cursor={cursor}").status_code == 400
    assert client.get(f"{LIST}?limit=5&cursor={good}").status_code == 200


def test_cursor_of_another_search_or_order_is_a_problem(client):
    many()
    cursor = page(client, f"{LIST}?limit=5")["next"].rpartition("cursor=")[2]
    for query in ("sort=adopted", "country=SE", "q=verkosto"):
        problem = client.get(f"{LIST}?{query}&cursor={cursor}").json()
        assert problem["type"].endswith("#problem-invalid-cursor")


def test_page_of_which_all_are_withdrawn_this_instant_leads_on(client, monkeypatch):
    """The index is read before the cases: what goes between the two is given by nobody, and the rest is."""
    cases = many()
    (first,) = page(client, f"{LIST}?limit=1&fields=title")["results"]
    from pages.api import views

    def without_first(**options: Any) -> Any:
        return exports_whole_cases(**options).exclude(texts__title=first["title"])

    exports_whole_cases = views.whole_cases
    monkeypatch.setattr(views, "whole_cases", without_first)
    told = page(client, f"{LIST}?limit=1&fields=title")
    assert told["results"] == []
    assert told["next"]
    withdraw(first["title"])
    assert len(walk(client, "limit=1")) == len(cases) - 1
