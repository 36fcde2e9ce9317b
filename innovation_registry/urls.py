"""Addresses: everything people read is under a language; machines' addresses are not."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import pgettext_lazy

urlpatterns = i18n_patterns(
    path(pgettext_lazy("url", "admin/"), admin.site.urls),
)
