"""The privacy notice: what the network does with personal data, from the settings that it really goes by."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from network import consents
from network.actions import CONFIRMATION_LASTS


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """For everybody, before they tell anything."""
    context = {
        "controller": settings.REGISTER_CONTROLLER,
        "contact": settings.REGISTER_CONTACT,
        "officer": settings.REGISTER_DPO,
        "keeps": settings.NETWORK_RETENTION_DAYS,
        "confirm_hours": int(CONFIRMATION_LASTS.total_seconds()) // 3600,
        "consents": consents.TEXTS.values(),
        "version": consents.VERSION,
        "breadcrumbs": [(_("Network"), reverse("network:front")), (_("Privacy"), "")],
    }
    return render(request, "network/privacy.html", context)


urlpatterns = [path(pgettext_lazy("url", "network/privacy/"), privacy, name="privacy")]
