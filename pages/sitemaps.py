"""What search engines are told of: every public page, in each language, with the other languages beside it.

The index names the sections, a large one in parts. Addresses begin with BASE_URL, whatever host was asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from barometer.models import Question, Survey
from cases import public_index
from cases.effects.series import Key, keys
from cases.models import Case
from cases.public_index import Index
from common.addresses import in_each_language
from common.files import Format
from network.models import Bulletin, Event
from taxonomy.models import Term, Vocabulary

from .models import FactorTie, Page

LANGUAGES = [language for language, _name in settings.LANGUAGES]
# Pages that are about no row of the database, by the names of their addresses.
FIXED = (
    "pages:front",
    "cases:list",
    "cases:principles",
    "cases:organisations",
    "cases:tell",
    "barometer:overview",
    "barometer:questions",
    "pages:self_test",
    "network:front",
    "network:events",
    "network:privacy",
    "pages:bulletins",
    "pages:resources",
    "pages:data_dictionary",
    "api:docs",
    "pages:contacts",
    "pages:accessibility",
    "pages:privacy",
)


class Section(Sitemap):
    """Items of one kind. A part is cut from the query: memory does not grow with the number of items."""

    # Items in one part: three addresses each. Whoever asks has it made anew, in some tenths of a second.
    limit = 500

    def __init__(self, cases: Index) -> None:
        self.cases = cases

    def path(self, item: Any) -> str:
        """The item's path in the active language."""
        return item.get_absolute_url()

    def lastmod(self, item: Any) -> datetime | None:
        return None

    def get_urls(self, page: Any = 1, site: Any = None, protocol: Any = None) -> list[dict[str, Any]]:
        """One entry for each item and language. Raises EmptyPage and PageNotAnInteger."""
        urls: list[dict[str, Any]] = []
        for item in self.paginator.page(page).object_list:
            paths = in_each_language(partial(self.path, item))
            addresses = {language: settings.BASE_URL + path for language, path in paths.items()}
            alternates = [
                {"lang_code": language, "location": address} for language, address in addresses.items()
            ]
            alternates.append({"lang_code": "x-default", "location": addresses[settings.LANGUAGE_CODE]})
            urls += [
                {"location": address, "lastmod": self.lastmod(item), "alternates": alternates}
                for address in addresses.values()
            ]
        return urls


class FixedPages(Section):
    def items(self) -> Sequence[str]:
        return FIXED

    def path(self, item: str) -> str:
        return reverse(item)


class Principles(Section):
    def items(self) -> Any:
        return Term.objects.of(Vocabulary.PRINCIPLE)

    def path(self, item: Term) -> str:
        return reverse("cases:principle", args=[item.code])


class Cases(Section):
    def items(self) -> Any:
        return Case.objects.public().prefetch_related("texts").order_by("pk")

    def path(self, item: Case) -> str:
        text = item.text_in(get_language())
        return reverse("cases:detail", args=[item.pk, text.slug if text else "-"])

    def lastmod(self, item: Case) -> datetime:
        return item.changed_at


class Organisations(Section):
    """Those that have told of an innovation or adopted one."""

    def items(self) -> Any:
        known = self.cases.counts_of("organisation")
        return Organisation.objects.filter(pk__in=known).order_by("pk")

    def path(self, item: Organisation) -> str:
        return reverse("cases:organisation", args=[item.pk, item.slug])


class Editions(Section):
    def items(self) -> Any:
        return Survey.objects.public().order_by("pk")

    def lastmod(self, item: Survey) -> datetime:
        return item.changed_at


class Questions(Section):
    def items(self) -> Any:
        return Question.objects.public().order_by("pk")


class Factors(Section):
    def items(self) -> Any:
        return FactorTie.objects.select_related("factor").order_by("pk")

    def path(self, item: FactorTie) -> str:
        return reverse("pages:factor", args=[item.factor.key])


class Effects(Section):
    """What real innovations have reported."""

    def items(self) -> Sequence[Key]:
        return keys(self.cases)

    def path(self, item: Key) -> str:
        return reverse("cases:effect", args=[item])


class Events(Section):
    """Those that everybody may come to."""

    def items(self) -> Any:
        return Event.objects.visible_to(AnonymousUser()).order_by("pk")

    def lastmod(self, item: Event) -> datetime:
        return item.changed_at


class Bulletins(Section):
    def items(self) -> Any:
        return Bulletin.objects.public().order_by("pk")

    def path(self, item: Bulletin) -> str:
        return reverse("pages:bulletin", args=[item.pk])


class EditorialPages(Section):
    def items(self) -> Any:
        return Page.objects.public().with_texts().order_by("pk")

    def lastmod(self, item: Page) -> datetime:
        return item.changed_at


SECTIONS = {
    "pages": FixedPages,
    "editorial": EditorialPages,
    "principles": Principles,
    "innovations": Cases,
    "organisations": Organisations,
    "effects": Effects,
    "editions": Editions,
    "questions": Questions,
    "factors": Factors,
    "events": Events,
    "bulletins": Bulletins,
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The sections and their parts."""
    parts = []
    cases = public_index.current()
    for name, section in SECTIONS.items():
        address = settings.BASE_URL + reverse("sitemap", args=[name])
        parts += [
            f"{address}?p={number}" if number > 1 else address
            for number in section(cases).paginator.page_range
        ]
    return render(request, "pages/sitemap_index.xml", {"parts": parts}, content_type="application/xml")


@require_safe
def part(request: HttpRequest, section: str) -> HttpResponse:
    """One part of a section; 404 for one that is not."""
    if section not in SECTIONS:
        raise Http404
    try:
        urls = SECTIONS[section](public_index.current()).get_urls(request.GET.get("p", 1))
    except InvalidPage as error:
        raise Http404 from error
    return render(request, "pages/sitemap.xml", {"urlset": urls}, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What machines should not ask for: results of searches, and the administration."""
    lines = ["User-agent: *"]
    for language in LANGUAGES:
        with override(language):
            lines += [f"Disallow: {reverse(name)}" for name in ("admin:index", "pages:search")]
            lines.append(f"Disallow: {reverse('cases:list')}?")
            lines += [f"Disallow: {reverse('cases:download', args=[format.value])}" for format in Format]
    lines += ["", f"Sitemap: {settings.BASE_URL}{reverse('sitemap_index')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("sitemap.xml", index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", part, name="sitemap"),
    path("robots.txt", robots, name="robots"),
]
