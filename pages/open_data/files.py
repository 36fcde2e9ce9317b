"""The datasets as files: whole, in the active language, the same bytes for the same data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import BinaryIO

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import files, licence
from common.kept_files import kept_files
from common.rate import counted_download

from .datasets import DATASETS, Dataset, Distribution
from .dictionary import DICTIONARY

# A workbook says when it was made: of a dataset that has never changed, then.
_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
BY_NAME: dict[tuple[str, str], tuple[Dataset, Distribution]] = {
    (distribution.name, distribution.format.value): (dataset, distribution)
    for dataset in (*DATASETS, DICTIONARY)
    for distribution in dataset.distributions
}


@require_safe
def file(request: HttpRequest, name: str, format: str) -> HttpResponseBase:
    """A table, or all tables of a dataset, as a file. It is whole before its first byte is sent."""
    if (name, format) not in BY_NAME:
        raise Http404
    dataset, distribution = BY_NAME[name, format]
    if not dataset.version:
        return _made(request, dataset, distribution)
    return kept_files.answer(
        request,
        (distribution.name, distribution.format, get_language()),
        dataset.version(),
        lambda file: write(distribution, dataset, file),
        content_type=distribution.format.media_type,
        file_name=distribution.file_name,
    )


def write(distribution: Distribution, dataset: Dataset, file: BinaryIO) -> None:
    """Write the file in the active language. Memory does not grow with the number of rows."""
    with _small_page_cache():
        files.write(
            file,
            distribution.format,
            [(table, table.everything()) for table in distribution.tables],
            about=about(dataset, distribution),
            made=dataset.changed() or _BEFORE_ALL,
        )


@contextmanager
def _small_page_cache() -> Iterator[None]:
    """What reads everything once gains nothing from SQLite's page cache, and would fill it."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (usual,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute("PRAGMA cache_size=-2000")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size={int(usual)}")


def about(dataset: Dataset, distribution: Distribution) -> list[tuple[str, str]]:
    """What has to be known of the data, line by line."""
    changed = dataset.changed()
    return [
        (_("Data"), str(dataset.title)),
        (_("What they are"), str(dataset.description)),
        *([(_("Last changed"), date_format(localtime(changed), "DATETIME_FORMAT"))] if changed else []),
        (_("Licence"), f"{licence.NAME}, {licence.URL}"),
        *([(_("Data of others"), str(dataset.imported))] if dataset.imported else []),
        (_("To be named as source"), _("Innovation registry")),
        (_("Address"), distribution.url),
    ]


@counted_download
def _made(request: HttpRequest, dataset: Dataset, distribution: Distribution) -> HttpResponse:
    content = BytesIO()
    write(distribution, dataset, content)
    return HttpResponse(
        content.getvalue(),
        content_type=distribution.format.media_type,
        headers={
            "Cache-Control": "no-cache",
            "Content-Disposition": content_disposition_header(True, distribution.file_name) or "",
        },
    )
