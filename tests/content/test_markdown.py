"""Editorial texts as HTML."""

import pytest

from common.markdown import to_document, to_html


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


def test_headings_of_a_page_begin_right_below_its_own_and_skip_none():
    for text in ("# A\n\n## B\n\n# C", "## A\n\n#### B\n\n## C", "### A\n\n###### B\n\n### C"):
        document = to_document(text)
        assert document.html == '<h2 id="h-a">A</h2>\n<h3 id="h-b">B</h3>\n<h2 id="h-c">C</h2>\n'
        assert [heading.level for heading in document.headings] == [2, 3, 2]


def test_headings_with_the_same_words_have_ids_of_their_own():
    ids = [heading.id for heading in to_document("# Näin\n\n# Näin\n\n# Näin 2\n\n# ?").headings]
    assert ids == ["h-nain", "h-nain-2", "h-nain-2-2", "h-"]


def test_a_heading_is_told_in_its_words_alone():
    heading = to_document("## *Kaksi* [linkkiä](https://example.org/) & `koodi`").headings[0]
    assert heading.text == "Kaksi linkkiä & koodi"
