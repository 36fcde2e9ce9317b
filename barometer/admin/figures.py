"""Entering one question's figures: the grid, the preview, and saving.

The preview is the real thing undone: the figures are entered, read as the public would read them, and the
transaction is rolled back. So what it shows, and what it keeps back, cannot differ from what saving does.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.signed_in import user_of
from barometer import actions, series
from barometer.models import SMALLEST_BASE, Dimension, Figure, Question, Survey, SurveyQuestion
from barometer.workflow import LANGUAGE_NAMES
from common.workflow import TransitionRefused

from . import events, grid
from .acts import note_fields, note_of
from .grid import FiguresForm


class SaveForm(forms.Form):
    """What saving takes besides the figures: the note of a correction, and that warnings were looked at.

    ``digest`` is of what was previewed, so that nothing else is saved by the button beneath the preview.
    """

    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have looked at what may be wrong, and the figures are right"),
        error_messages={"required": gettext_lazy("Look at what may be wrong; tick the box if it is right.")},
    )

    def __init__(self, *arguments: Any, is_correction: bool, has_warnings: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not has_warnings:
            del self.fields["confirmed"]
        if is_correction:
            self.fields.update(note_fields())


@dataclass
class Preview:
    """What entering would change and show."""

    changes: list[dict[str, Any]] = field(default_factory=list)
    shown: list[series.Series] = field(default_factory=list)
    # Columns that would not be shown, with the reason.
    not_shown: list[tuple[str, str]] = field(default_factory=list)
    unverified: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Of the changes, whatever the language."""
        told = json.dumps([self.changes, len(self.warnings)], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def told_changes(self) -> list[events.Change]:
        return events.told_changes(self.changes)


def previewed(
    survey: Survey, asked: SurveyQuestion, dimension: Dimension | None, form: FiguresForm, *, by: User
) -> Preview:
    """Enter the figures of a checked form, read them as the public would, and undo it."""
    figures = form.told()
    found = Preview(warnings=list(grid.warnings(asked, form.grid.columns, figures)))
    now = Survey.objects.get(pk=survey.pk)
    with transaction.atomic():
        found.changes = actions.enter_figures(
            now, figures, removed=form.removed(), by=by, note=dict.fromkeys(LANGUAGE_NAMES, "–")
        )
        for by_dimension in ["", *([dimension.key] if dimension else [])]:
            row = series.of_edition(survey.key, asked.question.key, by, dimension=by_dimension)
            if row is not None and row.observations:
                found.shown.append(row)
        stored = list(Figure.objects.filter(asked=asked).select_related("group"))
        transaction.set_rollback(True)
    found.unverified = sum(not figure.is_verified for figure in stored)
    reasons = {figure.group_id: Figure.Suppression(figure.suppression) for figure in stored}
    found.not_shown = [
        (column.label, _reason_in_words(reasons[column.pk]))
        for column in form.grid.columns
        if reasons.get(column.pk)
    ]
    return found


def _reason_in_words(reason: Figure.Suppression) -> str:
    if reason == Figure.Suppression.SMALL:
        return _("fewer than %(number)s answers") % {"number": SMALLEST_BASE}
    return str(reason.label).lower()


def page(admin: Any, request: HttpRequest, survey: Survey, asked: SurveyQuestion) -> HttpResponse:
    """The grid; ``act`` of a POST is preview, save, or open, for the details of one answer."""
    if asked.question.kind == Question.Kind.TEXT:
        raise Http404
    user = user_of(request)
    dimensions = list(Dimension.objects.all())
    asked_for = request.GET.get("by", "")
    dimension = next((row for row in dimensions if row.key == asked_for), None)
    data = request.POST.copy() if request.method == "POST" else None
    act = data.get("act", "") if data is not None else ""
    form = _form(data, act, grid.Grid(asked, dimension))
    save_form: SaveForm | None = None
    preview: Preview | None = None
    refusal: TransitionRefused | None = None
    is_stale = False
    if data is not None and form.is_valid() and act != "open":
        preview = previewed(survey, asked, dimension, form, by=user)
        options: dict[str, Any] = {
            "is_correction": survey.is_public,
            "has_warnings": bool(preview.warnings),
        }
        notes = {name: text for name, text in data.items() if name.startswith("note_")}
        save_form = SaveForm(initial={**notes, "digest": preview.digest}, **options)
        if act == "save" and preview.changes:
            # Without a preview a draft is saved when there is nothing to look at.
            is_stale = data.get("digest", "") != preview.digest and bool(
                data.get("digest") or survey.is_public or preview.warnings
            )
            bound = SaveForm(data, **options)
            if not is_stale and bound.is_valid():
                try:
                    actions.enter_figures(
                        survey,
                        form.told(),
                        removed=form.removed(),
                        by=user,
                        seen_version=form.cleaned_data["seen_version"],
                        note=note_of(bound.cleaned_data) if survey.is_public else None,
                    )
                except TransitionRefused as refused:
                    refusal = refused
                else:
                    messages.success(request, _("The figures were saved."))
                    return HttpResponseRedirect(_address(survey, asked, dimension))
            elif not is_stale:
                save_form = bound
        seen = form.cleaned_data["seen_version"]
        if refusal is None and seen != survey.version:
            messages.warning(
                request,
                _("Somebody changed the edition after you opened this page. What would change now is below."),
            )
    if data is not None and (refusal or preview):
        # From here on it is known what would change from what is stored now.
        data["seen_version"] = str(Survey.objects.values_list("version", flat=True).get(pk=survey.pk))
        form = FiguresForm(data, grid=form.grid, opened=[option.pk for option in form.opened])
    has_errors = bool(form.errors or (save_form and save_form.errors) or refusal)
    context = admin.context(
        request,
        survey,
        title=asked.question.title,
        state=Survey.State(survey.state),
        asked=asked,
        form=form,
        save_form=save_form,
        forms=[each for each in (form, save_form) if each is not None and each.is_bound],
        preview=preview,
        refusal=refusal,
        is_stale=is_stale,
        dimension=dimension,
        dimensions=dimensions,
        has_errors=has_errors,
        neighbours=_neighbours(survey, asked),
    )
    return TemplateResponse(request, "admin/barometer/figures.html", context, status=409 if refusal else 200)


def _form(data: QueryDict | None, act: str, stored: grid.Grid) -> FiguresForm:
    """The form with the details that are open, those that are asked for now, and those at fault."""
    opened = [int(pk) for pk in data.getlist("opened") if pk.isdecimal()] if data is not None else []
    form = FiguresForm(data, grid=stored, opened=opened)
    if data is None:
        return form
    asked_for = data.get("open", "")
    wanted = {int(asked_for)} if act == "open" and asked_for.isdecimal() else set()
    form.is_valid()
    known = {option.pk for option in form.grid.options}
    for pk in ((wanted | form.to_open) & known) - set(opened):
        data.update(form.stored_details(pk))
        opened.append(pk)
    return FiguresForm(data, grid=stored, opened=opened)


def _address(survey: Survey, asked: SurveyQuestion, dimension: Dimension | None) -> str:
    address = reverse("admin:barometer_survey_figures", args=[survey.pk, asked.question.key])
    return f"{address}?{urlencode({'by': dimension.key})}" if dimension else address


def _neighbours(survey: Survey, asked: SurveyQuestion) -> dict[str, SurveyQuestion | None]:
    """The questions before and after it in the edition."""
    rows = list(
        survey.asked.exclude(question__kind=Question.Kind.TEXT)
        .select_related("question")
        .order_by("order", "question__order", "question__key")
    )
    place = next(number for number, row in enumerate(rows) if row.pk == asked.pk)
    return {
        "previous": rows[place - 1] if place else None,
        "next": rows[place + 1] if place + 1 < len(rows) else None,
    }
