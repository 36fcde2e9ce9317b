"""What editions and figures are made of: questions with their options, factors, breakdowns, sources.

What figures use is neither deleted nor given another code: addresses, downloads and imports name it by that.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline
from simple_history.admin import SimpleHistoryAdmin

from barometer.models import Dimension, Factor, Figure, Group, Option, OwnWords, Question, Source
from common.admin.hints import CODE, ORDER, HintedAdmin

from .base import EditorsAdmin, checked_key


class KeyForm(forms.ModelForm):
    def clean_key(self) -> str:
        return checked_key(self.cleaned_data["key"])


class UsedRowsFormSet(forms.BaseInlineFormSet):
    """Rows that figures use keep their code and are not deleted."""

    code_name = ""
    # What a figure calls them.
    name = ""

    @cached_property
    def used(self) -> set[int]:
        rows = [row.pk for row in self.get_queryset()]
        used = Figure.objects.filter(**{f"{self.name}__in": rows}).order_by()
        return set(used.values_list(f"{self.name}_id", flat=True))

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk and form.instance.pk in self.used:
            form.fields[self.code_name].disabled = True
            form.fields["DELETE"].disabled = True


class OptionFormSet(UsedRowsFormSet):
    code_name = "code"
    name = "option"

    def clean(self) -> None:
        """Say in words what the table demands of options that are factors."""
        super().clean()
        for form in self.forms:
            values = getattr(form, "cleaned_data", None)
            if not values or values.get("DELETE"):
                continue
            direction, degree = values.get("direction"), values.get("degree")
            if direction and not values.get("factor"):
                form.add_error("factor", _("Choose the factor that promotes or hinders."))
            if direction in (Option.Direction.PROMOTES, Option.Direction.HINDERS) and not degree:
                form.add_error("degree", _("Tell to which degree."))
            if degree and direction in ("", Option.Direction.NEITHER):
                form.add_error("degree", _("A degree belongs to what promotes or hinders."))


class GroupFormSet(UsedRowsFormSet):
    code_name = "key"
    name = "group"


class OptionInline(HintedAdmin, TranslationTabularInline):
    model = Option
    hints = {
        "order": ORDER,
        "code": CODE,
        "label": gettext_lazy("The answer as the question words it."),
        "role": gettext_lazy("Whether it is an answer, or tells that there is none."),
        "factor": gettext_lazy("Only where the answer is about what promotes or hinders."),
        "direction": gettext_lazy("Whether the factor promotes or hinders by this answer."),
        "degree": gettext_lazy("How strongly it does."),
    }
    formset = OptionFormSet
    extra = 0
    fields = ["order", "code", "label", "role", "factor", "direction", "degree"]


class GroupInline(HintedAdmin, TranslationTabularInline):
    model = Group
    hints = {"order": ORDER, "key": CODE}
    formset = GroupFormSet
    extra = 0
    fields = ["order", "key", "name"]


@admin.register(Question)
class QuestionAdmin(EditorsAdmin, SimpleHistoryAdmin, TranslationAdmin):
    form = KeyForm
    lasting = ("key", "kind")
    list_display = ["title", "key", "kind", "in_bank", "order", "edition_count"]
    list_filter = ["in_bank", "kind"]
    ordering = ["order", "key"]
    search_fields = ["title_fi", "title_sv", "title_en", "key"]
    inlines = [OptionInline]
    hints = {
        "key": CODE,
        "kind": gettext_lazy("How many of its answers one may give. It does not change once it was asked."),
        "order": ORDER,
    }
    fieldsets = [
        (None, {"fields": ["key", "kind", "order", "in_bank", "most_answers"]}),
        (gettext_lazy("Subject"), {"fields": [("title_fi", "title_sv", "title_en")]}),
        (gettext_lazy("Wording"), {"fields": [("wording_fi", "wording_sv", "wording_en")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(editions=Count("asked"))

    @admin.display(description=gettext_lazy("Editions"), ordering="editions")
    def edition_count(self, question: Question) -> int:
        return question.editions  # type: ignore[attr-defined,no-any-return]

    def is_used(self, row: Question) -> bool:
        return row.asked.exists()


@admin.register(Factor)
class FactorAdmin(EditorsAdmin, SimpleHistoryAdmin, TranslationAdmin):
    form = KeyForm
    hints = {"key": CODE, "order": ORDER}
    lasting = ("key",)
    list_display = ["name", "key", "order"]
    ordering = ["order", "key"]
    search_fields = ["name_fi", "name_sv", "name_en", "key"]
    fieldsets = [
        (None, {"fields": ["key", "order"]}),
        (gettext_lazy("Name"), {"fields": [("name_fi", "name_sv", "name_en")]}),
    ]

    def is_used(self, row: Factor) -> bool:
        return row.options.exists()


@admin.register(Dimension)
class DimensionAdmin(EditorsAdmin, SimpleHistoryAdmin, TranslationAdmin):
    form = KeyForm
    hints = {"key": CODE, "order": ORDER}
    lasting = ("key",)
    list_display = ["name", "key", "order"]
    ordering = ["order", "key"]
    inlines = [GroupInline]
    fieldsets = [
        (None, {"fields": ["key", "order"]}),
        (gettext_lazy("Name"), {"fields": [("name_fi", "name_sv", "name_en")]}),
    ]

    def is_used(self, row: Dimension) -> bool:
        return Figure.objects.filter(group__dimension=row).exists()


@admin.register(Source)
class SourceAdmin(EditorsAdmin):
    form = KeyForm
    hints = {
        "key": CODE,
        "title": gettext_lazy("As it stands on the publication."),
        "publisher": gettext_lazy("Who published it, as it stands on the publication."),
        "url": gettext_lazy("Where it can be read, when it can."),
    }
    lasting = ("key",)
    list_display = ["title", "publisher", "published", "key"]
    search_fields = ["title", "publisher", "key"]
    fields = ["key", "title", "publisher", "url", "published"]

    def is_used(self, row: Source) -> bool:
        return row.surveys.exists() or row.figures.exists()


@admin.register(OwnWords)
class OwnWordsAdmin(EditorsAdmin):
    """Read only, and only by editors: nothing ties an answer to who gave it."""

    list_display = ["text", "asked"]
    list_display_links = None
    list_select_related = ["asked__survey", "asked__question"]
    list_filter = [("asked", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["text"]
    ordering = ["asked", "text"]

    def is_used(self, row: OwnWords) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
