"""What holds for every page that a reader meets."""

import re
from dataclasses import replace

from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from cases import public_index
from cases.models import Case
from cases.schema import TEXT_FIELDS
from cases.views.reading import AFTER_ADOPTIONS, BEFORE_ADOPTIONS
from pages.editorial import trees
from tests.cases import factories

from .addresses import error_pages, reader_pages

LANGUAGES = ("fi", "sv", "en")
MOST_QUERIES = 8
MOST_BYTES = 100_000


def queries_of(client, path: str) -> int:
    """Queries of a page with nothing remembered but the index, which is read once for each change."""
    client.get(path)
    for cache in caches.all(initialized_only=True):
        cache.clear()
    # The menus look at the database again every few seconds: that look is counted, too.
    assert trees._kept
    trees._kept = replace(trees._kept, looked_at=float("-inf"))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code in (200, 404, 410), path
    return len(captured)


def test_every_page_answers_in_every_language_without_a_cookie(registry, client):
    for language in LANGUAGES:
        for name, path in reader_pages(language).items():
            response = client.get(path)
            assert response.status_code == 200, (name, language, response.status_code)
            assert not response.cookies, name
            assert f'<html lang="{language}">' in response.content.decode(), name
            assert "csrfmiddlewaretoken" not in response.content.decode(), name


def test_pages_for_errors_answer_in_every_language_without_a_cookie(registry, client):
    for language in LANGUAGES:
        for (name, path), status in zip(error_pages(language).items(), (404, 410), strict=True):
            response = client.get(path)
            assert response.status_code == status, (name, language)
            assert not response.cookies
            assert f'<html lang="{language}">' in response.content.decode(), name


def test_a_repeated_request_is_answered_304(registry, client):
    for name, path in reader_pages().items():
        etag = client.get(path)["ETag"]
        again = client.get(path, headers={"If-None-Match": etag})
        assert again.status_code == 304, name
        assert not again.content


def test_every_page_is_light_over_the_wire(registry, client):
    for name, path in reader_pages().items():
        response = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip", name
        assert len(response.content) <= MOST_BYTES / 2, (name, len(response.content))


def test_queries_are_few_and_do_not_grow_with_the_number_of_cases(registry, client):
    few = {name: queries_of(client, path) for name, path in reader_pages().items()}
    assert max(few.values()) <= MOST_QUERIES, few
    owner = Case.objects.public().filter(is_example=True, adopter_count__gt=1).order_by("pk").first().owner
    moderator = factories.moderator()
    for number in range(15):
        organisation = Organisation.objects.order_by("pk")[number]
        revision = factories.in_review(
            reviewer=moderator,
            owner=owner.pk,
            partners=[organisation.pk],
            adoptions=[{"organisation": organisation.pk, "mode": "copy", "year": 2024}],
            evidence=[{"kind": "hours_saved", "value": "10", "unit": "h", "established": "estimated"}],
            **factories.with_principles("3", "4"),
        )
        factories.publish(revision)
    public_index.forget()
    many = {name: queries_of(client, path) for name, path in reader_pages().items()}
    assert max(many.values()) <= MOST_QUERIES, many
    assert {name: count for name, count in many.items() if count > few[name]} == {}


def test_the_root_leads_to_the_readers_language(client, db):
    for language, expected in (("sv-FI,sv;q=0.9", "/sv/"), ("de", "/fi/"), ("en", "/en/")):
        response = client.get("/", headers={"Accept-Language": language})
        assert (response.status_code, response["Location"]) == (302, expected)
        assert not response.cookies


def test_the_language_switch_leads_to_the_same_page_with_its_query(registry, client):
    pages = {language: reader_pages(language) for language in LANGUAGES}
    for name, path in pages["fi"].items():
        html = client.get(path).content.decode()
        for language in ("sv", "en"):
            link = re.search(rf'<a [^>]*hreflang="{language}"[^>]*>', html)
            assert link, (name, language)
            target = re.search(r'href="([^"]+)"', link[0])[1].replace("&amp;", "&")
            assert target == pages[language][name], name


def test_alternate_links_are_reciprocal_and_answer(registry, client):
    pattern = re.compile(r'<link rel="alternate" hreflang="(\w\w)" href="https?://[^/"]+([^"]+)"')
    for name, path in reader_pages().items():
        if "?" in path:
            continue
        html = client.get(path).content.decode()
        if 'name="robots" content="noindex"' in html:
            continue
        found = dict(pattern.findall(html))
        assert set(found) >= set(LANGUAGES), name
        for language in ("sv", "en"):
            other = client.get(found[language])
            assert other.status_code == 200, (name, language)
            assert dict(pattern.findall(other.content.decode())) == found, (name, language)


def test_every_page_has_one_heading_of_its_own_and_a_title_of_its_own(registry, client):
    titles = {}
    for name, path in reader_pages().items():
        html = client.get(path).content.decode()
        assert len(re.findall(r"<h1[ >]", html)) == 1, name
        titles[name] = re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1]
    kinds = {name: title for name, title in titles.items() if "," not in name}
    assert len(set(kinds.values())) == len(kinds), titles


def test_the_policy_of_content_allows_nothing_but_our_own(registry, client):
    for path in (*reader_pages().values(), *error_pages().values()):
        response = client.get(path)
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        html = response.content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)=", html)
        # What machines read of the page is data, which no browser executes.
        assert not re.search(r"<script(?![^>]+src=)(?! type=\"application/ld\+json\">)", html)
        assert not re.search(r'(src|srcset|action)="https?:', html)
        assert response["X-Content-Type-Options"] == "nosniff"


def test_an_innovations_page_shows_every_public_text():
    shown = {"title", "summary", "discontinued_reason", *BEFORE_ADOPTIONS, *AFTER_ADOPTIONS}
    assert shown == {field.name for field in TEXT_FIELDS if field.public}
