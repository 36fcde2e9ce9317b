"""Did you mean: likely spellings among the words that the shown texts hold."""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter

from rapidfuzz import process
from rapidfuzz.distance import OSA

from common.search.analysis import MAX_QUERY_LENGTH, MAX_QUERY_WORDS, analyser
from common.search.lexicon import LANGUAGES

_SHORTEST_WORD = 4
_LONGEST_WORD = 40
_LETTERS = re.compile(rf"[^\W\d_]{{{_SHORTEST_WORD},{_LONGEST_WORD}}}")
# People leave marks out, or type on a keyboard without them.
_WITHOUT_MARKS = str.maketrans("äåöéü", "aaoeu")


def shown_words(text: str) -> Iterator[str]:
    """The words of a text that may be suggested, as they stand there, in lower case."""
    return (match.group().lower() for match in _LETTERS.finditer(unicodedata.normalize("NFC", text)))


class Vocabulary:
    """The words of the shown texts, ready for comparing a misspelt one with.

    Made of each word's number of occurrences; whoever holds the texts holds this beside them. Words of
    ``others`` are compared with as well, and are not copied.
    """

    def __init__(self, frequencies: Mapping[str, int], *others: "Vocabulary") -> None:
        self._all = (self, *others)
        self._frequencies = dict(frequencies)
        # Only words of about the same length are near, and few are misspelt in the first letter.
        self._words: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._without_marks: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._frequencies:
            bare = word.translate(_WITHOUT_MARKS)
            self._words[bare[0], len(bare)].append(word)
            self._without_marks[bare[0], len(bare)].append(bare)

    def suggestion(self, query: str) -> str | None:
        """The query with its misspelt words mended; None when none can be."""
        query = unicodedata.normalize("NFC", query)[:MAX_QUERY_LENGTH]
        mended = []
        done = 0
        for match in list(_LETTERS.finditer(query))[:MAX_QUERY_WORDS]:
            word = match.group().lower()
            better = None if self.is_known(word) else self.nearest(word)
            if better:
                mended += [query[done : match.start()], better]
                done = match.end()
        return "".join([*mended, query[done:]]) if mended else None

    def is_known(self, word: str) -> bool:
        """Whether a text holds the word, or a base form that it may have in some language."""
        forms = {word, *(base for language in LANGUAGES for base in analyser(language).base_forms(word))}
        return any(form in vocabulary._frequencies for vocabulary in self._all for form in forms)

    def nearest(self, word: str) -> str | None:
        """The word of the texts that was most likely meant; None when all are too far."""
        initial = word[0].translate(_WITHOUT_MARKS)
        likely = self._likely(word, lambda letter: letter == initial) or self._likely(
            word, lambda letter: letter != initial
        )
        return min(likely, key=itemgetter(1))[0] if likely else None

    def _likely(self, word: str, begins: Callable[[str], bool]) -> list[tuple[str, float]]:
        """Words of all the vocabularies that begin so and are near enough, with their unlikeliness."""
        return [
            (found, vocabulary._unlikeliness(word, found, distance))
            for vocabulary in self._all
            for found, distance in vocabulary._near(
                word, {letter for letter, _ in vocabulary._words if begins(letter)}
            )
        ]

    def _near(self, word: str, initials: set[str]) -> list[tuple[str, float]]:
        """Words with these first letters that are near enough, with the edits between."""
        farthest = 1 if len(word) <= 5 else 2 if len(word) <= 9 else 3
        return [
            (self._words[letter, length][index], distance)
            for letter in initials
            for length in range(len(word) - farthest, len(word) + farthest + 1)
            for _, distance, index in process.extract(
                word.translate(_WITHOUT_MARKS),
                self._without_marks.get((letter, length), ()),
                scorer=OSA.distance,
                score_cutoff=farthest,
                limit=None,
            )
        ]

    def _unlikeliness(self, word: str, candidate: str, distance: float) -> float:
        """Edits count most; among as many, a rare word is less likely, and so are differing marks."""
        rarity = 1 / (1 + math.log2(1 + self._frequencies[candidate]))
        marks_differ = OSA.distance(word, candidate) > distance
        return distance + 0.5 * rarity + 0.2 * marks_differ
