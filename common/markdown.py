"""Markdown of editorial texts as HTML that is safe to show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Headings begin below those of the page that the text stands on; a text that is the page begins at 2.
HIGHEST_HEADING = 3
LOWEST_HEADING = 4
ALLOWED_TAGS = {
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "blockquote",
    "h2",
    "h3",
    "h4",
    "hr",
    "code",
}
ALLOWED_ATTRIBUTES = {"a": {"href"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}}

_reader = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class Heading:
    """One that can be linked to."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Document:
    """A text that is a page, with its headings in their order."""

    html: SafeString
    headings: Sequence[Heading]

    @property
    def highest(self) -> int:
        return min((heading.level for heading in self.headings), default=0)


def to_html(text: str) -> SafeString:
    """The text's paragraphs, lists, emphasis, links and headings; everything else is left out."""
    tokens = _reader.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            level = int(token.tag[1]) + HIGHEST_HEADING - 1
            token.tag = f"h{min(level, LOWEST_HEADING)}"
    return _safe(tokens)


def to_document(text: str) -> Document:
    """The same for a text that is a page: its headings are right under the page's own and can be linked to.

    Whichever levels the text uses, its highest are ``h2`` and none is skipped.
    """
    tokens = _reader.parse(text)
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    levels = {tag: min(number, LOWEST_HEADING) for number, tag in enumerate(used, 2)}
    headings = list(_headings(tokens, levels))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{levels[token.tag]}"
    return Document(_safe(tokens), headings)


def _headings(tokens: Sequence[Token], levels: dict[str, int]) -> Iterator[Heading]:
    """The headings; each gets an id, which is its words, on the way."""
    taken: set[str] = set()
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        words = "".join(child.content for child in inline.children or ())
        # The letters before it keep it from the ids that the page has already.
        name = first = f"h-{slugify(words)}"
        number = 1
        while name in taken:
            number += 1
            name = f"{first}-{number}"
        taken.add(name)
        opening.attrSet("id", name)
        yield Heading(levels[opening.tag], name, words)


def _safe(tokens: Sequence[Token]) -> SafeString:
    html = _reader.renderer.render(tokens, _reader.options, {})
    cleaned = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="external",
    )
    return mark_safe(cleaned)  # noqa: S308 - cleaned just now


def links(text: str) -> list[str]:
    """The addresses that the text's links lead to, each once, in its order."""
    found = (
        str(child.attrs["href"])
        for token in _reader.parse(text)
        for child in token.children or ()
        if child.type == "link_open"
    )
    return list(dict.fromkeys(found))
