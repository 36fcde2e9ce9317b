"""Where everything of a chart lies: pure functions from a :class:`~common.charts.model.Chart` to marks.

Units are those of the SVG's view box, about a pixel each where the chart is as wide as it was laid out for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.formats import number_format

from .model import Bar, Chart, Row, Side
from .scale import Scale, ticks
from .text import width as text_width
from .text import wrapped

TEXT, SMALL, TITLE = 16.0, 14.0, 22.0
# From one baseline to the next, in parts of the size.
LEADING = 1.3
BAR, BAR_GAP = 18.0, 6.0
ROW_GAP = 16.0
AXIS = 24.0
# The wide and the middle layout have labels beside the bars, the narrow one above them. A page holds all
# three, and its style sheet shows the one that is of the room's size.
WIDE, MIDDLE, NARROW = 880.0, 600.0, 340.0
ON_PAGES = {"wide": WIDE, "middle": MIDDLE, "narrow": NARROW}
BESIDE_FROM = 600.0
LABELS = 0.36
# How much of the plot's width values at the ends of bars may take; longer ones stand beneath their bars.
VALUES, VALUES_OF_A_SIDE = 0.45, 0.2
END_GAP = 6.0
ROUGH = 5.0


@dataclass(frozen=True)
class Text:
    """One line; ``x`` and ``y`` are the baseline's start, middle or end, as ``anchor`` says."""

    x: float
    y: float
    words: str
    role: str = "label"
    size: float = TEXT
    anchor: str = "start"
    bold: bool = False
    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    role: str
    kind: str = field(default="rect", init=False)


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    role: str
    kind: str = field(default="line", init=False)


Mark = Text | Rect | Line


@dataclass(frozen=True)
class Drawing:
    """Marks in the order in which they are drawn, inside a box from (0, 0)."""

    width: float
    height: float
    marks: tuple[Mark, ...]


def layout(chart: Chart, width: float = WIDE) -> Drawing:
    """The chart as wide as told and as high as it needs; without rows, an empty drawing."""
    plot = _plot(chart, width)
    marks: list[Mark] = []
    y = _head(chart, plot, marks)
    top = y
    for number, row in enumerate(chart.rows):
        if number:
            y += ROW_GAP
        if row.mark:
            y = _break(row.mark, plot, y, marks)
        y = _row(row, plot, y, marks)
    behind = list(_grid(chart, plot, top, y)) if chart.rows else []
    return Drawing(width, y + (AXIS if chart.rows else 0), (*behind, *marks))


def framed(drawing: Drawing, *, title: str, above: Iterable[str], below: Iterable[str]) -> Drawing:
    """The same chart with its title and what has to be told with it, for where there is no page around it."""
    margin = 24.0
    inner = drawing.width
    head: list[Mark] = []
    y = _paragraph(title, margin, 0.0, inner, head, size=TITLE, role="title", bold=True)
    for words in above:
        y = _paragraph(words, margin, y + 4, inner, head, role="label")
    y += 20
    moved = [_moved(mark, margin, y) for mark in drawing.marks]
    y += drawing.height + 12
    foot: list[Mark] = []
    for words in below:
        y = _paragraph(words, margin, y + 2, inner, foot, size=SMALL, role="soft")
    marks = [_moved(mark, 0, margin) for mark in (*head, *moved, *foot)]
    return Drawing(inner + 2 * margin, y + 2 * margin, tuple(marks))


# Frame ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Plot:
    """Where labels and bars are. ``right`` and ``left`` take a value to a place from ``zero`` on."""

    width: float
    label_width: float
    labels_beside: bool
    zero: float
    right: Scale
    left: Scale | None


def _plot(chart: Chart, width: float) -> _Plot:
    start = width * LABELS if width >= BESIDE_FROM else 0.0
    label_width = start - 16 if start else width
    bars = [bar for row in chart.rows for bar in row.bars]

    def room(side: Side) -> float:
        """What the widest value needs beyond the longest bar, of those that may stand at a bar's end."""
        most = (width - start) * (VALUES if chart.sides is None else VALUES_OF_A_SIDE)
        texts = [text_width(bar.text, TEXT, bold=True) + END_GAP for bar in bars if bar.side is side]
        return max((text for text in texts if text <= most), default=END_GAP)

    if chart.sides is None:
        end = width - room(Side.RIGHT)
        return _Plot(width, label_width, start > 0, start, Scale(0, chart.most, start, end), None)
    left_start, right_end = start + room(Side.LEFT), width - room(Side.RIGHT)
    zero = (left_start + right_end) / 2
    return _Plot(
        width,
        label_width,
        start > 0,
        zero,
        Scale(0, chart.most, zero, right_end),
        Scale(0, chart.most, zero, left_start),
    )


def _head(chart: Chart, plot: _Plot, marks: list[Mark]) -> float:
    """Headings of the two sides; returns where the rows begin."""
    if chart.sides is None:
        return 0.0
    left, right = chart.sides
    size = 12.0
    marks.append(Rect(plot.zero + 10, 2, size, size, "bar"))
    marks.append(Text(plot.zero + 16 + size, TEXT * 0.8, right, bold=True))
    marks.append(Rect(plot.zero - 10 - size, 2, size, size, "against"))
    marks.append(Text(plot.zero - 16 - size, TEXT * 0.8, left, anchor="end", bold=True))
    return TEXT * 2.2


def _grid(chart: Chart, plot: _Plot, top: float, bottom: float) -> Iterable[Mark]:
    """Thin lines at round numbers, and the numbers beneath."""
    base = bottom + 6
    for number in ticks(chart.most, 4 if plot.labels_beside and plot.left is None else 2):
        for scale in filter(None, (plot.right, plot.left if number else None)):
            x = scale(number)
            yield Line(x, top, x, base, "zero" if not number else "grid")
            words = (
                f"{number_format(number, 0 if number == int(number) else 1, force_grouping=True)}{chart.unit}"
            )
            yield Text(x, base + SMALL, words, "tick", SMALL, _anchor_inside(x, words, plot.width))


def _anchor_inside(x: float, words: str, width: float) -> str:
    """Beneath its line, or beside it where the drawing ends."""
    half = text_width(words, SMALL) / 2
    if x < half:
        return "start"
    return "end" if x + half > width else "middle"


# Rows -------------------------------------------------------------------------


def _break(mark: str, plot: _Plot, y: float, marks: list[Mark]) -> float:
    """A dashed line over the whole width with the mark that the notes explain."""
    words = f"≠ {mark}"
    taken = text_width(words, SMALL, bold=True) + 8
    marks.append(Text(0, y + SMALL * 0.35, words, "break", SMALL, bold=True))
    marks.append(Line(taken, y, plot.width, y, "break-line"))
    return y + ROW_GAP


def _row(row: Row, plot: _Plot, y: float, marks: list[Mark]) -> float:
    """Draws one row from ``y`` on and returns where it ends."""
    if any(bar.label for bar in row.bars):
        return _row_of_groups(row, plot, y, marks)
    label_end = _label(row, plot, y, marks)
    bar_y = y if plot.labels_beside else label_end + 4
    beneath = 0.0
    for bar in row.bars:
        beneath = max(beneath, _bar(bar, plot, bar_y, marks))
        # Bars of both sides share a line.
        if plot.left is None or bar.side is not Side.LEFT or not _has_right(row):
            bar_y += BAR + BAR_GAP + beneath
            beneath = 0.0
    return max(label_end, bar_y - BAR_GAP)


def _row_of_groups(row: Row, plot: _Plot, y: float, marks: list[Mark]) -> float:
    """A row's label is a heading where each of its bars has one of its own."""
    y = _paragraph(row.label, 0, y, plot.width, marks, bold=True)
    if row.note:
        y = _paragraph(row.note, 0, y, plot.width, marks, size=SMALL, role="soft")
    y += BAR_GAP
    for bar in row.bars:
        label_end = _paragraph(bar.label, 0, y - 1, plot.label_width, marks, role="soft")
        bar_y = y if plot.labels_beside else label_end + 2
        bar_y += _bar(bar, plot, bar_y, marks) + BAR
        y = max(label_end, bar_y) + BAR_GAP
    return y - BAR_GAP


def _has_right(row: Row) -> bool:
    return any(bar.side is Side.RIGHT for bar in row.bars)


def _label(row: Row, plot: _Plot, y: float, marks: list[Mark]) -> float:
    # A label beside its bar stands on the bar's middle.
    y -= 1 if plot.labels_beside else 0
    y = _paragraph(row.label, 0, y, plot.label_width, marks)
    if row.note:
        y = _paragraph(row.note, 0, y, plot.label_width, marks, size=SMALL, role="soft")
    return y


def _bar(bar: Bar, plot: _Plot, y: float, marks: list[Mark]) -> float:
    """Draws one bar and its value; returns the room beneath that a value too long for the line needs."""
    scale = plot.left if bar.side is Side.LEFT and plot.left is not None else plot.right
    sign = -1 if bar.side is Side.LEFT else 1
    role = "against" if bar.side is Side.LEFT else "bar"
    baseline = y + BAR / 2 + TEXT * 0.35
    if bar.value is None:
        anchor = "end" if sign < 0 else "start"
        marks.append(Text(scale(0) + sign * END_GAP, baseline, bar.text, "absent", TEXT, anchor))
        return 0
    end = scale(bar.value)
    sure = scale(max(bar.value - ROUGH, 0)) if bar.is_below else end
    marks.append(_between(scale(0), sure, y, role))
    if bar.is_below:
        marks.append(_between(sure, end, y, "rough"))
    if bar.faint:
        marks.append(_between(end, scale(bar.end), y, f"{role}-faint"))
        end = scale(bar.end)
    if bar.is_rough:
        further = end + sign * ROUGH * abs(scale.end - scale.start) / 100
        marks.append(_between(end, further, y, "rough"))
        end = further
    if bar.low is not None and bar.high is not None:
        middle = y + BAR / 2
        low, high = scale(bar.low), scale(bar.high)
        places = [(low, middle, high, middle), *((x, middle - 5, x, middle + 5) for x in (low, high))]
        # Light beneath dark, so that it is seen on the bar as well as beyond it.
        marks += [Line(*place, role) for role in ("interval-ground", "interval") for place in places]
        end = max(end, high) if sign > 0 else min(end, high)
    x = end + sign * END_GAP
    anchor = "end" if sign < 0 else "start"
    words_end = x + sign * text_width(bar.text, TEXT, bold=True)
    if not 0 <= words_end <= plot.width:
        # Between the sides there is a gap, as between a bar and its value.
        x = scale.start + (sign * END_GAP if plot.left else 0)
        marks.append(Text(x, baseline + TEXT * LEADING, bar.text, "value", TEXT, anchor, bold=True))
        return TEXT * LEADING
    marks.append(Text(x, baseline, bar.text, "value", TEXT, anchor, bold=True))
    return 0


def _between(one: float, other: float, y: float, role: str) -> Rect:
    return Rect(min(one, other), y, abs(other - one), BAR, role)


# Text -------------------------------------------------------------------------


def _paragraph(
    words: str,
    x: float,
    y: float,
    limit: float,
    marks: list[Mark],
    *,
    size: float = TEXT,
    role: str = "label",
    bold: bool = False,
) -> float:
    """Adds the words in lines and returns where they end."""
    for line in wrapped(words, size, limit, bold=bold):
        y += size * LEADING
        marks.append(Text(x, y - size * 0.3, line, role, size, bold=bold))
    return y


def _moved(mark: Mark, right: float, down: float) -> Mark:
    match mark:
        case Line():
            return replace(mark, x1=mark.x1 + right, x2=mark.x2 + right, y1=mark.y1 + down, y2=mark.y2 + down)
        case _:
            return replace(mark, x=mark.x + right, y=mark.y + down)


def words_of(marks: Sequence[Mark]) -> list[str]:
    """Every line of text that the marks show, in their order."""
    return [mark.words for mark in marks if isinstance(mark, Text)]
