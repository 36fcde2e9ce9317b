"""What the network is, asking to join it, and following one's request."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    return render(request, "network/front.html")


urlpatterns = [path(pgettext_lazy("url", "network/"), front, name="front")]
