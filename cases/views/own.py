"""My innovations: where each of them is, what can be done next, and doing it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import ListView

from accounts.models import User
from cases import actions, content, notifications, wording, workflow
from cases.forms.steps import other_languages
from cases.models import Case, CaseEvent, CaseRevision
from cases.queries import may_review
from cases.schema import TEXT_FIELDS
from common.workflow import Decision, Refusal, Transition, TransitionRefused, decide

PAGE_LENGTH = 20

# What the person reads of each state of the newest text.
WHAT_NEXT: dict[str, str | Promise] = {
    CaseRevision.State.DRAFT: gettext_lazy("Go on where you left, then submit it for review."),
    CaseRevision.State.SUBMITTED: gettext_lazy(
        "The reviewers have not opened it yet. You can still take it back for editing."
    ),
    CaseRevision.State.IN_REVIEW: gettext_lazy("A reviewer is reading it. You get an e-mail after that."),
    CaseRevision.State.RETURNED: gettext_lazy(
        "Make the changes that the reviewer asks for, and submit it again."
    ),
    CaseRevision.State.REJECTED: gettext_lazy("It was not taken into the registry. The reasons are below."),
    CaseRevision.State.PUBLISHED: gettext_lazy(
        "It is public. You can edit it: the published text stays up meanwhile."
    ),
}


class SignedInRequest(HttpRequest):
    """What a view behind ``signed_in`` gets."""

    user: User


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the person's own: through sign-in, in no shared cache.

    What somebody sends after their session has ended is shown to them, to be copied.
    """

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        texts = [(field.label, request.POST.get(field.name)) for field in TEXT_FIELDS]
        if any(text for _label, text in texts):
            return render(request, "cases/submit/signed_out.html", {"texts": texts}, status=403)
        return redirect_to_login(request.get_full_path())

    return cache_control(private=True)(run)


# What all pages of one's own share --------------------------------------------


def case_of(request: SignedInRequest, pk: int) -> Case:
    """A case that the person may edit or, for moderators, any; others' are not there."""
    cases = Case.objects.all() if may_review(request.user) else Case.objects.edited_by(request.user)
    return get_object_or_404(cases.select_related("submitter"), pk=pk)


def own_url(case: Case) -> str:
    return reverse("cases:own_case", args=[case.pk])


def crumbs(case: Case | None, here: Any) -> list[tuple[Any, str]]:
    """My innovations, the case, this page."""
    found = [(_("My innovations"), reverse("cases:own"))]
    if case is not None:
        found.append((title_of(case), own_url(case)))
    return [*found, (here, "")]


def title_of(case: Case) -> str:
    revision = case.revisions.exclude(state=CaseRevision.State.DISCARDED).order_by("-number").first()
    return revision.title if revision else str(case)


def refused(request: SignedInRequest, case: Case, decision: Decision) -> HttpResponse:
    """Says why something cannot be done now. Who may not do it at all learns nothing of it."""
    if decision.refusal is Refusal.NOT_PERMITTED:
        raise Http404
    revision = case.revisions.order_by("-number").first()
    context = {
        "case": case,
        "decision": decision,
        "what_next": what_next(case, revision) if revision else "",
        "breadcrumbs": crumbs(case, decision.transition.label),
    }
    return render(request, "cases/submit/refused.html", context, status=409)


# The list ---------------------------------------------------------------------


@method_decorator(signed_in, name="dispatch")
class OwnListView(ListView):
    """The person's innovations, those that wait for them first. Drafts that were given up are not there."""

    template_name = "cases/submit/own.html"
    paginate_by = PAGE_LENGTH

    def get_queryset(self) -> QuerySet[Case]:
        revisions = CaseRevision.objects.filter(case=OuterRef("pk"))
        waiting = revisions.filter(state__in=workflow.EDIT.sources)
        newest = revisions.exclude(state=CaseRevision.State.DISCARDED).order_by("-number")
        return (
            Case.objects.edited_by(self.request.user)
            .exclude(state=Case.State.WITHDRAWN, published_at=None)
            .annotate(waits=Exists(waiting), newest=Subquery(newest.values("pk")[:1]))
            .prefetch_related("texts")
            .order_by("-waits", "-newest", "-pk")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(breadcrumbs=[(_("My innovations"), "")], **kwargs)
        cases = list(context["object_list"])
        revisions = CaseRevision.objects.in_bulk([case.newest for case in cases if case.newest])
        told = {
            event.revision_id: event.message
            for event in CaseEvent.objects.filter(revision__in=revisions)
            .exclude(message="")
            .order_by("at", "pk")
        }
        rows = []
        for case in cases:
            revision = revisions.get(case.newest)
            if revision is not None:
                rows.append(
                    {
                        "case": case,
                        "revision": revision,
                        "states": states_of(case, revision),
                        "what_next": what_next(case, revision),
                        "message": told.get(revision.pk, ""),
                        "is_editable": revision.state in workflow.EDIT.sources,
                    }
                )
        return {**context, "rows": rows}


def states_of(case: Case, revision: CaseRevision) -> list[CaseRevision.State | Case.State]:
    """The state of the newest text, and that of the case where it says something more."""
    states: list[CaseRevision.State | Case.State] = []
    if revision.state != CaseRevision.State.PUBLISHED:
        states.append(CaseRevision.State(revision.state))
    if case.published_at is not None:
        states.append(Case.State(case.state))
    return states


def what_next(case: Case, revision: CaseRevision) -> str | Promise:
    if case.state == Case.State.WITHDRAWN:
        return _("You have withdrawn it. The public sees it no more.")
    if case.state == Case.State.ARCHIVED and not revision.is_open:
        return _("It is archived: the public sees it no more. The reasons are in the history.")
    return WHAT_NEXT.get(revision.state, "")


# One case ---------------------------------------------------------------------


@signed_in
@require_safe
def own_case(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where one innovation is: what to do next, what the reviewer wrote, translations, history, old texts."""
    case = case_of(request, pk)
    revisions = list(case.revisions.all())
    revision = next((one for one in revisions if one.state != CaseRevision.State.DISCARDED), revisions[0])
    events = list(case.events.select_related("by", "revision"))
    message = next((event for event in events if event.message and event.revision_id == revision.pk), None)
    editing = decide(edit_transition(request, revision), revision, request.user)
    possible = [name for name, act in ACTS.items() if decide_act(act, case, revision, request).allowed]
    if "discard" in possible and case.published_at is None:
        # What was never public is given up by discarding its draft.
        possible.remove("withdraw")
    told = content.normalised(revision.content)
    return render(
        request,
        "cases/submit/own_case.html",
        {
            "case": case,
            "title": revision.title,
            "revision": revision,
            "states": states_of(case, revision),
            "what_next": what_next(case, revision),
            "message": message,
            "is_editable": editing.allowed,
            "may_submit": revision.state in workflow.SUBMIT.sources,
            "gaps": list(content.missing(told)) if revision.state in workflow.SUBMIT.sources else [],
            "acts": [(reverse(f"cases:act_{name}", args=[pk]), ACTS[name]) for name in possible],
            "languages": [
                (language, any(told["texts"].get(language, {}).values()))
                for language in other_languages(told)
            ],
            "events": events,
            "revisions": revisions,
            "breadcrumbs": crumbs(None, revision.title),
        },
    )


def edit_transition(request: SignedInRequest, revision: CaseRevision) -> Transition:
    """Moderators edit during the review; for everybody else that is a wrong state."""
    is_amending = revision.state in workflow.AMEND.sources and may_review(request.user)
    return workflow.AMEND if is_amending else workflow.EDIT


# Acts -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something to do to the case or to its newest revision, after a page that says what it does."""

    transition: Transition
    run: Callable[..., Any]
    of_case: bool
    mail: str
    consequence: str | Promise
    done: Any
    leads_to: str = "cases:own_case"
    is_dangerous: bool = False


ACTS = {
    "open": Act(
        transition=workflow.OPEN_REVISION,
        run=actions.open_revision,
        of_case=True,
        mail="open_revision",
        consequence=gettext_lazy(
            "A new draft is made of the published text. The public reads the present text until the changes"
            " have been reviewed and published."
        ),
        done=gettext_lazy("You can edit now. The published text stays up."),
        leads_to="cases:step_about",
    ),
    "take_back": Act(
        transition=workflow.TAKE_BACK,
        run=actions.take_back,
        of_case=False,
        mail="take_back",
        consequence=gettext_lazy(
            "It leaves the reviewers’ queue and is a draft again. Submit it when you are ready."
        ),
        done=gettext_lazy("You can edit it again."),
    ),
    "discard": Act(
        transition=workflow.DISCARD,
        run=actions.discard,
        of_case=False,
        mail="discard",
        consequence=gettext_lazy(
            "The draft is given up and cannot be edited any more. What is published stays as it is."
        ),
        done=gettext_lazy("The draft has been discarded."),
        leads_to="cases:own",
        is_dangerous=True,
    ),
    "withdraw": Act(
        transition=workflow.WITHDRAW,
        run=actions.withdraw,
        of_case=True,
        mail="withdraw",
        consequence=gettext_lazy(
            "The innovation is taken out of the registry for good. Its page says that it has been withdrawn,"
            " and a draft or a review that is under way ends. This cannot be undone."
        ),
        done=gettext_lazy("The innovation has been withdrawn."),
        is_dangerous=True,
    ),
}


def decide_act(act: Act, case: Case, revision: CaseRevision, request: SignedInRequest) -> Decision:
    return decide(act.transition, case if act.of_case else revision, request.user)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """Says what an act will do and who gets mail of it; POST does it."""
    case, chosen = case_of(request, pk), ACTS[name]
    revision = case.revisions.order_by("-number").first()
    if revision is None:
        raise Http404
    decision = decide_act(chosen, case, revision, request)
    if not decision.allowed:
        return refused(request, case, decision)
    if request.method == "POST":
        try:
            chosen.run(case if chosen.of_case else revision, by=request.user)
        except TransitionRefused as refusal:
            return refused(request, case, refusal.decision)
        messages.success(request, chosen.done)
        return redirect(chosen.leads_to, *([] if chosen.leads_to == "cases:own" else [case.pk]))
    return _confirm(request, case, chosen, chosen.transition.label)


def _confirm(request: SignedInRequest, case: Case, chosen: Act, label: Any, **more: Any) -> HttpResponse:
    heard = [person for person, _mail in notifications.recipients(chosen.mail, case, by=request.user)]
    context = {
        "case": case,
        "title": title_of(case),
        "act": chosen,
        "label": label,
        "mail_to_self": request.user in heard,
        "mail_to_others": sum(person != request.user for person in heard),
        "breadcrumbs": crumbs(case, label),
        **more,
    }
    return render(request, "cases/submit/confirm.html", context)


# Earlier texts ----------------------------------------------------------------


@signed_in
@require_safe
def own_revision(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """One text of the case as it was, whatever became of it."""
    case = case_of(request, pk)
    revision = get_object_or_404(case.revisions, number=number)
    told = content.normalised(revision.content)
    here = _("Text number %(number)s") % {"number": number}
    context = {
        "case": case,
        "revision": revision,
        "revision_state": CaseRevision.State(revision.state),
        "sections": wording.sections(told, wording.Names.of(told)),
        "can_bring_back": decide(workflow.OPEN_REVISION, case, request.user).allowed,
        "breadcrumbs": crumbs(case, here),
    }
    return render(request, "cases/submit/revision.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def bring_back(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """Begin a new draft from an earlier text."""
    case = case_of(request, pk)
    revision = get_object_or_404(case.revisions, number=number)
    decision = decide(workflow.OPEN_REVISION, case, request.user)
    if not decision.allowed:
        return refused(request, case, decision)
    if request.method == "POST":
        try:
            actions.open_revision(case, by=request.user, content=revision.content)
        except TransitionRefused as refusal:
            return refused(request, case, refusal.decision)
        messages.success(request, _("The earlier text is a draft now. Look through it and submit it."))
        return redirect("cases:step_about", case.pk)
    label = _("Bring back text number %(number)s") % {"number": number}
    consequence = _(
        "A new draft is made of this earlier text. The public reads the present text until the draft has"
        " been reviewed and published."
    )
    return _confirm(request, case, ACTS["open"], label, consequence=consequence)


urlpatterns = [
    path(pgettext_lazy("url", "own/"), OwnListView.as_view(), name="own"),
    path(pgettext_lazy("url", "own/<int:pk>/"), own_case, name="own_case"),
    path(pgettext_lazy("url", "own/<int:pk>/open/"), act, {"name": "open"}, name="act_open"),
    path(pgettext_lazy("url", "own/<int:pk>/take-back/"), act, {"name": "take_back"}, name="act_take_back"),
    path(pgettext_lazy("url", "own/<int:pk>/discard/"), act, {"name": "discard"}, name="act_discard"),
    path(pgettext_lazy("url", "own/<int:pk>/withdraw/"), act, {"name": "withdraw"}, name="act_withdraw"),
    path(pgettext_lazy("url", "own/<int:pk>/texts/<int:number>/"), own_revision, name="own_revision"),
    path(pgettext_lazy("url", "own/<int:pk>/texts/<int:number>/bring-back/"), bring_back, name="bring_back"),
]
