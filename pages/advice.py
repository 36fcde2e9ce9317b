"""What helps at a weak spot or with a factor: principles, themes and innovations of the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from barometer.models import Factor
from barometer.self_test import WeakSpot
from cases.models import Case
from taxonomy.models import Term, Vocabulary

from .models import TIED_VOCABULARIES, FactorTie, TiedCase

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
    """What helps at each spot; ``factors`` are those of the bank by key. At most five queries."""
    if not spots:
        return []
    keys = {key for spot in spots for key in spot.factors}
    ties = {tie.factor_id: tie for tie in FactorTie.objects.filter(factor__key__in=keys)}
    terms = {
        (term.vocabulary, term.code): term
        for term in Term.objects.filter(vocabulary__in=TIED_VOCABULARIES, is_active=True)
    }
    by_pk = {term.pk: term for term in terms.values()}
    tied_terms: dict[int, list[Term]] = {}
    through = FactorTie.terms.through.objects.filter(factortie__in=ties.values())
    for tie, term in through.values_list("factortie_id", "term_id"):
        if term in by_pk:
            tied_terms.setdefault(tie, []).append(by_pk[term])
    tied_cases = _cases_of(ties.values())
    found = []
    for spot in spots:
        of_spot = [factors[key] for key in spot.factors if key in factors]
        if spot.hindered_by and not of_spot:
            continue
        its_ties = [ties[factor.pk] for factor in of_spot if factor.pk in ties]
        codes = [
            terms[Vocabulary.PRINCIPLE, code]
            for code in spot.principles
            if (Vocabulary.PRINCIPLE, code) in terms
        ]
        its_terms = [*codes, *(term for tie in its_ties for term in tied_terms.get(tie.pk, ()))]
        found.append(
            Advice(
                title=str(spot.rule.title) if spot.rule else _hindered(of_spot[0]),
                why=str(spot.rule.why) if spot.rule else "",
                note=its_ties[0].note if its_ties and not spot.rule else "",
                factor=of_spot[0] if of_spot else None,
                principles=_of(Vocabulary.PRINCIPLE, its_terms),
                themes=_of(Vocabulary.THEME, its_terms),
                cases=[case for tie in its_ties for case in tied_cases.get(tie.pk, ())][:CASES_AT_SPOT],
            )
        )
    return found


def _hindered(factor: Factor) -> str:
    return _("Hindered by: %(factor)s") % {"factor": factor.name.lower()}


def _of(vocabulary: Vocabulary, terms: Iterable[Term]) -> list[Term]:
    return sorted(
        {term for term in terms if term.vocabulary == vocabulary}, key=lambda term: (term.order, term.code)
    )


def _cases_of(ties: Iterable[FactorTie]) -> dict[int, list[Case]]:
    """The public tied innovations of each tie, with their texts and owners, in order: two queries."""
    found: dict[int, list[Case]] = {}
    rows = TiedCase.objects.public().filter(tie__in=ties)
    for row in rows.select_related("case__owner").prefetch_related("case__texts"):
        found.setdefault(row.tie_id, []).append(row.case)
    return found
