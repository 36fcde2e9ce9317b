"""Adoptions that somebody reported, and those that were confirmed or declined."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Adoption, Case
from common.admin.acts import Act
from common.admin.pages import holding, status_pill

from .acts import ADOPTION_ACTS
from .base import ModeratedAdmin

_SEARCHED = [
    "organisation__name_fi",
    "organisation__name_sv",
    "organisation__name_en",
    "case__texts__title",
]


class AdoptionFilter(admin.SimpleListFilter):
    """By state; at first, the reports that wait for a moderator."""

    title = gettext_lazy("State")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [
            *(choice for choice in Adoption.State.choices if choice[0] != Adoption.State.REPORTED),
            ("all", gettext_lazy("All")),
        ]

    def choices(self, changelist: ChangeList) -> Any:
        waiting, *others = super().choices(changelist)
        yield {**waiting, "display": _("Waiting for confirmation")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        state = self.value() or Adoption.State.REPORTED
        return queryset if state == "all" else queryset.filter(state=state)


@admin.register(Adoption)
class AdoptionAdmin(ModeratedAdmin):
    acts = ADOPTION_ACTS
    everything = {"state": "all"}
    page_template = "admin/cases/adoption.html"
    list_display = ["organisation", "innovation", "mode", "year", "reported_by", "shown_day", "shown_state"]
    list_filter = [AdoptionFilter, "mode"]
    list_select_related = ["organisation", "case", "reported_by"]
    ordering = ["reported_at", "pk"]
    search_fields = _SEARCHED
    search_help_text = gettext_lazy("Words of the organisation’s or the innovation’s name")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related(
                "organisation", "case__owner", "case__submitter", "reported_by", "follows__organisation"
            )
            .prefetch_related("case__texts")
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return holding(queryset, _SEARCHED, search_term), True

    @admin.display(description=gettext_lazy("Innovation"), ordering="case")
    def innovation(self, adoption: Adoption) -> Case:
        return adoption.case

    @admin.display(description=gettext_lazy("Reported"), ordering="reported_at")
    def shown_day(self, adoption: Adoption) -> str:
        return date_format(localtime(adoption.reported_at), "SHORT_DATE_FORMAT")

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def shown_state(self, adoption: Adoption) -> SafeString:
        return status_pill(Adoption.State(adoption.state))

    def page_context(self, request: HttpRequest, subject: Adoption) -> dict[str, Any]:
        return {"state": Adoption.State(subject.state)}

    def reporter_of(self, subject: Adoption) -> Any:
        return subject.reported_by

    def after(self, act: Act, subject: Adoption, result: Any) -> str:
        return reverse("admin:cases_adoption_changelist")
