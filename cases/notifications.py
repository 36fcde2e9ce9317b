"""Who gets a mail of what happens to a case, and the mail."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.permissions import MODERATORS
from common.mail import send_mail

from .models import Case

# The submitter hears of these; moderators of those.
_TO_SUBMITTER = {"submit", "return", "reject", "publish", "archive", "restore"}
_TO_STAFF = {
    "submit": "submit_staff",
    "withdraw": "withdraw_staff",
    "report_adoption": "report_adoption_staff",
}
_TO_REPORTER = {"confirm_adoption", "decline_adoption"}


def moderators() -> Iterable[User]:
    """Active staff who review: members of the moderators' group."""
    return get_user_model().objects.filter(is_active=True).filter(Q(groups__name=MODERATORS)).distinct()


def recipients(act: str, case: Case) -> list[User]:
    """Who gets a mail when ``act`` happens; the pages that ask for confirmation name them."""
    people = [case.submitter] if act in _TO_SUBMITTER and case.submitter else []
    return [person for person in people if person.is_active]


def send(act: str, case: Case, *, by: User | None, message: str = "", reporter: User | None = None) -> None:
    """Enqueue the mails of ``act``, each in its recipient's language, never to the person who acted."""
    for person in recipients(act, case):
        # The submitter gets a receipt of their own submission, and no mail of other acts of their own.
        if person != by or act == "submit":
            _send(f"case_{act}", person, case, message)
    if act in _TO_STAFF:
        for person in moderators():
            if person != by:
                _send(f"case_{_TO_STAFF[act]}", person, case, message)
    if act in _TO_REPORTER and reporter is not None and reporter.is_active and reporter != by:
        _send(f"case_{act}", reporter, case, message)


def _send(template: str, person: User, case: Case, message: str) -> None:
    with translation.override(person.language):
        revision = case.revisions.order_by("-number").first()
        text = case.text_in(person.language)
        title = text.title if text else (revision.title if revision else str(case))
        context = {
            "title": title,
            "message": message,
            "reference": case.pk,
            "case_url": settings.BASE_URL + case.get_absolute_url(),
            "own_url": settings.BASE_URL + reverse("cases:own"),
            "queue_url": settings.BASE_URL + reverse("admin:cases_caserevision_changelist"),
            "adoptions_url": settings.BASE_URL + reverse("admin:cases_adoption_changelist"),
        }
    send_mail(template, person.email, person.language, context)
