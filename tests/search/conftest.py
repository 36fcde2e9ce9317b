"""A table like the one that cases keep their words in, and texts and queries to try it with."""

import csv
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from common.search.analysis import analyser
from common.search.backends import install, remove
from common.search.morphology import VoikkoMorphology
from tests.conftest import missing

FOLDER = Path(__file__).parent
TABLE = "search_trial"


@pytest.fixture(scope="session")
def texts() -> list[dict[str, str]]:
    return tomllib.loads((FOLDER / "texts.toml").read_text())["text"]


@pytest.fixture(scope="session")
def pairs() -> list[dict[str, str]]:
    with (FOLDER / "pairs.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture
def voikko() -> None:
    """Skips the test where Voikko is missing."""
    if not VoikkoMorphology.is_available():
        missing("Voikko (libvoikko1, voikko-fi)")


def run(operation: Any) -> None:
    """An operation of a migration, outside one."""
    with connection.cursor() as cursor:
        schema_editor = SimpleNamespace(
            connection=connection, execute=lambda statement, params: cursor.execute(statement, params)
        )
        operation(None, schema_editor)


@pytest.fixture
def table(db: None) -> Iterator[str]:
    """An empty table of analysed words with its index."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {TABLE} (case_id bigint, language varchar(2), title text, summary text, body text)"
        )
    run(install(TABLE))
    yield TABLE
    run(remove(TABLE))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def add(table: str, entries: Iterable[tuple[int, str, str, str, str]]) -> None:
    """Analyses and keeps texts: case, language, title, summary and body of each."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (case_id, language, title, summary, body) VALUES (%s, %s, %s, %s, %s)",
            [
                (case, language, *(analyser(language).index_terms(text) for text in parts))
                for case, language, *parts in entries
            ],
        )
