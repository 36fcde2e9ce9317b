"""What the start page of the administration says of the network, to those who coordinate it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common.admin.counters import Counter, Happening, Shortcut, waited_since
from network import mail_queue
from network.models import JoinRequest, MembershipEvent
from network.queries import may_coordinate


def waiting_for(user: Any) -> Iterator[Counter]:
    if not may_coordinate(user):
        return
    state = JoinRequest.State
    queue = reverse("admin:network_joinrequest_changelist")
    found = JoinRequest.objects.visible_to(user).aggregate(
        pending=Count("pk", filter=Q(state=state.PENDING)),
        asked=Count("pk", filter=Q(state=state.MORE_ASKED)),
        oldest=Min("confirmed_at", filter=Q(state=state.PENDING)),
    )
    yield Counter(
        _("Requests to join the network"),
        found["pending"],
        f"{queue}?state={state.PENDING}",
        waited_since(found["oldest"]),
    )
    yield Counter(_("Applicants asked for more"), found["asked"], f"{queue}?state={state.MORE_ASKED}")
    if failed := mail_queue.counts()["failed"]:
        url = reverse("admin:network_mailtext_queue")
        yield Counter(_("Mails that could not be sent"), failed, url, is_late=True)


def shortcuts(user: Any) -> Iterator[Shortcut]:
    if not may_coordinate(user):
        return
    yield Shortcut(_("Write a bulletin"), reverse("admin:network_bulletin_write"), "mail")
    yield Shortcut(_("Tell of an event"), reverse("admin:network_event_add"), "add")


def lately(user: Any, count: int) -> Iterator[Happening]:
    """The latest acts on confirmed requests and members."""
    if not may_coordinate(user):
        return
    events = MembershipEvent.objects.filter(
        Q(member__isnull=False) | Q(request__confirmed_at__isnull=False)
    ).select_related("by", "member__user", "request")
    for event in events.order_by("-at", "-pk")[:count]:
        if event.member:
            url = reverse("admin:network_member_change", args=[event.member_id])
        else:
            url = reverse("admin:network_joinrequest_change", args=[event.request_id])
        subject = str(event.member or event.request)
        yield Happening(event.at, event.by, event.get_act_display(), subject, url)
