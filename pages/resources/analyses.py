"""The analyses of the potential of productivity and digitalisation, and the innovations that answer them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from cases.facets import EvidenceFound, Origin
from cases.models import Case
from cases.public_index import Index, Selection
from pages.models import Resource
from taxonomy.models import Vocabulary

from .catalogue import terms_of
from .views import row

SHOWN = 3
# Innovations whose effect is known stand before those that only tell what was done.
_BEST_FIRST = (EvidenceFound.EVALUATED, EvidenceFound.MEASURED, EvidenceFound.ESTIMATED)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Public innovations of an analysis's themes: how many, where all of them are listed, and the first."""

    count: int = 0
    url: str = ""
    ids: list[int] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)


def listed(index: Index) -> list[dict[str, Any]]:
    """Every public analysis as a row, with its answers: four queries, however many there are."""
    resources = Resource.objects.public().filter(kind=Resource.Kind.ANALYSIS).prefetch_related("terms")
    found = [(resource, _answers(resource, index)) for resource in resources]
    shown = {pk for _resource, answers in found for pk in answers.ids}
    cases = Case.objects.public().prefetch_related("texts").in_bulk(shown) if shown else {}
    for _resource, answers in found:
        answers.cases.extend(cases[pk] for pk in answers.ids if pk in cases)
    return [{"row": row(resource), "answers": answers} for resource, answers in found]


def _answers(resource: Resource, index: Index) -> Answers:
    themes = [term.code for term in terms_of(resource, Vocabulary.THEME)]
    if not themes:
        return Answers()
    selection = Selection(index, {Vocabulary.THEME: themes})
    return Answers(
        count=len(selection),
        url=f"{reverse('cases:list')}?{urlencode({Vocabulary.THEME.value: themes}, doseq=True)}",
        ids=selection.in_order(_tiers(index))[:SHOWN],
    )


def _tiers(index: Index) -> list[Any]:
    """All cases: the real before the invented, and of these the best known first; each case once."""
    examples = index.values["source"].get(Origin.EXAMPLE.value)
    tiers, remaining = [], index.everything
    for found in _BEST_FIRST:
        cases = index.values["evidence"].get(found.value)
        if cases is not None:
            tiers.append(remaining & cases)
            remaining = remaining - cases
    tiers.append(remaining)
    if examples is None:
        return tiers
    return [*(tier - examples for tier in tiers), *(tier & examples for tier in tiers)]
