"""Handing innovations over to OPSI: the queue, and OPSI's form of one innovation for copying."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.models import Case, Handover, OpsiCandidate
from cases.opsi.form import State, form_of, with_all
from cases.opsi.handed import over_words
from common.admin.acts import Act
from common.admin.pages import pill, status_pill

from .acts import OPSI_ACTS, AddressForm
from .base import ModeratedAdmin

CHARACTERS_IN_LINE = 90
_State = Handover.State


class HandoverFilter(admin.SimpleListFilter):
    title = gettext_lazy("State")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return _State.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case None:
                return queryset
            case _State.NOT_OFFERED:
                return queryset.filter(Q(handover=None) | Q(handover__state=_State.NOT_OFFERED))
            case state:
                return queryset.filter(handover__state=state)


class CandidateList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """Fill in the forms of the shown innovations alone: it takes no query more."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        for case in self.result_list:
            case.form = form_of(case)


@admin.register(OpsiCandidate)
class OpsiCandidateAdmin(ModeratedAdmin):
    """Published Finnish innovations, and those on their way. Acts are done to the row of handing over."""

    acts = OPSI_ACTS
    page_template = "admin/cases/opsi.html"
    list_display = ["shown_title", "owner", "shown_state", "shown_since", "readiness"]
    list_filter = [HandoverFilter]
    list_select_related = ["owner", "handover"]
    ordering = ["-published_at", "-pk"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CandidateList

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        offerable = Q(state=Case.State.PUBLISHED, country="FI", is_example=False)
        on_the_way = Q(handover__state__in=[_State.OFFERED, _State.SENT, _State.PUBLISHED])
        listed = super().get_queryset(request).filter(offerable | on_the_way)
        return with_all(listed.select_related("handover"))  # type: ignore[no-any-return]

    # Columns ---------------------------------------------------------------

    @admin.display(description=gettext_lazy("Innovation"))
    def shown_title(self, case: OpsiCandidate) -> str:
        return str(case)

    @admin.display(description=gettext_lazy("State"), ordering="handover__state")
    def shown_state(self, case: OpsiCandidate) -> SafeString:
        shown = status_pill(_State(Handover.of(case).state))
        return shown if case.is_public else shown + pill(_("Not published here"), "amber")

    @admin.display(description=gettext_lazy("Since"), ordering="handover__since", empty_value="–")
    def shown_since(self, case: OpsiCandidate) -> str | None:
        handover = Handover.of(case)
        if handover.state == _State.NOT_OFFERED:
            return None
        return date_format(localtime(handover.since), "SHORT_DATE_FORMAT")

    @admin.display(description=gettext_lazy("Ready for OPSI"))
    def readiness(self, case: OpsiCandidate) -> SafeString:
        form = case.form  # type: ignore[attr-defined]
        if form.is_ready:
            return pill(_("Ready"), "green")
        return pill("; ".join(_lacks(form.counts)), "amber")

    # The page --------------------------------------------------------------

    def subject(self, request: HttpRequest, pk: int) -> Handover:
        """Of any published innovation, also of another country: its form can be copied all the same."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        cases = with_all(Case.objects.select_related("handover", "source", "submitter"))
        handed = Q(handover__isnull=False)
        case = cases.filter(Q(state=Case.State.PUBLISHED) | handed, pk=pk).first()
        if case is None:
            raise Http404
        return Handover.of(case)

    def page_url(self, subject: Model) -> str:
        return reverse("admin:cases_opsicandidate_change", args=[subject.pk])

    def page_context(self, request: HttpRequest, subject: Handover) -> dict[str, Any]:
        form = form_of(subject.case)
        return {
            "state": _State(subject.state),
            "form": form,
            "summary": list(_lacks(form.counts)),
            "sections": [
                (title, [(row, _state_words(row), _lines(row.text)) for row in rows])
                for title, rows in form.sections
            ],
            "events": subject.case.events.filter(act__startswith="opsi_").select_related("by", "revision"),
        }

    def initial(self, request: HttpRequest, act: Act, subject: Handover) -> dict[str, Any]:
        return {"url": subject.url} if act.form is AddressForm else {}


def _state_words(row: Any) -> str:
    return over_words(row) if row.state is State.TOO_LONG else str(row.state.label)


def _lines(text: str) -> int:
    """Lines that the text takes on the page, as far as they are worth showing at once."""
    return min(12, sum(1 + len(line) // CHARACTERS_IN_LINE for line in text.splitlines()))


def _lacks(counts: Any) -> Iterator[str]:
    """What keeps a form from being ready, counted."""
    if count := counts[State.UNTRANSLATED]:
        yield ngettext("%(count)s to translate", "%(count)s to translate", count) % {"count": count}
    if count := counts[State.MISSING]:
        yield ngettext("%(count)s missing", "%(count)s missing", count) % {"count": count}
    if count := counts[State.TOO_LONG]:
        yield ngettext("%(count)s too long", "%(count)s too long", count) % {"count": count}
