"""Who gets a mail of what happens to a case, and the mail."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

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
_is_muted = ContextVar("is_muted", default=False)


@contextmanager
def muted() -> Iterator[None]:
    """Nobody gets mail of what happens inside: for bringing in cases that nobody waits for."""
    token = _is_muted.set(True)
    try:
        yield
    finally:
        _is_muted.reset(token)


def moderators() -> Iterable[User]:
    """Active staff who review: members of the moderators' group."""
    return get_user_model().objects.filter(is_active=True).filter(Q(groups__name=MODERATORS)).distinct()


def recipients(
    act: str, case: Case, *, by: User | None, reporter: User | None = None
) -> list[tuple[User, str]]:
    """Who gets a mail when ``by`` does ``act``, and which: never the person who acts.

    The exception is the submitter's receipt of their own submission. The pages that ask for
    confirmation name these people.
    """
    found: list[tuple[User, str]] = []
    if act in _TO_SUBMITTER and case.submitter and (case.submitter != by or act == "submit"):
        found.append((case.submitter, f"case_{act}"))
    if act in _TO_STAFF:
        found += [(person, f"case_{_TO_STAFF[act]}") for person in moderators() if person != by]
    if act in _TO_REPORTER and reporter is not None and reporter != by:
        found.append((reporter, f"case_{act}"))
    return [(person, template) for person, template in found if person.is_active]


def send(act: str, case: Case, *, by: User | None, message: str = "", reporter: User | None = None) -> None:
    """Enqueue the mails of ``act``, each in its recipient's language."""
    if _is_muted.get():
        return
    for person, template in recipients(act, case, by=by, reporter=reporter):
        _send(template, person, case, message)


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
