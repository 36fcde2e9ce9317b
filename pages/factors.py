"""A factor of the barometer: what it is, what it does to innovation, and what has helped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from barometer import series
from barometer.models import Factor, Option, Survey
from barometer.series import Observation
from cases.cards import card
from cases.models import Case
from taxonomy.models import Term, Vocabulary

from .advice import Help
from .models import TIED_VOCABULARIES, FactorTie, TiedCase


@dataclass
class Effect:
    """What one edition tells of the factor: how often it promoted, hindered, did neither."""

    survey: Survey
    chart_url: str
    by_direction: dict[str, list[Observation]] = field(default_factory=dict)

    @property
    def promotes(self) -> list[Observation]:
        return self.by_direction.get(Option.Direction.PROMOTES, [])

    @property
    def hinders(self) -> list[Observation]:
        return self.by_direction.get(Option.Direction.HINDERS, [])

    @property
    def neither(self) -> list[Observation]:
        return self.by_direction.get(Option.Direction.NEITHER, [])


@dataclass
class Motive:
    """What one edition tells of the factor as an answer to another question."""

    observation: Observation
    chart_url: str


@require_safe
def factor_page(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that the registry knows of one factor: eight queries."""
    factor: Factor = get_object_or_404(Factor.objects.select_related("tie"), key=key)
    tie: FactorTie | None = getattr(factor, "tie", None)
    observations = series.of_factor(factor.key, request.user)
    terms = list(tie.terms.filter(is_active=True)) if tie else []
    cases = _cases(tie) if tie else []
    return render(
        request,
        "pages/factor.html",
        {
            "factor": factor,
            "tie": tie,
            "help": Help(
                principles=[term for term in terms if term.vocabulary == Vocabulary.PRINCIPLE],
                themes=[term for term in terms if term.vocabulary == Vocabulary.THEME],
            ),
            "effects": _effects(observations),
            "motives": [Motive(row, _chart_url(row)) for row in observations if not row.option.direction],
            "cards": [card(case) for case in cases],
            "breadcrumbs": [(_("Innovation barometer"), reverse("barometer:overview")), (factor.name, "")],
        },
    )


def _cases(tie: FactorTie) -> list[Case]:
    """The public ones, in the order that editors gave: four queries."""
    shown = Term.objects.filter(vocabulary__in=TIED_VOCABULARIES)
    rows = (
        TiedCase.objects.public()
        .filter(tie=tie)
        .select_related("case__owner", "case__source")
        .prefetch_related("case__texts", Prefetch("case__terms", shown), "case__evidence")
    )
    return [row.case for row in rows]


def _effects(observations: Iterable[Observation]) -> list[Effect]:
    effects: dict[int, Effect] = {}
    for row in observations:
        if row.option.direction:
            effect = effects.setdefault(row.asked.pk, Effect(row.survey, _chart_url(row)))
            effect.by_direction.setdefault(row.option.direction, []).append(row)
    return list(effects.values())


def _chart_url(row: Observation) -> str:
    """Where the edition's answers to the question are charted."""
    return reverse("barometer:asked", args=[row.survey.key, row.asked.question.key])
