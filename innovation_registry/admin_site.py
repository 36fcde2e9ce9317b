from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.second_factor import used_second_factor


class RegistryAdminSite(AdminSite):
    """The admin, open to staff who used a second factor in this session; the rest are shown the way."""

    site_title = _("Innovation registry")
    site_header = _("Innovation registry: administration")
    index_title = _("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and used_second_factor(request)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the step that is missing: signing in, using the second factor, or setting one up."""
        index = reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        query = urlencode({REDIRECT_FIELD_NAME: request.GET.get(REDIRECT_FIELD_NAME, index)})
        if request.user.is_anonymous:
            return HttpResponseRedirect(f"{resolve_url('account_login')}?{query}")
        if request.user.is_staff:
            for method in get_adapter().get_reauthentication_methods(request.user):
                if method["id"].startswith("mfa_reauthenticate"):
                    return HttpResponseRedirect(f"{method['url']}?{query}")
        return render(request, "account/admin_refused.html", status=403)
