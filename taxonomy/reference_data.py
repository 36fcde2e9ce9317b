"""Vocabularies from the project's own data files (taxonomy/data)."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

from django.db import transaction

from .models import NameStatus, Term, Vocabulary

DATA = Path(__file__).resolve().parent / "data"
REASON = "reference data"
_TRANSLATED = tuple(
    f"{field}_{language}" for field in ("name", "description") for language in ("fi", "sv", "en")
)


@transaction.atomic
def load_terms() -> Counter[str]:
    """Bring the terms of every vocabulary in; counts of "created", "updated", "unchanged" and "kept".

    Terms are matched by vocabulary and code, and ordered as their file is. A term that somebody has edited
    since is kept as it is: its last entry in the history is then not ours. Raises ValueError, naming the
    row, for what is not known.
    """
    existing = {(term.vocabulary, term.code): term for term in Term.objects.all()}
    history: Any = Term.history  # type: ignore[attr-defined]  # django-simple-history adds it
    last_reasons = dict(
        history.order_by("history_date", "history_id").values_list("id", "history_change_reason")
    )
    counts: Counter[str] = Counter()
    for vocabulary in Vocabulary.values:
        for order, values in enumerate(_rows(vocabulary), start=1):
            code = values.pop("code")
            term = existing.get((vocabulary, code)) or Term(vocabulary=vocabulary, code=code)
            if term.pk and last_reasons.get(term.pk) != REASON:
                counts["kept"] += 1
                continue
            values["order"] = order
            if term.pk and all(getattr(term, name) == value for name, value in values.items()):
                counts["unchanged"] += 1
                continue
            counts["updated" if term.pk else "created"] += 1
            for name, value in values.items():
                setattr(term, name, value)
            term._change_reason = REASON  # type: ignore[attr-defined]
            term.save()
    return counts


def _rows(vocabulary: str) -> list[dict[str, Any]]:
    """The terms of one file, as values of the model's fields."""
    with (DATA / f"{vocabulary}.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    for number, row in enumerate(rows, start=2):
        if row["name_status"] not in NameStatus.values:
            raise ValueError(f"{vocabulary}.csv, row {number}: unknown name_status {row['name_status']!r}")
    return [{name: row[name] for name in ("code", "name_status", *_TRANSLATED)} for row in rows]
