"""The picture that chats and social media show beside a link: drawn on the server, in the page's language.

1200 × 630 pixels, as those who show it ask for. What is drawn depends on nothing but the words: the same
words give the same bytes, and their hash is the picture's ETag. Colours are those of the light theme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .charts import Chart, Drawing, as_svg, layout, png
from .charts.text import width, wrapped

WIDTH, HEIGHT = 1200, 630
MARGIN = 64.0
CONTENT_TYPE = "image/png"
# For so long a picture may be shown without asking again: what is withdrawn is soon gone elsewhere, too.
KEPT_SECONDS = 3600

# The light theme of static/css/tokens.css.
COLOURS = {
    "deep": "#0b2a5b",
    "on_deep": "#ffffff",
    "on_deep_soft": "#c7d3ea",
    "glow": "#5fd6a0",
    "card": "#ffffff",
    "heading": "#0b2a5b",
    "ink_soft": "#4f5a72",
    "green_strong": "#0d7449",
    "amber_tint": "#fdf1d8",
    "amber_ink": "#6b4500",
}
PRINCIPLES = {"1": "#1552b0", "2": "#00707c", "3": "#0d7449", "4": "#9a5b00", "5": "#8a2a6b"}

# A title is as large as its room allows, of these.
TITLE_SIZES = (76.0, 68.0, 60.0, 54.0, 48.0, 43.0, 38.0)
CHART_TITLE_SIZES = (46.0, 40.0, 35.0, 30.0)
LEADING = 1.14
TITLE_WIDTH, TITLE_TOP, TITLE_HEIGHT = 800.0, 122.0, 268.0
BELOW_SIZE, BELOW_LAST_LINE = 31.0, 478.0
SMALL_SIZE = 25.0
BAND_TOP = 526.0
# What a chart is laid out for, before it is drawn larger: the first of these in which all rows have room.
CHART_WIDTHS = (620.0, 740.0, 860.0, 980.0)
ELLIPSIS = "…"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True)
class SharePicture:
    """What a page tells of its picture: where it is, and its words for whoever does not see it.

    ``path`` holds a version, so that whoever keeps the picture asks anew after a change.
    """

    path: str
    alt: str


@dataclass(frozen=True)
class Line:
    """A line of text at its baseline."""

    y: float
    size: float
    words: str


def of_words(title: str, *, below: str = "", principles: Sequence[str] = (), ribbon: str = "") -> str:
    """The SVG of a title on the site's deep ground, with what stands ``below`` it and marks of principles.

    Whatever the words are, they stay in their room: they become smaller, break, and in the end are cut.
    """
    title_size, lines = fitted(title, TITLE_SIZES, TITLE_WIDTH, TITLE_HEIGHT)
    below_lines = _at_most(2, wrapped(_clean(below), BELOW_SIZE, TITLE_WIDTH), BELOW_SIZE, TITLE_WIDTH)
    below_top = BELOW_LAST_LINE - (len(below_lines) - 1) * BELOW_SIZE * LEADING
    return _drawn(
        "words",
        title=list(_set(lines, title_size, TITLE_TOP + title_size)),
        below=[
            Line(below_top + number * BELOW_SIZE * LEADING, BELOW_SIZE, line)
            for number, line in enumerate(below_lines)
        ],
        principles=[
            {"code": code, "hue": PRINCIPLES[code], "x": WIDTH - MARGIN - 92 * (len(principles) - place)}
            for place, code in enumerate(principles)
            if code in PRINCIPLES
        ],
        ribbon={"words": _clean(ribbon), "width": width(ribbon, SMALL_SIZE, bold=True) + 40}
        if ribbon
        else None,
    )


def of_chart(title: str, chart: Chart, *, over: str = "", source: str = "") -> str:
    """The SVG of a chart under its title: of its rows the first, as many as there is room for.

    ``source`` is told beneath it, after how many rows there is no room for.
    """
    room = WIDTH - 2 * MARGIN
    over_line = _one_line(over, SMALL_SIZE, room)
    y = 58.0 + (SMALL_SIZE * 1.4 if over_line else 0)
    size, lines = fitted(title, CHART_TITLE_SIZES, room, CHART_TITLE_SIZES[0] * LEADING * 1.5)
    title_lines = list(_set(lines, size, y + size * 0.7))
    top = y + size * (0.7 + LEADING * (len(lines) - 1)) + 28
    bottom = BAND_TOP - (50 if source else 24)
    drawing, scale, left_out = _as_much_as_fits(chart, room, bottom - top)
    rest = _("and %(count)s more in the chart") % {"count": left_out} if left_out else ""
    return _drawn(
        "chart",
        over=over_line,
        title=title_lines,
        chart=as_svg(drawing, id="chart", title="", description=""),
        # In the middle of its room, where it needs less.
        chart_top=top + (bottom - top - drawing.height * scale) / 2,
        scale=scale,
        source=_one_line(" · ".join(filter(None, (rest, source))), SMALL_SIZE * 0.8, room),
    )


def fitted(words: str, sizes: Sequence[float], across: float, down: float) -> tuple[float, list[str]]:
    """The largest of the sizes in which the words fit without a break inside one, and their lines.

    In the smallest one, what is too long is broken, and what is too much is cut.
    """
    words = _clean(words)
    for size in sizes:
        lines = wrapped(words, size, across, bold=True)
        widest = max((width(word, size, bold=True) for word in words.split()), default=0)
        if widest <= across and len(lines) * size * LEADING <= down:
            return size, _balanced(words, size, widest, across)
    lines = wrapped(_broken(words, size, across), size, across, bold=True)
    return size, _at_most(int(down / (size * LEADING)), lines, size, across, bold=True)


def _balanced(words: str, size: float, least: float, across: float) -> list[str]:
    """As few lines as fit, none much shorter than the others: no word is left alone on the last."""
    lines = wrapped(words, size, across, bold=True)
    while (across := across - size / 2) >= least:
        narrower = wrapped(words, size, across, bold=True)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _broken(words: str, size: float, across: float) -> str:
    """The words, with a hyphen and a space inside those that are wider than a line."""
    pieces: list[str] = []
    for word in words.split():
        while width(word, size, bold=True) > across:
            cut = next(
                cut for cut in range(len(word) - 1, 0, -1) if cut == 1 or _fits(word[:cut], size, across)
            )
            pieces.append(f"{word[:cut]}-")
            word = word[cut:]
        pieces.append(word)
    return " ".join(pieces)


def _fits(piece: str, size: float, across: float) -> bool:
    return width(f"{piece}-", size, bold=True) <= across


def as_png(svg: str) -> bytes:
    """The picture, which a process draws once."""
    cache = caches["pictures"]
    key = sha256(svg.encode()).hexdigest()
    drawn: bytes | None = cache.get(key)
    if drawn is None:
        drawn = png.as_png(svg, width=WIDTH)
        cache.set(key, drawn)
    return drawn


def answer(request: HttpRequest, svg: str) -> HttpResponse:
    """The picture for whoever has not got it yet; 304, undrawn, for whoever has."""
    etag = f'"{sha256(svg.encode()).hexdigest()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(as_png(svg), content_type=CONTENT_TYPE)
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response


@require_safe
def of_the_site(request: HttpRequest) -> HttpResponse:
    """The picture of every page that has none of its own."""
    return answer(
        request,
        of_words(
            _("Somebody has already solved it."),
            below=_("The open registry of Finland’s public-sector innovations"),
            principles=tuple(PRINCIPLES),
        ),
    )


def _drawn(kind: str, **shown: object) -> str:
    context = {
        "brand": _("Innovation registry"),
        "colours": COLOURS,
        "margin": f"{MARGIN:g}",
        "band_top": f"{BAND_TOP:g}",
        **shown,
    }
    return render_to_string(f"share/{kind}.svg", context)


def _set(lines: Sequence[str], size: float, first_baseline: float) -> Iterator[Line]:
    for number, line in enumerate(lines):
        yield Line(first_baseline + number * size * LEADING, size, line)


def _as_much_as_fits(chart: Chart, across: float, down: float) -> tuple[Drawing, float, int]:
    """The chart as large as its rows allow, its scale, and how many rows at its end are not in it."""
    for laid_out in CHART_WIDTHS:
        scale = across / laid_out
        drawing = layout(chart, laid_out)
        if drawing.height * scale <= down:
            return drawing, scale, 0
    rows = len(chart.rows)
    while drawing.height * scale > down and rows:
        rows -= 1
        drawing = layout(replace(chart, rows=chart.rows[:rows]), laid_out)
    return drawing, scale, len(chart.rows) - rows


def _one_line(words: str, size: float, across: float) -> str:
    lines = _at_most(1, wrapped(_clean(words), size, across), size, across)
    return lines[0] if lines else ""


def _at_most(count: int, lines: list[str], size: float, across: float, *, bold: bool = False) -> list[str]:
    """The first lines; where there were more, the last of them ends in an ellipsis."""
    if len(lines) <= count:
        return lines
    last = lines[count - 1]
    while last and width(last + ELLIPSIS, size, bold=bold) > across:
        last = last[:-1]
    return [*lines[: count - 1], last.rstrip(" ,.–-") + ELLIPSIS]


def _clean(words: str) -> str:
    """Without what no XML may hold."""
    return _NOT_IN_XML.sub("", words)
