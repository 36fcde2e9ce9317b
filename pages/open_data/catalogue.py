"""What the page of open data lists: the datasets as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum
from django.utils import timezone

from barometer.models import Survey
from cases.identifiers import case_identifier
from cases.models import Case, PublicVersion
from common import licence
from common.records import WholeTable
from taxonomy.models import Term

from .datasets import DATASETS, Dataset, Distribution


@dataclass(frozen=True)
class ListedTable:
    """``files`` are of this table alone."""

    table: WholeTable
    rows: int
    files: list[Distribution]


@dataclass(frozen=True)
class ListedDataset:
    """``workbook`` holds all tables, where there are several."""

    dataset: Dataset
    changed: datetime | None
    tables: list[ListedTable]
    workbook: Distribution | None


@dataclass(frozen=True)
class Listing:
    """``identifier`` names one of the innovations, as an example; "" while there is none."""

    stamp: tuple[int, ...]
    datasets: list[ListedDataset]
    identifier: str


def shown() -> dict[str, Any]:
    """What stands beneath the page's text."""
    found = current()
    return {
        "datasets": found.datasets,
        "identifier": found.identifier,
        "licence": licence,
        "today": timezone.localdate(),
        "base_url": settings.BASE_URL,
    }


# The one listing of this process ----------------------------------------------

_current: Listing | None = None


def current() -> Listing:
    """The listing as it is now: three queries, and one for each number when something has changed."""
    global _current
    found, seen = _current, _stamp()
    if found is None or found.stamp != seen:
        _current = found = _read(seen)
    return found


def forget() -> None:
    """Let the next request read the listing anew, where the stamp cannot tell: another database."""
    global _current
    _current = None


def _stamp() -> tuple[int, ...]:
    """Numbers that differ when what is listed has changed."""
    version = PublicVersion.objects.values_list("number", flat=True).get(pk=1)
    surveys = Survey.objects.aggregate(versions=Sum("version"), count=Count("pk"))
    return version, surveys["versions"] or 0, surveys["count"], Term.objects.count()


def _read(stamp: tuple[int, ...]) -> Listing:
    oldest = Case.objects.public().order_by("pk").values_list("pk", flat=True).first()
    return Listing(
        stamp, [_listed(dataset) for dataset in DATASETS], case_identifier(oldest) if oldest else ""
    )


def _listed(dataset: Dataset) -> ListedDataset:
    files = dataset.distributions
    return ListedDataset(
        dataset,
        dataset.changed(),
        [
            ListedTable(table, table.count(), [one for one in files if one.tables == (table,)])
            for table in dataset.tables
        ],
        next((one for one in files if len(one.tables) > 1), None),
    )
