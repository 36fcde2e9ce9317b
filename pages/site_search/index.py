"""The one index of this process over everything public but innovations, which have an index of their own.

It is small: pages, organisations, questions, resources and events are some thousands of short texts. It is
read anew when what is public has changed, which one query tells.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache, cached_property
from threading import Lock

from django.db import connection
from django.utils.translation import get_language
from pyroaring import BitMap
from simple_history.utils import get_history_model_for_model

from accounts.models import Organisation
from barometer.models import Option, Question, Survey
from cases import public_index
from cases.models import PublicVersion
from common.search.analysis import LANGUAGES, QueryWord, analyser
from common.search.suggest import shown_words
from network.models import Event
from pages.models import Page, Resource

from .items import Group, Item, public_items

# What was public, in numbers that differ when it has changed. The first is the version of public innovations.
Stamp = tuple[int, ...]
# The analysed words of texts, by analyser and text.
Analysed = dict[tuple[str, str], tuple[str, ...]]

_NOTHING = BitMap()


class Index:
    """All public items, by the analysed words of their titles and of all their texts.

    Analysed words name their language, so an item holds all words of a reading only if they stand in one of
    its texts.
    """

    def __init__(self, stamp: Stamp, items: Iterable[Item], known: Analysed | None = None) -> None:
        """``known``: what an earlier index has analysed, so that only texts that are new to it are."""
        self.stamp = stamp
        self.items = list(items)
        self.analysed: Analysed = {}
        in_titles: dict[str, list[int]] = defaultdict(list)
        anywhere: dict[str, list[int]] = defaultdict(list)
        for number, item in enumerate(self.items):
            for language, text in item.texts.items():
                in_title = self._analysed(language, text.title, known or {})
                for term in in_title:
                    in_titles[term].append(number)
                for term in {*in_title, *self._analysed(language, text.body, known or {})}:
                    anywhere[term].append(number)
        self._in_titles = {term: BitMap(numbers) for term, numbers in in_titles.items()}
        self._anywhere = {term: BitMap(numbers) for term, numbers in anywhere.items()}

    def _analysed(self, language: str, text: str, known: Analysed) -> tuple[str, ...]:
        key = (analyser(language).identity, text)
        if key not in self.analysed:
            terms = known.get(key)
            if terms is None:
                # One copy of each word, however many texts hold it.
                terms = tuple(map(sys.intern, dict.fromkeys(analyser(language).index_terms(text).split())))
            self.analysed[key] = terms
        return self.analysed[key]

    def find(self, words: str) -> dict[Group, list[Item]]:
        """Items that hold all of the words in some language, by group.

        Those whose title does come first, and of these first what is found in the active language.
        """
        found: dict[int, None] = {}
        own = get_language()
        languages = sorted(LANGUAGES, key=lambda language: language != own)
        for postings in (self._in_titles, self._anywhere):
            for readings in (languages[:1], languages[1:]):
                asked = [analyser(language).query_terms(words) for language in readings]
                found |= dict.fromkeys(
                    BitMap.union(_NOTHING, *(_holding(terms, postings) for terms in asked))
                )
        groups: dict[Group, list[Item]] = defaultdict(list)
        for number in found:
            if self.items[number].is_current():
                groups[self.items[number].group].append(self.items[number])
        return groups

    @cached_property
    def frequencies(self) -> Counter[str]:
        """How often each word stands in the items, for suggesting a spelling; read when first asked for."""
        frequencies: Counter[str] = Counter()
        for item in self.items:
            for text in item.texts.values():
                frequencies.update(shown_words(f"{text.title} {text.body}"))
        return frequencies


def _holding(asked: list[QueryWord], postings: dict[str, BitMap]) -> BitMap:
    """Numbers of the items that hold some alternative of every word; none when nothing is asked."""

    def holding(terms: tuple[str, ...]) -> BitMap:
        return BitMap.intersection(*(postings.get(term, _NOTHING) for term in terms))

    of_words = [BitMap.union(_NOTHING, *map(holding, alternatives)) for alternatives in asked]
    return BitMap.intersection(*of_words) if of_words else _NOTHING


# The one index of this process ------------------------------------------------

_lock = Lock()
_current: Index | None = None


def current() -> tuple[Index, public_index.Index]:
    """This index and that of innovations, as of now; one query tells that they still are.

    The first thread that finds it out of date reads it anew, and the others wait for that.
    """
    global _current
    index, seen = _current, stamp()
    cases = public_index.current(seen[0])
    if index is None or index.stamp != seen:
        with _lock:
            # Unless another thread has read it anew, for the same, while this one waited.
            if _current is None or _current.stamp != seen:
                _current = Index(seen, public_items(cases), _current.analysed if _current else None)
            index = _current
    return index, cases


def forget() -> None:
    """Let the next request read the index anew, where the stamp cannot tell: another database."""
    global _current
    _current = None


def stamp() -> Stamp:
    """What is public now, in numbers; one query.

    What is written by actions alone has a version that they raise: the sum of these grows with every act.
    The rest keeps a history, and its length does. Neither is a latest one of something: of two transactions
    the one that began first may end last, and its change has to be seen, too.
    """
    with connection.cursor() as cursor:
        cursor.execute(_stamp_query())
        return tuple(number or 0 for number in cursor.fetchone())


@cache
def _stamp_query() -> str:
    quoted = connection.ops.quote_name
    successors = Organisation.successors.through
    sums = ((PublicVersion, "number"), (Page, "version"), (Survey, "version"), (Event, "version"))
    histories = map(get_history_model_for_model, (Organisation, Question, Option, Resource))
    numbers = [
        *(f"SUM({quoted(column)}) FROM {quoted(model._meta.db_table)}" for model, column in sums),
        *(
            f"COUNT(*) FROM {quoted(model._meta.db_table)}"
            for model in (*(model for model, _column in sums), *histories, successors)
        ),
    ]
    return f"SELECT {', '.join(f'(SELECT {number})' for number in numbers)}"
