"""What the start page of the administration says of the barometer, to its editors."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from barometer.models import Figure, Survey, SurveyEvent
from barometer.queries import may_edit
from common.admin.counters import Counter, Happening, Shortcut


def waiting_for(user: Any) -> Iterator[Counter]:
    if not may_edit(user):
        return
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


def shortcuts(user: Any) -> Iterator[Shortcut]:
    if not may_edit(user):
        return
    yield Shortcut(_("Begin an edition of the barometer"), reverse("admin:barometer_survey_add"), "add")


def lately(user: Any, count: int) -> Iterator[Happening]:
    if not may_edit(user):
        return
    # Changes of figures are many and long; only the edition's own page tells them.
    events = SurveyEvent.objects.order_by("-at", "-pk").select_related("by", "survey").defer("changes")
    for event in events[:count]:
        url = reverse("admin:barometer_survey_change", args=[event.survey_id])
        yield Happening(event.at, event.by, event.get_act_display(), str(event.survey), url)
