"""Charts as SVG made on the server: what is to be shown, laid out by pure functions, and drawn."""

from .layout import MIDDLE, NARROW, ON_PAGES, WIDE, Drawing, framed, layout
from .model import Bar, Chart, Row, Side
from .png import as_png
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
    "as_png",
    "as_svg",
    "framed",
    "layout",
]
