"""Organisations from the project's own data files (accounts/data)."""

import csv
import datetime
from collections import Counter
from pathlib import Path
from typing import Any

from django.db import transaction
from simple_history.utils import get_history_manager_for_model

from taxonomy.models import NameStatus, Term, Vocabulary

from .models import Organisation, OrganisationDomain, OrganisationKind

DATA = Path(__file__).resolve().parent / "data"
REASON = "reference data"


@transaction.atomic
def load_organisations(file: str = "organisations.csv") -> Counter[str]:
    """Bring the organisations of ``file`` in; counts of "created", "updated", "unchanged" and "kept".

    Rows are matched by ``code``. An organisation that somebody has edited since is kept as it is: its
    last entry in the history is then not ours. Raises ValueError, naming the row, for what is not known.
    """
    with (DATA / file).open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    regions = {term.code: term for term in Term.objects.filter(vocabulary=Vocabulary.REGION)}
    existing = {organisation.code: organisation for organisation in Organisation.objects.exclude(code=None)}
    last_reasons = dict(
        get_history_manager_for_model(Organisation)
        .order_by("history_date", "history_id")
        .values_list("id", "history_change_reason")
    )
    counts: Counter[str] = Counter()
    ours = []
    for number, row in enumerate(rows, start=2):
        values = _values(row, regions, f"{file}, row {number}")
        organisation = existing.setdefault(row["code"], Organisation(code=row["code"]))
        if organisation.pk and last_reasons.get(organisation.pk) != REASON:
            counts["kept"] += 1
            continue
        ours.append((number, row, organisation))
        changed = {name for name, value in values.items() if getattr(organisation, name) != value}
        if organisation.pk and not changed:
            counts["unchanged"] += 1
            continue
        counts["updated" if organisation.pk else "created"] += 1
        for name, value in values.items():
            setattr(organisation, name, value)
        organisation._change_reason = REASON  # type: ignore[attr-defined]
        organisation.save()
    for number, row, organisation in ours:
        unknown = [code for code in _split(row["successors"]) if code not in existing]
        if unknown:
            raise ValueError(f"{file}, row {number}: unknown successors {', '.join(unknown)}")
        if row["successors"]:
            organisation.successors.set(existing[code] for code in _split(row["successors"]))
        for domain in _split(row["email_domains"]):
            OrganisationDomain.objects.get_or_create(domain=domain, defaults={"organisation": organisation})
    return counts


def _values(row: dict[str, str], regions: dict[str, Term], place: str) -> dict[str, Any]:
    """The fields of an organisation from a row of the file; ``place`` names the row in errors."""
    for column, known in (
        ("kind", OrganisationKind.values),
        ("name_status", NameStatus.values),
        ("region", ["", *regions]),
    ):
        if row[column] not in known:
            raise ValueError(f"{place}: unknown {column} {row[column]!r}")
    return {
        "kind": row["kind"],
        "name_fi": row["name_fi"],
        "name_sv": row["name_sv"],
        "name_en": row["name_en"],
        "region": regions.get(row["region"]),
        "valid_from": _day(row["valid_from"]),
        "valid_to": _day(row["valid_to"]),
        "name_status": row["name_status"],
        "is_example": row["is_example"] == "1",
    }


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _split(text: str) -> list[str]:
    return [part for part in text.split(";") if part]
