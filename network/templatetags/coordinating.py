"""What the front page of the administration says of the network, to those who coordinate it."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.db.models import Count, Min, Q, QuerySet
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.admin.counters import Counter
from network.models import JoinRequest, Member, MembershipEvent
from network.queries import may_coordinate

register = template.Library()
_EVENTS = 10


@register.simple_tag(takes_context=True)
def waiting_to_join(context: Context) -> list[Counter]:
    """What waits for a coordinator, and how large the network is; nothing for others."""
    user = context["request"].user
    return list(_counters(user)) if may_coordinate(user) else []


def _counters(user: Any) -> Iterator[Counter]:
    state = JoinRequest.State
    queue = reverse("admin:network_joinrequest_changelist")
    found = JoinRequest.objects.visible_to(user).aggregate(
        pending=Count("pk", filter=Q(state=state.PENDING)),
        asked=Count("pk", filter=Q(state=state.MORE_ASKED)),
        oldest=Min("confirmed_at", filter=Q(state=state.PENDING)),
    )
    pending = f"{queue}?state={state.PENDING}"
    yield Counter(_("Requests to join the network"), found["pending"], pending)
    if found["oldest"]:
        days = (timezone.localdate() - timezone.localdate(found["oldest"])).days
        label = ngettext("day: the oldest request to join", "days: the oldest request to join", days)
        yield Counter(label, days, pending)
    yield Counter(_("Applicants asked for more"), found["asked"], f"{queue}?state={state.MORE_ASKED}")
    yield Counter(
        _("Members of the network"),
        Member.objects.active().count(),
        reverse("admin:network_member_changelist") + f"?state={Member.State.ACTIVE}",
    )


@register.simple_tag(takes_context=True)
def latest_network_events(context: Context) -> QuerySet[MembershipEvent]:
    """The latest acts on confirmed requests and members; nothing for others."""
    events = MembershipEvent.objects.filter(
        Q(member__isnull=False) | Q(request__confirmed_at__isnull=False)
    ).select_related("by", "member__user", "request")
    allowed = may_coordinate(context["request"].user)
    return events.order_by("-at", "-pk")[:_EVENTS] if allowed else events.none()
