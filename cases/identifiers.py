"""Addresses that name an innovation or organisation for good, whatever its title and the reader's language.

Feeds, downloads and other registers refer to these. Opened, they lead on (303) to the page in the reader's
language; what was withdrawn answers 410, and what is not public 404.
"""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from common.error_views import gone

from .models import Case


def case_identifier(pk: int) -> str:
    return settings.BASE_URL + reverse("case_identifier", args=[pk])


def is_case_identifier(text: str) -> bool:
    """Whether it names an innovation of this registry."""
    return re.fullmatch(re.escape(case_identifier(0)[:-1]) + r"\d+", text) is not None


def organisation_identifier(pk: int) -> str:
    return settings.BASE_URL + reverse("organisation_identifier", args=[pk])


@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    found = Case.objects.public().filter(pk=pk).prefetch_related("texts").first()
    if found is None:
        if Case.objects.gone().filter(pk=pk).exists():
            return gone(request)
        raise Http404
    return _see_other(found.get_absolute_url())


@require_safe
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Organisation, pk=pk)
    return _see_other(reverse("cases:organisation", args=[found.pk, found.slug]))


def _see_other(address: str) -> HttpResponse:
    answer = HttpResponseRedirect(address, status=303)
    patch_vary_headers(answer, ["Accept-Language"])
    return answer


urlpatterns = [
    path("id/innovation/<int:pk>", case, name="case_identifier"),
    path("id/organisation/<int:pk>", organisation, name="organisation_identifier"),
]
