"""Tables of the desk as files to download."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils import timezone

from common.tabular import CSV_TYPE, XLSX_TYPE, Cell, as_csv, as_xlsx
from network.models import ListExport

# As long as a sheet's name may be.
_SHEET_NAME = 31


def download(
    name: str, file_format: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """The table as a file that nobody on the way keeps, with today's date in its name."""
    if file_format == ListExport.Format.CSV:
        answer = HttpResponse(as_csv(header, rows), content_type=CSV_TYPE)
    else:
        sheet = (title[:_SHEET_NAME], header, rows)
        answer = HttpResponse(as_xlsx([sheet], made=timezone.now()), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = (
        f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.{file_format}"'
    )
    answer["Cache-Control"] = "no-store"
    return answer
