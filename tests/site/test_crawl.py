"""Every address that a reader can come to by following links, in three languages."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.conf import settings
from django.test import Client
from py3langid.langid import MODEL_FILE, LanguageIdentifier

# The crawl takes minutes, and belongs to whichever test comes first.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]

LANGUAGES = ("fi", "sv", "en")
# Texts shorter than this do not tell their language.
TELLING = 60
# Names and figures, of whatever language the page is; and what an adopter wrote, whose language nobody told.
NOT_TEXT = (
    "script, style, code, svg, nav, table, time, address, cite, [lang], .visually-hidden, .adoption-result"
)


@dataclass
class Page:
    """What the crawl keeps of a page."""

    path: str
    status: int
    title: str = ""
    headings: int = 0
    language: str = ""
    ids: frozenset[str] = frozenset()
    links: tuple[str, ...] = ()
    alternates: dict[str, str] = field(default_factory=dict)
    canonical: str = ""
    blocks: tuple[str, ...] = ()

    @property
    def is_html(self) -> bool:
        return bool(self.language)


def read(path: str, client: Client) -> Page:
    answer = client.get(path)
    if answer.streaming:
        answer.getvalue()  # to its end, where the file is closed
    if not answer.get("Content-Type", "").startswith("text/html") or answer.status_code >= 300:
        location = answer.get("Location", "")
        return Page(path, answer.status_code, links=(location,) if location else ())
    html = BeautifulSoup(answer.content, "html.parser")
    assert html.html
    links = tuple(str(link["href"]) for link in html.select("a[href], link[rel=alternate][type][href]"))
    alternates = {
        str(link["hreflang"]): own_path(str(link["href"]))
        for link in html.select("link[hreflang]:not([type])")
    }
    canonical = html.select_one("link[rel=canonical]")
    return Page(
        path,
        answer.status_code,
        title=html.title.get_text() if html.title else "",
        headings=len(html.select("h1")),
        language=str(html.html.get("lang", "")),
        ids=frozenset(str(element["id"]) for element in html.select("[id]")),
        links=links,
        alternates=alternates,
        canonical=own_path(str(canonical["href"])) if canonical else "",
        blocks=texts_of(html),
    )


def texts_of(html: BeautifulSoup) -> tuple[str, ...]:
    """The page's own words in whole sentences: paragraphs outside what is marked as another language."""
    main = html.select_one("main")
    if not isinstance(main, Tag):
        return ()
    for element in main.select(NOT_TEXT):
        element.decompose()
    texts = (" ".join(element.get_text(" ").split()) for element in main.select("p, li, dd, label, legend"))
    return tuple(text for text in texts if len(text) >= TELLING)


def own_path(address: str) -> str:
    return address.removeprefix(settings.BASE_URL)


def shape(path: str) -> tuple[str, frozenset[str]]:
    """A path with the names in its query: of lists narrowed down in a thousand ways, one of each kind.

    Of files that each innovation has, too: they are made by the same code.
    """
    parts = urlsplit(path)
    names = frozenset(name for name, _value in parse_qsl(parts.query, keep_blank_values=True))
    is_file = "." in parts.path.rpartition("/")[2]
    return re.sub(r"\d+", "0", parts.path) if is_file else parts.path, names


@pytest.fixture(scope="module")
def crawled(first_run, django_db_blocker) -> dict[str, Page]:
    """Crawled once for all tests of the module."""
    with django_db_blocker.unblock():
        return crawl()


def crawl() -> dict[str, Page]:
    """Pages by path, from the three front pages onwards."""
    client = Client(raise_request_exception=True)
    found: dict[str, Page] = {}
    seen = set()
    waiting = deque(f"/{language}/" for language in LANGUAGES)
    while waiting:
        path = waiting.popleft()
        if shape(path) in seen:
            continue
        seen.add(shape(path))
        page = found[path] = read(path, client)
        for link in page.links:
            target = urldefrag(own_path(urljoin(path, link))).url
            if target.startswith("/"):
                waiting.append(target)
    return found


def test_every_link_leads_somewhere_and_every_page_is_told_from_the_others(crawled):
    """No broken link or fragment, one h1, a title of its own, hreflang that is answered in kind."""
    pages = {path: page for path, page in crawled.items() if page.is_html}
    assert len(pages) > 300
    # Signing in is asked for politely, and everything else is there.
    assert {
        path: page.status for path, page in crawled.items() if page.status not in (200, 301, 302, 303)
    } == {}

    fragments = {
        (path, link)
        for path, page in pages.items()
        for link in page.links
        if (fragment := urldefrag(link).fragment)
        and (target := pages.get(urldefrag(own_path(urljoin(path, link))).url))
        and fragment not in target.ids
    }
    assert fragments == set()

    assert {path: page.headings for path, page in pages.items() if page.headings != 1} == {}
    assert {path: page.language for path, page in pages.items() if f"/{page.language}/" != path[:4]} == {}

    plain = [page for path, page in pages.items() if "?" not in path]
    titles = Counter((page.language, page.title) for page in plain)
    assert {title: count for title, count in titles.items() if count > 1} == {}

    for page in plain:
        assert page.canonical == page.path
        assert set(page.alternates) == {*LANGUAGES, "x-default"}, page.path
        assert page.alternates[page.language] == page.path
        for language in LANGUAGES:
            other = pages.get(page.alternates[language])
            assert other, (page.path, language)
            assert other.alternates == page.alternates, (page.path, language)


def test_every_page_is_written_in_its_language(crawled):
    """As a detector reads it, sentence by sentence; what is in another language says so by ``lang``."""
    detector = LanguageIdentifier.from_model_file(MODEL_FILE)
    detector.set_languages(list(LANGUAGES))
    strange = {}
    for path, page in crawled.items():
        for block in page.blocks:
            language, _confidence = detector.classify(block)
            if language != page.language:
                strange[block] = (path, language)
    assert strange == {}
