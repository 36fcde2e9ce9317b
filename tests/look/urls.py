"""The site's addresses and two pages that only tests open."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import path

from common import error_views
from innovation_registry import urls


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def gone(request: HttpRequest) -> HttpResponse:
    return error_views.gone(request)


urlpatterns = [
    *i18n_patterns(
        path("broken/", broken),
        path("gone/", gone),
    ),
    *urls.urlpatterns,
]
handler404 = urls.handler404
handler500 = urls.handler500
