"""What the page of open data lists: the datasets as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from cases.identifiers import case_identifier
from cases.models import Case
from common import licence
from common.records import WholeTable

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


def shown() -> dict[str, Any]:
    """What stands beneath the page's text. A query for each table, however many rows they have."""
    oldest = Case.objects.public().order_by("pk").values_list("pk", flat=True).first()
    return {
        "datasets": [_listed(dataset) for dataset in DATASETS],
        "licence": licence,
        "today": timezone.localdate(),
        "base_url": settings.BASE_URL,
        "identifier": case_identifier(oldest) if oldest else "",
    }


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
