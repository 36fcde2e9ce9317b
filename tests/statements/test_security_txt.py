"""security.txt, after RFC 9116."""

import re
from datetime import UTC, datetime, timedelta

import time_machine

ADDRESS = "/.well-known/security.txt"


def fields(answer) -> list[tuple[str, str]]:
    return [tuple(line.split(": ", 1)) for line in answer.content.decode().splitlines()]


def test_nothing_is_there_when_nobody_has_said_whom_to_tell(client, db, settings):
    settings.SECURITY_CONTACT = []
    assert client.get(ADDRESS).status_code == 404


def test_it_holds_what_the_standard_demands(client, settings):
    settings.SECURITY_CONTACT = ["turva@esimerkki.example", "https://esimerkki.example/turva"]
    settings.BASE_URL = "https://rekisteri.example"
    answer = client.get(ADDRESS)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert not answer.cookies
    found = fields(answer)
    assert [value for name, value in found if name == "Contact"] == [
        "mailto:turva@esimerkki.example",
        "https://esimerkki.example/turva",
    ]
    once = {name: value for name, value in found if name != "Contact"}
    assert len(found) == 2 + len(once)
    assert once["Preferred-Languages"] == "fi, sv, en"
    assert once["Canonical"] == f"https://rekisteri.example{ADDRESS}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", once["Expires"])


def test_it_is_good_for_less_than_a_year_and_the_same_all_day(client, settings):
    settings.SECURITY_CONTACT = ["mailto:turva@esimerkki.example"]
    with time_machine.travel(datetime(2026, 11, 24, 0, 0, 1, tzinfo=UTC), tick=False) as clock:
        first = client.get(ADDRESS)
        expires = datetime.fromisoformat(dict(fields(first))["Expires"])
        assert timedelta(days=30) < expires - datetime(2026, 11, 24, tzinfo=UTC) < timedelta(days=365)
        clock.move_to(datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC))
        assert client.get(ADDRESS).content == first.content
        clock.move_to(datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
        assert client.get(ADDRESS).content != first.content


def test_it_is_the_same_whatever_the_reader_speaks(client, settings):
    settings.SECURITY_CONTACT = ["turva@esimerkki.example"]
    answers = {
        client.get(ADDRESS, headers={"Accept-Language": language}).content for language in ("sv", "en")
    }
    assert len(answers) == 1
