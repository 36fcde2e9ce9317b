"""The network's mails that have not gone: what staff see of them, and a bulletin's delivery that failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, QuerySet, When
from django.dispatch import receiver
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResult, TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from common.mail import MailNotSentError, deliver, is_stuck, try_again

from . import bulletin_actions
from .mail_texts import KINDS
from .models import JoinRequest, Member

# Nobody looks through more than these: the counts say how many there are.
MOST = 200
FAILED, RUNNING = TaskResultStatus.FAILED, TaskResultStatus.RUNNING


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
    failed_first = Case(When(status=FAILED, then=0), When(status=RUNNING, then=1), default=2)
    found = list(_of_network().order_by(failed_first, "enqueued_at")[:MOST])
    people = _people(address for row in found for address in row.args_kwargs["kwargs"]["to"])
    return [_told(row, people) for row in found]


def counts() -> dict[str, int]:
    """How many there are: those that failed, and those that are in hand or wait."""
    by_status = dict(_of_network().order_by().values_list("status").annotate(count=Count("pk")))
    failed = by_status.pop(FAILED, 0)
    return {"failed": failed, "waiting": sum(by_status.values())}


def _of_network() -> QuerySet[DBTaskResult]:
    return _rows().filter(args_kwargs__kwargs__kind__startswith="network_")


def _rows() -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.filter(task_path=deliver.module_path).exclude(
        status=TaskResultStatus.SUCCESSFUL
    )


def _told(row: Any, people: dict[str, Member | JoinRequest]) -> Waiting:
    told = row.args_kwargs["kwargs"]
    failed, stuck = row.status == FAILED, row.status == RUNNING and is_stuck(row)
    if failed:
        state, tone = _("Failed"), "red"
    elif stuck:
        state, tone = _("In hand when the worker stopped"), "red"
    elif row.status == RUNNING:
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
        error=_error(row) if failed else "",
        may_try_again=failed or stuck,
        is_uncertain=stuck,
        person=next((people[address.lower()] for address in told["to"] if address.lower() in people), None),
    )


def _error(row: Any) -> str:
    """Which kind of failure it was, and no more: what other errors say may name the recipient."""
    _before, found, kind = row.traceback.strip().rpartition(f"{MailNotSentError.__name__}: ")
    return kind if found else row.exception_class_path.rpartition(".")[2]


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
