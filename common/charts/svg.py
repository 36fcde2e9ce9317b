"""A drawing as SVG: classes for the site's style sheet, and attributes for where no style sheet reaches.

An attribute gives way to any rule of a style sheet, so one form serves the page, in light, dark and forced
colours, and the file that somebody takes home. There is no style attribute and no style element: a strict
content policy refuses both.
"""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from .layout import Drawing, Line, Mark, Rect, Text

TYPEFACE = "'Source Sans 3', 'Source Sans Pro', Arial, sans-serif"
INK, SOFT, LINE, CARD = "#14213d", "#4f5a72", "#dcdcd8", "#ffffff"
BAR, FAINT, AGAINST = "#1552b0", "#8fb0e4", "#8a5a00"

# Values lie on the grid's lines and are cut out of them; on pages, whose narrow layout has labels there, too,
# the style sheet says so of those.
_CUT_OUT = {"stroke": CARD, "stroke-width": "4", "stroke-linejoin": "round", "paint-order": "stroke"}
# What each role looks like in a file of its own; static/css/charts.css says it for pages.
_ATTRIBUTES = {
    "title": {"fill": "#0b2a5b"},
    "label": {"fill": INK},
    "soft": {"fill": SOFT},
    "tick": {"fill": SOFT},
    "value": {"fill": INK, **_CUT_OUT},
    "absent": {"fill": SOFT, "font-style": "italic", **_CUT_OUT},
    "break": {"fill": AGAINST},
    "break-line": {"stroke": AGAINST, "stroke-dasharray": "5 4"},
    "grid": {"stroke": LINE},
    "zero": {"stroke": "#6b7488"},
    "interval": {"stroke": INK, "stroke-width": "1.5"},
    "interval-ground": {"stroke": CARD, "stroke-width": "4.5"},
    "bar": {"fill": BAR},
    "bar-faint": {"fill": FAINT, "stroke": BAR},
    "against-faint": {"fill": "#fdf1d8", "stroke": AGAINST},
    "rough": {"fill": "none", "stroke": INK, "stroke-dasharray": "3 3"},
}


def as_svg(
    drawing: Drawing, *, id: str, title: str, description: str, is_file: bool = False, layout: str = "wide"
) -> SafeString:
    """``id`` begins every id inside, so that several charts can be on one page.

    ``title`` and ``description`` are the text alternative. A file of its own is a picture on white.
    """
    return render_to_string(
        "charts/chart.svg",
        {
            "id": id,
            "title": title,
            "description": description,
            "width": _number(drawing.width),
            "height": _number(drawing.height),
            "marks": [_attributes(mark, id) for mark in drawing.marks],
            "is_file": is_file,
            "layout": layout,
            "typeface": TYPEFACE,
            "card": CARD,
            "against": AGAINST,
            "against_ground": "#fdf1d8",
        },
    )


def _attributes(mark: Mark, id: str) -> dict[str, Any]:
    """The element's name, its attributes, and the words of a text."""
    match mark:
        case Text():
            found: dict[str, Any] = {"x": mark.x, "y": mark.y, "font-size": mark.size}
            if mark.anchor != "start":
                found["text-anchor"] = mark.anchor
            if mark.bold:
                found["font-weight"] = "700"
        case Rect():
            found = {"x": mark.x, "y": mark.y, "width": mark.width, "height": mark.height}
            if mark.role in ("bar", "against"):
                found["rx"] = 2
        case Line():
            found = {"x1": mark.x1, "y1": mark.y1, "x2": mark.x2, "y2": mark.y2}
    look = (
        {"fill": f"url(#{id}-hatch)", "stroke": AGAINST} if mark.role == "against" else _ATTRIBUTES[mark.role]
    )
    return {
        "name": mark.kind,
        "role": mark.role,
        "attributes": {
            name: _number(value) if isinstance(value, int | float) else value
            for name, value in {**found, **look}.items()
        },
        "words": mark.words if isinstance(mark, Text) else "",
    }


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
