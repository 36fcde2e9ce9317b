"""What may happen to a request to join and to a member: transitions as data."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.workflow import Transition

from .models import JoinRequest, Member
from .queries import may_coordinate

if TYPE_CHECKING:
    from accounts.models import User

_Request = JoinRequest.State


def _coordinates(_subject: object, user: "User") -> bool:
    return may_coordinate(user)


def _is_oneself(member: Member, user: "User") -> bool:
    return member.user_id == user.pk


def _holds_the_secret(_subject: object, _user: object) -> bool:
    """The action itself finds the request by the secret; whoever has none finds nothing."""
    return True


def _secret_is_still_good(request: JoinRequest, _user: object) -> Iterator[str]:
    if request.secret_ends_at is None or request.secret_ends_at <= timezone.now():
        yield _("The link is too old. Ask to join again, and you get a new one.")


def _has_an_active_account(request: JoinRequest, _user: object) -> Iterator[str]:
    from accounts.models import User

    if User.objects.filter(email=request.email, is_active=False).exists():
        yield _("The account of this address has been closed. An administrator has to open it first.")


CONFIRM = Transition(
    name="confirm",
    label=gettext_lazy("Confirm the address"),
    sources=frozenset({_Request.UNCONFIRMED}),
    target=_Request.PENDING,
    permitted=_holds_the_secret,
    blockers=(_secret_is_still_good,),
)
RENEW = Transition(
    name="renew",
    label=gettext_lazy("Send a new link"),
    sources=frozenset({_Request.UNCONFIRMED}),
    target="",
    permitted=_holds_the_secret,
)
ANSWER = Transition(
    name="answer",
    label=gettext_lazy("Answer the coordinator"),
    sources=frozenset({_Request.MORE_ASKED}),
    target=_Request.PENDING,
    permitted=_holds_the_secret,
    blockers=(_secret_is_still_good,),
)
WITHDRAW = Transition(
    name="withdraw",
    label=gettext_lazy("Withdraw the request"),
    sources=frozenset(JoinRequest.OPEN),
    target=_Request.WITHDRAWN,
    permitted=_holds_the_secret,
)
EXPIRE = Transition(
    name="expire",
    label=gettext_lazy("Let it expire"),
    sources=frozenset({_Request.UNCONFIRMED}),
    target=_Request.EXPIRED,
    permitted=_coordinates,
)
APPROVE = Transition(
    name="approve",
    label=pgettext_lazy("request", "Approve"),
    sources=frozenset(JoinRequest.QUEUE),
    target=_Request.APPROVED,
    permitted=_coordinates,
    blockers=(_has_an_active_account,),
)
DECLINE = Transition(
    name="decline",
    label=pgettext_lazy("request", "Decline"),
    sources=frozenset(JoinRequest.QUEUE),
    target=_Request.DECLINED,
    permitted=_coordinates,
    needs_message=True,
)
ASK_MORE = Transition(
    name="ask_more",
    label=gettext_lazy("Ask for more information"),
    sources=frozenset({_Request.PENDING}),
    target=_Request.MORE_ASKED,
    permitted=_coordinates,
    needs_message=True,
)
NOTE_REQUEST = Transition(
    name="note",
    label=gettext_lazy("Write a note"),
    sources=frozenset(JoinRequest.State) - {_Request.UNCONFIRMED},
    target="",
    permitted=_coordinates,
)
REQUEST = (CONFIRM, RENEW, ANSWER, WITHDRAW, EXPIRE, APPROVE, DECLINE, ASK_MORE)

EDIT_PROFILE = Transition(
    name="edit_profile",
    label=gettext_lazy("Edit the profile"),
    sources=frozenset({Member.State.ACTIVE}),
    target="",
    permitted=_is_oneself,
)
STOP_BULLETINS = Transition(
    name="stop_bulletins",
    label=gettext_lazy("Stop the bulletins"),
    sources=frozenset({Member.State.ACTIVE}),
    target="",
    permitted=_holds_the_secret,
)
LEAVE = Transition(
    name="leave",
    label=gettext_lazy("Leave the network"),
    sources=frozenset({Member.State.ACTIVE}),
    target=Member.State.LEFT,
    permitted=_is_oneself,
)
REMOVE = Transition(
    name="remove",
    label=gettext_lazy("Remove from the network"),
    sources=frozenset({Member.State.ACTIVE}),
    target=Member.State.LEFT,
    permitted=_coordinates,
    needs_message=True,
)
MOVE = Transition(
    name="move",
    label=gettext_lazy("Move to another organisation"),
    sources=frozenset({Member.State.ACTIVE}),
    target="",
    permitted=_coordinates,
)
NOTE_MEMBER = Transition(
    name="note",
    label=gettext_lazy("Write a note"),
    sources=frozenset(Member.State),
    target="",
    permitted=_coordinates,
)
MEMBERSHIP = (LEAVE, REMOVE)

_ACT_LABELS: dict[str, str | Promise] = {
    "ask": gettext_lazy("Asked to join"),
    "ask_again": gettext_lazy("Asked to join again"),
    "confirm": gettext_lazy("Address confirmed"),
    "answer": gettext_lazy("Answered the coordinator"),
    "withdraw": pgettext_lazy("request", "Withdrawn"),
    "expire": pgettext_lazy("request", "Expired"),
    "approve": pgettext_lazy("request", "Approved"),
    "decline": pgettext_lazy("request", "Declined"),
    "ask_more": gettext_lazy("More information asked"),
    "join": gettext_lazy("Joined the network"),
    "note": gettext_lazy("Note written"),
    "edit_profile": gettext_lazy("Profile edited"),
    "stop_bulletins": gettext_lazy("Bulletins stopped"),
    "leave": gettext_lazy("Left the network"),
    "remove": gettext_lazy("Removed from the network"),
    "move": gettext_lazy("Moved to another organisation"),
}


def act_label(act: str) -> str | Promise:
    """What was done, in words, for histories."""
    return _ACT_LABELS.get(act, act)
