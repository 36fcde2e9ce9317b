"""The ties that come with the registry (pages/data/factor_ties.toml)."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from barometer.models import Factor
from cases.models import Case
from taxonomy.models import Term, Vocabulary

from .models import FactorTie, TiedCase

DATA = Path(__file__).resolve().parent / "data" / "factor_ties.toml"
# The source of the innovations that the file names by their external identifiers.
COMPILED_SOURCE = "pstw-compiled"


@transaction.atomic
def load_factor_ties() -> int:
    """Tie each factor that nobody has tied yet; returns how many.

    A factor of the file that the bank does not have is passed over, as are innovations that this
    installation lacks. Raises ValueError for a principle or theme that is not in the vocabulary.
    """
    factors = {factor.key: factor for factor in Factor.objects.filter(tie=None)}
    made = 0
    for row in tomllib.loads(DATA.read_text())["tie"]:
        if factor := factors.get(row["factor"]):
            _tie(factor, row)
            made += 1
    return made


def _tie(factor: Factor, row: dict[str, Any]) -> None:
    texts = {
        f"{name}_{language}": text for name in ("meaning", "note") for language, text in row[name].items()
    }
    tie = FactorTie.objects.create(factor=factor, **texts)
    tie.terms.set(
        [
            *_terms(Vocabulary.PRINCIPLE, row.get("principles", [])),
            *_terms(Vocabulary.THEME, row.get("themes", [])),
        ]
    )
    for order, case in enumerate(_cases(row.get("cases", []), row.get("examples", []))):
        TiedCase.objects.create(tie=tie, case=case, order=order)


def _terms(vocabulary: Vocabulary, codes: list[str]) -> list[Term]:
    found = list(Term.objects.filter(vocabulary=vocabulary, code__in=codes))
    if missing := set(codes) - {term.code for term in found}:
        raise ValueError(f"No such {vocabulary} among the terms: {', '.join(sorted(missing))}")
    return found


def _cases(external_ids: list[str], titles: list[str]) -> QuerySet[Case]:
    return (
        Case.objects.public()
        .filter(
            Q(source__key=COMPILED_SOURCE, external_id__in=external_ids)
            | Q(is_example=True, texts__title__in=titles)
        )
        .order_by("is_example", "pk")
        .distinct()
    )
