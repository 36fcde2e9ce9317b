"""The potential analyses, each with the innovations that answer it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.permissions import CONTENT_EDITORS
from pages.models import Page, Resource
from tests.accounts.factories import StaffFactory
from tests.accounts.sign_in import sign_in_to_admin
from tests.cases.factories import term
from tests.editorial import factories as pages

from .cases import hours, of_themes, publish

pytestmark = pytest.mark.django_db

LANGUAGES = ("fi", "sv", "en")


def analysis(title: str, *themes: str, **fields: object) -> Resource:
    texts = {
        f"{name}_{language}": words
        for name, words in (("title", title), ("description", "Kuvaus"), ("publisher", "Julkaisija"))
        for language in LANGUAGES
    }
    told = {"kind": "analysis", "url": "https://example.org/a", "is_public": True, **texts, **fields}
    made = Resource.objects.create(**told)
    made.terms.set([term("theme", code) for code in themes])
    return made


@pytest.fixture
def page() -> Page:
    return pages.placed(pages.published(), companion=Page.Companion.PRODUCTIVITY)


def read(client: Client, page: Page) -> BeautifulSoup:
    with override("en"):
        return BeautifulSoup(client.get(page.get_absolute_url()).content, "html.parser")


def titled(title: str, *themes: str, **changes: object) -> dict[str, object]:
    text = {"title": title, "summary": "S", "problem": "P", "solution": "S", "newness": "N"}
    return {**of_themes(*themes), "original_language": "en", "texts": {"en": text}, **changes}


def test_without_analyses_there_is_no_empty_place(client: Client, page: Page) -> None:
    assert not read(client, page).select("#analyses, .resource")


def test_an_analysis_tells_its_branch_year_and_themes_and_leads_elsewhere(client: Client, page: Page) -> None:
    analysis("Analyysi", "07", branch_en="Health", branch_fi="Terveys", branch_sv="Hälsa", year=2019)
    analysis("Piilossa", is_public=False)
    (row,) = read(client, page).select(".resource")
    text = " ".join(row.get_text(" ").split())
    for words in ("Analyysi", "2019", "Administrative branch: Health", "theme 07", "Kuvaus"):
        assert words in text
    link = row.select_one("h3 a")
    assert link
    assert link["href"] == "https://example.org/a"
    assert "another website" in text


def test_innovations_of_its_themes_answer_it_the_best_known_first(client: Client, page: Page) -> None:
    analysis("Analyysi", "07", "09")
    publish(titled("Invented", "07", evidence=[hours(1, "evaluated")]), is_example=True)
    publish(
        titled("Without figures", "07"),
        titled("Estimated", "09", evidence=[hours(1, "estimated")]),
        titled("Other theme", "01", evidence=[hours(1)]),
        titled("Measured", "07", "09", evidence=[hours(1)]),
        titled("Evaluated", "07", evidence=[hours(1, "evaluated")]),
    )
    (row,) = read(client, page).select(".resource")
    titles = [link.text for link in row.select(".resource-answers li a")]
    assert titles == ["Evaluated", "Measured", "Estimated"]
    link = row.select_one(".resource-answers p a")
    assert link
    assert link.text.startswith("5 innovations of the same themes")
    listed = BeautifulSoup(client.get(str(link["href"])).content, "html.parser")
    assert len(listed.select("main .result-row")) == 5


def test_an_analysis_without_themes_or_answers_is_told_all_the_same(client: Client, page: Page) -> None:
    analysis("Ilman teemoja")
    analysis("Ilman innovaatioita", "09")
    publish(titled("Other", "01"))
    soup = read(client, page)
    assert len(soup.select(".resource")) == 2
    assert not soup.select(".resource-answers")


def test_queries_do_not_grow_with_analyses(client: Client, page: Page) -> None:
    publish(*(titled(f"Number {number}", "07", evidence=[hours(1)]) for number in range(5)))

    with override("en"):
        path = page.get_absolute_url()

    def queries() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    analysis("One", "07")
    few = queries()
    for number in range(4):
        analysis(f"More {number}", "07", "09")
    assert queries() == few <= 8


def test_content_editors_keep_an_analysis_with_its_themes(client: Client) -> None:
    theme = term("theme", "07")
    editor = StaffFactory()
    editor.groups.add(Group.objects.get(name=CONTENT_EDITORS))
    sign_in_to_admin(client, editor)
    texts = {f"{name}_{language}": "Teksti" for name in ("title", "description") for language in LANGUAGES}
    told = {
        "kind": "analysis",
        "url": "https://example.org/analyysi",
        "publisher_fi": "Ministeriö",
        "branch_fi": "Terveys",
        "year": 2019,
        "languages": ["fi"],
        "order": 0,
        "is_public": "on",
        "terms": [theme.pk],
        **texts,
    }
    answer = client.post(reverse("admin:pages_resource_add"), told)
    assert answer.status_code == 302
    kept = Resource.objects.get(url="https://example.org/analyysi")
    assert (kept.branch, list(kept.terms.all())) == ("Terveys", [theme])
