"""The page of open data as machines read it: see ``common/linked_data.py``."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language

from common import licence
from common.linked_data import Described, described, on_page, publisher

from .catalogue import ListedDataset


def of_page(datasets: Iterable[ListedDataset], *, url: str, title: str, lead: str) -> Described:
    """A catalogue of the datasets with their files; they are named as in ``dcat.py``."""
    return on_page(
        "DataCatalog",
        url=url,
        name=title,
        description=lead,
        inLanguage=get_language(),
        publisher=publisher(),
        license=licence.URL,
        dataset=[_dataset(listed) for listed in datasets],
    )


def _dataset(listed: ListedDataset) -> Described:
    files = [
        *([listed.workbook] if listed.workbook else []),
        *(file for one in listed.tables for file in one.files),
    ]
    return described(
        "Dataset",
        id=f"{settings.BASE_URL}{reverse('catalogue')}#dataset-{listed.dataset.key}",
        name=str(listed.dataset.title),
        description=str(listed.dataset.description),
        inLanguage=get_language(),
        license=licence.URL,
        creator=publisher(),
        dateModified=localtime(listed.changed).isoformat(timespec="seconds") if listed.changed else "",
        distribution=[
            described("DataDownload", contentUrl=file.url, encodingFormat=file.media_type) for file in files
        ],
    )
