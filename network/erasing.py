"""Erasing on its day what people told the network, and once more after a backup was restored.

Each batch is a transaction of its own: it locks its rows and looks at them again before it erases, so whoever
asks or joins anew at the same moment loses nothing.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, TextIO

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CASCADE, ManyToOneRel, Model, QuerySet

from accounts.models import AddressChange, User
from common.mail import forget_mail_to
from common.workflow import TransitionRefused

from . import actions, event_actions
from .models import Consent, Erasure, JoinRequest, Member, MembershipEvent

BATCH = 200
COLUMNS = ("kind", "key", "day")
# A request that waits for a coordinator is never erased by the clock.
ERASABLE = frozenset(JoinRequest.State) - frozenset(JoinRequest.QUEUE)
# Keys to an account, which mean nothing without it. A row of any other model keeps the account.
PARTS_OF_ACCOUNT = {
    "accounts.AddressChange",
    "account.EmailAddress",
    "mfa.Authenticator",
    "socialaccount.SocialAccount",
}

# By the clock -----------------------------------------------------------------


def erase_expired(*, now: datetime, today: date, dry_run: bool = False) -> Counter[str]:
    """Let old unconfirmed requests expire and erase all whose day has come; how many of each kind."""
    unconfirmed = JoinRequest.objects.filter(state=JoinRequest.State.UNCONFIRMED, secret_ends_at__lte=now)
    requests = JoinRequest.objects.filter(state__in=ERASABLE, erase_on__lte=today)
    members = Member.objects.filter(state=Member.State.LEFT, erase_on__lte=today)
    counts: Counter[str] = Counter()
    if dry_run:
        with transaction.atomic():
            counts = erase_expired(now=now, today=today)
            transaction.set_rollback(True)
        return counts
    for request in unconfirmed.exclude(erase_on__lte=today):
        try:
            actions.expire(request)
        except TransitionRefused:
            continue  # It was confirmed, or asked for anew, at this moment.
        counts["expired"] += 1
    # Members first: the requests that they came by go with them.
    counts += _in_batches(members, _erase_members, today)
    counts += _in_batches(requests, _erase_requests, today)
    return counts


def _in_batches(
    rows: QuerySet[Any],
    erase: Callable[[QuerySet[Any], date], Counter[str]],
    today: date,
    keys: Iterable[int] | None = None,
) -> Counter[str]:
    counts: Counter[str] = Counter()
    keys = rows.order_by("pk").values_list("pk", flat=True) if keys is None else keys
    for batch in _batched(list(keys)):
        with transaction.atomic():
            counts += erase(rows.filter(pk__in=batch), today)
    return counts


def _batched(things: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]


def _erase_requests(rows: QuerySet[Any], today: date) -> Counter[str]:
    requests = list(rows.order_by("pk").select_for_update(of=("self",)))
    return Counter(request=_erase_these_requests(requests, today))


def _erase_these_requests(requests: list[JoinRequest], today: date) -> int:
    # What a member consented to, and how they became one, outlives the request.
    for model in (Consent, MembershipEvent):
        model._base_manager.filter(request__in=requests, member__isnull=False).update(request=None)
    # The mails of an address that somebody still has with us may be about something else.
    addresses = {request.email for request in requests}
    addresses -= set(User.objects.filter(email__in=addresses).values_list("email", flat=True))
    forget_mail_to(addresses)
    return _erase(JoinRequest, [request.pk for request in requests], Erasure.Kind.REQUEST, today)


def _erase_members(rows: QuerySet[Any], today: date) -> Counter[str]:
    members = list(rows.order_by("pk").select_for_update(of=("self",)).select_related("user"))
    users = [member.user for member in members]
    event_actions.give_up_places(users)
    came_by = JoinRequest.objects.filter(
        state=JoinRequest.State.APPROVED, events__member__in=members
    ).distinct()
    counts: Counter[str] = Counter(request=_erase_these_requests(list(came_by), today))
    # A request that is open meanwhile keeps its own history and consents.
    for model in (Consent, MembershipEvent):
        model._base_manager.filter(member__in=members, request__isnull=False).update(member=None)
    # What else the network keeps by account, such as sign-ups for events.
    for relation in _relations_to_accounts():
        kept = relation.related_model
        if kept._meta.app_label == "network" and kept is not Member and relation.on_delete is CASCADE:
            _rows_of(relation, users).delete()
    counts["member"] = _erase(Member, [member.pk for member in members], Erasure.Kind.MEMBER, today)
    counts["account"] = _erase_accounts([user for user in users if not serves_something_else(user)], today)
    return counts


# Accounts ---------------------------------------------------------------------


def serves_something_else(user: User) -> bool:
    """Whether an account must outlive the membership.

    One of staff does, and one that any row but the account's own keys points at: innovations, their history
    and kept tests lean on it, and who did what as a coordinator. Nothing is lost with the others: whoever
    signs in with the address again gets a new account.
    """
    if user.is_staff or user.is_superuser:
        return True
    for relation in _relations_to_accounts():
        is_part = relation.related_model._meta.label in PARTS_OF_ACCOUNT
        if not is_part and _rows_of(relation, [user]).exists():
            return True
    return JoinRequest.objects.open().filter(email=user.email).exists()


def _relations_to_accounts() -> list[ManyToOneRel]:
    fields = User._meta.get_fields(include_hidden=True)
    return [field for field in fields if isinstance(field, ManyToOneRel)]


def _rows_of(relation: ManyToOneRel, users: list[User]) -> QuerySet[Any]:
    return relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": users})


def _erase_accounts(users: list[User], today: date) -> int:
    addresses = {user.email for user in users}
    addresses |= set(AddressChange.objects.filter(user__in=users).values_list("new_email", flat=True))
    forget_mail_to(addresses)
    return _erase(User, [user.pk for user in users], Erasure.Kind.ACCOUNT, today)


# What they share --------------------------------------------------------------


def _erase(model: type[Model], keys: list[int], kind: str, today: date) -> int:
    """Delete the rows with what the admin's log tells of them, and take down that they are erased."""
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=[str(key) for key in keys]
    ).delete()
    model._base_manager.filter(pk__in=keys).delete()
    _take_down([Erasure(kind=kind, key=key, day=today) for key in keys])
    return len(keys)


def _take_down(erasures: list[Erasure]) -> None:
    Erasure.objects.bulk_create(
        erasures, update_conflicts=True, unique_fields=["kind", "key"], update_fields=["day"]
    )


# After a backup was restored --------------------------------------------------


def write_list(file: TextIO) -> None:
    """All erasures as CSV."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(Erasure.objects.values_list(*COLUMNS).iterator())


def read_list(file: TextIO) -> Iterator[Erasure]:
    """Erasures of a file that ``write_list`` wrote. Raises ValueError, which names the line, for another."""
    reader = csv.DictReader(file)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"The first line is not {','.join(COLUMNS)}.")
    for row in reader:
        try:
            yield Erasure(
                kind=Erasure.Kind(row["kind"]), key=int(row["key"]), day=date.fromisoformat(row["day"])
            )
        except (TypeError, ValueError):
            raise ValueError(f"Line {reader.line_num} tells no erasure.") from None


@transaction.atomic
def replay(erasures: Iterable[Erasure], *, dry_run: bool = False) -> Counter[str]:
    """Erase again what a restored backup brought back; how many of each kind.

    A key may have been given out again since the restore: what came after the day of its erasure stays.
    """
    listed = list(erasures)
    days = {(erasure.kind, erasure.key): erasure.day for erasure in listed}
    counts: Counter[str] = Counter()
    for kind, model, began, erase in (
        (Erasure.Kind.MEMBER, Member, "joined_at", _erase_members),
        (Erasure.Kind.REQUEST, JoinRequest, "created_at", _erase_requests),
        (Erasure.Kind.ACCOUNT, User, "date_joined", _erase_listed_accounts),
    ):
        by_day: dict[date, list[int]] = {}
        for (listed_kind, key), day in days.items():
            if listed_kind == kind:
                by_day.setdefault(day, []).append(key)
        for day, keys in by_day.items():
            rows = model._base_manager.filter(**{f"{began}__date__lte": day})
            counts += _in_batches(rows, erase, day, keys)
    for batch in _batched(listed):
        _take_down(batch)
    if dry_run:
        transaction.set_rollback(True)
    return counts


def _erase_listed_accounts(rows: QuerySet[Any], today: date) -> Counter[str]:
    users = list(rows.order_by("pk").select_for_update(of=("self",)))
    return Counter(
        account=_erase_accounts([user for user in users if not serves_something_else(user)], today)
    )
