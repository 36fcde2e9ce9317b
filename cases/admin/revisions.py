"""The queue and the review: revisions, what they would change, and what is done to them."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST

from accounts.models import Organisation, User
from accounts.signed_in import user_of
from cases import actions, wording, workflow
from cases import content as contents
from cases.models import Case, CaseRevision, Language
from common.admin.acts import Act
from common.admin.pages import any_contains, has_number, pill, status_pill
from common.workflow import TransitionRefused, decide

from .acts import OPEN_REVISION, REVISION_ACTS
from .base import ModeratedAdmin

_TITLES = [f"content__texts__{language}__title" for language in Language.values]
_NAMES = ["name_fi", "name_sv", "name_en"]
# How many of the revisions that somebody opened last are remembered word for word.
_REMEMBERED = 4


class QueueFilter(admin.SimpleListFilter):
    """By state; at first, what waits for a moderator."""

    title = gettext_lazy("State")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [
            ("mine", gettext_lazy("In review by me")),
            *CaseRevision.State.choices,
            ("all", gettext_lazy("All")),
        ]

    def choices(self, changelist: ChangeList) -> Any:
        waiting, *others = super().choices(changelist)
        yield {**waiting, "display": _("Waiting for review")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case None:
                return queryset.filter(state__in=CaseRevision.QUEUE)
            case "mine":
                return queryset.filter(state=CaseRevision.State.IN_REVIEW, reviewer=request.user)
            case "all":
                return queryset
            case state:
                return queryset.filter(state=state)


class QueueList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """Find the owners of the page's revisions at once: their ids are in the contents."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        owners = Organisation.objects.in_bulk(
            {revision.content["owner"] for revision in self.result_list if revision.content.get("owner")}
        )
        for revision in self.result_list:
            revision.owner_shown = owners.get(revision.content.get("owner"))


class OrganisationsForm(forms.Form):
    """Which organisations of the register the submitter means by the names that are not in it.

    One field for each: ``owner``, ``partner_names`` and ``adoptions`` with their positions. Organisations of
    the innovation's country are offered, and one that is called the same is proposed.
    """

    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, content: contents.Content, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.content = deepcopy(content)
        # What was written, by the name of its field.
        self.asked: dict[str, str] = {}
        self._register = list(Organisation.objects.current().filter(country=content["country"]))
        if not content["owner"]:
            self._ask("owner", _("Owner organisation"), content["owner_name"])
        for position, name in enumerate(content["partner_names"]):
            self._ask(f"partner_names-{position}", _("Partner organisation"), name)
        for position, row in enumerate(content["adoptions"]):
            if not row["organisation"]:
                name = row["organisation_name"]
                self._ask(f"adoptions-{position}", _("Organisation that adopted it"), name)

    def _ask(self, name: str, label: str, written: str) -> None:
        self.asked[name] = written
        self.fields[name] = forms.TypedChoiceField(
            choices=[("", _("Not chosen")), *((found.pk, found.name) for found in self._register)],
            coerce=int,
            empty_value=None,
            label=label,
            help_text=_("The submitter wrote: %(name)s") % {"name": written} if written else "",
            initial=next((found.pk for found in self._register if _is_called(found, written)), None),
            required=False,
        )
        # Not “optional”: publishing needs it, though perhaps not yet.
        self.fields[name].needed = True  # type: ignore[attr-defined]

    def new_content(self) -> contents.Content:
        """The content with the chosen organisations in the places of the names."""
        content = self.content
        left = list(content["partner_names"])
        for name, written in self.asked.items():
            place, _separator, position = name.partition("-")
            chosen = self.cleaned_data[name]
            if chosen is None:
                continue
            if place == "owner":
                content["owner"], content["owner_name"] = chosen, ""
            elif place == "partner_names":
                left.remove(written)
                content["partners"].append(chosen)
            else:
                content["adoptions"][int(position)].update(organisation=chosen, organisation_name="")
        content["partner_names"] = left
        return content


def _is_called(organisation: Organisation, name: str) -> bool:
    return any(
        (getattr(organisation, column) or "").casefold() == name.casefold() for column in _NAMES if name
    )


@admin.register(CaseRevision)
class RevisionAdmin(ModeratedAdmin):
    acts = REVISION_ACTS
    everything = {"state": "all"}
    page_template = "admin/cases/revision.html"
    list_display = ["shown_title", "owner", "submitter", "age", "shown_state", "reviewer", "novelty"]
    list_filter = [QueueFilter]
    list_select_related = ["case", "submitted_by", "reviewer"]
    ordering = ["submitted_at", "pk"]
    search_fields = ["content"]
    search_help_text = gettext_lazy("Words of the name or of the owner’s name, or the number")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return QueueList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        for word in search_term.split():
            owners = Organisation.objects.filter(any_contains(_NAMES, word)).values_list("pk", flat=True)
            queryset = queryset.filter(
                any_contains([*_TITLES, "content__owner_name"], word)
                | Q(content__owner__in=list(owners))
                | has_number("case", word)
            )
        return queryset, False

    # Columns ---------------------------------------------------------------

    @admin.display(description=gettext_lazy("Innovation"))
    def shown_title(self, revision: CaseRevision) -> str:
        return revision.title

    @admin.display(description=gettext_lazy("Organisation"), empty_value="–")
    def owner(self, revision: CaseRevision) -> str:
        owner = revision.owner_shown  # type: ignore[attr-defined]
        return owner.name if owner else revision.content.get("owner_name", "")

    @admin.display(description=gettext_lazy("Submitter"), empty_value="–")
    def submitter(self, revision: CaseRevision) -> Any:
        return revision.submitted_by

    @admin.display(description=gettext_lazy("Has waited"), ordering="submitted_at", empty_value="–")
    def age(self, revision: CaseRevision) -> str | None:
        return age_of(revision)

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def shown_state(self, revision: CaseRevision) -> SafeString:
        return status_pill(CaseRevision.State(revision.state))

    @admin.display(description=gettext_lazy("New or a change"))
    def novelty(self, revision: CaseRevision) -> SafeString:
        return novelty_of(revision)

    # The page --------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related("case__submitter", "case__source", "submitted_by", "created_by", "reviewer")
        )

    def title_of(self, subject: CaseRevision) -> str:
        return subject.title

    def titles_of(self, subjects: Sequence[CaseRevision]) -> list[str]:
        return [
            _("%(title)s (revision %(number)s: %(state)s)")
            % {"title": one.title, "number": one.number, "state": one.get_state_display()}
            for one in subjects
        ]

    def own_urls(self, name: str) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [path("<int:pk>/organisations/", view(self.set_organisations), name=f"{name}_organisations")]

    def page_context(self, request: HttpRequest, subject: CaseRevision) -> dict[str, Any]:
        remember(request, subject)
        case = Case.objects.prefetch_related("texts", "terms", "evidence", "materials").get(
            pk=subject.case_id
        )
        others = list(CaseRevision.objects.filter(case=case).exclude(pk=subject.pk).order_by("-number"))
        against, before = self._compared(request, subject, case, others)
        content = contents.normalised(subject.content)
        names = wording.Names.of(content, *([before] if before else []))
        return {
            "age": age_of(subject) if subject.state in CaseRevision.QUEUE else None,
            "novelty": novelty_of(subject),
            "state": CaseRevision.State(subject.state),
            "others": others,
            "against": against,
            "differences": wording.differences(before, content, names) if before else None,
            "sections": wording.sections(content, names),
            "criteria": [
                (criterion.label, criterion.value in subject.criteria) for criterion in workflow.Criterion
            ],
            "events": case.events.select_related("by", "revision"),
            "organisations_form": self._organisations_form(request, subject),
            "edit_url": edit_url(subject, user_of(request)),
            "bring_back": self._bring_back(request, subject, case),
        }

    def _compared(
        self, request: HttpRequest, revision: CaseRevision, case: Case, others: list[CaseRevision]
    ) -> tuple[CaseRevision | None, contents.Content | None]:
        """The revision (None: what is public) that is shown beside this one, and its content.

        An open revision stands beside what is public, a closed one beside the one before it; the
        address can ask for any other.
        """
        chosen = request.GET.get("against", "")
        against = next((other for other in others if str(other.number) == chosen), None)
        if against is None and chosen != "public" and not revision.is_open:
            earlier = [
                other
                for other in others
                if other.number < revision.number and other.state == CaseRevision.State.PUBLISHED
            ]
            if not earlier:
                return None, None
            against = earlier[0]
        if against is not None:
            return against, contents.normalised(against.content)
        return None, contents.of_case(case) if case.published_at else None

    # Acts ------------------------------------------------------------------

    def buttons(self, request: HttpRequest, subject: CaseRevision) -> Iterator[dict[str, Any]]:
        """Each says which version was read."""
        for button in super().buttons(request, subject):
            yield {**button, "url": f"{button['url']}?version={subject.version}"}

    def initial(self, request: HttpRequest, act: Act, subject: CaseRevision) -> dict[str, Any]:
        return {"seen_version": subject.version} if "seen_version" in act.form.base_fields else {}

    def act_context(self, request: HttpRequest, act: Act, subject: CaseRevision) -> dict[str, Any]:
        """What changed after the moderator read the revision, word by word; or that it is yet to be read."""
        seen = request.POST.get("seen_version") or request.GET.get("version")
        if seen is None or seen == str(subject.version):
            return {}
        before = recalled(request, subject, seen)
        if before is None:
            return {"is_unread": True}
        after = contents.normalised(subject.content)
        remember(request, subject)
        return {
            "is_changed": True,
            "differences": wording.differences(before, after, wording.Names.of(before, after)),
        }

    def after(self, act: Act, subject: CaseRevision, result: Any) -> str:
        if act.transition in (workflow.PUBLISH, workflow.RETURN, workflow.REJECT):
            return reverse("admin:cases_caserevision_changelist")
        return self.page_url(subject)

    def _bring_back(self, request: HttpRequest, revision: CaseRevision, case: Case) -> dict[str, Any] | None:
        """The button that takes the text of a closed revision up again, as a new one."""
        if revision.is_open or revision.pk == case.published_revision_id or not case.published_at:
            return None
        address = reverse("admin:cases_case_act", args=[case.pk, OPEN_REVISION.name])
        return {
            "decision": decide(workflow.OPEN_REVISION, case, request.user),
            "url": f"{address}?number={revision.number}",
        }

    # Organisations that the register does not have -----------------------------

    def _organisations_form(
        self, request: HttpRequest, revision: CaseRevision, data: Any = None
    ) -> OrganisationsForm | None:
        """For organisations told by name alone; None where there are none, or no right to choose."""
        if not decide(workflow.AMEND, revision, request.user).allowed:
            return None
        content = contents.normalised(revision.content)
        form = OrganisationsForm(data, content=content, initial={"seen_version": revision.version})
        return form if form.asked else None

    @method_decorator(require_POST)
    def set_organisations(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put organisations of the register in the places of the names that the submitter wrote."""
        revision = self.subject(request, pk)
        form = self._organisations_form(request, revision, request.POST)
        if form is None or not form.is_valid() or not any(map(form.cleaned_data.get, form.asked)):
            messages.error(request, _("Nothing was changed."))
            return HttpResponseRedirect(self.page_url(revision))
        try:
            actions.save_content(
                revision,
                by=user_of(request),
                content=form.new_content(),
                seen_version=form.cleaned_data["seen_version"],
            )
        except TransitionRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The organisations were saved."))
        return HttpResponseRedirect(self.page_url(revision))


def edit_url(revision: CaseRevision, user: User) -> str:
    """Where the text is edited, by the same steps as its submitter's; empty where it may not be."""
    may = any(decide(transition, revision, user).allowed for transition in (workflow.AMEND, workflow.EDIT))
    return reverse("cases:step_about", args=[revision.case_id]) if may else ""


def age_of(revision: CaseRevision) -> str | None:
    """How many days it has waited since it was submitted."""
    if revision.submitted_at is None:
        return None
    days = (timezone.localdate() - timezone.localdate(revision.submitted_at)).days
    if days == 0:
        return _("less than a day")
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def novelty_of(revision: CaseRevision) -> SafeString:
    if revision.case.published_at is None:
        return pill(_("New"), "green")
    return pill(pgettext("revision", "Change"), "blue")


# What was read ----------------------------------------------------------------


def _key(revision: CaseRevision, version: Any) -> str:
    return f"{revision.pk}/{version}"


def remember(request: HttpRequest, revision: CaseRevision) -> None:
    """Keep, in the session, what the moderator now reads: to show what changes before they publish."""
    kept = request.session.get("revisions_read", {})
    kept.pop(_key(revision, revision.version), None)
    kept[_key(revision, revision.version)] = revision.content
    request.session["revisions_read"] = dict(list(kept.items())[-_REMEMBERED:])


def recalled(request: HttpRequest, revision: CaseRevision, version: Any) -> contents.Content | None:
    """The content of that version, if the moderator read it lately."""
    content = request.session.get("revisions_read", {}).get(_key(revision, version))
    return contents.normalised(content) if content else None
