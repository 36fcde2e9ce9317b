"""Where imported innovations come from, and on what terms."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from cases.models import ImportSource


@admin.register(ImportSource)
class ImportSourceAdmin(admin.ModelAdmin):
    """Names and licences are curated here; a source comes with an import, and never goes."""

    list_display = ["name", "key", "licence", "is_compiled"]
    search_fields = ["name", "key"]
    readonly_fields = ["key", "is_compiled"]
    fields = ["name", "key", "url", "licence", "licence_url", "attribution", "is_compiled"]

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportSource | None = None) -> bool:
        return False
