"""Innovations given away in other registers' forms: OPSI's, and Public Sector Tech Watch's columns."""

import csv
from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from cases.importers.mapping import load_mapping
from cases.importers.outward import Outward
from cases.models import Case
from cases.opsi import handed
from cases.opsi.form import with_all
from common.error_views import gone
from common.tabular import CSV_TYPE, guarded

FORMATS = {"json": (handed.as_json, handed.JSON_TYPE), "docx": (handed.as_docx, handed.DOCX_TYPE)}


@require_safe
def opsi_form(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """OPSI's form of a public case; answers otherwise as the case's own page does."""
    case = with_all(Case.objects.public().select_related("source")).filter(pk=pk).first()
    if case is None:
        if Case.objects.gone().filter(pk=pk).exists():
            return gone(request)
        raise Http404
    write, content_type = FORMATS[ending]
    name = f"opsi-{case.pk}.{ending}"
    return HttpResponse(
        write(case),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


class _Line:
    """What the writer of CSV writes to: it gives each line back."""

    def write(self, line: str) -> str:
        return line


@require_safe
def pstw(request: HttpRequest) -> StreamingHttpResponse:
    """All public innovations in the columns of Public Sector Tech Watch; the same bytes for everybody."""
    mapping = load_mapping("pstw")
    writer = csv.writer(_Line(), lineterminator="\r\n")

    def lines() -> Iterator[bytes]:
        yield b"\xef\xbb\xbf" + writer.writerow(mapping.header).encode()
        for row in Outward(mapping).rows():
            yield writer.writerow(map(guarded, row)).encode()

    return StreamingHttpResponse(
        lines(),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": 'attachment; filename="innovations-pstw.csv"'},
    )
