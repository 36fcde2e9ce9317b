"""Taking feedback in, dealing with it, and erasing it on its day: the only writer of it.

Every function is atomic, changes a row only if it is still in the state and version that was decided on, and
enqueues its mails in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.mail import enqueue, forget_mail_to
from common.workflow import Decision, Refusal, Transition, TransitionRefused, decide
from pages.models import Feedback, FeedbackEvent

from . import mails, workflow

if TYPE_CHECKING:
    from accounts.models import User

# Within how many days feedback on accessibility is answered, by law.
ANSWERED_WITHIN = timedelta(days=14)
BATCH = 500

Act = FeedbackEvent.Act


@transaction.atomic
def tell(
    *,
    kind: Feedback.Kind,
    language: str,
    path: str = "",
    is_useful: bool | None = None,
    words: str = "",
    email: str = "",
) -> Feedback:
    """Take in what a reader said. A yes or a no without words is counted: there is nothing to deal with."""
    now = timezone.now()
    feedback = Feedback(
        kind=kind,
        language=language,
        path=path,
        is_useful=is_useful,
        words=words,
        email=email,
        received_at=now,
    )
    if kind == Feedback.Kind.ACCESSIBILITY:
        feedback.due_on = timezone.localdate(now) + ANSWERED_WITHIN
    if not words:
        feedback.state, feedback.closed_at = Feedback.State.CLOSED, now
    feedback.save(force_insert=True)
    _record(Act.TELL, feedback)
    if kind == Feedback.Kind.ACCESSIBILITY:
        mails.tell_handlers(feedback)
    return feedback


@transaction.atomic
def take_up(feedback: Feedback, *, by: User) -> None:
    _allow(workflow.TAKE_UP, feedback, by)
    _move(workflow.TAKE_UP, feedback)
    _record(Act.TAKE_UP, feedback, by)


@transaction.atomic
def note(feedback: Feedback, *, by: User, message: str) -> None:
    """Write something down for the others who handle feedback."""
    _allow(workflow.NOTE, feedback, by)
    _move(workflow.NOTE, feedback)
    _record(Act.NOTE, feedback, by, message)


@transaction.atomic
def answer(feedback: Feedback, *, by: User, message: str) -> None:
    """Mail an answer to the address that was given, and close."""
    _allow(workflow.ANSWER, feedback, by)
    _move(workflow.ANSWER, feedback, closed_at=timezone.now())
    _record(Act.ANSWER, feedback, by, message)
    enqueue(mails.answer(feedback, message))


@transaction.atomic
def close(feedback: Feedback, *, by: User, message: str = "") -> None:
    _allow(workflow.CLOSE, feedback, by)
    _move(workflow.CLOSE, feedback, closed_at=timezone.now())
    _record(Act.CLOSE, feedback, by, message)


@transaction.atomic
def reopen(feedback: Feedback, *, by: User) -> None:
    _allow(workflow.REOPEN, feedback, by)
    _move(workflow.REOPEN, feedback, closed_at=None)
    _record(Act.REOPEN, feedback, by)


# Erasing ----------------------------------------------------------------------


def due_for_erasing(now: datetime) -> QuerySet[Feedback]:
    """What was closed FEEDBACK_KEEP_DAYS ago or earlier and still holds words or an address."""
    before = now - timedelta(days=settings.FEEDBACK_KEEP_DAYS)
    return Feedback.objects.filter(~Q(words="") | ~Q(email=""), state=Feedback.State.CLOSED).filter(
        closed_at__lte=before
    )


def erase_expired(*, now: datetime, dry_run: bool = False) -> int:
    """Erase what people wrote and their addresses when their day has come; returns of how much feedback.

    A yes or a no stays, as a number without anybody behind it. Each batch is a transaction of its own.
    """
    due = due_for_erasing(now)
    if dry_run:
        return due.count()
    return sum(_erase(due, keys) for keys in _batches(due))


def _batches(rows: QuerySet[Feedback]) -> Iterator[list[int]]:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


@transaction.atomic
def _erase(due: QuerySet[Feedback], keys: list[int]) -> int:
    """Lock the rows and look again: somebody may have opened one at this moment."""
    rows = list(due.filter(pk__in=keys).order_by("pk").select_for_update())
    found = Feedback.objects.filter(pk__in=[row.pk for row in rows])
    forget_mail_to(row.email.lower() for row in rows if row.email)
    FeedbackEvent.objects.filter(feedback__in=found).exclude(message="").update(message="")
    found.filter(is_useful=None).delete()
    found.update(words="", email="", version=F("version") + 1)
    return len(rows)


# What they share --------------------------------------------------------------


def _allow(transition: Transition, feedback: Feedback, by: User) -> None:
    decision = decide(transition, feedback, by)
    if not decision.allowed:
        raise TransitionRefused(decision)


def _move(transition: Transition, feedback: Feedback, **changes: object) -> None:
    """Compare and set: to the transition's target, if the row is still in the state and version seen."""
    if transition.target:
        changes["state"] = transition.target
    rows = Feedback.objects.filter(pk=feedback.pk, version=feedback.version, state__in=transition.sources)
    if not rows.update(version=F("version") + 1, **changes):
        words = _("Somebody else was quicker. Nothing was changed: see first what has been done.")
        raise TransitionRefused(Decision(transition, Refusal.WRONG_STATE, (words,)))
    feedback.version += 1
    for name, value in changes.items():
        setattr(feedback, name, value)


def _record(act: Act, feedback: Feedback, by: User | None = None, message: str = "") -> None:
    FeedbackEvent.objects.create(feedback=feedback, act=act, by=by, message=message)
