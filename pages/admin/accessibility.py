"""The accessibility statement: one row with its exceptions, kept with history by whoever edits content."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline
from simple_history.admin import SimpleHistoryAdmin

from common.admin.counters import Counter, due_by
from common.admin.hints import ORDER, HintedAdmin
from pages.models import AccessibilityException, AccessibilityStatement

# How long before its day staff are told that the yearly review is due.
SOON = timedelta(days=30)


class ExceptionInline(HintedAdmin, TranslationStackedInline):
    model = AccessibilityException
    extra = 0
    fields = ["reason", "criterion", "what", "why", "alternative", "order"]
    hints = {
        "reason": gettext_lazy("On which ground of the law it is not accessible."),
        "criterion": gettext_lazy("Number of the success criterion of the WCAG: “1.4.11”."),
        "what": gettext_lazy("Where a reader meets it, and what it does to whom."),
        "why": gettext_lazy("The reason, and the day by which it is mended."),
        "alternative": gettext_lazy("How to get the same in another way."),
        "order": ORDER,
    }


@admin.register(AccessibilityStatement)
class AccessibilityStatementAdmin(HintedAdmin, SimpleHistoryAdmin, TranslationAdmin):
    """There is one statement at most: it is added once, then changed."""

    list_display = ["__str__", "status", "assessed_on", "reviewed_on"]
    fields = ["status", "method", "assessed_on", "reviewed_on", "method_note"]
    hints = {
        "status": gettext_lazy("As the assessment found it."),
        "method": gettext_lazy("Who assessed it."),
        "assessed_on": gettext_lazy("The day on which the assessment was ready."),
        "method_note": gettext_lazy("Which pages, with which tools and aids."),
    }
    inlines = [ExceptionInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not AccessibilityStatement.objects.exists()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        context = {**(extra_context or {}), "show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, context)

    def get_history_queryset(self, *arguments: Any, **options: Any) -> QuerySet[Any]:
        # The library asks for it, and forgets it where a model has no relation of its own.
        return super().get_history_queryset(*arguments, **options).select_related("history_user")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)


def waiting_for(user: Any) -> Iterator[Counter]:
    """That there is no statement yet, or that its yearly review is due; nothing for others."""
    if not user.has_perm("pages.change_accessibilitystatement"):
        return
    statement = AccessibilityStatement.objects.first()
    if statement is None:
        url = reverse("admin:pages_accessibilitystatement_add")
        yield Counter(_("Accessibility statement: the assessment is to be published"), 1, url)
        return
    is_due = statement.review_due_on - SOON <= timezone.localdate()
    yield Counter(
        _("Yearly review of the accessibility statement"),
        int(is_due),
        reverse("admin:pages_accessibilitystatement_change", args=[statement.pk]),
        due_by(statement.review_due_on) if is_due else "",
        is_late=statement.is_review_due,
    )
