"""What the front page of the administration says of innovations, to those who review them."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.db.models import Count, Q, QuerySet
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from cases.admin.cases import untagged
from cases.models import Adoption, Case, CaseEvent, CaseRevision
from cases.queries import may_review
from common.admin.counters import Counter
from taxonomy.models import NameStatus, Term

register = template.Library()
_EVENTS = 10


@register.simple_tag(takes_context=True)
def waiting(context: Context) -> list[Counter]:
    """What waits for the person; nothing for those who do not review."""
    user = context["request"].user
    return list(_counters(user)) if may_review(user) else []


def _counters(user: Any) -> Iterator[Counter]:
    state = CaseRevision.State
    queue = reverse("admin:cases_caserevision_changelist")
    revisions = CaseRevision.objects.aggregate(
        submitted=Count("pk", filter=Q(state=state.SUBMITTED)),
        mine=Count("pk", filter=Q(state=state.IN_REVIEW, reviewer=user)),
    )
    yield Counter(_("Submitted for review"), revisions["submitted"], f"{queue}?state={state.SUBMITTED}")
    yield Counter(_("In review by you"), revisions["mine"], f"{queue}?state=mine")
    yield Counter(
        _("Reported adoptions"),
        Adoption.objects.filter(state=Adoption.State.REPORTED).count(),
        reverse("admin:cases_adoption_changelist"),
    )
    yield Counter(
        _("Not yet tagged with a principle"),
        untagged(Case.objects.all()).count(),
        reverse("admin:cases_case_changelist") + "?principles=none",
    )
    to_check = {"name_status": NameStatus.TO_CHECK}
    names = f"?name_status__exact={NameStatus.TO_CHECK}"
    yield Counter(
        _("Names of organisations to check"),
        Organisation.objects.filter(**to_check).count(),
        reverse("admin:accounts_organisation_changelist") + names,
    )
    yield Counter(
        _("Names of terms to check"),
        Term.objects.filter(**to_check).count(),
        reverse("admin:taxonomy_term_changelist") + names,
    )


@register.simple_tag(takes_context=True)
def latest_events(context: Context) -> QuerySet[CaseEvent]:
    """The latest acts of people; nothing for those who do not review. An import would fill it all."""
    events = CaseEvent.objects.exclude(act="import")
    events = events.select_related("by", "revision", "case").prefetch_related("case__texts")
    allowed = may_review(context["request"].user)
    return events.order_by("-at", "-pk")[:_EVENTS] if allowed else events.none()
