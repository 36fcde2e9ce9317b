"""Members: the list, the page of one, and bringing the people of an organisation that ended to another."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Organisation
from common.admin.pages import any_contains, status_pill
from common.workflow import TransitionRefused
from network import actions, filters
from network.models import JoinRequest, Member, MembershipEvent

from . import statistics
from .acts import MEMBER_ACTS
from .base import OrganisationForm, RegisteredOrganisationField, list_filter, user_of
from .mailing import MailingAdmin

_SEARCHED = [
    "user__display_name",
    "user__email",
    "organisation_name",
    "organisation__name_fi",
    "organisation__name_sv",
    "organisation__name_en",
]


class MovePeopleForm(OrganisationForm):
    """Where the people of an organisation that ended go: one of its successors, or another."""

    OTHER = "other"

    def __init__(self, *arguments: Any, ended: Organisation, people: list[Member], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ended = ended
        self.successors = {str(found.pk): found for found in ended.successors.order_by("name")}
        self.fields["people"] = forms.MultipleChoiceField(
            label=_("Who is moved"),
            choices=[(str(member.pk), str(member)) for member in people],
            initial=[str(member.pk) for member in people],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one person.")},
        )
        if self.successors:
            choices: list[tuple[str, Any]] = [(key, found.name) for key, found in self.successors.items()]
            self.fields["target"] = forms.ChoiceField(
                label=_("To which organisation"),
                choices=[*choices, (self.OTHER, _("To another organisation, which I name below"))],
                initial=choices[0][0] if len(choices) == 1 else None,
                widget=forms.RadioSelect,
            )
        self.fields["organisation"] = RegisteredOrganisationField(
            label=_("Another organisation") if self.successors else _("To which organisation"),
            help_text=_("Choose one of the register as you type."),
            required=not self.successors,
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        target = values.get("target")
        if target and target != self.OTHER:
            values["organisation"] = self.successors[target]
        elif target and not values.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", _("Name the organisation."))
        if values.get("organisation") == self.ended:
            self.add_error("organisation", _("Name another organisation than the one that ended."))
        return values


@admin.register(Member)
class MemberAdmin(MailingAdmin):
    acts = MEMBER_ACTS
    page_template = "admin/network/member.html"
    list_display = [
        "__str__",
        "shown_organisation",
        "joined",
        "shown_state",
        "listed",
        "bulletins",
    ]
    list_filter = [*map(list_filter, filters.MEMBER)]
    list_select_related = ["user", "organisation"]
    ordering = ["user__display_name", "pk"]
    search_fields = _SEARCHED
    search_help_text = gettext_lazy("Words of the name, the address or the organisation’s name")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("user", "organisation")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        for word in search_term.split():
            queryset = queryset.filter(any_contains(_SEARCHED, word))
        return queryset, False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = request.GET.urlencode()
        links = [
            {
                "url": reverse("admin:network_listexport_take") + (f"?{asked}" if asked else ""),
                "label": _("Take a mailing list"),
            },
            {"url": reverse("admin:network_member_ended"), "label": _("Organisations that have ended")},
            {"url": reverse("admin:network_member_statistics"), "label": _("Statistics")},
        ]
        return super().changelist_view(request, {**(extra_context or {}), "list_links": links})

    # Columns ---------------------------------------------------------------

    @admin.display(description=gettext_lazy("Organisation"), empty_value="–")
    def shown_organisation(self, member: Member) -> str:
        return member.organisation_words

    @admin.display(description=gettext_lazy("Joined"), ordering="joined_at")
    def joined(self, member: Member) -> str:
        return date_format(timezone.localtime(member.joined_at), "SHORT_DATE_FORMAT")

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def shown_state(self, member: Member) -> SafeString:
        return status_pill(Member.State(member.state))

    @admin.display(description=gettext_lazy("In the directory"), ordering="in_directory", empty_value="–")
    def listed(self, member: Member) -> str | None:
        return _("Yes") if member.in_directory else None

    @admin.display(description=gettext_lazy("Gets bulletins"), ordering="wants_bulletins", empty_value="–")
    def bulletins(self, member: Member) -> str | None:
        return _("Yes") if member.wants_bulletins else None

    # The page --------------------------------------------------------------

    def own_urls(self, name: str) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("ended/", view(self.ended), name=f"{name}_ended"),
            path("ended/<int:pk>/", view(self.move_people), name=f"{name}_move_people"),
            *statistics.urls(self, name),
        ]

    def page_context(self, request: HttpRequest, subject: Member) -> dict[str, Any]:
        return {
            "state": Member.State(subject.state),
            "interests": subject.interests.all(),
            "consents": subject.consents.all(),
            "requests": JoinRequest.objects.visible_to(user_of(request)).filter(email=subject.user.email),
            "events": MembershipEvent.objects.filter(member=subject).select_related("by"),
        }

    # Organisations that have ended -------------------------------------------

    def ended(self, request: HttpRequest) -> HttpResponse:
        """Organisations that have ended and still have people in the network."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        people = Member.objects.active().order_by().values("organisation")
        counts = {row["organisation"]: row["count"] for row in people.annotate(count=Count("pk"))}
        ended = Organisation.objects.filter(
            Q(valid_to__lt=timezone.localdate()), pk__in=[pk for pk in counts if pk]
        ).prefetch_related("successors")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Organisations that have ended"),
            "rows": [(organisation, counts[organisation.pk]) for organisation in ended.order_by("name")],
        }
        return TemplateResponse(request, "admin/network/ended.html", context)

    def move_people(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows whom; POST moves those who are ticked, all or nobody."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        ended = get_object_or_404(Organisation, pk=pk, valid_to__lt=timezone.localdate())
        people = list(
            Member.objects.active().filter(organisation=ended).select_related("user", "organisation")
        )
        form = MovePeopleForm(request.POST if request.method == "POST" else None, ended=ended, people=people)
        if request.method == "POST" and form.is_valid():
            chosen = [member for member in people if str(member.pk) in form.cleaned_data["people"]]
            target = form.cleaned_data["organisation"]
            try:
                count = actions.move(chosen, to=target, by=user_of(request))
            except TransitionRefused as refused:
                form.add_error(None, str(refused))
            else:
                words = ngettext(
                    "%(count)s person was moved to this organisation: %(organisation)s",
                    "%(count)s people were moved to this organisation: %(organisation)s",
                    count,
                )
                messages.success(request, words % {"count": count, "organisation": target})
                return HttpResponseRedirect(reverse("admin:network_member_ended"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": ended.name,
            "ended": ended,
            "people": people,
            "form": form,
            "has_errors": bool(form.errors),
        }
        status = 409 if form.non_field_errors() else 200
        return TemplateResponse(request, "admin/network/move_people.html", context, status=status)
