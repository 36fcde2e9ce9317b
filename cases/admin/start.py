"""What the start page of the administration says of innovations, to those who review them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from cases.models import Adoption, Case, CaseEvent, CaseRevision, Handover
from cases.queries import may_review
from common.admin.counters import Counter, Happening, Shortcut, waited_since
from taxonomy.models import NameStatus, Term

from .cases import untagged


def waiting_for(user: Any) -> Iterator[Counter]:
    if not may_review(user):
        return
    state = CaseRevision.State
    queue = reverse("admin:cases_caserevision_changelist")
    revisions = CaseRevision.objects.aggregate(
        submitted=Count("pk", filter=Q(state=state.SUBMITTED)),
        oldest=Min("submitted_at", filter=Q(state=state.SUBMITTED)),
        mine=Count("pk", filter=Q(state=state.IN_REVIEW, reviewer=user)),
        my_oldest=Min("submitted_at", filter=Q(state=state.IN_REVIEW, reviewer=user)),
    )
    yield Counter(
        _("Submitted for review"),
        revisions["submitted"],
        f"{queue}?state={state.SUBMITTED}",
        waited_since(revisions["oldest"]),
    )
    yield Counter(
        _("In review by you"), revisions["mine"], f"{queue}?state=mine", waited_since(revisions["my_oldest"])
    )
    reported = Adoption.objects.filter(state=Adoption.State.REPORTED).aggregate(
        count=Count("pk"), oldest=Min("reported_at")
    )
    yield Counter(
        _("Reported adoptions"),
        reported["count"],
        reverse("admin:cases_adoption_changelist"),
        waited_since(reported["oldest"]),
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
    offered = Handover.objects.filter(state=Handover.State.OFFERED, case__in=Case.objects.public()).aggregate(
        count=Count("pk"), oldest=Min("since")
    )
    yield Counter(
        _("Offered to OPSI, wait to be sent"),
        offered["count"],
        f"{reverse('admin:cases_opsicandidate_changelist')}?state={Handover.State.OFFERED}",
        waited_since(offered["oldest"]),
    )


def shortcuts(user: Any) -> Iterator[Shortcut]:
    if not may_review(user):
        return
    yield Shortcut(_("Review what was submitted"), reverse("admin:cases_caserevision_changelist"), "check")
    yield Shortcut(_("Tag one innovation after another"), reverse("admin:cases_case_tagging"), "flag")


def lately(user: Any, count: int) -> Iterator[Happening]:
    """The latest acts of people: an import would fill it all."""
    if not may_review(user):
        return
    events = CaseEvent.objects.exclude(act="import").order_by("-at", "-pk")
    for event in events.select_related("by", "revision", "case").prefetch_related("case__texts")[:count]:
        if event.case.text:
            title = event.case.text.title
        else:
            title = event.revision.title if event.revision else str(event.case)
        url = reverse("admin:cases_case_change", args=[event.case_id])
        yield Happening(event.at, event.by, event.get_act_display(), title, url)
