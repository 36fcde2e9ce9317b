"""How much one client may ask for: told by headers, held over all processes, and forgotten."""

from __future__ import annotations

import logging
import time
from threading import Barrier, Thread
from time import sleep

import pytest
import time_machine
from django.conf import settings as real_settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import rate

LIST = "/api/v1/vocabularies"
NOW = "2026-05-04T10:00:20Z"


def ask(client: Client, address: str = "192.0.2.1", **headers: str):
    return client.get(LIST, REMOTE_ADDR=address, headers=headers)


@pytest.fixture(autouse=True)
def at_twenty_past():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def limit(settings, db) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3


def test_headers_count_down_to_429_and_the_next_minute_begins_anew(client, at_twenty_past):
    for left in (2, 1, 0):
        answer = ask(client)
        assert answer.status_code == 200
        assert (answer["RateLimit-Limit"], answer["RateLimit-Remaining"], answer["RateLimit-Reset"]) == (
            "3",
            str(left),
            "40",
        )

    refused = ask(client, accept_language="en")

    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Retry-After"] == "40"
    assert refused["RateLimit-Remaining"] == "0"
    assert refused.json()["title"] == "Too many requests"
    at_twenty_past.shift(40)
    assert ask(client).status_code == 200


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_refusal_is_in_the_language_of_the_reader(client, language):
    for _number in range(3):
        ask(client)
    titles = {"fi": "Liikaa pyyntöjä", "sv": "För många förfrågningar"}
    assert ask(client, accept_language=language).json()["title"] == titles[language]


def test_each_client_has_its_own(client):
    for _number in range(4):
        ask(client)
    assert ask(client).status_code == 429
    assert ask(client, "192.0.2.2").status_code == 200


def test_addresses_of_one_household_are_one_client(client):
    for number in range(3):
        assert ask(client, f"2001:db8:1:2::{number}").status_code == 200
    assert ask(client, "2001:db8:1:2:ffff::1").status_code == 429
    assert ask(client, "2001:db8:1:3::1").status_code == 200


def test_addresses_of_ipv4_within_ipv6_are_each_a_client(client):
    """So a server that listens on both kinds is told them."""
    for _number in range(4):
        ask(client, "::ffff:192.0.2.1")
    assert ask(client, "::ffff:192.0.2.1").status_code == 429
    assert ask(client, "192.0.2.1").status_code == 429
    assert ask(client, "::ffff:192.0.2.2").status_code == 200


def test_client_is_the_one_that_the_trusted_proxy_names(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = settings.TRUSTED_PROXY_COUNT = 1
    for number in range(4):
        # What the client itself writes there is not believed.
        last = ask(client, "10.0.0.1", x_forwarded_for=f"203.0.113.{number}, 198.51.100.7")
    assert last.status_code == 429
    assert ask(client, "10.0.0.1", x_forwarded_for="198.51.100.8").status_code == 200


def test_errors_and_unknown_addresses_count_too(client):
    client.get("/api/nowhere", REMOTE_ADDR="192.0.2.1")
    client.post(LIST, REMOTE_ADDR="192.0.2.1")
    client.get(f"{LIST}?x=1", REMOTE_ADDR="192.0.2.1")
    assert client.get("/api/nowhere", REMOTE_ADDR="192.0.2.1").status_code == 429


def test_pages_for_people_are_not_counted(client):
    for _number in range(5):
        assert "RateLimit-Limit" not in client.get("/robots.txt", REMOTE_ADDR="192.0.2.1")
    assert ask(client)["RateLimit-Remaining"] == "2"


@pytest.mark.parametrize("limit", [1, 3, 29, 30, 600, 601])
@pytest.mark.parametrize("processes", [1, 4])
def test_processes_together_grant_no_more_than_the_limit(settings, limit, processes):
    settings.API_REQUESTS_PER_MINUTE = limit
    meters = [rate.Meter("API_REQUESTS_PER_MINUTE") for _number in range(processes)]

    granted = sum(
        meters[number % processes].take("one").is_granted for number in range(3 * limit + 3 * processes)
    )

    assert granted == limit


def test_threads_together_grant_no_more_than_the_limit(settings, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 30
    meter, granted, barrier = rate.Meter("API_REQUESTS_PER_MINUTE"), [], Barrier(8)

    def slowly(key: str, default: int) -> int:
        found = get(key, default)
        sleep(0.002)
        return found

    get = rate.cache.get
    monkeypatch.setattr(rate.cache, "get", slowly)

    def ask() -> None:
        barrier.wait()
        granted.extend(meter.take("one").is_granted for _number in range(10))

    threads = [Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(granted) == 30


def test_counts_are_kept_for_two_minutes(at_twenty_past, settings):
    settings.API_REQUESTS_PER_MINUTE = 600
    meter = rate.Meter("API_REQUESTS_PER_MINUTE")
    for _number in range(40):
        meter.take("one")
    (key,) = cache._expire_info
    assert cache._expire_info[key] == time.time() + 120


def test_counts_are_kept_in_the_cache_that_all_processes_share(client, settings):
    """The real one is a table; few requests write to it."""
    settings.CACHES = {**settings.CACHES, "default": real_default()}
    call_command("createcachetable", verbosity=0)
    settings.API_REQUESTS_PER_MINUTE = 600
    rate.api_requests.forget()
    with CaptureQueriesContext(connection) as queries:
        for _number in range(40):
            rate.api_requests.take("one")
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert 0 < len(writes) <= 6
    other = rate.Meter("API_REQUESTS_PER_MINUTE")
    assert other.take("one").remaining == 600 - 40 - 1


def test_counts_are_erased_when_their_time_is_over(client, settings, at_twenty_past, capsys):
    """The table of the cache forgets nothing by itself as long as it has room."""
    settings.CACHES = {**settings.CACHES, "default": real_default()}
    call_command("createcachetable", verbosity=0)

    def counts() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM shared_cache")
            return cursor.fetchone()[0]

    ask(client)
    at_twenty_past.shift(60)
    ask(client, "192.0.2.2")
    at_twenty_past.shift(61)
    call_command("erase_expired_counts")
    assert counts() == 1
    assert "erased: 1" in capsys.readouterr().out
    at_twenty_past.shift(60)
    call_command("erase_expired_counts")
    assert counts() == 0


def real_default() -> dict[str, object]:
    return {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }


def test_no_address_is_kept_or_logged(client, caplog):
    caplog.set_level(logging.DEBUG)
    for _number in range(4):
        ask(client, "192.0.2.77")
    assert "192.0.2.77" not in caplog.text
    assert all("192.0.2.77" not in str(key) for key in cache._cache)


def test_limit_comes_from_the_environment():
    assert real_settings.API_REQUESTS_PER_MINUTE == 3
