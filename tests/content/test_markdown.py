"""Editorial texts as HTML."""

import pytest

from common.markdown import to_html


def test_paragraphs_lists_emphasis_and_links_come_through():
    html = to_html("Yksi **tärkeä** asia.\n\n- ensin\n- sitten [lähde](https://example.org/)")
    assert "<strong>tärkeä</strong>" in html
    assert html.count("<li>") == 2
    assert '<a href="https://example.org/" rel="external">lähde</a>' in html


def test_headings_begin_below_those_of_the_page():
    assert to_html("# Otos\n\n## Paino\n\n###### Pieni") == (
        "<h3>Otos</h3>\n<h4>Paino</h4>\n<h4>Pieni</h4>\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        '<a href="https://example.org/" onclick="alert(1)">x</a>',
        '<p style="color: red">x</p>',
    ],
)
def test_nothing_else_comes_through(text):
    html = to_html(text)
    for forbidden in ("<script", "<img", 'href="javascript', "<a href", "<p style"):
        assert forbidden not in html
