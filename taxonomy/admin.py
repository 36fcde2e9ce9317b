from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from modeltranslation.admin import TranslationAdmin
from simple_history.admin import SimpleHistoryAdmin

from common.admin.hints import CODE, NAME_STATUS, ORDER, HintedAdmin

from .models import NameStatus, Term


class NamesAdmin(HintedAdmin, SimpleHistoryAdmin, TranslationAdmin):
    """For what has names in three languages, a status that says whether they were checked, and a history."""

    list_per_page = 50
    actions = ["mark_names_verified"]
    # What to do with a row that others refer to, instead of deleting it.
    when_in_use: str | Promise = ""

    @admin.action(description=gettext_lazy("Mark the names as verified"), permissions=["change"])
    def mark_names_verified(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Each is saved on its own, so that its history says who checked it."""
        count = 0
        for named in queryset.exclude(name_status=NameStatus.VERIFIED):
            named.name_status = NameStatus.VERIFIED
            named.save()
            count += 1
        words = ngettext("%(count)s row was marked.", "%(count)s rows were marked.", count)
        messages.success(request, words % {"count": count})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """They are deleted one by one: each says why it cannot be."""
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """Say that it is used, not by what: there may be thousands."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, lacking, [self.when_in_use] if protected else []


@admin.register(Term)
class TermAdmin(NamesAdmin):
    """Names side by side; a code never changes, and what is used is never deleted."""

    when_in_use = gettext_lazy("The term is in use. Make it one that can no longer be chosen instead.")
    list_display = ["name", "vocabulary", "code", "order", "is_active", "name_status"]
    list_filter = ["vocabulary", "name_status", "is_active"]
    hints = {
        "vocabulary": gettext_lazy("What the term classifies by. It does not change later."),
        "code": CODE,
        "order": ORDER,
        "name_status": NAME_STATUS,
        "description": gettext_lazy("In a sentence or two, for those who choose among the terms."),
    }
    search_fields = ["name_fi", "name_sv", "name_en", "code"]
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
