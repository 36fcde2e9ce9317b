"""How much room words take in the site's typeface, so that SVG can be laid out without a browser."""

import re
from functools import cache

import fontpkg_source_sans_3
from fontTools.ttLib import TTFont

FONT = fontpkg_source_sans_3.ROOT / "files" / "SourceSans3[wght].ttf"
# The file's widths are those of its lightest weight: regular text is wider by this, bold by that.
# Measured on sentences in Finnish and Swedish, a little above the middle: better a short line than a cut one.
REGULAR, BOLD = 1.06, 1.13
_BREAKS = re.compile("[ \t\n]+")


@cache
def _widths() -> tuple[dict[int, float], float]:
    """Width of each character in parts of the size, and that of those that the typeface lacks."""
    with TTFont(FONT, lazy=True) as font:
        per_em = font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        widths = {sign: metrics[name][0] / per_em for sign, name in font.getBestCmap().items()}
    return widths, widths[ord("n")]


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of text, in the unit of ``size``."""
    widths, unknown = _widths()
    return sum(widths.get(ord(sign), unknown) for sign in text) * size * (BOLD if bold else REGULAR)


def wrapped(text: str, size: float, limit: float, *, bold: bool = False) -> list[str]:
    """The text in lines that are at most ``limit`` wide, broken at spaces and, in a long word, anywhere.

    A no-break space holds what is beside it together.
    """
    lines: list[str] = []
    line = ""
    for word in _BREAKS.split(text.strip()):
        longer = f"{line} {word}".strip()
        if not line or width(longer, size, bold=bold) <= limit:
            line = longer
        else:
            lines.append(line)
            line = word
        while width(line, size, bold=bold) > limit and len(line) > 1:
            cut = _fitting(line, size, limit, bold=bold)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line else lines


def _fitting(word: str, size: float, limit: float, *, bold: bool) -> int:
    """How many characters of the word fit, at least one."""
    for cut in range(len(word) - 1, 1, -1):
        if width(word[:cut], size, bold=bold) <= limit:
            return cut
    return 1
