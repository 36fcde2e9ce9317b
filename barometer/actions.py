"""Making things happen to a survey: the only writer of figures and of what the public sees of them.

Every function is atomic, asks :func:`common.workflow.decide`, changes the survey only if it is still in the
state and version that was decided on, and writes one :class:`SurveyEvent`. ``by`` is the person who acts, or
None for a command run by an operator. All raise :class:`~common.workflow.TransitionRefused`, whose text tells
the user why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.workflow import Decision, Refusal, Transition, TransitionRefused, decide

from . import workflow
from .models import Figure, OwnWords, Question, Survey, SurveyEvent, SurveyQuestion
from .suppression import cell_of, suppressed

if TYPE_CHECKING:
    from accounts.models import User

# A correction says what was wrong, in each language.
Note = Mapping[str, str]

# What a figure says, without what it is of and without what follows from its base.
VALUES = (
    "share",
    "unweighted_share",
    "base",
    "low",
    "high",
    "precision",
    "words_fi",
    "words_sv",
    "words_en",
    "note_fi",
    "note_sv",
    "note_en",
    "source_id",
    "is_verified",
)


@transaction.atomic
def describe(survey: Survey, *, by: User | None, note: Note | None = None) -> None:
    """Save what is told of the edition; a new one is begun as a draft. The state stays as it is.

    ``survey`` is a changed instance that is not saved yet, in the version that its editor read.
    """
    if survey.pk is None:
        survey.state = Survey.State.DRAFT
        _allow(workflow.DESCRIBE, survey, by)
        survey.save()
        SurveyEvent.objects.create(survey=survey, act="create", to_state=survey.state, by=by)
        return
    _allow(workflow.DESCRIBE, survey, by)
    changes = _changed_fields(survey)
    _touch(workflow.DESCRIBE, survey, survey.version)
    # Not the state: that, and the version, are the table's by now.
    survey.save(update_fields=_described(survey))
    _record("describe", survey, by, note=note, changes=changes)


@transaction.atomic
def begin(survey: Survey, *, by: User | None, after: Survey | None = None) -> None:
    """Begin an edition as a draft. It asks as ``after`` did, or else the questions of the question bank."""
    describe(survey, by=by)
    if after is None:
        choose_questions(survey, Question.objects.filter(in_bank=True), by=by)
        return
    for asked in after.asked.all():
        asked.pk, asked.survey, asked._state.adding = None, survey, True
        asked.save()


@transaction.atomic
def choose_questions(
    survey: Survey, questions: Iterable[Question], *, by: User | None, seen_version: int | None = None
) -> None:
    """Let the edition ask these, in this order. A question that has figures or answers is not left out."""
    _allow(workflow.DESCRIBE, survey, by)
    before = {asked.question_id: asked for asked in survey.asked.select_related("question")}
    changed = []
    for order, question in enumerate(questions):
        asked = before.pop(question.pk, None) or SurveyQuestion(survey=survey, question=question)
        if asked.pk is None or asked.order != order:
            asked.order = order
            asked.save()
            changed.append({"question": question.key})
    left_out = survey.asked.filter(pk__in=[asked.pk for asked in before.values()])
    answered = left_out.filter(Q(figures__isnull=False) | Q(own_words__isnull=False)).first()
    if answered is not None:
        reason = _("“%(question)s” has figures: take them away first.")
        raise TransitionRefused(
            Decision(workflow.DESCRIBE, Refusal.BLOCKED, (reason % {"question": answered.question},))
        )
    changed += [{"question": asked.question.key} for asked in before.values()]
    left_out.delete()
    if changed:
        _touch(workflow.DESCRIBE, survey, survey.version if seen_version is None else seen_version)
        _record("choose_questions", survey, by, changes=changed)


@transaction.atomic
def describe_question(asked: SurveyQuestion, *, by: User | None, seen_version: int | None = None) -> None:
    """Save how the edition asked the question; ``asked`` is a changed instance that is not saved yet."""
    survey = asked.survey
    _allow(workflow.DESCRIBE, survey, by)
    _touch(workflow.DESCRIBE, survey, survey.version if seen_version is None else seen_version)
    asked.save()
    _record("describe_question", survey, by, changes=[{"question": asked.question.key}])


@transaction.atomic
def discard(survey: Survey, *, by: User | None) -> None:
    """Delete a draft, which nobody but editors ever saw, with its figures."""
    _allow(workflow.DISCARD, survey, by)
    _touch(workflow.DISCARD, survey, survey.version)
    survey.delete()


@transaction.atomic
def enter_figures(
    survey: Survey,
    figures: Iterable[Figure],
    *,
    by: User | None,
    removed: Sequence[Figure] = (),
    seen_version: int | None = None,
    note: Note | None = None,
) -> list[dict[str, Any]]:
    """Bring the survey's figures to what ``figures`` say, and take ``removed`` away; the others stay.

    ``figures`` are instances, saved or not: they are told apart by question, option and group. Those whose
    ``suppression`` is BY_EDITOR are kept back; whether the others are shown follows from the bases. Figures
    of a published survey need a ``note`` in three languages, which readers see. Returns the changes, as its
    event records them; without any nothing is written.
    """
    transition = workflow.CORRECT if survey.is_public else workflow.ENTER
    _allow(transition, survey, by)
    before = {place_of(figure): figure for figure in _figures_of(survey)}
    changes: list[dict[str, Any]] = []
    for figure in figures:
        old = before.get(place_of(figure))
        told = told_by(figure)
        if old is None:
            figure.pk = None
            figure.suppression = _unjudged(figure)
            figure.save(force_insert=True)
            changes.append(_change(figure, None, told))
        elif told_by(old) != told:
            changes.append(_change(figure, told_by(old), told))
            for name in VALUES:
                setattr(old, name, getattr(figure, name))
            old.suppression = _unjudged(figure)
            old.save()
    for figure in removed:
        old = before.get(place_of(figure))
        if old is not None:
            changes.append(_change(old, told_by(old), None))
            old.delete()
    if not changes:
        return []
    if transition.needs_message and not all(
        (note or {}).get(language) for language in workflow.LANGUAGE_NAMES
    ):
        raise TransitionRefused(
            Decision(
                transition,
                Refusal.BLOCKED,
                (_("Published figures are corrected with a note that tells why, in each language."),),
            )
        )
    _suppress(survey)
    _touch(transition, survey, survey.version if seen_version is None else seen_version, figures_changed=True)
    _record(transition.name, survey, by, note=note, changes=changes)
    return changes


@transaction.atomic
def keep_own_words(
    survey: Survey, answers: Mapping[SurveyQuestion, Sequence[str]], *, by: User | None
) -> None:
    """Keep these answers in own words in place of those that the questions have. Only editors read them."""
    _allow(workflow.DESCRIBE, survey, by)
    changed = []
    for asked, texts in answers.items():
        in_order = sorted(texts)
        if in_order == sorted(asked.own_words.values_list("text", flat=True)):
            continue
        asked.own_words.all().delete()
        OwnWords.objects.bulk_create([OwnWords(asked=asked, text=text) for text in in_order])
        changed.append({"question": asked.question.key})
    if changed:
        _touch(workflow.DESCRIBE, survey, survey.version)
        _record("keep_own_words", survey, by, changes=changed)


@transaction.atomic
def publish(survey: Survey, *, by: User | None, seen_version: int | None = None) -> None:
    """Let everybody see the edition."""
    _allow(workflow.PUBLISH, survey, by)
    if by is None:
        _check_blockers(workflow.PUBLISH, survey)
    _suppress(survey)
    before = survey.state
    _touch(
        workflow.PUBLISH,
        survey,
        survey.version if seen_version is None else seen_version,
        state=Survey.State.PUBLISHED,
        published_at=survey.published_at or timezone.now(),
    )
    _record("publish", survey, by, moved=(before, survey.state))


@transaction.atomic
def withdraw(survey: Survey, *, by: User | None, note: Note | None = None) -> None:
    """Take the edition away from the public; its address says that it is gone."""
    _allow(workflow.WITHDRAW, survey, by)
    before = survey.state
    _touch(workflow.WITHDRAW, survey, survey.version, state=Survey.State.WITHDRAWN)
    _record("withdraw", survey, by, moved=(before, survey.state), note=note)


# What they share --------------------------------------------------------------


def _described(survey: Survey) -> list[str]:
    """The fields that editors describe an edition by."""
    return [
        field.name
        for field in survey._meta.concrete_fields
        if not field.primary_key and field.name not in ("state", "published_at", "changed_at", "version")
    ]


def _changed_fields(survey: Survey) -> list[dict[str, Any]]:
    """What differs from the table, field by field, as text."""
    # A translated field's own column, without its language, follows from those that have one.
    names = [name for name in _described(survey) if not hasattr(survey, f"{name}_fi")]
    before = Survey._base_manager.get(pk=survey.pk)
    values = [(name, getattr(before, name), getattr(survey, name)) for name in names]
    return [
        {"field": name, "before": str(old or ""), "after": str(new or "")}
        for name, old, new in values
        if (old or "") != (new or "")
    ]


def _allow(transition: Transition, survey: Survey, by: User | None) -> None:
    """Raise unless ``by`` may do it now. Operators' commands (None) are bound by the state alone."""
    if by is None:
        if survey.state not in transition.sources:
            raise _moved_meanwhile(transition, survey)
        return
    decision = decide(transition, survey, by)
    if not decision.allowed:
        raise TransitionRefused(decision)


def _check_blockers(transition: Transition, survey: Survey) -> None:
    reasons = tuple(reason for blocker in transition.blockers for reason in blocker(survey, None))
    if reasons:
        raise TransitionRefused(Decision(transition, Refusal.BLOCKED, reasons))


def _moved_meanwhile(transition: Transition, survey: Survey) -> TransitionRefused:
    survey.refresh_from_db(fields=["state", "version"])
    return TransitionRefused(
        Decision(
            transition,
            Refusal.WRONG_STATE,
            (
                _(
                    "Somebody else was quicker: the edition was changed after you opened this page. "
                    "Nothing was changed."
                ),
            ),
        )
    )


def _touch(
    transition: Transition,
    survey: Survey,
    seen_version: int,
    *,
    figures_changed: bool = False,
    **changes: Any,
) -> None:
    """Compare and set: raise the version of a survey that is still as it was seen; raise when it is not."""
    if figures_changed:
        changes["changed_at"] = timezone.now()
    moved = Survey._base_manager.filter(pk=survey.pk, version=seen_version, state=survey.state).update(
        version=F("version") + 1, **changes
    )
    if not moved:
        raise _moved_meanwhile(transition, survey)
    survey.version = seen_version + 1
    for name, value in changes.items():
        setattr(survey, name, value)


def _record(
    act: str,
    survey: Survey,
    by: User | None,
    *,
    moved: tuple[str, str] = ("", ""),
    note: Note | None = None,
    changes: Sequence[dict[str, Any]] = (),
) -> None:
    SurveyEvent.objects.create(
        survey=survey,
        act=act,
        from_state=moved[0],
        to_state=moved[1],
        by=by,
        note=dict(note or {}),
        changes=list(changes),
    )


def _figures_of(survey: Survey) -> models.QuerySet[Figure]:
    return Figure.objects.filter(asked__survey=survey).select_related("asked__question", "option", "group")


def place_of(figure: Figure) -> tuple[int, int, int | None]:
    return figure.asked_id, figure.option_id, figure.group_id


def _is_kept_back(figure: Figure) -> bool:
    return figure.suppression == Figure.Suppression.BY_EDITOR


def _unjudged(figure: Figure) -> str:
    """Not shown, as long as the bases of all figures are not known together; see :func:`_suppress`."""
    return figure.suppression if _is_kept_back(figure) else Figure.Suppression.COMPLEMENTARY


def told_by(figure: Figure) -> dict[str, Any]:
    """What the figure says, as JSON; equal for equal figures."""
    told: dict[str, Any] = {name: getattr(figure, name) for name in VALUES}
    for name in ("share", "unweighted_share", "low", "high"):
        told[name] = None if told[name] is None else f"{told[name]:.2f}"
    for name in told:
        if name.startswith(("words_", "note_")):
            told[name] = told[name] or ""
    return {**told, "is_kept_back": _is_kept_back(figure)}


def _change(figure: Figure, before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "question": figure.asked.question.key,
        "option": figure.option.code,
        "group": figure.group.key if figure.group else None,
        "dimension": figure.group.dimension.key if figure.group else None,
        "before": before,
        "after": after,
    }


def _suppress(survey: Survey) -> None:
    """Let each figure be shown or not as the bases of all of the survey's figures say."""
    figures = list(Figure.objects.filter(asked__survey=survey).select_related("group"))
    hidden = suppressed(map(cell_of, figures))
    changed: dict[str, list[int]] = {}
    for figure in figures:
        if _is_kept_back(figure):
            continue
        dimension = figure.group.dimension_id if figure.group else None
        reason = hidden.get((figure.asked_id, dimension, figure.group_id), Figure.Suppression.NONE)
        if reason == Figure.Suppression.BY_EDITOR:
            # The editor kept another option of the group back: from the rest it could be told.
            reason = Figure.Suppression.COMPLEMENTARY
        if figure.suppression != reason:
            changed.setdefault(str(reason), []).append(figure.pk)
    for reason, pks in changed.items():
        Figure.objects.filter(pk__in=pks).update(suppression=reason)
