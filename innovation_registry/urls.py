"""Addresses: everything people read is under a language; machines' addresses are not."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.utils.translation import pgettext_lazy
from django.views.generic import RedirectView

from common import gallery, health, share_pictures
from pages.api.urls import docs_urlpatterns as api_pages
from pages.statements.security import security_txt

urlpatterns = [
    path("live", health.live, name="live"),
    path("ready", health.ready, name="ready"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    # Browsers ask for it where nothing names an icon: beside a mail's preview, a picture, a file.
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("images/favicon.svg")), name="favicon"),
    path("", include("cases.identifiers")),
    path("", include("pages.sitemaps")),
    path("", include("pages.open_data.dcat")),
    path("", include("pages.api.urls")),
    *i18n_patterns(
        path("share.png", share_pictures.of_the_site, name="share_picture"),
        path("", include("cases.urls")),
        path("", include("network.urls")),
        # Before the barometer's: its editions have addresses of any word.
        path("", include("pages.urls")),
        path("", include((api_pages, "api"))),
        path("", include("barometer.urls")),
        path("components/", gallery.gallery, name="gallery"),
        path(pgettext_lazy("url", "account/"), include("accounts.urls")),
        path(pgettext_lazy("url", "admin/"), admin.site.urls),
        # Last: a page that staff write has any word that nothing else has.
        path("", include("pages.editorial.urls")),
    ),
]

handler400 = "pages.api.problems.bad_request"
handler403 = "common.error_views.permission_denied"
handler404 = "common.error_views.page_not_found"
handler500 = "pages.api.problems.server_error"
