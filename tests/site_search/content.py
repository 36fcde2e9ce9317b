"""Something public of every kind for the tests of the site-wide search, made by what staff make it with."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Organisation
from barometer import actions as barometer_actions
from barometer.models import Question, Survey
from network import event_actions
from network.models import Event
from pages.editorial import actions as page_actions
from pages.models import Page, Resource
from tests.accounts.factories import OrganisationFactory
from tests.barometer import factories as barometer
from tests.finding.cases import publish as publish_cases

Words = dict[str, str]


def in_three(field: str, words: Words) -> dict[str, str]:
    """Columns of a field in each language; where nothing is told, something that no test searches for."""
    return {f"{field}_{language}": words.get(language, "Zzz") for language in ("fi", "sv", "en")}


def organisation(**names: str) -> Organisation:
    """One that has told of an innovation."""
    made = OrganisationFactory(**{f"name_{language}": name for language, name in names.items()})
    publish_cases({"owner": made.pk})
    return made


def question(title: Words, *, wording: Words | None = None, answer: Words | None = None) -> Survey:
    """A published edition that asked it and got one answer."""
    what = barometer.question(**in_three("title", title), **in_three("wording", wording or {}))
    return asked(what, answer or {})


def asked(what: Question, answer: Words) -> Survey:
    edition = barometer.survey()
    given = barometer.option(what, f"option-{what.options.count()}", **in_three("label", answer))
    figure = barometer.figure(barometer.asked(edition, what), given, 40)
    barometer_actions.enter_figures(edition, [figure], by=None)
    barometer_actions.publish(edition, by=None)
    return edition


def page_texts(title: Words, body: Words | None = None) -> dict[str, Words]:
    return {
        language: {
            "title": title.get(language, "Zzz"),
            "menu_title": "",
            "lead": "Zzz.",
            "body": (body or {}).get(language, "Zzz."),
        }
        for language in ("fi", "sv", "en")
    }


def page_draft(title: Words, body: Words | None = None) -> Page:
    return page_actions.begin(page_texts(title, body), by=None)


def page(title: Words, body: Words | None = None) -> Page:
    made = page_draft(title, body)
    page_actions.publish(made, by=None, seen_version=made.version)
    return Page.objects.get(pk=made.pk)


def resource(title: Words, description: Words | None = None, *, is_public: bool = True) -> Resource:
    return Resource.objects.create(
        kind="guide",
        url="https://example.org/guide",
        languages=["en"],
        is_public=is_public,
        **in_three("title", title),
        **in_three("description", description or {}),
        **in_three("publisher", {}),
    )


def event_draft(title: Words, description: Words | None = None, **values: Any) -> Event:
    begins = timezone.now() + timedelta(days=7)
    return event_actions.create(
        {
            "kind": "meeting",
            "starts_at": begins,
            "ends_at": begins + timedelta(hours=2),
            "is_public": True,
            **in_three("title", title),
            **in_three("description", description or {}),
            **values,
        },
        by=None,
    )


def event(title: Words, description: Words | None = None, **values: Any) -> Event:
    return event_actions.publish(event_draft(title, description, **values), by=None)


def address(words: str, language: str = "fi", **more: str) -> str:
    with override(language):
        return f"{reverse('pages:search')}?{urlencode({'q': words, **more})}"


def found(client: Client, words: str, language: str = "fi", **more: str) -> BeautifulSoup:
    response = client.get(address(words, language, **more))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(page: BeautifulSoup) -> dict[str, list[str]]:
    """Titles of the shown results by kind."""
    return {section.h2["id"]: texts(section.select("h3")) for section in page.select("main section:has(h3)")}


def texts(headings: Iterable[Tag]) -> list[str]:
    """Titles alone, without what is said of a link that leads elsewhere."""
    return [(heading.select_one("a > span") or heading).get_text().strip() for heading in headings]
