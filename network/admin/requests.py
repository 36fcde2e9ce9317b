"""The queue: requests to join, what is known of each, and deciding on them, one by one or several at once."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models import Organisation
from common.admin.pages import any_contains, pill, status_pill
from common.workflow import TransitionRefused, decide
from network import actions, filters, workflow
from network.hints import hints
from network.models import JoinRequest, Member, MembershipEvent

from .acts import APPROVE, REQUEST_ACTS
from .base import list_filter, user_of
from .mailing import MailAct, MailingAdmin, digest_of, in_language, written_in

_SEARCHED = [
    "name",
    "email",
    "organisation_name",
    "organisation__name_fi",
    "organisation__name_sv",
    "organisation__name_en",
]
# How many are approved at once: as many as a page of the list shows.
_AT_ONCE = 50


class QueueFilter(admin.SimpleListFilter):
    """By state; at first, what waits for a coordinator or an applicant."""

    title = gettext_lazy("State")
    parameter_name = "state"
    template = "admin/network/filter.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        never_seen = {JoinRequest.State.UNCONFIRMED, JoinRequest.State.EXPIRED}
        return [
            *((state.value, state.label) for state in JoinRequest.State if state not in never_seen),
            ("all", gettext_lazy("All")),
        ]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        yield {"value": "", "display": _("In the queue"), "selected": self.value() is None}
        for value, words in self.lookup_choices:
            yield {"value": value, "display": words, "selected": value == self.value()}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case None | "":
                return queryset.filter(state__in=JoinRequest.QUEUE)
            case "all":
                return queryset
            case state:
                return queryset.filter(state=state)


class QueueList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """Find the hints of the whole page at once."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        found = hints(self.result_list)
        for row in self.result_list:
            row.hints = found[row.pk]


class ApproveManyForm(forms.Form):
    """Whom to welcome, and the welcome in each language that they read."""

    def __init__(self, *arguments: Any, requests: list[JoinRequest], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.requests = requests
        self.languages = sorted({request.language for request in self.requests})
        for language in self.languages:
            self.fields[f"message_{language}"] = forms.CharField(
                label=_("Message in %(language)s")
                % {"language": get_language_info(language)["name_translated"]},
                help_text=written_in(language),
                initial=in_language(APPROVE.message, language),
                widget=forms.Textarea(attrs={"rows": 5, "lang": language}),
                max_length=5000,
                required=False,
            )

    def message(self, language: str) -> str:
        name = f"message_{language}"
        return self.cleaned_data[name] if self.is_bound else self.fields[name].initial

    @cached_property
    def mails(self) -> list[EmailMultiAlternatives]:
        """What each of them would get; nothing while the form has errors."""
        if self.is_bound and not self.is_valid():
            return []
        return [APPROVE.mail(request, self.message(request.language)) for request in self.requests]

    @property
    def seen(self) -> str:
        return digest_of(self.mails)

    @property
    def was_read(self) -> bool:
        return self.data.get("seen") == self.seen

    def shown(self) -> list[tuple[str, EmailMultiAlternatives]]:
        """One mail of each language: the others differ by the name only."""
        found: dict[str, EmailMultiAlternatives] = {}
        for request, mail in zip(self.requests, self.mails, strict=False):
            found.setdefault(request.language, mail)
        return list(found.items())


@admin.register(JoinRequest)
class JoinRequestAdmin(MailingAdmin):
    acts = REQUEST_ACTS
    everything = {"state": "all"}
    page_template = "admin/network/request.html"
    list_display = ["name", "shown_organisation", "age", "shown_state", "shown_hints", "has_note"]
    list_display_links = ["name"]
    list_filter = [QueueFilter, *map(list_filter, filters.REQUEST)]
    list_select_related = ["organisation"]
    ordering = ["confirmed_at", "pk"]
    search_fields = _SEARCHED
    search_help_text = gettext_lazy("Words of the name, the address or the organisation’s name")
    actions = ["approve_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("organisation", "decided_by")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return QueueList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        for word in search_term.split():
            queryset = queryset.filter(any_contains(_SEARCHED, word))
        return queryset, False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        links = [{"url": reverse("admin:network_member_statistics"), "label": _("Statistics")}]
        return super().changelist_view(request, {**(extra_context or {}), "list_links": links})

    # Columns ---------------------------------------------------------------

    @admin.display(description=gettext_lazy("Organisation"), empty_value="–")
    def shown_organisation(self, request: JoinRequest) -> str:
        return request.organisation_words

    @admin.display(description=gettext_lazy("Has waited"), ordering="confirmed_at", empty_value="–")
    def age(self, request: JoinRequest) -> str | None:
        return age_of(request)

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def shown_state(self, request: JoinRequest) -> SafeString:
        return status_pill(JoinRequest.State(request.state))

    @admin.display(description=gettext_lazy("Look at"), empty_value="–")
    def shown_hints(self, request: JoinRequest) -> SafeString | None:
        count = len(request.hints)  # type: ignore[attr-defined]
        if not count:
            return None
        words = ngettext("%(count)s hint", "%(count)s hints", count) % {"count": count}
        return pill(words, "blue")

    @admin.display(description=gettext_lazy("Note"), empty_value="–")
    def has_note(self, request: JoinRequest) -> str | None:
        return _("Yes") if request.note else None

    # The page --------------------------------------------------------------

    def own_urls(self, name: str) -> list[URLPattern]:
        return [
            path("approve-many/", self.admin_site.admin_view(self.approve_many), name=f"{name}_approve_many")
        ]

    def page_context(self, request: HttpRequest, subject: JoinRequest) -> dict[str, Any]:
        return {
            "state": JoinRequest.State(subject.state),
            "age": age_of(subject) if subject.is_open else None,
            "hints": hints([subject])[subject.pk],
            "organisation_of_address": Organisation.objects.for_email(subject.email),
            "interests": subject.interests.all(),
            "consents": subject.consents.all(),
            "member": Member.objects.filter(user__email=subject.email).select_related("user").first(),
            "events": MembershipEvent.objects.filter(request=subject).select_related("by"),
        }

    def after(self, act: Any, subject: JoinRequest, result: Any) -> str:
        """Back to the queue, where the next one waits; a note leaves one where one was."""
        if isinstance(act, MailAct):
            return reverse("admin:network_joinrequest_changelist")
        return self.page_url(subject)

    # Several at once -------------------------------------------------------

    @admin.action(description=gettext_lazy("Approve the chosen ones"), permissions=["view"])
    def approve_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        numbers = list(queryset.values_list("pk", flat=True)[: _AT_ONCE + 1])
        if len(numbers) > _AT_ONCE:
            words = _("Choose at most %(count)s at a time. Nobody was approved.") % {"count": _AT_ONCE}
            messages.error(request, words)
            return None
        address = reverse("admin:network_joinrequest_approve_many")
        return HttpResponseRedirect(f"{address}?{urlencode({'pk': numbers}, doseq=True)}")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Requests are erased on their day, never by hand."""
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def approve_many(self, request: HttpRequest) -> HttpResponse:
        """GET says whom, and what they read; POST approves each on its own and tells what came of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        numbers = [number for number in asked.getlist("pk") if number.isdecimal()][:_AT_ONCE]
        chosen = self.get_queryset(request).filter(pk__in=numbers).order_by("confirmed_at", "pk")
        decisions = [(row, decide(workflow.APPROVE, row, request.user)) for row in chosen]
        form = ApproveManyForm(
            request.POST if request.method == "POST" else None,
            # What is refused when the button is pressed is told with its reason.
            requests=[row for row, decision in decisions if decision.allowed or request.method == "POST"],
        )
        if request.method == "POST" and form.is_valid() and form.was_read:
            self._approve_each(request, form)
            return HttpResponseRedirect(reverse("admin:network_joinrequest_changelist"))
        found = hints(row for row, _decision in decisions)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": APPROVE.transition.label,
            "form": form,
            "has_errors": bool(form.errors),
            "rows": [(row, decision, found[row.pk]) for row, decision in decisions],
        }
        return TemplateResponse(request, "admin/network/approve_many.html", context)

    def _approve_each(self, request: HttpRequest, form: ApproveManyForm) -> None:
        approved = 0
        for row in form.requests:
            try:
                actions.approve(row, by=user_of(request), message=form.message(row.language))
            except TransitionRefused as refused:
                words = _("%(name)s was not approved. %(reason)s") % {"name": row, "reason": refused}
                messages.warning(request, words)
            else:
                approved += 1
        if approved:
            words = ngettext(
                "%(count)s request was approved, and its applicant got the mail.",
                "%(count)s requests were approved, and their applicants got the mail.",
                approved,
            )
            messages.success(request, words % {"count": approved})


def age_of(request: JoinRequest) -> str | None:
    """How many days it has waited since its address was confirmed, or how long it took to decide."""
    if request.confirmed_at is None:
        return None
    end = request.decided_at or timezone.now()
    days = (timezone.localdate(end) - timezone.localdate(request.confirmed_at)).days
    if days == 0:
        return _("less than a day")
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
