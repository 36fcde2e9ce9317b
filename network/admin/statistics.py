"""The page of statistics, and its tables as files that may be given outside."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from network.models import JoinRequest, ListExport, Member
from network.statistics import BREAKDOWNS, SMALLEST, all_breakdowns

from .files import download

if TYPE_CHECKING:
    from .base import CoordinatedAdmin


def urls(desk: "CoordinatedAdmin", name: str) -> list[URLPattern]:
    """The addresses, for ``desk`` to take among its own."""

    def page(request: HttpRequest) -> HttpResponse:
        """All tables, small numbers too: coordinators know the people anyway."""
        if not desk.has_view_permission(request):
            raise PermissionDenied
        context = {
            **desk.admin_site.each_context(request),
            "opts": desk.opts,
            "title": _("Statistics"),
            "members": Member.objects.active().count(),
            "waiting": JoinRequest.objects.queue().count(),
            "breakdowns": all_breakdowns(),
            "smallest": SMALLEST,
            "file_formats": ListExport.Format.choices,
        }
        return TemplateResponse(request, "admin/network/statistics.html", context)

    def file(request: HttpRequest, key: str, file_format: str) -> HttpResponse:
        """One table without small numbers."""
        if not desk.has_view_permission(request):
            raise PermissionDenied
        if key not in BREAKDOWNS or file_format not in ListExport.Format.values:
            raise Http404
        table = BREAKDOWNS[key]().for_outside()
        header = [table.first, *table.columns]
        rows = [[row.label, *row.values] for row in table.rows]
        return download(key, file_format, table.title, header, rows)

    view = desk.admin_site.admin_view
    return [
        path("statistics/", view(page), name=f"{name}_statistics"),
        path("statistics/<slug:key>/<slug:file_format>/", view(file), name=f"{name}_statistics_file"),
    ]
