"""Telling about an innovation: the start page, the steps, translations, checking and submitting."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation, User
from cases import actions, wording, workflow
from cases import content as contents
from cases.forms.steps import Step, TranslationForm, other_languages, seen
from cases.models import Case, CaseRevision, Language, Upload
from cases.schema import FIELDS, Field, Place, Section
from common.uploads import PreparedFile
from common.workflow import Decision, Refusal, TransitionRefused, decide

from .own import SignedInRequest, case_of, crumbs, edit_transition, own_url, refused, signed_in

Content = contents.Content

# Enough for anybody who writes; a limit to what a machine can fill the registry with.
MOST_OPEN_DRAFTS = 20

SECTIONS = list(Section)


# Beginning --------------------------------------------------------------------


@require_safe
def tell(request: HttpRequest) -> HttpResponse:
    """What is asked, how long it takes and what is accepted, for those who think of telling."""
    context = {
        "sections": SECTIONS,
        "criteria": workflow.Criterion.choices,
        "breadcrumbs": [(_("Tell about an innovation"), "")],
    }
    return render(request, "cases/submit/tell.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: SignedInRequest) -> HttpResponse:
    """The first step of a new case. The draft is made when it is first saved, not when the page is opened."""
    content = _proposed(request.user)
    if request.method != "POST":
        return _render_step(request, None, Step(Section.ABOUT, content), content)
    step = Step(Section.ABOUT, content, data=request.POST.copy())
    is_valid = step.is_valid()
    revision = _create_once(request.user, step.merged())
    if revision is None:
        return render(
            request,
            "cases/submit/too_many_drafts.html",
            {"limit": MOST_OPEN_DRAFTS, "breadcrumbs": crumbs(None, _("Tell about an innovation"))},
            status=429,
        )
    if not is_valid:
        return _render_step(request, revision, step, revision.content)
    return _saved(request, revision, Section.ABOUT)


def _proposed(user: User) -> Content:
    """An empty content in the page's language, with the organisation that the person's address is of."""
    content = contents.empty(get_language() or Language.FI)
    organisation = user.organisation or Organisation.objects.for_email(user.email)
    content["owner"] = organisation.pk if organisation else None
    return content


@transaction.atomic
def _create_once(user: User, content: Content) -> CaseRevision | None:
    """A new draft; the same one when the form was sent twice; None when the person has too many."""
    # Two requests of one person come one after the other.
    User.objects.select_for_update().get(pk=user.pk)
    drafts = CaseRevision.objects.filter(case__submitter=user, state__in=workflow.EDIT.sources)
    for draft in drafts.select_related("case"):
        if draft.content == content:
            return draft
    if len(drafts) >= MOST_OPEN_DRAFTS:
        return None
    return actions.create_case(by=user, content=content)


# Steps ------------------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, pk: int, section: Section) -> HttpResponse:
    """One step. What can be kept is saved, whether or not something has to be mended."""
    case = case_of(request, pk)
    revision = _newest(case)
    decision = decide(edit_transition(request, revision), revision, request.user)
    files = case.uploads.all() if section is Section.EFFECTS else ()
    if request.method != "POST":
        if not decision.allowed:
            return refused(request, case, decision)
        return _render_step(
            request, revision, Step(section, revision.content, uploads=files), revision.content
        )
    typed = Step(section, revision.content, data=request.POST.copy(), files=request.FILES, uploads=files)
    is_valid = typed.is_valid()
    if not decision.allowed:
        return _not_saved(request, revision, typed, decision)
    typed.keep_files(lambda prepared: _keep(request, revision, prepared))
    merged = typed.merged()
    if merged == contents.normalised(revision.content):
        pass
    elif request.POST.get("seen") != seen(revision.content, section):
        return _conflict(request, revision, typed, merged)
    else:
        try:
            actions.save_content(revision, by=request.user, content=merged, seen_version=revision.version)
        except TransitionRefused as refusal:
            revision = _newest(case)
            if decide(edit_transition(request, revision), revision, request.user).allowed:
                return _conflict(request, revision, typed, merged)
            return _not_saved(request, revision, typed, refusal.decision)
    if not is_valid:
        return _render_step(request, revision, typed, revision.content)
    return _saved(request, revision, section)


def _newest(case: Case) -> CaseRevision:
    """The revision that is open or, when none is, the last one there was."""
    revision = case.revisions.order_by("-number").first()
    if revision is None:
        raise Http404
    revision.case = case
    return revision


def _keep(request: SignedInRequest, revision: CaseRevision, prepared: PreparedFile) -> Upload:
    return actions.add_upload(revision, by=request.user, prepared=prepared)


def _saved(request: SignedInRequest, revision: CaseRevision, section: Section) -> HttpResponseRedirect:
    """On to where the pressed button leads."""
    then, _separator, rows = request.POST.get("then", "").partition(":")
    if then == "more":
        return redirect(f"{_step_url(revision, section)}#{rows if rows.isalpha() else ''}")
    if then == "leave":
        messages.success(request, _("Your draft is saved. You can go on whenever you like."))
        return redirect(own_url(revision.case))
    following = SECTIONS[SECTIONS.index(section) + 1 :]
    if following:
        return redirect(_step_url(revision, following[0]))
    if revision.state in workflow.SUBMIT.sources:
        return redirect("cases:check", revision.case_id)
    return redirect(own_url(revision.case))


def _step_url(revision: CaseRevision, section: Section) -> str:
    return reverse(f"cases:step_{section.value}", args=[revision.case_id])


def _conflict(request: SignedInRequest, revision: CaseRevision, typed: Step, merged: Content) -> HttpResponse:
    """Somebody saved this step meanwhile: both texts are shown, and saving again is a choice."""
    saved = contents.normalised(revision.content)
    differences = wording.differences(saved, merged, wording.Names.of(saved, merged))
    return _render_step(request, revision, typed, saved, differences=differences, status=409)


def _not_saved(
    request: SignedInRequest, revision: CaseRevision, typed: Step, decision: Decision
) -> HttpResponse:
    """What was typed, when it can no longer be saved, so that it can be copied."""
    if decision.refusal is Refusal.NOT_PERMITTED:
        raise Http404
    return _render_step(request, revision, typed, revision.content, refusal=decision, status=409)


def _render_step(
    request: SignedInRequest,
    revision: CaseRevision | None,
    shown: Step,
    saved: Content,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    case = revision.case if revision else None
    context = {
        "case": case,
        "revision": revision,
        "step": shown,
        "section": shown.section,
        "action": _step_url(revision, shown.section) if revision else reverse("cases:begin"),
        "seen": seen(saved, shown.section),
        "has_errors": any(not form.is_valid() for form in shown.forms) if shown.form.is_bound else False,
        "steps": _steps(revision, saved, shown.section),
        "languages": other_languages(saved) if revision and shown.section is not Section.CONTACT else [],
        "is_last": shown.section == SECTIONS[-1],
        "breadcrumbs": crumbs(case, shown.section.label) if case else crumbs(None, _("New innovation")),
        **more,
    }
    return render(request, "cases/submit/step.html", context, status=status)


def _steps(revision: CaseRevision | None, saved: Content, current: Section | None) -> list[dict[str, Any]]:
    """Every step with how it stands, checking last."""
    saved = contents.normalised(saved)
    gaps = {gap.section for gap in contents.missing(saved)}
    untouched = contents.empty(saved["original_language"])
    found = []
    for section in SECTIONS:
        is_begun = revision is not None and seen(saved, section) != seen(untouched, section)
        state = "todo" if not is_begun else "gap" if section in gaps else "done"
        found.append(
            {
                "label": section.label,
                "url": _step_url(revision, section) if revision else "",
                "state": "current" if section == current else state,
            }
        )
    if revision is None or revision.state in workflow.SUBMIT.sources:
        found.append(
            {
                "label": _("Check and submit"),
                "url": reverse("cases:check", args=[revision.case_id]) if revision else "",
                "state": "todo" if current else "current",
            }
        )
    return found


# Translations -----------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def translation(request: SignedInRequest, pk: int, language: str) -> HttpResponse:
    """The texts in another language, beside the original."""
    case = case_of(request, pk)
    revision = _newest(case)
    saved = contents.normalised(revision.content)
    if language not in other_languages(saved):
        raise Http404
    decision = decide(edit_transition(request, revision), revision, request.user)
    if not decision.allowed and request.method != "POST":
        return refused(request, case, decision)
    form = TranslationForm(request.POST or None, content=saved, language=language)
    context: dict[str, Any] = {}
    if request.method == "POST":
        is_valid, merged = form.is_valid(), form.merged()
        if not decision.allowed:
            context = {"refusal": decision}
        elif merged != saved and request.POST.get("seen") != form.seen:
            names = wording.Names.of(saved, merged)
            context = {"differences": wording.differences(saved, merged, names)}
        else:
            try:
                if merged != saved:
                    actions.save_content(
                        revision, by=request.user, content=merged, seen_version=revision.version
                    )
            except TransitionRefused as refusal:
                context = {"refusal": refusal.decision}
            else:
                if is_valid:
                    messages.success(request, _("The translation is saved."))
                    return redirect(own_url(case))
    context |= {
        "case": case,
        "revision": revision,
        "form": form,
        "seen": TranslationForm(content=revision.content, language=language).seen,
        "language": Language(language),
        "original_language": Language(saved["original_language"]),
        "breadcrumbs": crumbs(case, _("Translation")),
    }
    status = 409 if "refusal" in context or "differences" in context else 200
    return render(request, "cases/submit/translation.html", context, status=status)


# Checking and submitting ------------------------------------------------------


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every answer with a way to change it, and what is still missing; POST submits exactly what is shown."""
    case = case_of(request, pk)
    revision = _newest(case)
    decision = decide(workflow.SUBMIT, revision, request.user)
    if request.method == "POST":
        if revision.state in CaseRevision.QUEUE and revision.submitted_by == request.user:
            # Sent twice.
            return redirect("cases:submitted", pk)
        version = request.POST.get("version", "")
        try:
            actions.submit(revision, by=request.user, seen_version=int(version) if version.isdecimal() else 0)
        except TransitionRefused as refusal:
            decision = refusal.decision
            revision = _newest(case)
        else:
            return redirect("cases:submitted", pk)
    if revision.state not in workflow.SUBMIT.sources:
        return refused(request, case, decision)
    told = contents.normalised(revision.content)
    context = {
        "case": case,
        "revision": revision,
        "sections": _answers(revision, told),
        "gaps": [
            (gap, f"{_step_url(revision, gap.section)}#{_anchor(gap.field)}")
            for gap in contents.missing(told)
        ],
        "refusal": decision if request.method == "POST" else None,
        "has_errors": request.method == "POST",
        "steps": _steps(revision, told, None),
        "breadcrumbs": crumbs(case, _("Check and submit")),
    }
    return render(
        request, "cases/submit/check.html", context, status=409 if request.method == "POST" else 200
    )


def _answers(revision: CaseRevision, told: Content) -> list[dict[str, Any]]:
    """Every field by section: what is told for it, in words, and where it can be changed."""
    names = wording.Names.of(told)
    original = told["original_language"]
    languages = [original, *(one for one in other_languages(told) if one in told["texts"])]
    found = []
    for section in SECTIONS:
        rows = []
        for field in FIELDS:
            if field.section != section:
                continue
            for language in languages if field.place is Place.TEXT else [""]:
                lines = wording.lines_of(told, field, names, language)
                if lines or language in ("", original):
                    rows.append(
                        {
                            "field": field,
                            "language": language,
                            "is_translation": language not in ("", original),
                            "lines": lines,
                            "materials": wording.materials_of(told, names)
                            if field.name == "materials"
                            else [],
                            "url": _change_url(revision, field, language, original),
                        }
                    )
        found.append({"section": section, "rows": rows, "url": _step_url(revision, section)})
    return found


def _change_url(revision: CaseRevision, field: Field, language: str, original: str) -> str:
    if language not in ("", original):
        page = reverse("cases:translation", args=[revision.case_id, language])
        return f"{page}#id_{field.name}"
    return f"{_step_url(revision, field.section)}#{_anchor(field)}"


def _anchor(field: Field) -> str:
    """Id of what a link to the field should reach."""
    if field.place is Place.ROWS or field.name == "partners":
        return field.name
    is_group = field.place is Place.TERMS or field.choices is not None
    return f"id_{field.name}_0" if is_group else f"id_{field.name}"


@signed_in
@require_safe
def submitted(request: SignedInRequest, pk: int) -> HttpResponse:
    """The receipt: the reference, and what happens next."""
    case = case_of(request, pk)
    revision = _newest(case)
    if revision.state not in CaseRevision.QUEUE:
        return redirect(own_url(case))
    context = {"case": case, "revision": revision, "breadcrumbs": crumbs(case, _("Submitted"))}
    return render(request, "cases/submit/submitted.html", context)


urlpatterns = [
    path(pgettext_lazy("url", "tell/"), tell, name="tell"),
    path(pgettext_lazy("url", "tell/new/"), begin, name="begin"),
    path(pgettext_lazy("url", "own/<int:pk>/about/"), step, {"section": Section.ABOUT}, name="step_about"),
    path(pgettext_lazy("url", "own/<int:pk>/facts/"), step, {"section": Section.FACTS}, name="step_facts"),
    path(pgettext_lazy("url", "own/<int:pk>/story/"), step, {"section": Section.STORY}, name="step_story"),
    path(
        pgettext_lazy("url", "own/<int:pk>/effects/"), step, {"section": Section.EFFECTS}, name="step_effects"
    ),
    path(
        pgettext_lazy("url", "own/<int:pk>/contact/"), step, {"section": Section.CONTACT}, name="step_contact"
    ),
    path(pgettext_lazy("url", "own/<int:pk>/in-<str:language>/"), translation, name="translation"),
    path(pgettext_lazy("url", "own/<int:pk>/check/"), check, name="check"),
    path(pgettext_lazy("url", "own/<int:pk>/submitted/"), submitted, name="submitted"),
]
