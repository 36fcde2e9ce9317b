"""Markdown of editorial texts as HTML that is safe to show."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# Headings begin below those of the page that the text stands on.
HIGHEST_HEADING = 3
LOWEST_HEADING = 4
ALLOWED_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "a", "blockquote", "h3", "h4", "hr", "code"}

_reader = MarkdownIt("commonmark", {"html": False})


def to_html(text: str) -> SafeString:
    """The text's paragraphs, lists, emphasis, links and headings; everything else is left out."""
    tokens = _reader.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            level = int(token.tag[1]) + HIGHEST_HEADING - 1
            token.tag = f"h{min(level, LOWEST_HEADING)}"
    html = _reader.renderer.render(tokens, _reader.options, {})
    cleaned = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="external",
    )
    return mark_safe(cleaned)  # noqa: S308 - cleaned just now
