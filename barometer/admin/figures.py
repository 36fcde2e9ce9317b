"""Entering one question's figures: the grid, the preview, and saving.

The preview is the real thing undone: the figures are entered, read as the public would read them, and the
transaction is rolled back. So what it shows, and what it keeps back, cannot differ from what saving does.
"""

import hashlib
import json
from collections.abc import Iterator
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
        stored = list(Figure.objects.filter(asked=asked).select_related("group", "option"))
        transaction.set_rollback(True)
    found.unverified = sum(not figure.is_verified for figure in stored)
    found.not_shown = list(_not_shown(stored))
    return found


def _not_shown(figures: list[Figure]) -> Iterator[tuple[str, str]]:
    """What is kept back and why: whole groups, or single answers of those of which something is shown."""
    groups: dict[int | None, list[Figure]] = {}
    for figure in figures:
        groups.setdefault(figure.group_id, []).append(figure)
    for rows in groups.values():
        name = grid.Column(rows[0].group).label
        reasons = {figure.suppression for figure in rows}
        if len(reasons) == 1:
            if reason := reasons.pop():
                yield name, _reason_in_words(reason)
            continue
        for figure in rows:
            if figure.suppression:
                yield f"{figure.option.label}, {name}", _reason_in_words(figure.suppression)


def _reason_in_words(reason: str) -> str:
    if reason == Figure.Suppression.SMALL:
        return _("fewer than %(number)s answers") % {"number": SMALLEST_BASE}
    return str(Figure.Suppression(reason).label).lower()


class Entry:
    """One visit to the grid: what was typed, what it would change, and saving it."""

    def __init__(
        self, data: QueryDict | None, survey: Survey, asked: SurveyQuestion, dimension: Dimension | None
    ) -> None:
        self.data = data
        self.act = data.get("act", "") if data is not None else ""
        self.survey, self.asked, self.dimension = survey, asked, dimension
        self.form = _form(data, self.act, grid.Grid(asked, dimension))
        self.save_form: SaveForm | None = None
        self.preview: Preview | None = None
        self.refusal: TransitionRefused | None = None
        # Something else is to be saved than was previewed last.
        self.is_stale = False
        # Somebody else changed the edition meanwhile.
        self.is_behind = False

    def take(self, user: User) -> bool:
        """Do what was asked for; whether the figures were saved."""
        data = self.data
        if data is None or self.act == "open" or not self.form.is_valid():
            return False
        self.preview = previewed(self.survey, self.asked, self.dimension, self.form, by=user)
        notes = {name: text for name, text in data.items() if name.startswith("note_")}
        self.save_form = self._save_form(initial={**notes, "digest": self.preview.digest})
        if self.act == "save" and self.preview.changes and self._save(data, user):
            return True
        self.is_behind = self.form.cleaned_data["seen_version"] != self.survey.version
        # From here on it is known what would change from what is stored now.
        versions = Survey.objects.values_list("version", flat=True)
        data["seen_version"] = str(versions.get(pk=self.survey.pk))
        opened = [option.pk for option in self.form.opened]
        self.form = FiguresForm(data, grid=self.form.grid, opened=opened)
        return False

    def _save(self, data: QueryDict, user: User) -> bool:
        """Save what was previewed; without a preview, only a draft in which there is nothing to look at."""
        assert self.preview is not None
        seen = data.get("digest", "")
        must_be_seen = bool(seen or self.survey.is_public or self.preview.warnings)
        if must_be_seen and seen != self.preview.digest:
            self.is_stale = True
            return False
        bound = self._save_form(data)
        if not bound.is_valid():
            self.save_form = bound
            return False
        try:
            actions.enter_figures(
                self.survey,
                self.form.told(),
                removed=self.form.removed(),
                by=user,
                seen_version=self.form.cleaned_data["seen_version"],
                note=note_of(bound.cleaned_data) if self.survey.is_public else None,
            )
        except TransitionRefused as refused:
            self.refusal = refused
            return False
        return True

    def _save_form(self, data: QueryDict | None = None, **options: Any) -> SaveForm:
        has_warnings = bool(self.preview and self.preview.warnings)
        return SaveForm(data, is_correction=self.survey.is_public, has_warnings=has_warnings, **options)

    def context(self) -> dict[str, Any]:
        forms = [form for form in (self.form, self.save_form) if form is not None and form.is_bound]
        return {
            "form": self.form,
            "save_form": self.save_form,
            "forms": forms,
            "preview": self.preview,
            "refusal": self.refusal,
            "is_stale": self.is_stale,
            "is_behind": self.is_behind and not self.refusal,
            "has_errors": bool(self.refusal or any(form.errors for form in forms)),
        }


def page(admin: Any, request: HttpRequest, survey: Survey, asked: SurveyQuestion) -> HttpResponse:
    """The grid; ``act`` of a POST is preview, save, or open, for the details of one answer."""
    if asked.question.kind == Question.Kind.TEXT:
        raise Http404
    dimensions = list(Dimension.objects.all())
    dimension = next((row for row in dimensions if row.key == request.GET.get("by")), None)
    entry = Entry(request.POST.copy() if request.method == "POST" else None, survey, asked, dimension)
    if entry.take(user_of(request)):
        messages.success(request, _("The figures were saved."))
        return HttpResponseRedirect(_address(survey, asked, dimension))
    context = admin.context(
        request,
        survey,
        title=asked.question.title,
        state=Survey.State(survey.state),
        asked=asked,
        dimension=dimension,
        dimensions=dimensions,
        neighbours=_neighbours(survey, asked),
        **entry.context(),
    )
    status = 409 if entry.refusal else 200
    return TemplateResponse(request, "admin/barometer/figures.html", context, status=status)


def _form(data: QueryDict | None, act: str, stored: grid.Grid) -> FiguresForm:
    """The form with the details that are open, those that are asked for now, and those at fault."""
    opened = [int(pk) for pk in data.getlist("opened") if pk.isdecimal()] if data is not None else []
    form = FiguresForm(data, grid=stored, opened=opened)
    if data is None:
        return form
    asked_for = data.get("open", "")
    wanted = {int(asked_for)} if act == "open" and asked_for.isdecimal() else set()
    form.is_valid()
    known = {option.pk for option in stored.options}
    to_open = ((wanted | form.to_open) & known) - set(opened)
    for pk in to_open:
        data.update(form.stored_details(pk))
    return FiguresForm(data, grid=stored, opened=[*opened, *to_open]) if to_open else form


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
