"""What staff may do with feedback: transitions as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from common.workflow import Transition
from pages.models import Feedback
from pages.queries import may_handle_feedback

if TYPE_CHECKING:
    from accounts.models import User

_State = Feedback.State
_OPEN = frozenset({_State.NEW, _State.IN_WORK})


def _handles(_feedback: object, user: User) -> bool:
    return may_handle_feedback(user)


def _somebody_asked_for_an_answer(feedback: Feedback, _user: object) -> Iterator[str]:
    if not feedback.email:
        yield _("There is no address to answer to.")


def _something_was_said(feedback: Feedback, _user: object) -> Iterator[str]:
    if not feedback.words:
        yield _("There are no words to deal with: only a yes or a no, or the words have been erased.")


TAKE_UP = Transition(
    name="take_up",
    label=pgettext_lazy("feedback", "Take up"),
    sources=frozenset({_State.NEW}),
    target=_State.IN_WORK,
    permitted=_handles,
)
NOTE = Transition(
    name="note",
    label=pgettext_lazy("feedback", "Write a note"),
    sources=frozenset(_State),
    target="",
    permitted=_handles,
    blockers=(_something_was_said,),
    needs_message=True,
)
ANSWER = Transition(
    name="answer",
    label=pgettext_lazy("feedback", "Answer and close"),
    sources=_OPEN,
    target=_State.CLOSED,
    permitted=_handles,
    blockers=(_somebody_asked_for_an_answer,),
    needs_message=True,
)
CLOSE = Transition(
    name="close",
    label=pgettext_lazy("feedback", "Close without an answer"),
    sources=_OPEN,
    target=_State.CLOSED,
    permitted=_handles,
)
REOPEN = Transition(
    name="reopen",
    label=pgettext_lazy("feedback", "Open again"),
    sources=frozenset({_State.CLOSED}),
    target=_State.IN_WORK,
    permitted=_handles,
    blockers=(_something_was_said,),
)
