"""Bulletins of the network with the innovations that were chosen for them: sending, and the archive."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from cases.cards import card
from cases.models import Case
from common.mail import STUCK_AFTER
from common.markdown import to_html
from network import bulletin_actions
from network.bulletin_mails import BulletinMail, Item, Section
from network.models import Bulletin, Event

from .models import BulletinCase

PAGE_LENGTH = 20


def chosen_cases(bulletin: Bulletin) -> list[Case]:
    """In the order in which they were chosen; those that are public now."""
    public = Case.objects.public().filter(
        pk__in=BulletinCase.objects.filter(bulletin=bulletin).values("case")
    )
    found = {case.pk: case for case in public.for_cards()}
    order = BulletinCase.objects.filter(bulletin=bulletin).values_list("case_id", flat=True)
    return [found[number] for number in order if number in found]


@transaction.atomic
def choose_cases(bulletin: Bulletin, cases: Sequence[Case]) -> None:
    """Put these in the place of those that were chosen."""
    BulletinCase.objects.filter(bulletin=bulletin).delete()
    BulletinCase.objects.bulk_create(
        BulletinCase(bulletin=bulletin, case=case, order=number) for number, case in enumerate(cases)
    )


def mail_in(bulletin: Bulletin, language: str) -> BulletinMail:
    """The bulletin as it would be sent now to those who read ``language``."""
    with translation.override(language):
        cards = [card(case) for case in chosen_cases(bulletin)]
        items = [
            Item(row["title"], row["summary"], settings.BASE_URL + row["url"], row["language"])
            for row in cards
        ]
        url = settings.BASE_URL + reverse("pages:bulletin", args=[bulletin.pk])
        sections = [Section(_("Innovations"), items), Section(_("Events"), _event_items(bulletin))]
    return BulletinMail(bulletin, language, url, sections)


def chosen_events(bulletin: Bulletin) -> list[Event]:
    """Those that are to come, by their time."""
    events = bulletin.events.filter(state=Event.State.PUBLISHED, ends_at__gt=timezone.now())
    return list(events.order_by("starts_at", "pk"))


def _event_items(bulletin: Bulletin) -> list[Item]:
    return [
        Item(
            event.title,
            ", ".join(
                filter(
                    None, [date_format(timezone.localtime(event.starts_at), "DATETIME_FORMAT"), event.place]
                )
            ),
            event.address,
        )
        for event in chosen_events(bulletin)
    ]


@task
def send_bulletin(number: int) -> None:
    """Send what waits of a bulletin: one batch, and the next is a task of its own."""
    if settings.TASKS_IN_DATABASE:
        bulletin_actions.send_batch(number, mail_in=mail_in, then=enqueue_sending)
    else:
        while bulletin_actions.send_batch(number, mail_in=mail_in):
            pass


def enqueue_sending(number: int) -> None:
    """Have the next batch sent if the transaction is kept."""
    if settings.TASKS_IN_DATABASE:
        send_bulletin.enqueue(number)
    else:
        transaction.on_commit(lambda: send_bulletin.enqueue(number))


def resume() -> int:
    """Go on with every bulletin that is being sent and has no batch in the queue; returns with how many.

    Harmless at any time: while a worker has a batch in hand, another begins beside it, and each delivery is
    taken once.
    """
    return bulletin_actions.resume_all(enqueue_sending, but=_queued())


def standing_still() -> list[Bulletin]:
    """Bulletins whose sending was stopped: no batch waits, and nothing has been sent for a while."""
    quiet = Bulletin.objects.quiet_since(timezone.now() - STUCK_AFTER)
    return list(quiet.exclude(pk__in=_queued()))


def _queued() -> set[int]:
    """Bulletins of which a batch waits for a worker."""
    waiting = DBTaskResult.objects.filter(task_path=send_bulletin.module_path, status=TaskResultStatus.READY)
    return {told["args"][0] for told in waiting.values_list("args_kwargs", flat=True)}


# The archive ------------------------------------------------------------------


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    bulletins = Bulletin.objects.public().prefetch_related("texts")
    context = {
        "page_obj": Paginator(bulletins, PAGE_LENGTH).get_page(request.GET.get("page")),
        "breadcrumbs": [(_("Network"), reverse("network:front")), (_("Bulletins"), "")],
    }
    return render(request, "network/bulletins.html", context)


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What members were sent, without anything that is of one member."""
    bulletin = get_object_or_404(Bulletin.objects.public().prefetch_related("texts"), pk=pk)
    text = bulletin.text(get_language() or settings.LANGUAGE_CODE)
    assert text is not None
    context: dict[str, Any] = {
        "bulletin": bulletin,
        "text": text,
        "body": to_html(text.body),
        "events": [event for event in chosen_events(bulletin) if event.is_public],
        "cards": [card(case) for case in chosen_cases(bulletin)],
        "breadcrumbs": [
            (_("Network"), reverse("network:front")),
            (_("Bulletins"), reverse("pages:bulletins")),
            (text.subject, ""),
        ],
    }
    return render(request, "network/bulletin.html", context)
