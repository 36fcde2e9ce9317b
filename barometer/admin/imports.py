"""Figures of an edition from a file: the plan is shown row by row, then confirmed. And the file to fill in.

Between the two the file travels in the page, signed for the person and for an hour: nothing is stored that
would have to be cleared away. What is confirmed is planned anew, and entered only if it is the plan that
was shown.
"""

import base64
import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.signed_in import user_of
from barometer.importers import figures as importer
from barometer.importers.figures import FigureMapping, Line, Outcome, Plan
from barometer.models import Figure, Group, Option, Question, Survey, SurveyQuestion
from common.imports.tables import TableError
from common.tabular import XLSX_TYPE, as_xlsx
from common.workflow import TransitionRefused

from . import events
from .acts import note_fields, note_of

LARGEST_FILE = 1024 * 1024
SHOWN_ROWS = 200
LONGEST_SHEET_NAME = 31
_SALT = "barometer.admin.imports"
_HOUR = 3600


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX, a row for each figure, at most 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > LARGEST_FILE:
            raise forms.ValidationError(
                _("The file is too large: %(size)s. At most 1 MB is read; divide it by question.")
                % {"size": filesizeformat(file.size)}
            )
        return file


class ConfirmForm(forms.Form):
    """The note to readers, when published figures change."""

    def __init__(self, *arguments: Any, needs_note: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if needs_note:
            self.fields.update(note_fields())


@dataclass(frozen=True)
class Sent:
    """A file as it was uploaded, by whom, for which edition; ``seen`` is the digest of the plan shown."""

    name: str
    content: bytes
    seen: str = ""

    def sealed(self, survey: Survey, user: User) -> str:
        told = [survey.pk, user.pk, self.name, base64.b64encode(self.content).decode(), self.seen]
        return signing.dumps(told, salt=_SALT, compress=True)

    @classmethod
    def unsealed(cls, text: str, survey: Survey, user: User) -> "Sent | None":
        """None when it is not ours, of somebody else, of another edition, or too old."""
        try:
            survey_pk, user_pk, name, content, seen = signing.loads(text, salt=_SALT, max_age=_HOUR)
        except signing.BadSignature:
            return None
        if (survey_pk, user_pk) != (survey.pk, user.pk):
            return None
        return cls(name, base64.b64decode(content), seen)

    def planned(self, survey: Survey) -> Plan:
        """What would happen; raises TableError. A file without the column “survey” is of this edition."""
        with tempfile.NamedTemporaryFile(suffix=Path(self.name).suffix) as file:
            file.write(self.content)
            file.flush()
            table = importer.read(Path(file.name))
        mapping = FigureMapping(
            {"constants": {"survey": survey.key}} if table.place("survey") is None else {}
        )
        plan = importer.plan(table, mapping)
        others = {line.keys["survey"] for line in plan.lines} - {survey.key}
        if others:
            raise TableError(
                _("The file has rows of other editions: %(keys)s. Take them in from the pages of those.")
                % {"keys": ", ".join(sorted(others))}
            )
        return plan


def digest_of(plan: Plan) -> str:
    told = [[line.row, line.outcome, line.before, line.after] for line in plan.lines]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def page(admin: Any, request: HttpRequest, survey: Survey) -> HttpResponse:
    """Ask for a file; show what it would do; do it when that is confirmed."""
    user = user_of(request)
    upload = UploadForm()
    confirm: ConfirmForm | None = None
    sent: Sent | None = None
    plan: Plan | None = None
    refusal = ""
    if request.method == "POST" and "sealed" in request.POST:
        sent = Sent.unsealed(request.POST["sealed"], survey, user)
        if sent is None:
            refusal = _("The file is no longer at hand: choose it again.")
    elif request.method == "POST":
        upload = UploadForm(request.POST, request.FILES)
        if upload.is_valid():
            file = upload.cleaned_data["file"]
            sent = Sent(file.name, file.read())
    if sent is not None:
        try:
            plan = sent.planned(survey)
        except TableError as error:
            refusal = str(error)
    if sent is not None and plan is not None:
        seen, sent = sent.seen, Sent(sent.name, sent.content, digest_of(plan))
        notes = {name: text for name, text in request.POST.items() if name.startswith("note_")}
        confirm = ConfirmForm(initial=notes, needs_note=plan.needs_note)
        if seen and seen != sent.seen:
            refusal = _("The edition was changed meanwhile: look at what would happen now.")
        elif seen and not plan.is_refused:
            confirm = ConfirmForm(request.POST, needs_note=plan.needs_note)
            if confirm.is_valid():
                note = note_of(confirm.cleaned_data) if plan.needs_note else None
                try:
                    changes = importer.apply(plan, by=user, note=note)
                except TransitionRefused as refused:
                    refusal = str(refused)
                else:
                    count = sum(map(len, changes.values()))
                    words = ngettext(
                        "%(count)s figure was entered.", "%(count)s figures were entered.", count
                    )
                    messages.success(request, words % {"count": count})
                    return HttpResponseRedirect(admin.page_url(survey))
    context = admin.context(
        request,
        survey,
        title=_("Import figures"),
        upload=upload,
        confirm=confirm,
        forms=[form for form in (upload, confirm) if form is not None and form.is_bound],
        sealed=sent.sealed(survey, user) if sent and plan else "",
        file_name=sent.name if sent else "",
        plan=plan,
        told=_told(plan) if plan else None,
        refusal=refusal,
        has_errors=bool(refusal or upload.errors or (confirm and confirm.errors)),
    )
    return TemplateResponse(
        request, "admin/barometer/import.html", context, status=409 if refusal and plan else 200
    )


def _told(plan: Plan) -> dict[str, Any]:
    """The plan in words: how many rows of each outcome, and the rows, those refused first."""
    order = [Outcome.REFUSED, Outcome.CHANGED, Outcome.CREATED, Outcome.SAME]
    labels = {
        Outcome.REFUSED: (_("Refused"), "red"),
        Outcome.CHANGED: (_("Changed"), "blue"),
        Outcome.CREATED: (_("New"), "green"),
        Outcome.SAME: (_("As it is"), "quiet"),
    }
    lines = sorted(plan.lines, key=lambda line: (order.index(line.outcome), line.row))
    shown = lines[:SHOWN_ROWS]
    changes = events.told_changes([_change(line) for line in shown])
    return {
        "counts": [(*labels[outcome], len(plan.of(outcome))) for outcome in order],
        "rows": [
            {"line": line, "outcome": labels[line.outcome], "change": change}
            for line, change in zip(shown, changes, strict=True)
        ],
        "left": len(lines) - len(shown),
        "can_apply": not plan.is_refused and bool(plan.figures),
    }


def _change(line: Line) -> dict[str, Any]:
    """The row in the form that events have."""
    same = line.outcome in (Outcome.SAME, Outcome.REFUSED)
    return {
        "question": line.keys["question"],
        "option": line.keys["option"],
        "dimension": line.keys["dimension"],
        "group": line.keys["group"],
        "before": None if same else line.before,
        "after": {} if same else line.after,
    }


# The file to fill in ------------------------------------------------------------

TEXTS = ("words_fi", "words_sv", "words_en", "note_fi", "note_sv", "note_en")
COLUMNS = (
    "survey",
    "question",
    "question_title",
    "option",
    "option_label",
    "dimension",
    "group",
    "share",
    "base",
    "precision",
    "low",
    "high",
    "unweighted_share",
    *TEXTS,
    "source",
    "verified",
    "kept_back",
)


def download(survey: Survey) -> HttpResponse:
    """A workbook with a row for each answer of each question, and its figures as stored: seen or not."""
    rows = ([row.get(name) for name in COLUMNS] for row in _rows(survey))
    workbook = as_xlsx([(survey.key[:LONGEST_SHEET_NAME], COLUMNS, rows)], made=survey.changed_at)
    answer = HttpResponse(workbook, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{survey.key}.xlsx"'
    return answer


def _rows(survey: Survey) -> Iterator[dict[str, Any]]:
    """In the order of the questions and answers: the total first, then the groups that have figures."""
    figures = Figure.objects.filter(asked__survey=survey).select_related("group__dimension", "source")
    stored = {(figure.asked_id, figure.option_id, figure.group_id): figure for figure in figures}
    groups: dict[int, dict[int, Group]] = {}
    for figure in figures:
        if figure.group is not None:
            groups.setdefault(figure.asked_id, {})[figure.group.pk] = figure.group
    asked_rows = (
        survey.asked.exclude(question__kind=Question.Kind.TEXT)
        .select_related("question")
        .prefetch_related("question__options")
        .order_by("order", "question__order", "question__key")
    )
    for asked in asked_rows:
        places = [None, *groups.get(asked.pk, {}).values()]
        for group, option in product(places, asked.question.options.all()):
            found = stored.get((asked.pk, option.pk, group.pk if group else None))
            yield {**_place(survey, asked, option, group), **(_values(found) if found else {})}


def _place(survey: Survey, asked: SurveyQuestion, option: Option, group: Group | None) -> dict[str, Any]:
    return {
        "survey": survey.key,
        "question": asked.question.key,
        "question_title": asked.question.title,
        "option": option.code,
        "option_label": option.label,
        "dimension": group.dimension.key if group else "",
        "group": group.key if group else "",
    }


def _values(figure: Figure) -> dict[str, Any]:
    numbers = ("share", "base", "low", "high", "unweighted_share")
    return {
        **{name: getattr(figure, name) for name in numbers},
        **{name: getattr(figure, name) for name in TEXTS},
        "precision": figure.precision,
        "source": figure.source.key if figure.source else "",
        "verified": "yes" if figure.is_verified else "no",
        "kept_back": "yes" if figure.suppression == Figure.Suppression.BY_EDITOR else "no",
    }
