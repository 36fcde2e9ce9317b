"""What the front page of the administration says of the barometer, to its editors."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.db.models import Count, Q
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from barometer.models import Figure, Survey
from barometer.queries import may_edit
from common.admin.counters import Counter

register = template.Library()


@register.simple_tag(takes_context=True)
def editing(context: Context) -> list[Counter]:
    """What waits for the person; nothing for those who do not edit the barometer."""
    return list(_counters()) if may_edit(context["request"].user) else []


def _counters() -> Iterator[Counter]:
    address = reverse("admin:barometer_survey_changelist")
    state = Survey.State
    surveys: dict[str, Any] = Survey.objects.aggregate(
        drafts=Count("pk", filter=Q(state=state.DRAFT)),
        withdrawn=Count("pk", filter=Q(state=state.WITHDRAWN)),
    )
    yield Counter(_("Drafts of the barometer"), surveys["drafts"], f"{address}?state__exact={state.DRAFT}")
    yield Counter(
        _("Withdrawn editions of the barometer"),
        surveys["withdrawn"],
        f"{address}?state__exact={state.WITHDRAWN}",
    )
    yield Counter(
        _("Figures not yet seen in their source"),
        Figure.objects.filter(is_verified=False).count(),
        f"{address}?figures=unverified",
    )
