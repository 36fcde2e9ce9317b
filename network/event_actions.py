"""Making things happen to events: the only writer of events, their materials, sign-ups and changes.

Every function is atomic and first locks the event, so that places are given out one after the other. Where
a membership matters, too, its row is locked before the event. All raise :class:`EventRefused`, whose text
tells the user why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from common.mail import enqueue
from common.secret_pages import digest, new_secret
from common.uploads import PreparedFile

from . import event_words, mail_texts
from .models import Event, EventChange, EventMaterial, Member, SignUp
from .queries import may_coordinate

REMINDED_BEFORE = timedelta(days=1)
FIELDS = (
    "kind",
    *(
        f"{name}_{language}"
        for name in ("title", "description", "place", "organiser")
        for language, _name in settings.LANGUAGES
    ),
    "starts_at",
    "ends_at",
    "online_url",
    "capacity",
    "sign_up_ends_at",
    "is_public",
)
# Those who signed up are told when one of these changes.
WHEN_AND_WHERE = (
    "starts_at",
    "ends_at",
    "online_url",
    *(f"place_{language}" for language, _name in settings.LANGUAGES),
)


class EventRefused(Exception):
    """An act that may not happen; ``str()`` tells why."""


# Coordinators -----------------------------------------------------------------


@transaction.atomic
def create(values: Mapping[str, Any], *, by: User | None, is_example: bool = False) -> Event:
    """A draft. ``by`` is None only for a command run by an operator."""
    _allow(by)
    event = Event.objects.create(
        **{name: values[name] for name in FIELDS if name in values}, is_example=is_example
    )
    _record(event, "create", by)
    return event


@transaction.atomic
def change(event: Event, values: Mapping[str, Any], *, seen_version: int, by: User | None) -> Event:
    """Change what is told of the event; ``seen_version`` is the one that the change was made to."""
    _allow(by)
    locked = _locked(event)
    if locked.version != seen_version:
        raise EventRefused(_("Somebody else changed the event meanwhile. Nothing was changed."))
    if locked.state == Event.State.CANCELLED:
        raise EventRefused(_("The event has been cancelled."))
    changed = [name for name in FIELDS if name in values and getattr(locked, name) != values[name]]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, values[name])
    if locked.state == Event.State.PUBLISHED:
        _refuse_if(event_words.missing(locked))
        if "is_public" in changed and not locked.is_public:
            _refuse_if(_guests_of(locked))
        locked.sequence += 1
        # First those who knew of the old time and place; who moves up reads the new ones anyway.
        if not set(changed).isdisjoint(WHEN_AND_WHERE):
            _tell_all("network_event_changed", locked)
        _save(locked)
        _move_up(locked)
    else:
        _save(locked)
    _record(locked, "change", by)
    return locked


@transaction.atomic
def publish(event: Event, *, by: User | None) -> Event:
    """Let people see the event and sign up."""
    _allow(by)
    locked = _locked(event)
    if locked.state != Event.State.DRAFT:
        raise EventRefused(_("Only a draft can be published."))
    _refuse_if(event_words.missing(locked))
    locked.state = Event.State.PUBLISHED
    _save(locked)
    _record(locked, "publish", by)
    return locked


@transaction.atomic
def cancel(event: Event, *, by: User | None) -> Event:
    """Call the event off; those who signed up are told, and calendars strike it out."""
    _allow(by)
    locked = _locked(event)
    if locked.state != Event.State.PUBLISHED:
        raise EventRefused(_("Only a published event can be cancelled."))
    locked.state = Event.State.CANCELLED
    locked.sequence += 1
    _save(locked)
    _tell_all("network_event_cancelled", locked)
    _record(locked, "cancel", by)
    return locked


@transaction.atomic
def discard(event: Event, *, by: User | None) -> None:
    """Delete a draft, which nobody else has seen, with its materials."""
    _allow(by)
    locked = _locked(event)
    if locked.state != Event.State.DRAFT:
        raise EventRefused(_("Only a draft can be deleted."))
    _delete([locked])


@transaction.atomic
def copy(event: Event, *, by: User | None) -> Event:
    """A new draft that tells the same, without anybody signed up."""
    return create({name: getattr(event, name) for name in FIELDS}, by=by)


@transaction.atomic
def add_material(
    event: Event, *, title: str, url: str = "", prepared: PreparedFile | None = None, by: User | None
) -> EventMaterial:
    """Add a link, or a file that ``common.uploads`` has prepared."""
    _allow(by)
    material = EventMaterial(event=_locked(event), title=title, url=url)
    if prepared is not None:
        material.file = ContentFile(prepared.data, name=prepared.name)
        material.name, material.content_type = prepared.name, prepared.content_type
        material.size = len(prepared.data)
    material.save()
    _record(event, "add_material", by)
    return material


@transaction.atomic
def remove_material(material: EventMaterial, *, by: User | None) -> None:
    """Take a material away, its file too."""
    _allow(by)
    _record(material.event, "remove_material", by)
    _forget_files([material])
    material.delete()


@transaction.atomic
def remove_examples() -> int:
    """Erase the invented events with everything of theirs, files too; returns how many."""
    examples = list(Event.objects.filter(is_example=True))
    _delete(examples)
    return len(examples)


# Those who come ---------------------------------------------------------------


def may_take_part(event: Event, user: User) -> bool:
    """Whoever has signed in may come to what is public; to the rest active members."""
    return event.is_public or Member.objects.of(user) is not None


@transaction.atomic
def sign_up(event: Event, *, user: User, is_told: bool = True) -> SignUp:
    """A place, or when there is none the last place in the queue. Signing up twice changes nothing.

    ``is_told`` is False only for the invented people of an example.
    """
    # Whoever is leaving the network at this moment is waited for.
    Member.objects.select_for_update().filter(user=user).first()
    locked = _locked(event)
    if not may_take_part(locked, user):
        raise EventRefused(_("The event is for members of the network."))
    found = SignUp.objects.filter(event=locked, user=user).first()
    if found is not None and found.state != SignUp.State.CANCELLED:
        return found
    if not locked.is_open_for_sign_up:
        raise EventRefused(_("One can no longer sign up for this event."))
    row = found or SignUp(event=locked, user=user)
    row.state = SignUp.State.GOING if free_places(locked) != 0 else SignUp.State.WAITING
    row.at, row.reminded_at = timezone.now(), None
    row.save()
    if is_told:
        template = "network_event_going" if row.state == SignUp.State.GOING else "network_event_waiting"
        _tell(template, locked, user)
    return row


@transaction.atomic
def cancel_sign_up(event: Event, *, user: User) -> None:
    """Take one's sign-up back; the first who waits gets the place."""
    locked = _locked(event)
    if locked.starts_at <= timezone.now():
        raise EventRefused(_("The event has begun already."))
    taken_back = SignUp.objects.live().filter(event=locked, user=user)
    if taken_back.update(state=SignUp.State.CANCELLED):
        _move_up(locked)


@transaction.atomic
def give_up_places(users: Iterable[User]) -> None:
    """Those who go do not come to what has not begun; the first who wait get their places.

    Whoever calls has locked the memberships, so that none of these people signs up meanwhile.
    """
    theirs = SignUp.objects.live().filter(user__in=list(users))
    coming = Event.objects.filter(pk__in=theirs.values("event"), starts_at__gt=timezone.now())
    for event in coming.order_by("pk").select_for_update():
        theirs.filter(event=event).update(state=SignUp.State.CANCELLED)
        _move_up(event)


@receiver(pre_delete, sender=settings.AUTH_USER_MODEL)
def _account_is_deleted(instance: User, **_options: Any) -> None:
    """However an account is deleted, by an administrator for instance, others get its places."""
    give_up_places([instance])


def free_places(event: Event) -> int | None:
    """How many can still come; None when everybody fits in."""
    if event.capacity is None:
        return None
    going = SignUp.objects.filter(event=event, state=SignUp.State.GOING).count()
    return max(0, event.capacity - going)


def place_in_queue(row: SignUp) -> int:
    """Which of those who wait this one is, from 1 on."""
    waiting = SignUp.objects.filter(event=row.event_id, state=SignUp.State.WAITING)
    return list(waiting.order_by("at", "pk").values_list("pk", flat=True)).index(row.pk) + 1


def remind() -> int:
    """Remind those who come within a day, each once an event; returns how many were reminded."""
    now = timezone.now()
    due = SignUp.objects.filter(
        state=SignUp.State.GOING,
        reminded_at=None,
        user__is_active=True,
        event__state=Event.State.PUBLISHED,
        event__starts_at__gt=now,
        event__starts_at__lte=now + REMINDED_BEFORE,
    )
    reminded = 0
    for row in due.select_related("event", "user"):
        with transaction.atomic():
            # Whoever runs the command at the same moment finds the row marked already.
            if due.filter(pk=row.pk).update(reminded_at=now):
                _tell("network_event_reminder", row.event, row.user)
                reminded += 1
    return reminded


# A calendar of one's own ------------------------------------------------------


def new_calendar_secret(member: Member) -> str:
    """A new secret address for the member's calendar; the one before it opens nothing any more."""
    secret = new_secret()
    Member.objects.filter(pk=member.pk).update(calendar_digest=digest(secret))
    return secret


def close_calendar(member: Member) -> None:
    """The secret address opens nothing any more, and there is no other."""
    Member.objects.filter(pk=member.pk).update(calendar_digest="")


def member_of_calendar(secret: str) -> Member | None:
    """Whose calendar opens with this secret."""
    return Member.objects.active().select_related("user").filter(calendar_digest=digest(secret)).first()


# Shared -----------------------------------------------------------------------


def _allow(by: User | None) -> None:
    if by is not None and not may_coordinate(by):
        raise EventRefused(_("You do not have the right to do this."))


def _locked(event: Event) -> Event:
    """The row as it is now, kept from others until the transaction ends. (SQLite has one writer anyway.)"""
    return Event.objects.select_for_update().get(pk=event.pk)


def _save(event: Event) -> None:
    event.version += 1
    event.changed_at = timezone.now()
    event.save()


def _record(event: Event, act: str, by: User | None) -> None:
    EventChange.objects.create(event=event, act=act, by=by)


def _refuse_if(reasons: Iterable[str]) -> None:
    if found := list(reasons):
        raise EventRefused(" ".join(f"{reason.rstrip('.')}." for reason in found))


def _guests_of(event: Event) -> list[str]:
    """Why the event cannot be for members only: people from outside have signed up."""
    rows = SignUp.objects.live().filter(event=event)
    if not rows.exclude(user__in=Member.objects.active().values("user")).exists():
        return []
    return [_("People who are not members have signed up, so the event must stay open to everybody.")]


def _delete(events: Iterable[Event]) -> None:
    keys = [event.pk for event in events]
    _forget_files(EventMaterial.objects.filter(event__in=keys))
    Event.objects.filter(pk__in=keys).delete()


def _forget_files(materials: Iterable[EventMaterial]) -> None:
    """Delete the materials' files if the transaction is kept."""
    for material in materials:
        if material.file:
            transaction.on_commit(partial(material.file.storage.delete, str(material.file.name)))


def _move_up(event: Event) -> None:
    """Give free places to those who wait, in the order in which they came."""
    if event.state != Event.State.PUBLISHED or event.starts_at <= timezone.now():
        return
    waiting = SignUp.objects.filter(event=event, state=SignUp.State.WAITING, user__is_active=True)
    for row in waiting.select_related("user").order_by("at", "pk"):
        if free_places(event) == 0:
            return
        row.state = SignUp.State.GOING
        row.save(update_fields=["state"])
        _tell("network_event_moved_up", event, row.user)


def _tell_all(template: str, event: Event) -> None:
    rows = SignUp.objects.live().filter(event=event, user__is_active=True)
    for row in rows.select_related("user"):
        _tell(template, event, row.user)


def _tell(template: str, event: Event, user: User) -> None:
    with translation.override(user.language):
        context = {
            "name": str(user),
            "title": event.title,
            "place": event.place,
            "begins": date_format(timezone.localtime(event.starts_at), "DATETIME_FORMAT"),
            "event_url": event.address,
        }
    enqueue(mail_texts.write(template, user.email, user.language, context))
