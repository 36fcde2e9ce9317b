"""A drawing as a picture."""

import resvg_py

from .text import FONT

WIDTH = 1600


def as_png(svg: str, *, width: int = WIDTH) -> bytes:
    """The SVG file as a picture so many pixels wide, drawn without a browser."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=str(svg),
            width=width,
            font_files=[str(FONT)],
            skip_system_fonts=True,
            font_family="Source Sans 3",
            sans_serif_family="Source Sans 3",
        )
    )
