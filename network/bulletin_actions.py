"""Writing and sending bulletins: the only writer of bulletins and deliveries.

As in ``actions.py`` every function is atomic, changes a row only if it is still in the state and version
that was decided on, and enqueues its mails in the same transaction. What else a mail shows, and the task that
calls :func:`send_batch`, are handed down by whoever joins the network with the rest of the site.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _

from common.mail import enqueue
from common.workflow import Decision, Refusal, Transition, TransitionRefused, decide

from . import bulletin_workflow as workflow
from .bulletin_mails import BulletinMail
from .models import Bulletin, BulletinText, Delivery, Event, Member

if TYPE_CHECKING:
    from accounts.models import User

# Mails that are enqueued in one transaction. Where mails leave at once, after it, each has its own.
BATCH = 100

MailIn = Callable[[Bulletin, str], BulletinMail]


@transaction.atomic
def save(
    bulletin: Bulletin, *, by: User, texts: Mapping[str, tuple[str, str]], events: Iterable[Event] = ()
) -> Bulletin:
    """Write a draft: subject and body by language, empty ones left out; a new one when it has no number."""
    _allow(workflow.EDIT, bulletin, by)
    if bulletin.pk is None:
        bulletin.created_by = by
        bulletin.save()
    else:
        _move(workflow.EDIT, bulletin)
    bulletin.texts.all().delete()
    BulletinText.objects.bulk_create(
        BulletinText(bulletin=bulletin, language=language, subject=subject, body=body)
        for language, (subject, body) in texts.items()
        if subject and body
    )
    bulletin.events.set(events)
    return bulletin


def send_test(bulletin: Bulletin, *, by: User, mail_in: MailIn) -> None:
    """Mail the bulletin in every language to the person who asks, and to nobody else."""
    _allow(workflow.TEST, bulletin, by)
    with transaction.atomic():
        for text in bulletin.texts.all():
            enqueue(mail_in(bulletin, text.language).example(by.email))


def recipients() -> dict[str, int]:
    """How many would get it now, by language."""
    members = Member.objects.active().filter(wants_bulletins=True)
    rows = members.order_by().values_list("user__language").annotate(count=Count("pk"))
    counts = dict(rows)
    return {language: counts.get(language, 0) for language, _name in settings.LANGUAGES}


@transaction.atomic
def start(bulletin: Bulletin, *, by: User, send: Callable[[int], None]) -> int:
    """Fix who gets it and begin sending; returns how many. ``send`` enqueues the first batch."""
    _allow(workflow.START, bulletin, by)
    _move(workflow.START, bulletin, started_at=timezone.now())
    members = Member.objects.active().filter(wants_bulletins=True).order_by("pk")
    rows = Delivery.objects.bulk_create(
        (
            Delivery(bulletin=bulletin, member_id=member, language=language)
            for member, language in members.values_list("pk", "user__language")
        ),
        batch_size=1000,
    )
    send(bulletin.pk)
    return len(rows)


def resume(bulletin: Bulletin, *, by: User, send: Callable[[int], None]) -> None:
    """Go on where a worker was stopped. Harmless while another goes on: each row is taken once."""
    _allow(workflow.RESUME, bulletin, by)
    with transaction.atomic():
        send(bulletin.pk)


def resume_all(send: Callable[[int], None], *, but: Collection[int] = ()) -> int:
    """The same for all that are being sent, ``but`` these, by the clock or a worker that starts; how many."""
    with transaction.atomic():
        sending = Bulletin.objects.filter(state=Bulletin.State.SENDING).exclude(pk__in=but)
        numbers = list(sending.values_list("pk", flat=True))
        for number in numbers:
            send(number)
    return len(numbers)


@transaction.atomic
def send_batch(number: int, *, mail_in: MailIn, then: Callable[[int], None] | None = None) -> bool:
    """Take some deliveries that wait and enqueue their mails; whether there may be more.

    Row and mail are kept together or not at all, so a batch that was stopped is done from its beginning and
    no mail is enqueued twice. ``then`` enqueues the next batch, in the same transaction.
    """
    bulletin = Bulletin.objects.prefetch_related("texts").filter(pk=number).first()
    if bulletin is None or bulletin.state != Bulletin.State.SENDING:
        return False
    waiting = bulletin.deliveries.filter(state=Delivery.State.WAITING).order_by("pk")
    size = BATCH if settings.TASKS_IN_DATABASE else 1
    rows = list(waiting.select_for_update(of=("self",)).select_related("member__user")[:size])
    if not rows:
        Bulletin.objects.filter(pk=number, state=Bulletin.State.SENDING).update(
            state=Bulletin.State.SENT, sent_at=timezone.now(), version=F("version") + 1
        )
        return False
    mails: dict[str, BulletinMail] = {}
    for row in rows:
        member = row.member
        wanted = member.is_active and member.wants_bulletins and member.user.is_active
        state = Delivery.State.SENT if wanted else Delivery.State.SKIPPED
        taken = Delivery.objects.filter(pk=row.pk, state=Delivery.State.WAITING).update(
            state=state, at=timezone.now()
        )
        if taken and wanted:
            if row.language not in mails:
                mails[row.language] = mail_in(bulletin, row.language)
            enqueue(mails[row.language].to(member, row))
    if then is not None:
        then(number)
    return True


def mark_failed(delivery: int) -> None:
    """The mail server took the mail at none of the tries."""
    Delivery.objects.filter(pk=delivery, state=Delivery.State.SENT).update(
        state=Delivery.State.FAILED, at=timezone.now()
    )


def mark_tried_again(delivery: int) -> None:
    """Somebody has put the mail back into the queue."""
    Delivery.objects.filter(pk=delivery, state=Delivery.State.FAILED).update(
        state=Delivery.State.SENT, at=timezone.now()
    )


def _allow(transition: Transition, bulletin: Bulletin, by: User) -> None:
    decision = decide(transition, bulletin, by)
    if not decision.allowed:
        raise TransitionRefused(decision)


def _move(transition: Transition, bulletin: Bulletin, **changes: object) -> None:
    """Compare and set: to the transition's target, if the row is still in the state and version seen."""
    if transition.target:
        changes["state"] = transition.target
    rows = Bulletin.objects.filter(pk=bulletin.pk, version=bulletin.version, state__in=transition.sources)
    if not rows.update(version=F("version") + 1, **changes):
        words = _(
            "Somebody else has changed the bulletin meanwhile. Nothing was changed: read it again first."
        )
        raise TransitionRefused(Decision(transition, Refusal.WRONG_STATE, (words,)))
    bulletin.version += 1
    for name, value in changes.items():
        setattr(bulletin, name, value)
