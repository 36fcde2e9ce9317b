"""A full-text index over one ordinary table of analysed words, on SQLite and on PostgreSQL.

The table has the columns ``case_id``, ``language``, ``title``, ``summary`` and ``body``; the
last three hold analysed words with single spaces between (``Analyser.index_terms``). Whoever
owns the table puts ``install`` and ``remove`` into a migration; the database then keeps the
index up to date by itself, whatever writes to the table.

``matching`` fetches ids alone, in one array for each tier of rank: of 100,000 cases, 20,000 matches
take some milliseconds.
"""

# ruff: noqa: S608 - names of tables come from our code; what a reader types is always a parameter.

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from common.search.analysis import LANGUAGES, QueryWord, query_terms

_TIERS = (("title",), ("title", "summary"), ("title", "summary", "body"))
# Of more matches than this the summary's help is not asked for: nobody reads a list so long to its end,
# and telling thousands apart once more would cost as much as finding them.
RANKED = 5_000


@dataclass(frozen=True, slots=True)
class Matches:
    """Ids of the cases that match: by their titles alone, with summaries, and with everything.

    A list holds the lists before it too. An id comes once for each language in which it matches. When more
    than ``RANKED`` match, those that match with the summary's help are not told apart from the rest.
    """

    by_title: list[int]
    by_title_and_summary: list[int]
    all: list[int]

    def tiers(self) -> dict[int, int]:
        """Rank of every matching case: 0 by title, 1 with the summary's help, 2 with the body's."""
        return (
            dict.fromkeys(self.all, 2)
            | dict.fromkeys(self.by_title_and_summary, 1)
            | dict.fromkeys(self.by_title, 0)
        )


def matching(table: str, query: str) -> Matches | None:
    """What matches the query in any language; None when the query holds no word at all."""
    readings = query_terms(query)
    if not readings:
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            asked = _expression(readings, quote="'", every="&", some="|")
            cursor.execute(f"SELECT * FROM {_quoted(table, '_matching')}(%s)", [asked])
            return Matches(*cursor.fetchone())
        asked = _expression(readings, quote='"', every="AND", some="OR")
        index = _quoted(table, "_index")

        def ids(*tiers: tuple[str, ...]) -> list[list[int]]:
            # All ids in one value: a row for each would take four times as long to fetch.
            array = f"SELECT json_group_array(rowid / {len(LANGUAGES)}) FROM {index} WHERE {index} MATCH %s"
            cursor.execute(
                " UNION ALL ".join([array] * len(tiers)),
                [f"{{{' '.join(columns)}}} : {asked}" for columns in tiers],
            )
            return [json.loads(found) for (found,) in cursor.fetchall()]

        by_title, everything = ids(_TIERS[0], _TIERS[-1])
        by_summary = by_title if len(everything) > RANKED else ids(_TIERS[1])[0]
        return Matches(by_title, by_summary, everything)


def install(table: str) -> Callable[[Any, Any], None]:
    """For ``migrations.RunPython``: builds the index of a table and whatever keeps it up to date.

    On SQLite a later migration that alters the table makes it anew without its triggers:
    such a migration ends with this operation once more.
    """

    def run(apps: Any, schema_editor: Any) -> None:
        vendor = schema_editor.connection.vendor
        for statement in [*remove_sql(table, vendor), *install_sql(table, vendor)]:
            schema_editor.execute(statement, params=None)

    return run


def remove(table: str) -> Callable[[Any, Any], None]:
    """For ``migrations.RunPython``: takes away all that ``install`` made."""

    def run(apps: Any, schema_editor: Any) -> None:
        for statement in remove_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    return run


def install_sql(table: str, vendor: str) -> list[str]:
    """Statements that build the index over what the table holds now and will hold."""
    return _postgresql_install(table) if vendor == "postgresql" else _sqlite_install(table)


def remove_sql(table: str, vendor: str) -> list[str]:
    """Statements that take the index away, if it is there."""
    if vendor == "postgresql":
        return [
            f"DROP FUNCTION IF EXISTS {_quoted(table, '_matching')}",
            *(
                f"ALTER TABLE {_quoted(table)} DROP COLUMN IF EXISTS {_vector(columns)} CASCADE"
                for columns in reversed(_TIERS)
            ),
        ]
    return [
        *(
            f"DROP TRIGGER IF EXISTS {_quoted(table, f'_{event}')}"
            for event in ("inserted", "updated", "deleted")
        ),
        f"DROP TABLE IF EXISTS {_quoted(table, '_index')}",
    ]


def _sqlite_install(table: str) -> list[str]:
    """An FTS5 index that keeps no copy of the words, and triggers that feed it.

    Its row number holds the case and the language, so that no match needs a look into the
    table. The words are analysed already: ``ascii`` cuts them at spaces and leaves the
    letters ä, ö and å as they are. ``detail=column`` is enough without phrases and halves the size.
    """
    index = _quoted(table, "_index")

    def entry(row: str) -> str:
        languages = " ".join(f"WHEN '{language}' THEN {number}" for number, language in enumerate(LANGUAGES))
        key = f"{row}.case_id * {len(LANGUAGES)} + CASE {row}.language {languages} END"
        return f"{key}, {row}.title, {row}.summary, {row}.body"

    words = _quoted(table)
    insert = f"INSERT INTO {index} (rowid, title, summary, body) VALUES ({entry('new')});"
    # Without a copy of its own, FTS5 must be told what it forgets.
    delete = f"INSERT INTO {index} ({index}, rowid, title, summary, body) VALUES ('delete', {entry('old')});"
    return [
        f"CREATE VIRTUAL TABLE {index} "
        "USING fts5(title, summary, body, content='', detail=column, tokenize='ascii')",
        f"CREATE TRIGGER {_quoted(table, '_inserted')} AFTER INSERT ON {words} BEGIN {insert} END",
        f"CREATE TRIGGER {_quoted(table, '_updated')} AFTER UPDATE ON {words} BEGIN {delete} {insert} END",
        f"CREATE TRIGGER {_quoted(table, '_deleted')} AFTER DELETE ON {words} BEGIN {delete} END",
        f"INSERT INTO {index} (rowid, title, summary, body) SELECT {entry(words)} FROM {words}",
    ]


def _postgresql_install(table: str) -> list[str]:
    """Generated columns, one for each tier of rank, with one GIN index, and a function to ask them.

    One column with weights would not do: the index does not hold the weights, so PostgreSQL
    would read every matching row's words again. The words are analysed already and go into
    the vectors as they are, past PostgreSQL's own parser.
    """
    added = ", ".join(
        f"ADD COLUMN {_vector(columns)} tsvector GENERATED ALWAYS AS "
        f"(array_to_tsvector(array_remove(string_to_array({_joined(columns)}, ' '), ''))) STORED"
        for columns in _TIERS
    )
    by_title, by_summary, everything = (
        f"ARRAY(SELECT case_id FROM {_quoted(table)} WHERE {_vector(columns)} @@ asked::tsquery)"
        for columns in _TIERS
    )
    # The array in the middle is only made when the last one is short enough.
    arrays = (
        f"by_title, CASE WHEN cardinality(by_all) > {RANKED} THEN by_title ELSE {by_summary} END, by_all "
        f"FROM (SELECT {by_title} AS by_title, {everything} AS by_all OFFSET 0) AS found"
    )
    return [
        # Words and vectors move out of the row, which leaves ids close together: with them in the
        # row, ids of 20,000 matches came from most of the table's pages and took 500 ms, not 15.
        f"ALTER TABLE {_quoted(table)} SET (toast_tuple_target = 128)",
        f"ALTER TABLE {_quoted(table)} {added}",
        f"CREATE INDEX {_quoted(table, '_index')} ON {_quoted(table)} "
        f"USING gin ({', '.join(_vector(columns) for columns in _TIERS)})",
        # The planner does not count what reading moved-out vectors costs, and would scan the table for
        # common words; the function's setting tells it not to.
        f"CREATE FUNCTION {_quoted(table, '_matching')} (asked text) "
        "RETURNS TABLE (by_title bigint[], by_title_and_summary bigint[], by_all bigint[]) "
        f"LANGUAGE sql STABLE SET enable_seqscan = off AS $$ SELECT {arrays} $$",
    ]


def _vector(columns: tuple[str, ...]) -> str:
    """Name of the column that holds the words of these columns."""
    return f"{columns[-1]}_words"


def _joined(columns: tuple[str, ...]) -> str:
    return " || ' ' || ".join(columns)


def _quoted(table: str, suffix: str = "") -> str:
    return f'"{table}{suffix}"'


def _expression(readings: Iterable[list[QueryWord]], quote: str, every: str, some: str) -> str:
    """The query in the database's own language: some reading, of it every word, of that some alternative."""

    def joined(operator: str, parts: Iterable[str]) -> str:
        return "(" + f" {operator} ".join(parts) + ")"

    def quoted(term: str) -> str:
        return quote + term.replace(quote, quote * 2) + quote

    return joined(
        some,
        (
            joined(
                every,
                (
                    joined(some, (joined(every, map(quoted, alternative)) for alternative in word))
                    for word in reading
                ),
            )
            for reading in readings
        ),
    )
