"""Cut the typeface to one small file; everything else in ``static/`` is served as it is written."""

from pathlib import Path
from typing import Any

import fontpkg_source_sans_3
from django.conf import settings
from django.core.management.base import BaseCommand
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# Latin-1 holds Finnish, Swedish and English and their neighbours; then the letters of Sámi and Estonian
# names, and the punctuation and signs that our texts use.
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x100)]
LETTERS = "ČčĐđŊŋŠšŦŧŽžŃńŚśŁłŒœ"
SIGNS = "–—‘’“”„…•€−×≤≥≈→←↑↓‹›\u2009\u202f\u2011"
WEIGHTS = (400, 700)


class Command(BaseCommand):
    help = "Cut Source Sans 3 to the characters and weights that the pages use."

    def handle(self, *args: Any, **options: Any) -> None:
        source = fontpkg_source_sans_3.ROOT / "files" / "SourceSans3[wght].ttf"
        target = settings.REGISTRY_HOME / "built" / "fonts" / "source-sans-3.woff2"
        if not target.exists() or changed(target) < max(changed(source), changed(Path(__file__))):
            target.parent.mkdir(parents=True, exist_ok=True)
            cut_typeface(source, target)
        self.stdout.write(f"{target}: {target.stat().st_size:,} bytes")


def changed(file: Path) -> float:
    return file.stat().st_mtime


def cut_typeface(source: Path, target: Path) -> None:
    """Write the part of a variable typeface that we use to ``target``, as WOFF2.

    Figures that line up in columns (``tnum`` and its kin) and the case-sensitive forms are kept.
    """
    typeface = TTFont(source, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "case", "tnum", "lnum", "pnum"]
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[*LATIN, *map(ord, LETTERS + SIGNS)])
    subsetter.subset(typeface)
    typeface = instantiateVariableFont(typeface, {"wght": WEIGHTS})
    typeface.flavor = "woff2"
    typeface.save(target)
