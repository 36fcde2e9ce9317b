"""Colours that meet on a page can be told apart, in both themes: WCAG 2.2, 1.4.3 and 1.4.11."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TEXT, SHAPE = 4.5, 3.0

# Ground → what stands on it.
TEXTS = {
    "paper": "ink ink-soft heading link link-hover green-strong amber-strong red-ink",
    "card": (
        "ink ink-soft placeholder heading link link-hover green-strong amber-strong red-ink "
        "principle-1 principle-2 principle-3 principle-4 principle-5"
    ),
    "deep": "on-deep on-deep-soft",
    "deeper": "on-deep on-deep-soft",
    "act": "on-act",
    "act-hover": "on-act",
    "find": "on-find",
    "find-hover": "on-find",
    "quiet-tint": "quiet-ink heading link",
    "green-tint": "green-ink ink link link-hover",
    "blue-tint": "blue-ink ink link link-hover",
    "amber-tint": "amber-ink ink link link-hover",
    "red-tint": "red-ink ink link link-hover",
    "mark-tint": "mark-ink",
}
SHAPES = {
    "paper": "control focus act green-strong principle-1 principle-2 principle-3 principle-4 principle-5",
    "card": "control focus act red-ink",
    "quiet-tint": "principle-1 principle-2 principle-3 principle-4 principle-5",
    "deep": "glow focus-on-deep",
    "deeper": "glow focus-on-deep",
}
PAIRS = [
    (ground, over, least)
    for table, least in ((TEXTS, TEXT), (SHAPES, SHAPE))
    for ground, all_over in table.items()
    for over in all_over.split()
]


def colours(theme: str) -> dict[str, str]:
    """The tokens that are colours; those of the dark theme replace the light ones."""
    light, dark = (CSS / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return {**found, "placeholder": found["ink-soft"]}


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ground", "over", "least"), PAIRS)
def test_colours_that_meet_can_be_told_apart(theme: str, ground: str, over: str, least: float) -> None:
    tokens = colours(theme)
    assert contrast(tokens[ground], tokens[over]) >= least


def test_black_on_white_measures_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_every_light_colour_has_been_thought_of_in_the_dark() -> None:
    same_in_both = {"glow", "focus-on-deep"}
    light, dark = (CSS / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    names = [set(re.findall(r"--([\w-]+): #", part)) for part in (light, dark)]
    assert names[0] - names[1] <= same_in_both


@pytest.mark.parametrize("sheet", sorted(CSS.glob("*.css")), ids=lambda sheet: sheet.name)
def test_only_the_tokens_name_colours(sheet: Path) -> None:
    if sheet.name == "tokens.css":
        return
    text = re.sub(r"@media print \{.*?\n  \}", "", sheet.read_text(), flags=re.DOTALL)
    assert not re.findall(r":[^;{]*#[0-9a-fA-F]{3,8}\b|rgb|hsl|oklch", text)


def test_every_token_in_use_is_defined() -> None:
    text = "".join(sheet.read_text() for sheet in CSS.glob("*.css"))
    defined = set(re.findall(r"(--[\w-]+):", text))
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert used <= defined
