"""Mail: rendered in the recipient's language, sent through the task queue.

With tasks in the database a mail is a row of the same transaction: it is sent if and only if that
transaction was kept. The row goes as soon as the mail has gone. In the embedded default mails leave
right after the transaction. Neither address nor text is ever logged.
"""

import datetime
import secrets
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.console import EmailBackend as ConsoleBackend
from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_tasks import TaskResult, TaskResultStatus, task
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

# A mail server that is away for a night gets its mail the next day.
RETRY_AFTER = [datetime.timedelta(minutes=minutes) for minutes in (1, 10, 60, 6 * 60, 18 * 60)]

# A mail that has been in hand for longer lost its worker.
STUCK_AFTER = datetime.timedelta(minutes=10)


class MailNotSentError(Exception):
    """Says what kind of failure it was; the original would name the recipient."""


class Mail(EmailMultiAlternatives):
    """A mail that remembers what it is for those who look after the queue."""

    kind: str = ""


def send_mail(template: str, to: str, language: str, context: dict[str, Any]) -> None:
    """Enqueue one mail to one person: what :func:`compose` makes."""
    enqueue(compose(template, to, language, context))


def compose(template: str, to: str, language: str, context: dict[str, Any]) -> Mail:
    """The mail as it would be sent, for whoever shows it first.

    ``mail/<template>.txt`` holds the subject on its first line, then the text; both are rendered in
    ``language`` with ``base_url`` added to ``context``. The HTML version is made from the text.
    """
    with translation.override(language):
        values = {"base_url": settings.BASE_URL, **context}
        text_template = Engine.get_default().get_template(f"mail/{template}.txt")
        text = text_template.render(Context(values, autoescape=False))
        subject, _newline, body = text.strip().partition("\n")
        subject, body = subject.strip(), body.strip() + "\n"
    return make_mail(template, to, language, subject, body)


def make_mail(kind: str, to: str, language: str, subject: str, body: str) -> Mail:
    """A mail of this text, with the HTML version that is made from it."""
    with translation.override(language):
        html = render_to_string("mail/base.html", {"subject": subject, "body": body})
    message = Mail(subject, body, to=[to])
    message.kind = kind
    message.attach_alternative(html, "text/html")
    return message


def enqueue(message: EmailMessage) -> None:
    """Have ``message`` sent when the transaction is kept.

    Raises BadHeaderError at once when a header holds a line break.
    """
    message.message()
    send = partial(
        deliver.enqueue,
        subject=str(message.subject),
        body=str(message.body),
        to=list(message.to),
        alternatives=[list(alternative) for alternative in getattr(message, "alternatives", [])],
        headers=dict(message.extra_headers),
        kind=getattr(message, "kind", ""),
    )
    if settings.TASKS_IN_DATABASE:
        send()
    else:
        transaction.on_commit(send)


@task
def deliver(
    subject: str,
    body: str,
    to: list[str],
    alternatives: list[list[str]],
    failures: int = 0,
    headers: dict[str, str] | None = None,
    kind: str = "",
) -> None:
    """Send one mail; when the server does not take it, try again later, at most as RETRY_AFTER says.

    ``kind`` says which mail it is, for those who look after the queue.
    """
    message = EmailMultiAlternatives(subject, body, to=to, headers=headers)
    for content, mimetype in alternatives:
        message.attach_alternative(content, mimetype)
    try:
        message.send()
    except (SMTPException, OSError) as error:
        if failures == len(RETRY_AFTER) or not deliver.get_backend().supports_defer:
            raise MailNotSentError(type(error).__name__) from None
        deliver.using(run_after=timezone.now() + RETRY_AFTER[failures]).enqueue(
            subject=subject,
            body=body,
            to=to,
            alternatives=alternatives,
            failures=failures + 1,
            headers=headers,
            kind=kind,
        )


@receiver(task_finished)
def forget_sent_mail(sender: Any, task_result: TaskResult, **kwargs: Any) -> None:
    """A mail that has gone, or was put back in the queue, leaves no copy behind."""
    sent = task_result.task.func is deliver.func and task_result.status == TaskResultStatus.SUCCESSFUL
    if sent and settings.TASKS_IN_DATABASE:
        DBTaskResult.objects.filter(pk=task_result.id).delete()


def try_again(key: Any) -> bool:
    """Put a mail that did not go back into the queue, as a new one; False when it was not there any more.

    Of one that was in hand when its worker stopped nobody knows whether it had gone: a person has to ask.
    """
    with transaction.atomic():
        rows = DBTaskResult.objects.select_for_update().filter(pk=key, task_path=deliver.module_path)
        row = rows.filter(status__in=(TaskResultStatus.FAILED, TaskResultStatus.RUNNING)).first()
        if row is None or (row.status == TaskResultStatus.RUNNING and not is_stuck(row)):
            return False
        told = row.args_kwargs["kwargs"]
        row.delete()
        deliver.enqueue(**{**told, "failures": 0})
    return True


def is_stuck(row: Any) -> bool:
    """Whether its worker must have stopped: no mail server is waited for as long."""
    return bool(row.started_at and row.started_at < timezone.now() - STUCK_AFTER)


def forget_mail_to(addresses: Iterable[str]) -> int:
    """Remove mails to any of these addresses from the queue, failed ones too; returns how many.

    The queue is short, and the databases differ in how they look into lists: so it is read through here.
    """
    wanted = set(addresses)
    if not wanted:
        return 0
    # What a worker has in hand goes with it, unless the worker stopped.
    in_hand = Q(status=TaskResultStatus.RUNNING, started_at__gte=timezone.now() - STUCK_AFTER)
    waiting = DBTaskResult.objects.filter(task_path=deliver.module_path).exclude(in_hand)
    keys = [
        key
        for key, told in waiting.values_list("pk", "args_kwargs").iterator()
        if wanted.intersection(address.lower() for address in told["kwargs"].get("to", []))
    ]
    return DBTaskResult.objects.filter(pk__in=keys).delete()[0]


class ConsoleAndFileBackend(ConsoleBackend):
    """For trying things out: each mail to the console and to a file under EMAIL_FILE_PATH."""

    def write_message(self, message: EmailMessage) -> None:
        super().write_message(message)
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{timezone.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}.eml"
        (folder / name).write_bytes(message.message().as_bytes())
