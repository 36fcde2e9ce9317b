"""The front page: what this is, the search, and ways in; composed from what is public now."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from barometer import series
from cases import public_index
from cases.cards import card
from cases.models import Case
from cases.public_index import Index
from common.linked_data import Described, described, on_page, publisher
from network.views.events import next_events
from network.views.joining import figures as network_figures
from taxonomy.models import Vocabulary

from .editorial import trees

FEATURED = 3
NEWEST = 6


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Good with none, few and many cases: what has nothing to show is not there."""
    _tree, version = trees.current_with_public_version()
    index = public_index.current(version)
    counts = index.counts_of(Vocabulary.PRINCIPLE)
    featured, newest = _chosen(index)
    return render(
        request,
        "pages/front.html",
        {
            "linked_data": [_described()],
            "totals": index.totals,
            "principles": [
                (principle, counts.get(principle.code, 0)) for principle in index.terms(Vocabulary.PRINCIPLE)
            ],
            "featured": featured,
            "newest": newest,
            "headline": series.nordic(request.user),
            "network": network_figures(),
            "next_event": next(iter(next_events(request.user)), None),
        },
    )


def _described() -> Described:
    """The site, and how to search it, as machines read it."""
    search = settings.BASE_URL + reverse("pages:search")
    return on_page(
        "WebSite",
        url=settings.BASE_URL + reverse("pages:front"),
        name=_("Innovation registry"),
        alternateName=_("Public-sector innovations"),
        description=_("The open registry of Finland’s public-sector innovations"),
        inLanguage=get_language(),
        publisher=publisher(),
        potentialAction={
            "@type": "SearchAction",
            "target": described("EntryPoint", urlTemplate=f"{search}?q={{search_term_string}}"),
            "query-input": "required name=search_term_string",
        },
    )


def _chosen(index: Index) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Cards of the cases featured last, and of the newest others: three queries, however many cases.

    The newest come in the order of the list of innovations: those of the home country first.
    """
    featured = index.featured[:FEATURED]
    # There may be featured ones among them.
    newest = [pk for pk in index.numbering.ids(index.everything[: NEWEST + FEATURED]) if pk not in featured]
    cards = {
        case.pk: {**card(case, terms=index.terms_of(case.pk)), "published_at": case.published_at}
        for case in Case.objects.public()
        .filter(pk__in=[*featured, *newest[:NEWEST]])
        .select_related("owner", "source")
        .prefetch_related("texts", "evidence")  # the terms are at hand in the index
        .order_by()
    }
    return (
        [cards[pk] for pk in featured if pk in cards],
        [cards[pk] for pk in newest[:NEWEST] if pk in cards],
    )
