from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts.second_factor import used_second_factor
from pages.administration import guides, search
from pages.administration.groups import grouped


class RegistryAdminSite(AdminSite):
    """The admin, open to staff who used a second factor in this session; the rest are shown the way."""

    site_title = gettext_lazy("Innovation registry")
    site_header = gettext_lazy("Innovation registry: administration")
    index_title = gettext_lazy("Administration")

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

    # What people find here ---------------------------------------------------

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("search/", self.admin_view(self.search), name="search"),
            path("guides/", self.admin_view(self.guides), name="guides"),
            path("guides/<slug:key>/", self.admin_view(self.guide), name="guide"),
            *super().get_urls(),
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The lists that the person may open, in groups by what they are for."""
        return grouped(self._build_app_dict(request))

    def app_index(  # type: ignore[override]
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There are no pages by app: lists stand in our groups, on the start page."""
        if not self._build_app_dict(request, app_label):
            raise Http404
        return HttpResponseRedirect(reverse("admin:index", current_app=self.name))

    def search(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "").strip()
        return self._page(
            request, "search", title=_("Search"), words=words, found=search.search(self, request, words)
        )

    def guides(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, "guides", title=_("Guides"), guides=guides.GUIDES)

    def guide(self, request: HttpRequest, key: str) -> HttpResponse:
        guide = guides.guide(key)
        return self._page(request, "guide", title=guide.title, guide=guide, text=guides.html_of(guide))

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        return TemplateResponse(request, f"admin/{name}.html", {**self.each_context(request), **context})
