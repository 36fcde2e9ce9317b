"""Making things happen in the network: the only writer of requests, members and consents.

Every function is atomic, asks :func:`common.workflow.decide`, changes a row only if it is still in the state
and version that was decided on, writes one :class:`MembershipEvent` and enqueues its mail in the same
transaction. ``by`` is the person who acts, or None for a command run by an operator and for an applicant, who
is known by the secret of a mailed link. All raise :class:`~common.workflow.TransitionRefused`, whose text
tells the user why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from common.secret_pages import digest, new_secret
from common.workflow import Decision, Refusal, Transition, TransitionRefused, decide
from taxonomy.models import Term

from . import event_actions, notifications, workflow
from .models import Consent, JoinRequest, Member, MembershipEvent

if TYPE_CHECKING:
    from datetime import date

CONFIRMATION_LASTS = timedelta(hours=48)
# A link to a request that waits for its coordinator or its applicant.
ANSWER_LASTS = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Application:
    """What somebody tells when asking to join.

    ``consents`` are purposes with the version of the text that was read, in the language ``read_in``;
    ``language`` is the one in which the person wants mail.
    """

    email: str
    name: str
    language: str
    organisation: Organisation | None = None
    organisation_name: str = ""
    role: str = ""
    works_on: str = ""
    wants_to_learn: str = ""
    interests: Iterable[Term] = ()
    in_directory: bool = False
    consents: Mapping[str, str] = field(default_factory=dict)
    read_in: str = ""


# Asking to join ---------------------------------------------------------------


def ask_to_join(application: Application) -> None:
    """Take an application down and mail its address.

    What happens depends on whether the address is a member's, an applicant's or nobody's yet; only its
    owner learns which, from the mail. One that was not confirmed yet is replaced by the newer one.
    """
    try:
        _ask_to_join(application)
    except IntegrityError:
        # The same address came in at the same moment: now its request is there.
        _ask_to_join(application)


@transaction.atomic
def _ask_to_join(application: Application) -> None:
    email = User.objects.normalize_email(application.email)
    if Member.objects.active().filter(user__email=email).exists():
        notifications.send_to_address("network_already_member", email, application.language)
        return
    # Locked, for its owner may be confirming it at this moment. (SQLite has one writer anyway.)
    request = JoinRequest.objects.select_for_update().open().filter(email=email).first()
    if request is not None and request.state != JoinRequest.State.UNCONFIRMED:
        notifications.send_to_address("network_already_asked", email, application.language)
        return
    act = "ask_again" if request else "ask"
    request = request or JoinRequest(email=email)
    for name in (
        "name",
        "language",
        "organisation",
        "organisation_name",
        "role",
        "works_on",
        "wants_to_learn",
    ):
        setattr(request, name, getattr(application, name))
    request.in_directory = application.in_directory
    request.erase_on = _erase_on("unconfirmed")
    secret = _new_secret(request, CONFIRMATION_LASTS)
    request.version += 1
    request.save()
    request.interests.set(application.interests)
    request.consents.all().delete()
    Consent.objects.bulk_create(
        Consent(
            request=request,
            purpose=purpose,
            text_version=version,
            language=application.read_in or application.language,
        )
        for purpose, version in application.consents.items()
    )
    _record(act, None, request=request, moved=("", request.state))
    notifications.send_secret("network_confirm", request, secret)


def find_by_secret(secret: str) -> JoinRequest | None:
    """The open request that the link with this secret was mailed for, though the link may be too old."""
    if not secret:
        return None
    return JoinRequest.objects.open().filter(secret_digest=digest(secret)).first()


@transaction.atomic
def renew(request: JoinRequest) -> None:
    """The applicant opened a link that is too old, and asks for another: it comes to the same address."""
    _check(workflow.RENEW, request)
    secret = _new_secret(request, CONFIRMATION_LASTS)
    _move(
        workflow.RENEW,
        request,
        erase_on=_erase_on("unconfirmed"),
        secret_digest=request.secret_digest,
        secret_ends_at=request.secret_ends_at,
    )
    _record("ask_again", None, request=request)
    notifications.send_secret("network_confirm", request, secret)


@transaction.atomic
def confirm(request: JoinRequest) -> None:
    """The applicant pressed the button on the page that the mailed link opens."""
    _check(workflow.CONFIRM, request)
    secret = _new_secret(request, ANSWER_LASTS)
    _move(
        workflow.CONFIRM,
        request,
        confirmed_at=timezone.now(),
        erase_on=None,
        secret_digest=request.secret_digest,
        secret_ends_at=request.secret_ends_at,
    )
    _record("confirm", None, request=request, moved=(JoinRequest.State.UNCONFIRMED, request.state))
    notifications.send_secret("network_received", request, secret)
    notifications.tell_coordinators(request)


@transaction.atomic
def answer(request: JoinRequest, *, text: str) -> None:
    """The applicant answers what a coordinator asked."""
    _check(workflow.ANSWER, request)
    before = request.state
    _move(workflow.ANSWER, request, answer=text)
    _record("answer", None, request=request, moved=(before, request.state))
    notifications.tell_coordinators(request)


@transaction.atomic
def withdraw(request: JoinRequest) -> None:
    """The applicant takes the request back."""
    _check(workflow.WITHDRAW, request)
    before = request.state
    _move(workflow.WITHDRAW, request, **_closed("withdrawn"))
    _record("withdraw", None, request=request, moved=(before, request.state))


@transaction.atomic
def expire(request: JoinRequest) -> None:
    """Close a request whose address was not confirmed in time."""
    before = request.state
    _move(workflow.EXPIRE, request, secret_digest="", secret_ends_at=None)
    _record("expire", None, request=request, moved=(before, request.state))


# Deciding ---------------------------------------------------------------------


@transaction.atomic
def approve(
    request: JoinRequest, *, by: User, message: str = "", organisation: Organisation | None = None
) -> Member:
    """Make the applicant a member, who from now on signs in with a code sent to the same address.

    ``organisation``, if given, is the one that the coordinator found to be meant.
    """
    _allow(workflow.APPROVE, request, by)
    before = request.state
    _move(
        workflow.APPROVE,
        request,
        **_closed("decided"),
        decided_at=timezone.now(),
        decided_by=by,
        organisation=organisation or request.organisation,
    )
    member = _member_of(request)
    _record("approve", by, request=request, member=member, moved=(before, request.state), message=message)
    notifications.send_to_applicant("network_approved", request, message=message)
    return member


def _member_of(request: JoinRequest) -> Member:
    user = User.objects.for_address(request.email, request.name)
    user.display_name = user.display_name or request.name
    user.language = request.language
    user.organisation = user.organisation or request.organisation
    user.save(update_fields=["display_name", "language", "organisation"])
    # Locked, for the time of one who left may be up at this moment.
    member = Member.objects.select_for_update().filter(user=user).first() or Member(user=user)
    member.state, member.left_at, member.joined_at, member.erase_on = (
        Member.State.ACTIVE,
        None,
        timezone.now(),
        None,
    )
    for name in ("organisation", "organisation_name", "role", "works_on", "wants_to_learn", "in_directory"):
        setattr(member, name, getattr(request, name))
    if member.organisation:
        member.organisation_name = ""
    consents = request.consents.all()
    member.wants_bulletins = any(row.purpose == Consent.Purpose.BULLETINS for row in consents)
    member.version += 1
    member.save()
    member.interests.set(request.interests.all())
    consents.update(member=member)
    return member


@transaction.atomic
def decline(request: JoinRequest, *, by: User, message: str) -> None:
    """Turn the request down; the applicant reads why."""
    _allow(workflow.DECLINE, request, by)
    before = request.state
    _move(workflow.DECLINE, request, **_closed("declined"), decided_at=timezone.now(), decided_by=by)
    _record("decline", by, request=request, moved=(before, request.state), message=message)
    notifications.send_to_applicant("network_declined", request, message=message)


@transaction.atomic
def ask_more(request: JoinRequest, *, by: User, message: str) -> None:
    """Ask the applicant for something; the mail leads to a page for the answer."""
    _allow(workflow.ASK_MORE, request, by)
    before = request.state
    secret = _new_secret(request, ANSWER_LASTS)
    _move(
        workflow.ASK_MORE,
        request,
        secret_digest=request.secret_digest,
        secret_ends_at=request.secret_ends_at,
    )
    _record("ask_more", by, request=request, moved=(before, request.state), message=message)
    notifications.send_secret("network_ask_more", request, secret, message=message)


@transaction.atomic
def note(subject: JoinRequest | Member, *, by: User, note: str, seen_version: int) -> None:
    """Write down what coordinators tell each other; refused when the row changed since it was read."""
    transition = workflow.NOTE_REQUEST if isinstance(subject, JoinRequest) else workflow.NOTE_MEMBER
    _allow(transition, subject, by)
    subject.version = seen_version
    _move(transition, subject, note=note)
    if isinstance(subject, JoinRequest):
        _record(transition.name, by, request=subject)
    else:
        _record(transition.name, by, member=subject)


# Members ----------------------------------------------------------------------

PROFILE = (
    "organisation",
    "organisation_name",
    "role",
    "works_on",
    "wants_to_learn",
    "in_directory",
    "wants_bulletins",
)


@transaction.atomic
def edit_profile(
    member: Member,
    *,
    by: User,
    values: Mapping[str, Any],
    interests: Iterable[Term],
    text_version: str,
    read_in: str = "",
) -> None:
    """Save what a member tells of themselves; a choice about the directory or bulletins is a consent.

    Its text was read in the language ``read_in``, when that is not the member's own.
    """
    _allow(workflow.EDIT_PROFILE, member, by)
    stored = Member.objects.get(pk=member.pk)
    _move(workflow.EDIT_PROFILE, member, **{name: values[name] for name in PROFILE})
    member.interests.set(interests)
    choices = {"in_directory": Consent.Purpose.DIRECTORY, "wants_bulletins": Consent.Purpose.BULLETINS}
    for name, purpose in choices.items():
        if values[name] != getattr(stored, name):
            language = read_in or member.user.language
            _consent(member, purpose, given=values[name], text_version=text_version, language=language)
    _record("edit_profile", by, member=member)


@transaction.atomic
def stop_bulletins(member: Member) -> None:
    """Whoever has the link of a bulletin wants no more of them. Pressed twice, it is done once."""
    locked = Member.objects.select_for_update().get(pk=member.pk)
    if not locked.wants_bulletins:
        return
    _check(workflow.STOP_BULLETINS, locked)
    _move(workflow.STOP_BULLETINS, locked, wants_bulletins=False)
    _consent(locked, Consent.Purpose.BULLETINS, given=False, text_version="", language="")
    _record("stop_bulletins", None, member=locked)


def _consent(member: Member, purpose: str, *, given: bool, text_version: str, language: str) -> None:
    if given:
        member.consents.create(purpose=purpose, text_version=text_version, language=language)
    else:
        member.consents.filter(purpose=purpose, withdrawn_at=None).update(withdrawn_at=timezone.now())


@transaction.atomic
def leave(member: Member, *, by: User) -> None:
    """The member goes; what they told is erased on its day."""
    _allow(workflow.LEAVE, member, by)
    _end(workflow.LEAVE, member, by)


@transaction.atomic
def remove(member: Member, *, by: User, message: str) -> None:
    """A coordinator takes somebody out, who reads why."""
    _allow(workflow.REMOVE, member, by)
    _end(workflow.REMOVE, member, by, message)


def _end(transition: Transition, member: Member, by: User, message: str = "") -> None:
    before = member.state
    now = timezone.now()
    _move(
        transition,
        member,
        left_at=now,
        in_directory=False,
        wants_bulletins=False,
        calendar_digest="",
        erase_on=_erase_on("left"),
    )
    event_actions.give_up_places([member.user])
    member.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
    _record(transition.name, by, member=member, moved=(before, member.state), message=message)
    notifications.send_to_member(
        "network_left" if not message else "network_removed", member, message=message
    )


@transaction.atomic
def move(members: Iterable[Member], *, to: Organisation, by: User) -> int:
    """Bring people of an organisation that ended to the one that took up its work; returns how many.

    Their accounts follow where they named the same organisation. All are moved, or nobody.
    """
    count = 0
    for member in members:
        _allow(workflow.MOVE, member, by)
        User.objects.filter(pk=member.user_id, organisation=member.organisation_id).update(organisation=to)
        _move(workflow.MOVE, member, organisation=to, organisation_name="")
        _record("move", by, member=member)
        count += 1
    return count


# What they share --------------------------------------------------------------


def _new_secret(request: JoinRequest, lasts: timedelta) -> str:
    """Gives the request a new secret, of which it keeps the digest; the caller saves it."""
    secret = new_secret()
    request.secret_digest = digest(secret)
    request.secret_ends_at = timezone.now() + lasts
    return secret


def _closed(kind: str) -> dict[str, Any]:
    return {"secret_digest": "", "secret_ends_at": None, "erase_on": _erase_on(kind)}


def _erase_on(kind: str) -> date:
    """The day on which what was told is erased, by the retention that the privacy notice states."""
    return timezone.localdate() + timedelta(days=settings.NETWORK_RETENTION_DAYS[kind])


def _check(transition: Transition, subject: Any) -> None:
    """What holds for an applicant, who has no account."""
    decision = decide(transition, subject, None)
    if not decision.allowed:
        raise TransitionRefused(decision)


def _allow(transition: Transition, subject: Any, by: User) -> None:
    decision = decide(transition, subject, by)
    if not decision.allowed:
        raise TransitionRefused(decision)


def _move(transition: Transition, subject: JoinRequest | Member, **changes: Any) -> None:
    """Compare and set: to the transition's target, if the row is still in the state and version seen."""
    before = subject.state
    if transition.target:
        changes["state"] = transition.target
    rows = type(subject)._base_manager.filter(
        pk=subject.pk, state=before, version=subject.version, state__in=transition.sources
    )
    if not rows.update(version=F("version") + 1, **changes):
        subject.refresh_from_db(fields=["state", "version"])
        raise TransitionRefused(
            Decision(
                transition,
                Refusal.WRONG_STATE,
                (
                    _("Somebody else was quicker: the state is now “%(state)s”. Nothing was changed.")
                    % {"state": subject.get_state_display()},
                ),
            )
        )
    subject.version += 1
    for name, value in changes.items():
        setattr(subject, name, value)


def _record(
    act: str,
    by: User | None,
    *,
    request: JoinRequest | None = None,
    member: Member | None = None,
    moved: tuple[str, str] = ("", ""),
    message: str = "",
) -> None:
    MembershipEvent.objects.create(
        request=request,
        member=member,
        act=act,
        from_state=moved[0],
        to_state=moved[1],
        by=by,
        message=message,
    )
