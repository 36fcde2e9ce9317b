"""An innovation given away in another register's form: OPSI's, to everybody who may read the page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cases.models import Case
from cases.opsi import handed
from cases.opsi.form import with_all
from common.error_views import gone

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
