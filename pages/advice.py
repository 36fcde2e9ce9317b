"""What helps at a weak spot or with a factor: principles, themes and innovations of the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from barometer.models import Factor
from barometer.self_test import WeakSpot
from cases import public_index
from cases.models import Case
from taxonomy.models import Term, Vocabulary

from .models import TIED_VOCABULARIES, FactorTie

# A spot names this many of the tied innovations; the factor's page has them all.
CASES_AT_SPOT = 3


@dataclass(kw_only=True)
class Help:
    """Principles and themes, the innovations that show any of them, and those tied by hand."""

    principles: list[Term] = field(default_factory=list)
    themes: list[Term] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)

    @property
    def list_url(self) -> str:
        """The list of innovations narrowed down by the principles and themes; "" when there are none."""
        chosen = [(term.vocabulary, term.code) for term in (*self.principles, *self.themes)]
        return f"{reverse('cases:list')}?{urlencode(chosen)}" if chosen else ""


@dataclass(kw_only=True)
class Advice(Help):
    """One weak spot in words, with what helps at it. ``note`` is the registry's own view."""

    title: str
    why: str = ""
    note: str = ""
    factor: Factor | None = None


def advice(spots: Sequence[WeakSpot], factors: Mapping[str, Factor]) -> list[Advice]:
    """What helps at each spot; ``factors`` are those of the bank by key. Four queries."""
    # A factor that the bank no longer has says nothing to anybody.
    spots = [spot for spot in spots if not spot.hindered_by or spot.hindered_by in factors]
    if not spots:
        return []
    index = public_index.current()
    ties = _Ties({factors[key] for spot in spots for key in spot.factors if key in factors}, index)
    found, cases_at = [], []
    for spot in spots:
        of_spot = [factors[key] for key in spot.factors if key in factors]
        terms = {term for factor in of_spot for term in ties.terms.get(factor.pk, ())}
        terms |= {term for term in ties.principles if term.code in spot.principles}
        found.append(
            Advice(
                title=str(spot.rule.title) if spot.rule else _hindered(of_spot[0]),
                why=str(spot.rule.why) if spot.rule else "",
                note="" if spot.rule else ties.notes.get(of_spot[0].pk, ""),
                factor=of_spot[0] if of_spot else None,
                principles=_of(Vocabulary.PRINCIPLE, terms),
                themes=_of(Vocabulary.THEME, terms),
            )
        )
        tied = [case for factor in of_spot for case in ties.cases.get(factor.pk, ())]
        cases_at.append(tied or _most_adopted(index, spot.principles))
    shown = Case.objects.public().filter(pk__in={pk for ids in cases_at for pk in ids})
    cases = {case.pk: case for case in shown.select_related("owner").prefetch_related("texts")}
    for one, ids in zip(found, cases_at, strict=True):
        one.cases = [cases[pk] for pk in ids if pk in cases][:CASES_AT_SPOT]
    return found


class _Ties:
    """What the factors are tied to, by the factor's primary key: one query.

    The ids of ``cases`` are also those of innovations that are not public.
    """

    def __init__(self, factors: Iterable[Factor], index: public_index.Index) -> None:
        known = {
            term.pk: term
            for vocabulary in TIED_VOCABULARIES
            for term in index.terms(vocabulary)
            if term.is_active
        }
        self.principles = [term for term in known.values() if term.vocabulary == Vocabulary.PRINCIPLE]
        self.notes: dict[int, str] = {}
        self.cases: dict[int, dict[int, None]] = {}
        self.terms: dict[int, set[Term]] = {}
        # Joined, so that each tie comes once for each of its innovations with each of its terms.
        rows = FactorTie.objects.filter(factor__in=factors).annotate(
            tied_case=F("tied_cases__case"), tied_term=F("terms")
        )
        for tie in rows.order_by("pk", "tied_cases__order", "tied_cases__pk"):
            self.notes[tie.factor_id] = tie.note
            if tie.tied_case:
                self.cases.setdefault(tie.factor_id, {})[tie.tied_case] = None
            if tie.tied_term in known:
                self.terms.setdefault(tie.factor_id, set()).add(known[tie.tied_term])


def _most_adopted(index: public_index.Index, principles: Sequence[str]) -> list[int]:
    """Of the public innovations that show any of the principles, those that most others have adopted."""
    selection = public_index.Selection(index, {Vocabulary.PRINCIPLE: principles})
    return selection.in_order(index.by_adopters)[:CASES_AT_SPOT]


def _hindered(factor: Factor) -> str:
    return _("Hindered by: %(factor)s") % {"factor": factor.name.lower()}


def _of(vocabulary: Vocabulary, terms: Iterable[Term]) -> list[Term]:
    return sorted(
        {term for term in terms if term.vocabulary == vocabulary}, key=lambda term: (term.order, term.code)
    )
