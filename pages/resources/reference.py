"""The resources that come with the registry (pages/data/resources.toml)."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from django.db import transaction

from pages.models import Resource
from taxonomy.models import Term, Vocabulary

DATA = Path(__file__).resolve().parent.parent / "data" / "resources.toml"
# So the history tells what was loaded from what somebody has edited.
REASON = "Resources of the registry"
# Between two rows of the file there is room for what staff add.
STEP = 10


@transaction.atomic
def load_resources() -> Counter[str]:
    """Bring the file's resources in; counts of "created", "updated", "unchanged" and "kept".

    Kept is what somebody has edited or deleted since: it stays as it was left. Raises ValueError for a
    principle that is not in the vocabulary.
    """
    existing = {one.key: one for one in Resource.objects.exclude(key="").prefetch_related("terms")}
    history: Any = Resource.history  # type: ignore[attr-defined]  # django-simple-history adds it
    last = {
        key: (kind, reason)
        for key, kind, reason in history.exclude(key="")
        .order_by("history_date", "history_id")
        .values_list("key", "history_type", "history_change_reason")
    }
    principles = {term.code: term for term in Term.objects.filter(vocabulary=Vocabulary.PRINCIPLE)}
    counts: Counter[str] = Counter()
    for number, row in enumerate(tomllib.loads(DATA.read_text())["resource"], start=1):
        key = row["key"]
        kind, reason = last.get(key, ("", REASON))
        if kind == "-" or reason != REASON:
            counts["kept"] += 1
            continue
        if unknown := set(row.get("principles", [])) - set(principles):
            raise ValueError(f"No such principle among the terms: {', '.join(sorted(unknown))}")
        terms = [principles[code] for code in row.get("principles", [])]
        counts[_bring_in(existing.get(key) or Resource(key=key), _values(row, number * STEP), terms)] += 1
    return counts


def _values(row: dict[str, Any], order: int) -> dict[str, Any]:
    texts = {
        f"{name}_{language}": text
        for name in ("title", "description", "publisher")
        for language, text in row[name].items()
    }
    return {
        "kind": row["kind"],
        "url": row["url"],
        "languages": row["languages"],
        "year": row.get("year"),
        "is_public": row["public"],
        "order": order,
        **texts,
    }


def _bring_in(resource: Resource, values: dict[str, Any], terms: list[Term]) -> str:
    is_new = resource.pk is None
    has_terms = not is_new and {term.pk for term in resource.terms.all()} == {term.pk for term in terms}
    if has_terms and all(getattr(resource, name) == value for name, value in values.items()):
        return "unchanged"
    for name, value in values.items():
        setattr(resource, name, value)
    resource._change_reason = REASON  # type: ignore[attr-defined]
    resource.save()
    # The history of the terms is kept by the same reason.
    resource.terms.set(terms)
    return "created" if is_new else "updated"
