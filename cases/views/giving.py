"""Innovations given away in other registers' forms: OPSI's, and Public Sector Tech Watch's columns."""

from typing import BinaryIO

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from cases.importers.mapping import load_mapping
from cases.importers.outward import Outward
from cases.models import Case, PublicVersion
from cases.opsi import handed
from cases.opsi.form import with_all
from common.error_views import gone
from common.kept_files import kept_files
from common.tabular import CSV_TYPE, guarded, write_csv

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


@require_safe
def pstw(request: HttpRequest) -> HttpResponseBase:
    """All public innovations in the columns of Public Sector Tech Watch; the same bytes for everybody."""
    return kept_files.answer(
        request,
        "pstw",
        PublicVersion.objects.values_list("number", flat=True).get(pk=1),
        _write_pstw,
        content_type=CSV_TYPE,
        file_name="innovations-pstw.csv",
    )


def _write_pstw(file: BinaryIO) -> None:
    mapping = load_mapping("pstw")
    assert mapping.header
    write_csv(file, mapping.header, (list(map(guarded, row)) for row in Outward(mapping).rows()))
