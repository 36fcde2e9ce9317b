"""The network's mails that have not gone: what staff see of them, and a bulletin's delivery that failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResult, TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from common.mail import deliver, is_stuck, try_again

from . import bulletin_actions
from .mail_texts import KINDS
from .models import JoinRequest, Member

# More than these are looked through page by page by nobody: the counts say how many there are.
MOST = 200


@dataclass(frozen=True)
class Waiting:
    """One mail. It is told whose it is by the person's page in the desk, never by the address."""

    key: Any
    label: str | Promise
    state: str | Promise
    tone: str
    failures: int
    next_at: datetime | None
    error: str
    may_try_again: bool
    is_uncertain: bool
    person: Member | JoinRequest | None


@receiver(task_finished)
def note_failed_bulletin(sender: Any, task_result: TaskResult, **kwargs: Any) -> None:
    if task_result.task.func is deliver.func and task_result.status == TaskResultStatus.FAILED:
        number = _delivery(task_result.kwargs.get("kind", ""))
        if number is not None:
            bulletin_actions.mark_failed(number)


def retry(key: Any) -> bool:
    """Put one of the network's mails back into the queue; False when it was not there any more."""
    row = _rows().filter(pk=key).first()
    kind = _kind(row) if row else ""
    if not kind.startswith("network_") or not try_again(key):
        return False
    number = _delivery(kind)
    if number is not None:
        bulletin_actions.mark_tried_again(number)
    return True


def mails() -> list[Waiting]:
    """Those that failed first, then those in hand or waiting, at most ``MOST``."""
    found = [row for row in _rows().order_by("enqueued_at").iterator() if _kind(row).startswith("network_")]
    order = {TaskResultStatus.FAILED: 0, TaskResultStatus.RUNNING: 1}
    found.sort(key=lambda row: order.get(row.status, 2))
    found = found[:MOST]
    people = _people(address for row in found for address in row.args_kwargs["kwargs"]["to"])
    return [_told(row, people) for row in found]


def _rows() -> Any:
    return DBTaskResult.objects.filter(task_path=deliver.module_path).exclude(
        status=TaskResultStatus.SUCCESSFUL
    )


def _told(row: Any, people: dict[str, Member | JoinRequest]) -> Waiting:
    told = row.args_kwargs["kwargs"]
    failed, stuck = (
        row.status == TaskResultStatus.FAILED,
        row.status == TaskResultStatus.RUNNING and is_stuck(row),
    )
    if failed:
        state, tone = _("Failed"), "red"
    elif stuck:
        state, tone = _("In hand when the worker stopped"), "red"
    elif row.status == TaskResultStatus.RUNNING:
        state, tone = _("Being sent now"), "blue"
    elif told.get("failures"):
        state, tone = _("Tried, waits for the next try"), "amber"
    else:
        state, tone = _("Waits"), "quiet"
    kind = _kind(row)
    name = kind.partition("/")[0]
    return Waiting(
        key=row.pk,
        label=_("Bulletin") if name == "network_bulletin" else KINDS[name].label if name in KINDS else name,
        state=state,
        tone=tone,
        failures=told.get("failures", 0) + (1 if failed else 0),
        next_at=row.run_after if told.get("failures") and not failed else None,
        # The last line of the traceback says which kind of failure it was; MailNotSentError holds no address.
        error=row.traceback.strip().rpartition("MailNotSentError: ")[2][:80] if failed else "",
        may_try_again=failed or stuck,
        is_uncertain=stuck,
        person=next((people[address.lower()] for address in told["to"] if address.lower() in people), None),
    )


def _people(addresses: Iterable[str]) -> dict[str, Member | JoinRequest]:
    wanted = {address.lower() for address in addresses}
    found: dict[str, Member | JoinRequest] = {
        request.email: request
        for request in JoinRequest.objects.filter(email__in=wanted, confirmed_at__isnull=False)
    }
    members = Member.objects.filter(user__email__in=wanted).select_related("user")
    return found | {member.user.email.lower(): member for member in members}


def _kind(row: Any) -> str:
    return str(row.args_kwargs["kwargs"].get("kind", ""))


def _delivery(kind: str) -> int | None:
    name, _slash, number = kind.partition("/")
    return int(number) if name == "network_bulletin" and number.isdecimal() else None
