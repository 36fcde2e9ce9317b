"""Charts at their permanent addresses: a page, a frame for other sites, and files."""

from typing import Any

from csp.decorators import csp_replace
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from barometer import charts, exports, linked_data, series
from barometer.models import Survey
from barometer.series import SEPARATOR, Series
from common import share_pictures
from common.error_views import gone
from common.share_pictures import SharePicture
from common.tabular import CSV_TYPE, XLSX_TYPE

# What each ending gives: the content's type, and the function that makes it.
FORMATS = {
    "svg": ("image/svg+xml", charts.file_svg),
    "png": ("image/png", charts.png),
    "csv": (CSV_TYPE, exports.csv_file),
    "xlsx": (XLSX_TYPE, exports.xlsx_file),
    "json": ("application/json", exports.json_file),
}


@require_safe
def chart(request: HttpRequest, key: str) -> HttpResponse:
    """The chart with its table, its files, and how to show it elsewhere."""
    found = series.find(key, request.user)
    if found is None:
        return _absent(request, key)
    context: dict[str, Any] = {
        "series": found,
        "share_picture": _picture(found),
        "linked_data": [] if _is_draft(found) else [linked_data.of_series(found)],
        "survey": found.survey,
        "caveats": charts.caveats_of(found),
        "is_draft": _is_draft(found),
        "changed": found.changed_at,
        "address": exports.address(found),
        "embed_address": request.build_absolute_uri(reverse("barometer:embed", args=[key])),
        "breadcrumbs": [
            (_("Innovation barometer"), reverse("barometer:overview")),
            *([(found.survey.name, found.survey.get_absolute_url())] if found.survey else []),
            (found.title, ""),
        ],
    }
    return _kept_private(found, render(request, "barometer/chart.html", context))


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # its types know no parts of addresses
def embed(request: HttpRequest, key: str) -> HttpResponse:
    """The chart alone, for a frame on any site."""
    found = series.find(key, request.user)
    if found is None:
        return _absent(request, key)
    context = {"series": found, "address": exports.address(found)}
    return _kept_private(found, render(request, "barometer/embed.html", context))


@require_safe
def picture(request: HttpRequest, key: str) -> HttpResponse:
    """What chats and social media show beside a link to the chart; only of what is public."""
    found = series.find(key, AnonymousUser())
    if found is None:
        return _absent(request, key)
    svg = share_pictures.of_chart(
        found.title,
        charts.chart_of(found),
        over=found.survey.name if found.survey else "",
        source="; ".join(dict.fromkeys(source.publisher for source in found.sources if source.publisher)),
    )
    return share_pictures.answer(request, svg)


def _picture(found: Series) -> SharePicture:
    path = f"{reverse('barometer:picture', args=[found.key])}?v={found.changed_at:%Y%m%d%H%M%S}"
    return SharePicture(path=path, alt=f"{found.title}. {charts.description_of(found)}")


@require_safe
def download(request: HttpRequest, key: str, format: str) -> HttpResponse:
    """The chart or its figures as a file."""
    if format not in FORMATS:
        raise Http404
    found = series.find(key, request.user)
    if found is None:
        return _absent(request, key)
    content_type, make = FORMATS[format]
    response = HttpResponse(make(found), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{key}.{format}"'
    return _kept_private(found, response)


def _absent(request: HttpRequest, key: str) -> HttpResponse:
    """What was public once says that it is gone; everything else is not there."""
    if withdrawn := Survey.objects.gone().filter(key=key.partition(SEPARATOR)[0]).first():
        return gone(request, withdrawn.why_withdrawn)
    raise Http404


def _is_draft(found: Series) -> bool:
    return not all(survey.is_public for survey in found.surveys)


def _kept_private(found: Series, response: HttpResponse) -> HttpResponse:
    """What only editors may see yet stays in no cache."""
    if _is_draft(found):
        add_never_cache_headers(response)
    return response
