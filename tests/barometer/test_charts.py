"""The pure functions behind charts, and a drawing as SVG."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.charts import NARROW, WIDE, Bar, Chart, Row, Side, as_svg, framed, layout
from common.charts.layout import Line, Rect, Text, words_of
from common.charts.scale import Scale, ticks
from common.charts.text import width, wrapped

LABELS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=60)
SHARES = st.floats(0, 100)


# Scales -----------------------------------------------------------------------


@given(SHARES)
def test_a_scale_keeps_order_and_bounds(number: float) -> None:
    scale = Scale(0, 100, 20, 520)
    assert 20 <= scale(number) <= 520
    assert scale(number) <= scale(min(number + 1, 100))


def test_a_scale_may_run_backwards() -> None:
    scale = Scale(0, 100, 300, 100)
    assert [scale(number) for number in (0, 50, 100, 200)] == [300, 200, 100, 100]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (100, [0, 25, 50, 75, 100]),
        (7, [0, 2, 4, 6]),
        (0.9, [0, 0.25, 0.5, 0.75]),
        (43_000, [0, 20_000, 40_000]),
        (0, [0]),
    ],
)
def test_ticks_are_round_numbers(most: float, expected: list[float]) -> None:
    assert ticks(most) == pytest.approx(expected)


@given(st.floats(1e-6, 1e9))
def test_ticks_are_few_and_inside_the_scale(most: float) -> None:
    found = ticks(most)
    assert 2 <= len(found) <= 9
    assert found[-1] <= most * (1 + 1e-6)


# Text -------------------------------------------------------------------------


@given(LABELS, LABELS, st.floats(40, 400))
def test_lines_fit_and_lose_no_letter(one: str, other: str, limit: float) -> None:
    lines = wrapped(f"{one} {other}", 16, limit)
    assert "".join(lines).replace(" ", "") == (one + other).replace(" ", "")
    assert all(width(line, 16) <= limit or len(line) == 1 for line in lines)


def test_a_no_break_space_is_no_place_to_break() -> None:
    assert wrapped("aaaa 25\u00a0%", 16, width("aaaa 25", 16)) == ["aaaa", "25\u00a0%"]


def test_bold_is_wider_than_regular_and_w_than_i() -> None:
    assert width("innovaatio", 16, bold=True) > width("innovaatio", 16)
    assert width("W", 16) > 2 * width("i", 16)


# Layout -----------------------------------------------------------------------


def bars(draw_none: bool = True) -> st.SearchStrategy[Bar]:
    value = st.none() | SHARES if draw_none else SHARES
    return st.builds(Bar, value=value, text=LABELS, label=LABELS, is_rough=st.booleans())


CHARTS = st.builds(
    Chart,
    rows=st.lists(
        st.builds(
            Row,
            label=LABELS,
            bars=st.lists(bars(), min_size=1, max_size=4).map(tuple),
            note=st.just("") | LABELS,
        ),
        max_size=6,
    ).map(tuple),
)


@given(CHARTS, st.sampled_from([WIDE, NARROW]))
def test_everything_lies_inside_the_drawing(chart: Chart, across: float) -> None:
    drawing = layout(chart, across)
    for mark in drawing.marks:
        match mark:
            case Rect():
                assert mark.x >= 0
                assert mark.x + mark.width <= drawing.width + 0.01
                assert mark.y + mark.height <= drawing.height + 0.01
            case Text() | Line():
                assert 0 <= getattr(mark, "y", getattr(mark, "y1", 0)) <= drawing.height + 8


@given(CHARTS, st.sampled_from([WIDE, NARROW]))
def test_every_value_and_label_is_written(chart: Chart, across: float) -> None:
    written = "".join(words_of(layout(chart, across).marks)).replace(" ", "")
    for row in chart.rows:
        assert row.label.replace(" ", "") in written
        for bar in row.bars:
            assert bar.text in written


def test_bars_are_as_long_as_their_values() -> None:
    chart = Chart(rows=tuple(Row(label="x", bars=(Bar(value=value, text="t"),)) for value in (20, 40, 80)))
    lengths = [mark.width for mark in layout(chart).marks if isinstance(mark, Rect)]
    assert [length / lengths[0] for length in lengths] == pytest.approx([1, 2, 4])


@pytest.mark.parametrize(("rough", "far"), [({"is_rough": True}, 45), ({"is_below": True}, 40)])
def test_a_value_told_roughly_has_an_open_end_and_one_that_is_less_ends_at_what_is_told(
    rough: dict[str, bool], far: float
) -> None:
    chart = Chart(rows=(Row(label="x", bars=(Bar(value=40, text="t", **rough),)),))
    solid, open_end = [mark for mark in layout(chart).marks if isinstance(mark, Rect)]
    assert open_end.role == "rough"
    assert open_end.x == pytest.approx(solid.x + solid.width)
    length = solid.width / (far - 5)
    assert open_end.x + open_end.width == pytest.approx(solid.x + far * length)


def test_a_value_without_number_has_words_and_no_bar() -> None:
    chart = Chart(rows=(Row(label="x", bars=(Bar(value=None, text="not known"),)),))
    drawing = layout(chart)
    assert not [mark for mark in drawing.marks if isinstance(mark, Rect)]
    assert "not known" in words_of(drawing.marks)


def test_two_sides_share_the_zero_and_the_line() -> None:
    row = Row(label="x", bars=(Bar(value=30, text="30", side=Side.LEFT), Bar(value=60, text="60")))
    left, right = [
        mark
        for mark in layout(Chart(rows=(row,), sides=("Hindered", "Promoted"))).marks
        if isinstance(mark, Rect) and mark.height > 12
    ]
    assert left.x + left.width == pytest.approx(right.x)
    assert left.y == right.y
    assert right.width == pytest.approx(2 * left.width)


def test_no_value_of_the_left_side_lies_on_a_label() -> None:
    bars = (Bar(value=7, text="7 %", side=Side.LEFT), Bar(value=90, text="90 %"))
    for across in (WIDE, NARROW):
        marks = layout(
            Chart(rows=(Row(label="Henkilöstön osallistuminen", bars=bars),), sides=("A", "B")), across
        ).marks
        label, value = [mark for mark in marks if isinstance(mark, Text) and mark.words[0] in "H7"]
        beside = value.x - width("7 %", 16, bold=True) > label.x + width(label.words, 16)
        assert beside or value.y > label.y + 10


def test_a_row_that_cannot_be_compared_is_parted_by_a_marked_line() -> None:
    rows = (
        Row(label="a", bars=(Bar(value=1, text="1"),)),
        Row(label="b", bars=(Bar(value=2, text="2"),), mark="1"),
    )
    drawing = layout(Chart(rows=rows))
    assert "≠ 1" in words_of(drawing.marks)
    assert [mark for mark in drawing.marks if isinstance(mark, Line) and mark.role == "break-line"]


def test_a_chart_without_rows_is_an_empty_drawing() -> None:
    drawing = layout(Chart(rows=()))
    assert (drawing.marks, drawing.height) == ((), 0)


# SVG --------------------------------------------------------------------------


def test_svg_is_well_formed_and_has_neither_style_nor_script() -> None:
    chart = Chart(rows=(Row(label="<b> & “q”", bars=(Bar(value=50, text="50 %"),)),))
    drawing = framed(layout(chart), title="T", above=["Above"], below=["Below"])
    svg = as_svg(drawing, id="c", title="T < 1", description="D & e", is_file=True)
    root = ElementTree.fromstring(svg)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not names & {"style", "script", "foreignObject", "image"}
    assert not [element for element in root.iter() if "style" in element.attrib]
    texts = [element.text for element in root.iter() if element.tag.endswith("}text")]
    assert {"<b> & “q”", "50 %", "T", "Above", "Below"} <= set(texts)
    assert root.attrib["aria-labelledby"] == "c-title c-description"


def test_numbers_in_svg_have_points_in_every_language() -> None:
    from django.utils.translation import override

    chart = Chart(rows=(Row(label="x", bars=(Bar(value=33.3, text="33,3 %"),)),))
    with override("fi"):
        svg = as_svg(layout(chart), id="c", title="T", description="D")
    for element in ElementTree.fromstring(svg).iter():
        for name in ("x", "y", "width", "height", "x1", "y1"):
            if name in element.attrib:
                float(element.attrib[name].removesuffix("%"))
