"""Where editors tie a factor of the barometer to what helps with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import Field, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin
from simple_history.admin import SimpleHistoryAdmin

from cases.models import Case
from common.admin.hints import ORDER, HintedAdmin
from common.admin.pages import holding
from pages.models import TIED_VOCABULARIES, FactorTie, TiedCase
from taxonomy.models import Term, Vocabulary

CASES_SUGGESTED = 20
NAMES_SEARCHED = ["texts__title", "owner__name_fi", "owner__name_sv", "owner__name_en"]


def public_cases() -> QuerySet[Case]:
    """What can be chosen: never an innovation that is not public, whoever chooses."""
    return Case.objects.public().prefetch_related("texts")


class PublicCaseSelect(AutocompleteSelect):
    """Suggests public innovations by their names; the admin's own list of them is for moderators alone."""

    def get_url(self) -> str:
        return reverse(f"{self.admin_site.name}:pages_factortie_cases")


class TermsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Term) -> str:
        """A principle is always told with its number."""
        return f"{obj.code} {obj.name}" if obj.vocabulary == Vocabulary.PRINCIPLE else obj.name


class TiedCaseInline(HintedAdmin, admin.TabularInline):
    model = TiedCase
    hints = {"order": ORDER}
    extra = 1
    fields = ["case", "order"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TiedCase]:
        """Those that are not public now are neither shown nor changed."""
        return TiedCase.objects.public()

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        # Not through the admin's wrapper: its links lead to pages that cases do not have in this form.
        if db_field.name == "case":
            select = PublicCaseSelect(db_field, self.admin_site)
            return forms.ModelChoiceField(
                queryset=public_cases(),
                widget=select,
                label=db_field.verbose_name,
                help_text=_("Only what is public can be chosen."),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(FactorTie)
class FactorTieAdmin(HintedAdmin, SimpleHistoryAdmin, TranslationAdmin):
    list_display = ["factor", "shown_terms", "case_count"]
    list_select_related = ["factor"]
    search_fields = ["factor__name_fi", "factor__name_sv", "factor__name_en"]
    fields = ["factor", "meaning", "note", "terms"]
    hints = {"factor": _("It does not change later: each factor has one page.")}
    inlines = [TiedCaseInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FactorTie]:
        return super().get_queryset(request).prefetch_related("terms", "tied_cases")

    def get_readonly_fields(self, request: HttpRequest, obj: FactorTie | None = None) -> list[str]:
        return ["factor"] if obj else []

    @admin.display(description=_("principles and themes"))
    def shown_terms(self, tie: FactorTie) -> str:
        return ", ".join(term.name for term in tie.terms.all())

    @admin.display(description=_("tied innovations"))
    def case_count(self, tie: FactorTie) -> int:
        return len(tie.tied_cases.all())

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "terms":
            return TermsField(
                queryset=Term.objects.filter(vocabulary__in=TIED_VOCABULARIES, is_active=True),
                widget=forms.CheckboxSelectMultiple,
                label=_("Principles and themes"),
                help_text=_("The factor’s page leads to them."),
                required=False,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        suggest = self.admin_site.admin_view(self.suggest_cases)
        return [path("cases/", suggest, name="pages_factortie_cases"), *super().get_urls()]

    def suggest_cases(self, request: HttpRequest) -> JsonResponse:
        """Public innovations in whose or their owner's name each word is; in the form of Django's own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = holding(public_cases(), NAMES_SEARCHED, request.GET.get("term", "")[:100])
        cases = list(found.distinct().order_by("-published_at", "-pk")[:CASES_SUGGESTED])
        return JsonResponse(
            {
                "results": [{"id": str(case.pk), "text": str(case)} for case in cases],
                "pagination": {"more": False},
            }
        )
