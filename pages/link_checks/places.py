"""The addresses of other sites that the public pages lead to, and where each is used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from barometer.models import Source, Survey
from cases.models import Case, CaseText, Material
from common import markdown, navigation
from network.models import Event, EventMaterial
from pages.models import LinkCheck, Page, Resource

LONGEST = LinkCheck._meta.get_field("url").max_length or 0
# Texts of an edition that are Markdown.
_LANGUAGES = [code for code, _name in settings.LANGUAGES]
_SURVEY_TEXTS = tuple(f"{name}_{language}" for name in ("findings", "method") for language in _LANGUAGES)


class Place(NamedTuple):
    """Where an address is used: what kind of content, which, and where staff mend it."""

    kind: str | Promise
    title: str | Promise
    edit_url: str


def places(among: Collection[str] | None = None) -> dict[str, list[Place]]:
    """Every address, or every one of those ``among``, with its places. A fixed number of queries."""
    found: dict[str, list[Place]] = {}
    own_host = urlsplit(settings.BASE_URL).hostname
    for url, place in _all(among):
        if _is_elsewhere(url, own_host) and (among is None or url in among):
            uses = found.setdefault(url, [])
            if place not in uses:
                uses.append(place)
    return found


def _is_elsewhere(url: str, own_host: str | None) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:  # a bracket that is not closed, a port that is no number
        return False
    return parts.scheme in ("http", "https") and bool(host) and host != own_host and len(url) <= LONGEST


def _all(among: Collection[str] | None) -> Iterator[tuple[str, Place]]:
    yield from _resources()
    yield from _pages()
    yield from _cases(among)
    yield from _barometer()
    yield from _events()
    for group in navigation.FOOTER:
        for entry in group.entries:
            if isinstance(entry, navigation.ExternalEntry):
                yield entry.url, Place(_("Foot of every page"), entry.label, "")


def _resources() -> Iterator[tuple[str, Place]]:
    for resource in Resource.objects.public():
        edit_url = reverse("admin:pages_resource_change", args=[resource.pk])
        yield resource.url, Place(_("Resource"), resource.title, edit_url)


def _pages() -> Iterator[tuple[str, Place]]:
    """Links in the published texts of editorial pages."""
    for page in Page.objects.public().with_texts():
        edit_url = reverse("admin:pages_page_change", args=[page.pk])
        place = Place(_("Page"), page.title, edit_url)
        yield from _in_markdown([text.body for text in page.published_revision.texts.all()], place)


def _cases(among: Collection[str] | None) -> Iterator[tuple[str, Place]]:
    """Websites and linked materials of innovations that are real: invented ones lead nowhere.

    There may be very many, so only names and addresses are read.
    """
    public = Case.objects.public().filter(is_example=False)
    texts = CaseText.objects.filter(case__in=public, language=F("case__original_language"))
    websites = texts.exclude(case__website="")
    links = texts.filter(case__materials__kind=Material.Kind.LINK)
    if among is not None:
        websites = websites.filter(case__website__in=among)
        links = links.filter(case__materials__url__in=among)
    rows = chain(
        websites.values_list("case__website", "case_id", "title").iterator(),
        links.values_list("case__materials__url", "case_id", "title").iterator(),
    )
    for url, pk, title in rows:
        yield url, Place(_("Innovation"), title, reverse("admin:cases_case_change", args=[pk]))


def _barometer() -> Iterator[tuple[str, Place]]:
    for source in Source.objects.exclude(url=""):
        edit_url = reverse("admin:barometer_source_change", args=[source.pk])
        yield source.url, Place(_("Source of figures"), str(source), edit_url)
    for survey in Survey.objects.public():
        edit_url = reverse("admin:barometer_survey_change", args=[survey.pk])
        place = Place(_("Edition of the barometer"), str(survey), edit_url)
        yield from _in_markdown([getattr(survey, name) for name in _SURVEY_TEXTS], place)


def _events() -> Iterator[tuple[str, Place]]:
    """Links of the materials of events that are open to everybody."""
    events = Event.objects.filter(state=Event.State.PUBLISHED, is_public=True, is_example=False)
    for material in EventMaterial.objects.filter(event__in=events).select_related("event"):
        edit_url = reverse("admin:network_event_change", args=[material.event_id])
        yield material.url, Place(_("Event"), material.event.title, edit_url)


def _in_markdown(texts: Iterable[str | None], place: Place) -> Iterator[tuple[str, Place]]:
    for text in texts:
        for url in markdown.links(text or ""):
            yield url, place
