"""Words of a text as they stand, with their places: what analysis begins from."""

import re
import unicodedata
from collections.abc import Iterator

_LETTER = r"[^\W_]"
# Marks that belong to the letter before them: combining accents, soft hyphens, joiners.
_MARK = r"[\u0300-\u036f\u00ad\u200b-\u200d]"
_RUN = rf"{_LETTER}(?:{_LETTER}|{_MARK})*"
# One word may hold apostrophes (city's), hyphens (Etelä-Savo) and, after an
# abbreviation, a colon with a case ending (EU:n). An en dash always parts words.
_WORD = re.compile(rf"{_RUN}(?:['’‐‑-]{_RUN})*(?::[a-zåäö]{{1,6}}(?!{_LETTER}))?")
_HYPHEN = re.compile(r"[‐‑-]")
_NOT_LETTERS = re.compile(r"[\W_]+")
# Longer runs of letters are no words; the cap keeps one from filling the index.
_LONGEST_WORD = 60


def words(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and lower-case form of every word in the text, in order."""
    for match in _WORD.finditer(text):
        yield match.start(), match.end(), match.group().lower()


def elements(word: str) -> tuple[str, ...]:
    """What the hyphens of a word keep apart, in letters and digits alone, without a colon's ending."""
    stem, _, _ = unicodedata.normalize("NFKC", word).lower().partition(":")
    cleaned = (
        _NOT_LETTERS.sub("", part.removesuffix("'s").removesuffix("’s")) for part in _HYPHEN.split(stem)
    )
    return tuple(part[:_LONGEST_WORD] for part in cleaned if part)
