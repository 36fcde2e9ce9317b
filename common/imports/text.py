"""Text as other people's tables hold it, made comparable."""

import re
from functools import lru_cache

# The spaces that look like one but are not, and what has no width at all.
_UNUSUAL_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")


def cleaned(text: str) -> str:
    """The same text with ordinary spaces and line breaks, and none of either at its ends."""
    if not text:
        return text
    if not text.isascii():
        text = _INVISIBLE.sub("", _UNUSUAL_SPACES.sub(" ", text))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def one_line(text: str) -> str:
    """The cleaned text with every run of spaces and line breaks as one space."""
    return " ".join(cleaned(text).split())


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """What two texts share that differ only in case, in spaces or in line breaks.

    A table holds the same names and values over and over, so the last ones are remembered.
    """
    return one_line(text).casefold()
