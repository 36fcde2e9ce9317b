"""Charts as SVG made on the server: what is to be shown, laid out by pure functions, and drawn."""

from .layout import MIDDLE, NARROW, ON_PAGES, WIDE, Drawing, framed, layout
from .model import Bar, Chart, Row, Side
from .svg import as_svg

__all__ = [
    "MIDDLE",
    "NARROW",
    "ON_PAGES",
    "WIDE",
    "Bar",
    "Chart",
    "Drawing",
    "Row",
    "Side",
    "as_svg",
    "framed",
    "layout",
]
