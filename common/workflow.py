"""A transition is data, and one function decides whether it may happen.

Buttons, the POST behind them, the admin and any API ask the same :func:`decide`, so what is
shown and what is enforced cannot differ.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _


class Refusal(Enum):
    """Why a transition may not happen; each is told to the user in different words."""

    WRONG_STATE = "wrong_state"
    NOT_PERMITTED = "not_permitted"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One way from some states to one state.

    ``permitted`` takes the subject and the user. Each of ``blockers`` takes the subject and the
    user and gives the reasons, in the user's language, why the transition may not happen yet.
    """

    name: str
    label: str | Promise
    sources: frozenset[str]
    target: str
    permitted: Callable[[Any, Any], bool]
    blockers: tuple[Callable[[Any, Any], Iterable[str]], ...] = ()
    needs_message: bool = False


@dataclass(frozen=True)
class Decision:
    """Whether a transition may happen and, if not, why not."""

    transition: Transition
    refusal: Refusal | None = None
    reasons: tuple[str, ...] = field(default=())

    @property
    def allowed(self) -> bool:
        return self.refusal is None


class TransitionRefused(Exception):
    """Raised by actions; ``decision`` tells the reason and ``str()`` gives it in words."""

    def __init__(self, decision: Decision):
        self.decision = decision
        super().__init__(" ".join(decision.reasons))


def decide(transition: Transition, subject: Any, user: Any) -> Decision:
    """Whether ``user`` may take ``subject`` (anything with a ``state``) through ``transition`` now.

    A person without the right is told so first, so that nobody learns the state of what they may
    not act on; a wrong state is explained and is never reported as a missing right.
    """
    if not transition.permitted(subject, user):
        return Decision(transition, Refusal.NOT_PERMITTED, (_("You do not have the right to do this."),))
    if subject.state not in transition.sources:
        return Decision(
            transition,
            Refusal.WRONG_STATE,
            (
                _("“%(act)s” is not possible now: the state is “%(state)s”.")
                % {"act": transition.label, "state": subject.get_state_display()},
            ),
        )
    reasons = tuple(reason for blocker in transition.blockers for reason in blocker(subject, user))
    return Decision(transition, Refusal.BLOCKED if reasons else None, reasons)


def available(transitions: Iterable[Transition], subject: Any, user: Any) -> list[Decision]:
    """Decisions to show as buttons: right state, right person; those that are blocked too."""
    decisions = (decide(transition, subject, user) for transition in transitions)
    return [decision for decision in decisions if decision.refusal in (None, Refusal.BLOCKED)]
