"""The site's own pages."""

from typing import Any

from django.core.cache import caches
from django.db.models import Count, OuterRef, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from barometer import series
from cases import public_index
from cases.cards import card
from cases.models import Case, Established, Evidence
from taxonomy.models import Term, Vocabulary

CARDS = 6


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What this is in one sentence, the search, and ways in. Good with none, few and many cases."""
    index = public_index.current()
    counts = index.counts_of(Vocabulary.PRINCIPLE)
    featured = (
        Case.objects.public()
        .select_related("owner", "source")
        .prefetch_related("texts", "evidence")  # the terms are at hand in the index
        .order_by("-featured_at", "-published_at", "-pk")
    )
    return render(
        request,
        "pages/front.html",
        {
            "figures": _figures(index.version),
            "principles": [
                (principle, counts.get(principle.code, 0))
                for principle in Term.objects.of(Vocabulary.PRINCIPLE)
            ],
            "cards": [card(case, terms=index.terms_of(case.pk)) for case in featured[:CARDS]],
            "headline": series.nordic(request.user),
        },
    )


def _figures(version: int) -> dict[str, Any]:
    """Sums over the public cases, counted once for each version of what is public; no invented ones.

    Hours are those measured or independently evaluated, never estimates, each case's own alone.
    """
    cache = caches["cards"]
    key = f"front-figures-{version}"
    figures = cache.get(key)
    if figures is None:
        known_hours = Evidence.objects.filter(
            case=OuterRef("pk"),
            kind=Evidence.Kind.HOURS_SAVED,
            established__in=[Established.MEASURED, Established.EVALUATED],
        )
        hours_of_case = known_hours.order_by().values("case").annotate(hours=Sum("value")).values("hours")
        figures = (
            Case.objects.public()
            .filter(is_example=False)
            .annotate(hours_saved=Subquery(hours_of_case))
            .aggregate(
                cases=Count("pk"),
                organisations=Count("owner", distinct=True),
                adoptions=Sum("adopter_count"),
                hours=Sum("hours_saved"),
                hours_cases=Count("hours_saved"),
            )
        )
        cache.set(key, figures, timeout=None)
    return figures
