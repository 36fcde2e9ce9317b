"""Sums over the public cases that are not invented: what the registry as a whole can say of itself.

An organisation that took up several innovations is one adopter. What hours count is decided where all effects
are counted (``effects/counting.py``).
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from .effects.counting import Effects
from .effects.measures import HOURS, Measure
from .models import Adoption, Case, Established


@dataclass(frozen=True, kw_only=True)
class Total:
    """A sum, and of how many cases."""

    amount: Decimal
    cases: int


@dataclass(frozen=True, kw_only=True)
class Totals:
    """``known_hours`` were measured or independently evaluated; ``estimated_hours`` are of other cases."""

    cases: int
    examples: int
    organisations: int
    adoptions: int
    adopters: int
    known_hours: Total
    estimated_hours: Total


def of_public_cases(effects: Effects) -> Totals:
    """Counted now: two queries, however many cases. Invented examples are told apart, and in no sum."""
    public = Case.objects.public().order_by()
    real = public.filter(is_example=False)
    cases = public.aggregate(
        cases=Count("pk", filter=Q(is_example=False)),
        examples=Count("pk", filter=Q(is_example=True)),
        organisations=Count("owner", distinct=True, filter=Q(is_example=False)),
    )
    adoptions = (
        Adoption.objects.confirmed()
        .order_by()
        .filter(case__in=real)
        .aggregate(adoptions=Count("pk"), adopters=Count("organisation", distinct=True))
    )
    return Totals(
        **cases,
        **adoptions,
        known_hours=known(HOURS, effects),
        estimated_hours=estimated(HOURS, effects),
    )


def known(measure: Measure, effects: Effects) -> Total:
    """What was measured or independently evaluated; no case is in both."""
    return _sum(measure, effects, Established.MEASURED, Established.EVALUATED)


def estimated(measure: Measure, effects: Effects) -> Total:
    """What is only estimated, of cases that know no better."""
    return _sum(measure, effects, Established.ESTIMATED)


def _sum(measure: Measure, effects: Effects, *ways: Established) -> Total:
    found = [effects.figures(measure, established).summary(None, measure.statistic) for established in ways]
    told = [summary for summary in found if summary is not None and summary.total is not None]
    return Total(
        amount=sum((summary.total for summary in told if summary.total), Decimal(0)),
        cases=sum(summary.cases for summary in told),
    )
