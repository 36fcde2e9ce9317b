"""The site's own pages."""

from typing import Any

from django.core.cache import caches
from django.db.models import Count, Sum
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
    featured = Case.objects.public().for_cards().order_by("-featured_at", "-published_at", "-pk")
    return render(
        request,
        "pages/front.html",
        {
            "figures": _figures(index.version),
            "principles": [
                (principle, counts.get(principle.code, 0))
                for principle in Term.objects.of(Vocabulary.PRINCIPLE)
            ],
            "cards": [card(case) for case in featured[:CARDS]],
            "headline": _headline(request),
        },
    )


def _headline(request: HttpRequest) -> series.Series | None:
    """The barometer's headline, when there is a share to show."""
    found = series.nordic(request.user)
    return found if found and any(row.is_shown for row in found.observations) else None


def _figures(version: int) -> dict[str, Any]:
    """Sums over the public cases, counted once for each version of what is public; no invented ones.

    Hours are those measured or independently evaluated, never estimates, each case's own alone.
    """
    cache = caches["cards"]
    key = f"front-figures-{version}"
    figures = cache.get(key)
    if figures is None:
        real = Case.objects.public().filter(is_example=False)
        figures = real.aggregate(
            cases=Count("pk"), organisations=Count("owner", distinct=True), adoptions=Sum("adopter_count")
        )
        figures |= (
            Evidence.objects.filter(
                case__in=real,
                kind=Evidence.Kind.HOURS_SAVED,
                established__in=[Established.MEASURED, Established.EVALUATED],
            )
            .order_by()
            .aggregate(hours=Sum("value"), hours_cases=Count("case", distinct=True))
        )
        cache.set(key, figures, timeout=None)
    return figures
