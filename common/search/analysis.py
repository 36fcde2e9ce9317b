"""Analysed words: what the index holds, what a query asks for, and what to mark in a shown text.

The analysed words of one text are its base forms and compound parts, each behind its
language's code (``fiverkosto``), so that a word of one language never matches the same
letters of another. A reader may search in any language whatever the page's: a query is
analysed in all of them (``query_terms``), and each reading finds texts of its own language.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import takewhile

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from common.search.lexicon import LANGUAGES
from common.search.morphology import (
    RULES,
    EnglishMorphology,
    FinnishMorphology,
    Morphology,
    SwedishMorphology,
    VoikkoMorphology,
)
from common.search.tokens import elements, words

# Longer queries are cut: nobody types them, and each word costs a lookup in three languages.
MAX_QUERY_LENGTH = 200
MAX_QUERY_WORDS = 12


def _stop_words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that nearly every text holds; a query does without them unless it holds nothing else.
STOP_WORDS = {
    "fi": _stop_words(
        "ei eli ja joka jos jotta kanssa kun kuin me mikä mitä miten mutta myös ne niin nyt on olla oli "
        "ovat se sekä siis tai tämä vai että"
    ),
    "sv": _stop_words(
        "att av de den det du där en ett eller för från har hur i inom med men och om på som till var vad "
        "vi är"
    ),
    "en": _stop_words(
        "a an and are as at be by for from how in is it of on or that the this to was what with you your"
    ),
}

# A word of a query is met by any of its alternatives; an alternative is words that one text
# must hold together.
Alternative = tuple[str, ...]
QueryWord = tuple[Alternative, ...]
# A shown text cut up; each piece says whether the query matches it.
Pieces = list[tuple[str, bool]]
# Place of a matching word in a shown text, and which words of the query it meets.
_Match = tuple[int, int, frozenset[int]]

# A longer chain of hyphenated words is not searched for as one word.
_LONGEST_JOINED = 60


@dataclass(frozen=True, slots=True)
class _Word:
    """The analysed words of one word as written."""

    # Of the whole, hyphens out.
    whole: tuple[str, ...]
    # Of the whole and of all that is in it.
    all: tuple[str, ...]
    # One of each that hyphens keep apart; empty without hyphens.
    apart: Alternative


class Analyser:
    """Analyses texts and queries of one language."""

    def __init__(self, language: str, morphology: Morphology) -> None:
        self.language = language
        self.name = morphology.name
        self.version = f"{morphology.version} rules {RULES}"
        self._morphology = morphology
        # A register's texts hold the same words over and over.
        self._analysed = lru_cache(maxsize=50_000)(self._analyse)

    @property
    def identity(self) -> str:
        """Kept beside the index: words of another analyser cannot be compared with these."""
        return f"{self.name} {self.version}"

    def index_terms(self, text: str) -> str:
        """The analysed words of a text, separated by spaces."""
        return " ".join([term for _, _, word in words(text) for term in self._analysed(word).all])

    def base_forms(self, word: str) -> tuple[str, ...]:
        """What a word of a query may be as a whole."""
        return tuple(term.removeprefix(self.language) for term in self._analysed(word.lower()).whole)

    def query_terms(self, query: str) -> list[QueryWord]:
        """What one text must hold to match: an alternative of every word. Empty when nothing is asked."""
        asked = [word for _, _, word in words(query[:MAX_QUERY_LENGTH])][:MAX_QUERY_WORDS]
        telling = [word for word in asked if word not in STOP_WORDS[self.language]]
        return [alternatives for word in telling or asked if (alternatives := self._alternatives(word))]

    def spans(self, text: str, query: str) -> list[tuple[int, int]]:
        """Start and end of every word of the shown text that a word of the query matches."""
        return [(start, end) for start, end, _ in self._matches(text, query)]

    def marked(self, text: str, query: str) -> Pieces:
        """The whole text in pieces, for a template to mark those that match."""
        return _pieces(text, self.spans(text, query), 0, len(text))

    def excerpt(self, text: str, query: str, length: int) -> Pieces:
        """The part of the text, about ``length`` characters, where most of the query stands, in pieces."""
        matches = self._matches(text, query)
        start, end = _window(text, matches, length)
        spans = [(first, last) for first, last, _ in matches if start <= first and last <= end]
        return [
            *([("… ", False)] if start else []),
            *_pieces(text, spans, start, end),
            *([(" …", False)] if end < len(text) else []),
        ]

    def _matches(self, text: str, query: str) -> list[_Match]:
        asked: dict[str, set[int]] = {}
        for number, alternatives in enumerate(self.query_terms(query)):
            for term in (term for alternative in alternatives for term in alternative):
                asked.setdefault(term, set()).add(number)
        found = []
        if asked:
            for start, end, word in words(text):
                numbers = [asked[term] for term in self._analysed(word).all if term in asked]
                if numbers:
                    found.append((start, end, frozenset().union(*numbers)))
        return found

    def _alternatives(self, word: str) -> QueryWord:
        analysed = self._analysed(word)
        whole = tuple((term,) for term in analysed.whole)
        # English writes the same compound with a hyphen and apart: "real-time", "real time".
        return (*whole, analysed.apart) if self.language == "en" and analysed.apart else whole

    def _analyse(self, word: str) -> _Word:
        parts = elements(word)
        analyses = [self._morphology.analyse(part) for part in parts]
        joined: dict[tuple[int, int], list[str]] = {}
        for start in range(len(parts)):
            before = ""
            for end in range(start, len(parts)):
                if len(before) + len(parts[end]) > _LONGEST_JOINED:
                    break
                joined[start, end] = [before + base for base in analyses[end].bases]
                before += parts[end]
        whole = joined.get((0, len(parts) - 1), [])
        runs = [run for analysis in analyses for run in analysis.runs]
        return _Word(
            whole=self._tagged(whole),
            all=self._tagged([*(term for terms in joined.values() for term in terms), *runs]),
            apart=self._tagged([analysis.bases[0] for analysis in analyses]) if len(parts) > 1 else (),
        )

    def _tagged(self, terms: list[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.language + term for term in terms))


def analyser(language: str) -> Analyser:
    """The analyser of a language; for Finnish, the one that ``SEARCH_ANALYSER`` and the system allow."""
    return _analyser(language, with_voikko=language == "fi" and _voikko_is_chosen())


def asked_words(text: str) -> str:
    """What a reader typed, on one line and no longer than is searched for."""
    return " ".join(text.replace("\0", "").split())[:MAX_QUERY_LENGTH]


def query_terms(query: str) -> list[list[QueryWord]]:
    """The query as each language reads it; a text matches when it meets one reading."""
    readings = [analyser(language).query_terms(query) for language in LANGUAGES]
    return [reading for reading in readings if reading]


def _voikko_is_chosen() -> bool:
    choice = getattr(settings, "SEARCH_ANALYSER", "auto")
    if choice not in {"auto", "simplemma", "voikko"}:
        raise ImproperlyConfigured(f"SEARCH_ANALYSER is {choice!r}; it may be auto, simplemma or voikko.")
    if choice == "voikko" and not _voikko_is_available():
        raise ImproperlyConfigured(
            "SEARCH_ANALYSER is voikko, but libvoikko1 and voikko-fi are not installed."
        )
    return choice != "simplemma" and _voikko_is_available()


_voikko_is_available = cache(VoikkoMorphology.is_available)


@cache
def _analyser(language: str, *, with_voikko: bool) -> Analyser:
    morphologies: dict[str, type[Morphology]] = {
        "fi": VoikkoMorphology if with_voikko else FinnishMorphology,
        "sv": SwedishMorphology,
        "en": EnglishMorphology,
    }
    return Analyser(language, morphologies[language]())


def _window(text: str, matches: list[_Match], length: int) -> tuple[int, int]:
    """Where to cut the text: at spaces if there are any, with some text before the first match inside."""
    if len(text) <= length:
        return 0, len(text)
    lead = length // 5
    first, last = _best_match(matches, length - 2 * lead) if matches else (0, 0)
    start = 0
    if first > 2 * lead:
        # From the beginning of a sentence, if one is near; otherwise of a word.
        start = first - lead
        sentence = text.rfind(". ", start, first)
        space = text.find(" ", start, first)
        start = sentence + 2 if sentence >= 0 else max(start, space + 1)
    if start + length >= len(text):
        return start, len(text)
    space = text.rfind(" ", max(start + 1, last), start + length)
    return start, space if space >= 0 else max(last, start + length)


def _best_match(matches: list[_Match], length: int) -> tuple[int, int]:
    """First match of the part of this length that meets most words of the query, then has most matches."""

    def worth(first: int) -> tuple[int, int]:
        farthest = matches[first][0] + length
        inside = [numbers for _, _, numbers in takewhile(lambda match: match[1] <= farthest, matches[first:])]
        return len(frozenset().union(*inside)), len(inside)

    start, end, _ = matches[max(range(len(matches)), key=worth)]
    return start, end


def _pieces(text: str, spans: list[tuple[int, int]], start: int, end: int) -> Pieces:
    pieces: Pieces = []
    for first, last in spans:
        if start < first:
            pieces.append((text[start:first], False))
        pieces.append((text[first:last], True))
        start = last
    if start < end:
        pieces.append((text[start:end], False))
    return pieces
