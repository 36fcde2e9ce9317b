"""Sums over the public cases that are not invented: what the registry as a whole can say of itself.

Nothing is mixed and nothing counted twice: an organisation that took up several innovations is one adopter,
and of a case's hours only those count that are known best.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, Lower

from .models import Adoption, Case, Established, Evidence, LifeCycle

# How people write hours; what is told in anything else (working years, euros) is in no sum of hours.
HOUR_UNITS = ("h", "h/a", "h/v", "h/vuosi", "h/år", "h/year", "tuntia", "timmar", "hours")
# These save nothing yet, or nothing any more.
NOT_IN_USE = (LifeCycle.PLANNED, LifeCycle.DISCONTINUED)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Working hours saved a year, of how many cases."""

    hours: Decimal = Decimal(0)
    cases: int = 0


@dataclass(frozen=True, kw_only=True)
class Totals:
    """``known_hours`` were measured or independently evaluated; ``estimated_hours`` are of other cases."""

    cases: int
    examples: int
    organisations: int
    adoptions: int
    adopters: int
    known_hours: Hours
    estimated_hours: Hours


def of_public_cases() -> Totals:
    """Counted now: three queries, however many cases. Invented examples are told apart, and in no sum."""
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
    known, estimated = _hours_saved()
    return Totals(**cases, **adoptions, known_hours=known, estimated_hours=estimated)


def _hours_saved() -> tuple[Hours, Hours]:
    """Known hours, and the estimated ones of cases that know none.

    An evaluation stands in place of the case's own measurement of the same hours, and both in place of
    an estimate.
    """

    def of(established: Established) -> Sum:
        return Sum("value", filter=Q(established=established))

    of_case = (
        Evidence.objects.annotate(unit_lower=Lower("unit"))
        .filter(kind=Evidence.Kind.HOURS_SAVED, unit_lower__in=HOUR_UNITS, value__gt=0)
        .filter(case__in=Case.objects.public().filter(is_example=False).exclude(life_cycle__in=NOT_IN_USE))
        .order_by()
        .values("case")
        .annotate(
            known=Coalesce(of(Established.EVALUATED), of(Established.MEASURED)),
            estimated=of(Established.ESTIMATED),
        )
    )
    only_estimated = Q(known__isnull=True)
    sums = of_case.aggregate(
        known_hours=Sum("known"),
        known_cases=Count("known"),
        estimated_hours=Sum("estimated", filter=only_estimated),
        estimated_cases=Count("estimated", filter=only_estimated),
    )
    return (
        Hours(hours=sums["known_hours"] or Decimal(0), cases=sums["known_cases"]),
        Hours(hours=sums["estimated_hours"] or Decimal(0), cases=sums["estimated_cases"]),
    )
