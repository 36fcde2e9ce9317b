from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from modeltranslation.admin import TranslationAdmin
from simple_history.admin import SimpleHistoryAdmin

from .models import NameStatus, Term


@admin.register(Term)
class TermAdmin(SimpleHistoryAdmin, TranslationAdmin):
    """Names in three languages side by side; a code never changes, and what is used is never deleted."""

    list_display = ["name", "vocabulary", "code", "order", "is_active", "name_status"]
    list_filter = ["vocabulary", "name_status", "is_active"]
    list_per_page = 50
    search_fields = ["name_fi", "name_sv", "name_en", "code"]
    actions = ["mark_names_verified"]
    fieldsets = [
        (None, {"fields": ["vocabulary", "code", "order", "is_active"]}),
        (gettext_lazy("Names"), {"fields": [("name_fi", "name_sv", "name_en"), "name_status"]}),
        (
            gettext_lazy("Descriptions"),
            {"fields": [("description_fi", "description_sv", "description_en")]},
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Term | None = None) -> list[str]:
        return ["vocabulary", "code"] if obj else []

    @admin.action(description=gettext_lazy("Mark the names as verified"), permissions=["change"])
    def mark_names_verified(self, request: HttpRequest, queryset: QuerySet[Term]) -> None:
        """Each is saved on its own, so that its history says who checked it."""
        count = 0
        for term in queryset.exclude(name_status=NameStatus.VERIFIED):
            term.name_status = NameStatus.VERIFIED
            term.save()
            count += 1
        words = ngettext("%(count)s term was marked.", "%(count)s terms were marked.", count)
        messages.success(request, words % {"count": count})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Terms are deleted one by one: each says why it cannot be."""
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """Say that a term is used, not by what: there may be thousands."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        if protected:
            protected = [_("The term is in use. Make it one that can no longer be chosen instead.")]
        return deleted, counts, lacking, protected
