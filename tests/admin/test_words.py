"""No English on a Finnish or Swedish page of the administration, as far as the words are translated."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from django.utils.translation import trans_real

from tests.reviewing.pages import client_of
from tests.reviewing.test_roles import admin_paths

from .site import ROLES, fill, somebody

pytestmark = pytest.mark.django_db

# What is not the page's own language: texts of others, other languages, codes.
# What the tests' own rows say.
DATA = {"Publisher"}
NOT_WORDS = "script, style, svg, code, textarea, [lang]:not(html), .written"


def english_words(html: bytes, language: str) -> Iterator[str]:
    """Texts of the page that stand there in English although the language has words for them."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.select(NOT_WORDS):
        element.decompose()
    translated = trans_real.translation(language)
    for text in set(soup.stripped_strings) - DATA:
        for words in {text.rstrip(":"), text[:1].lower() + text[1:].rstrip(":")}:
            told = translated.gettext(words)
            if words.isascii() and told.lower() not in (words.lower(), text.lower()):
                yield text


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_english_that_has_been_translated(role, language):
    fill()
    client = client_of(somebody(role))
    faults = {}
    with translation.override(language):
        paths = list(dict.fromkeys(admin_paths()))
    for path in paths:
        answer = client.get(path)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            with translation.override(language):
                if found := sorted(set(english_words(answer.content, language))):
                    faults[path] = found
    assert faults == {}
