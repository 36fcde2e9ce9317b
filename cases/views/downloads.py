"""What the list of innovations shows, as a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import BinaryIO

from django.conf import settings
from django.db.models import Max
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.exports import CASE_TABLES, INNOVATIONS
from cases.filters import CaseFilter
from cases.models import Case
from common import files, licence
from common.error_views import busy
from common.files import Format
from common.rate import counted_download

# More innovations than these take the server a second or more.
LARGE = 1000
# A workbook says when it was made: without innovations, then.
_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


@require_safe
@counted_download
def download(request: HttpRequest, format: str) -> HttpResponseBase:
    """The innovations that the address asks for, in its order. It is whole before its first byte is sent.

    A workbook has what belongs to them, too, each kind in a sheet of its own.
    """
    try:
        kind = Format(format)
    except ValueError as error:
        raise Http404 from error
    asked = CaseFilter(request.GET)
    ids = asked.hits[:]
    try:
        with files.in_turn() if len(ids) > LARGE else nullcontext():
            file = _made(kind, ids, asked)
    except files.BusyError:
        return busy(request)
    answer = FileResponse(
        file, as_attachment=True, filename=f"innovations.{kind.value}", content_type=kind.media_type
    )
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _made(kind: Format, ids: Sequence[int], asked: CaseFilter) -> BinaryIO:
    tables = CASE_TABLES if kind is Format.XLSX else (INNOVATIONS,)
    changed = Case.objects.public().aggregate(last=Max("changed_at"))["last"]
    return files.whole(
        lambda file: files.write(
            file,
            kind,
            [(table, table.rows(ids)) for table in tables],
            about=_about(asked, len(ids)),
            made=changed or _BEFORE_ALL,
        )
    )


def _about(asked: CaseFilter, count: int) -> list[tuple[str, str]]:
    named = [*filter(None, [asked.words]), *(chip["label"] for chip in asked.chips)]
    return [
        (_("Data"), _("Innovations")),
        (_("Number"), str(count)),
        *([(_("Search"), ", ".join(named))] if named else []),
        *([(_("Not known, left out"), ", ".join(asked.left_out))] if asked.left_out else []),
        (_("Order"), str(asked.sort.label)),
        (_("Address"), settings.BASE_URL + reverse("cases:list") + asked.address().removesuffix("?")),
        (_("Licence"), f"{licence.NAME}, {licence.URL}"),
        (
            _("Data of others"),
            _(
                "What was taken from other registers keeps its source’s licence. Each row of the table of"
                " innovations tells its licence and whom to name."
            ),
        ),
        (_("To be named as source"), _("Innovation registry")),
    ]
