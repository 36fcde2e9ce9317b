"""What may happen to a case: transitions as data.

Two things have a state. A revision is reviewed (``REVIEW``); a case is public or not (``PUBLICATION``).
An adoption is confirmed (``ADOPTION``), and a case is handed over to OPSI (``TO_OPSI``). ``docs/workflow.md``
holds the same as tables, and a test compares them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Organisation
from common.workflow import Transition
from taxonomy.models import Term

from . import content
from .models import Adoption, Case, CaseRevision, Handover
from .queries import may_review

if TYPE_CHECKING:
    from accounts.models import User


class Criterion(TextChoices):
    """OPSI's five criteria for acceptance, shown to submitters and ticked by the reviewer."""

    PUBLIC_SECTOR = (
        "public_sector",
        gettext_lazy("The public sector takes part in it and is responsible for it"),
    )
    NEW = "new", gettext_lazy("It is new in its context")
    IN_USE = "in_use", gettext_lazy("It is in use, at least as a trial, or was")
    PUBLIC_GOOD = "public_good", gettext_lazy("It affects the public good")
    UNDERSTANDABLE = "understandable", gettext_lazy("The text can be understood as it stands")


def _edits(revision: CaseRevision, user: "User") -> bool:
    return revision.case.is_edited_by(user)


def _edits_or_reviews(revision: CaseRevision, user: "User") -> bool:
    return revision.case.is_edited_by(user) or may_review(user)


def _edits_case_or_reviews(case: Case, user: "User") -> bool:
    return case.is_edited_by(user) or may_review(user)


def _edits_case(case: Case, user: "User") -> bool:
    return case.is_edited_by(user)


def _reviews(_subject: object, user: "User") -> bool:
    return may_review(user)


def _is_complete(revision: CaseRevision, user: "User") -> Iterator[str]:
    # What another register does not tell stays untold: its cases need a title and an owner alone.
    needed = {"title", "owner"} if revision.case.source_id else None
    for gap in content.missing(content.normalised(revision.content)):
        if needed is None or gap.is_told or gap.field.name in needed:
            yield gap.message


def _owner_is_in_register(revision: CaseRevision, user: "User") -> Iterator[str]:
    if not revision.content.get("owner"):
        yield _("Choose the owner organisation from the register, or add it there first.")


def _other_organisations_are_in_register(revision: CaseRevision, user: "User") -> Iterator[str]:
    rows = revision.content.get("adoptions", [])
    names = [*revision.content.get("partner_names", []), *(row.get("organisation_name") for row in rows)]
    for name in filter(None, names):
        yield _("Add this organisation to the register first: %(name)s") % {"name": name}


def _refers_to_what_exists(revision: CaseRevision, user: "User") -> Iterator[str]:
    told = content.normalised(revision.content)
    known = set(Term.objects.values_list("vocabulary", "code"))
    for vocabulary, codes in told["terms"].items():
        for code in codes:
            if (vocabulary, code) not in known:
                yield _("This term has been taken away from its vocabulary: %(code)s") % {"code": code}
    named = {told["owner"], *told["partners"], *(row["organisation"] for row in told["adoptions"])} - {None}
    if Organisation.objects.filter(pk__in=named).count() < len(named):
        yield _("An organisation that the text names has been taken away from the register.")


def _is_not_own(revision: CaseRevision, user: "User") -> Iterator[str]:
    if user.pk in (revision.case.submitter_id, revision.submitted_by_id):
        yield _("You submitted this yourself: another moderator has to publish it.")


def _case_was_not_withdrawn(revision: CaseRevision, user: "User") -> Iterator[str]:
    if revision.case.state == Case.State.WITHDRAWN:
        yield _("The owner has withdrawn the innovation.")


def _has_no_open_revision(case: Case, user: "User") -> Iterator[str]:
    if case.revisions.open().exists():
        yield _("A revision of this innovation is already being edited or reviewed.")


def _case_is_public(handover: Handover, user: "User") -> Iterator[str]:
    if not handover.case.is_public:
        yield _("The innovation is not published here.")


def _case_is_finnish(handover: Handover, user: "User") -> Iterator[str]:
    if handover.case.country != "FI":
        yield _("Innovations of other countries are offered to OPSI by those countries.")


def _case_is_real(handover: Handover, user: "User") -> Iterator[str]:
    if handover.case.is_example:
        yield _("This is an invented example: OPSI takes real innovations.")


def _has_english_text(handover: Handover, user: "User") -> Iterator[str]:
    if not any(text.language == "en" for text in handover.case.texts.all()):
        yield _("There is no English text to send. Translate it first.")


_Revision = CaseRevision.State


def _transition(name, label, sources, target, permitted, *blockers, needs_message=False) -> Transition:  # type: ignore[no-untyped-def]
    return Transition(
        name=name,
        label=label,
        sources=frozenset(sources),
        target=target,
        permitted=permitted,
        blockers=blockers,
        needs_message=needs_message,
    )


SUBMIT = _transition(
    "submit",
    gettext_lazy("Submit for review"),
    {_Revision.DRAFT, _Revision.RETURNED},
    _Revision.SUBMITTED,
    _edits_or_reviews,
    _is_complete,
)
TAKE_BACK = _transition(
    "take_back",
    gettext_lazy("Take back for editing"),
    {_Revision.SUBMITTED},
    _Revision.DRAFT,
    _edits,
)
DISCARD = _transition(
    "discard",
    gettext_lazy("Discard the draft"),
    {_Revision.DRAFT, _Revision.RETURNED},
    _Revision.DISCARDED,
    _edits_or_reviews,
)
START_REVIEW = _transition(
    "start_review",
    gettext_lazy("Take into review"),
    {_Revision.SUBMITTED},
    _Revision.IN_REVIEW,
    _reviews,
)
RETURN = _transition(
    "return",
    gettext_lazy("Return for changes"),
    {_Revision.IN_REVIEW},
    _Revision.RETURNED,
    _reviews,
    needs_message=True,
)
REJECT = _transition(
    "reject",
    gettext_lazy("Reject"),
    {_Revision.IN_REVIEW},
    _Revision.REJECTED,
    _reviews,
    needs_message=True,
)
PUBLISH = _transition(
    "publish",
    gettext_lazy("Publish"),
    {_Revision.IN_REVIEW},
    _Revision.PUBLISHED,
    _reviews,
    _is_not_own,
    _case_was_not_withdrawn,
    _is_complete,
    _owner_is_in_register,
    _other_organisations_are_in_register,
    _refers_to_what_exists,
)
REVIEW = (SUBMIT, TAKE_BACK, DISCARD, START_REVIEW, RETURN, REJECT, PUBLISH)

# Saving does not move the state: two more rules in the same form, asked by the same function.
EDIT = _transition(
    "edit",
    gettext_lazy("Edit"),
    {_Revision.DRAFT, _Revision.RETURNED},
    "",
    _edits_or_reviews,
)
AMEND = _transition(
    "amend",
    gettext_lazy("Edit during the review"),
    {_Revision.SUBMITTED, _Revision.IN_REVIEW},
    "",
    _reviews,
)

OPEN_REVISION = _transition(
    "open_revision",
    gettext_lazy("Edit the published text"),
    {Case.State.PUBLISHED, Case.State.ARCHIVED},
    "",
    _edits_case_or_reviews,
    _has_no_open_revision,
)
ARCHIVE = _transition(
    "archive",
    gettext_lazy("Archive"),
    {Case.State.PUBLISHED},
    Case.State.ARCHIVED,
    _reviews,
    needs_message=True,
)
RESTORE = _transition(
    "restore",
    gettext_lazy("Publish again"),
    {Case.State.ARCHIVED},
    Case.State.PUBLISHED,
    _reviews,
)
WITHDRAW = _transition(
    "withdraw",
    gettext_lazy("Withdraw the innovation"),
    {Case.State.UNPUBLISHED, Case.State.PUBLISHED, Case.State.ARCHIVED},
    Case.State.WITHDRAWN,
    _edits_case,
)
FEATURE = _transition(
    "feature", gettext_lazy("Feature on the front page"), {Case.State.PUBLISHED}, "", _reviews
)
UNFEATURE = _transition("unfeature", gettext_lazy("Feature no more"), {Case.State.PUBLISHED}, "", _reviews)
# An open revision would undo the tags when it is published.
CURATE = _transition(
    "curate", pgettext_lazy("act", "Tag"), {Case.State.PUBLISHED}, "", _reviews, _has_no_open_revision
)
PUBLICATION = (ARCHIVE, RESTORE, WITHDRAW)

CONFIRM_ADOPTION = _transition(
    "confirm",
    gettext_lazy("Confirm the adoption"),
    {Adoption.State.REPORTED},
    Adoption.State.CONFIRMED,
    _reviews,
)
DECLINE_ADOPTION = _transition(
    "decline",
    gettext_lazy("Decline the adoption"),
    {Adoption.State.REPORTED, Adoption.State.CONFIRMED},
    Adoption.State.DECLINED,
    _reviews,
    needs_message=True,
)
ADOPTION = (CONFIRM_ADOPTION, DECLINE_ADOPTION)

_Handover = Handover.State
OFFER_TO_OPSI = _transition(
    "opsi_offer",
    gettext_lazy("Offer to OPSI"),
    {_Handover.NOT_OFFERED},
    _Handover.OFFERED,
    _reviews,
    _case_is_public,
    _case_is_finnish,
    _case_is_real,
)
SEND_TO_OPSI = _transition(
    "opsi_send",
    gettext_lazy("Mark as sent to OPSI"),
    {_Handover.OFFERED},
    _Handover.SENT,
    _reviews,
    _case_is_public,
    _has_english_text,
)
PUBLISHED_BY_OPSI = _transition(
    "opsi_publish",
    gettext_lazy("Mark as published by OPSI"),
    {_Handover.SENT},
    _Handover.PUBLISHED,
    _reviews,
)
CORRECT_ADDRESS = _transition(
    "opsi_correct",
    gettext_lazy("Correct the address"),
    {_Handover.PUBLISHED},
    _Handover.PUBLISHED,
    _reviews,
)
TAKE_BACK_FROM_OPSI = _transition(
    "opsi_take_back",
    gettext_lazy("Take back from the queue"),
    {_Handover.OFFERED, _Handover.SENT},
    _Handover.NOT_OFFERED,
    _reviews,
    needs_message=True,
)
GONE_FROM_OPSI = _transition(
    "opsi_gone",
    gettext_lazy("OPSI no longer shows it"),
    {_Handover.PUBLISHED},
    _Handover.NOT_OFFERED,
    _reviews,
    needs_message=True,
)
TO_OPSI = (
    OFFER_TO_OPSI,
    SEND_TO_OPSI,
    PUBLISHED_BY_OPSI,
    CORRECT_ADDRESS,
    TAKE_BACK_FROM_OPSI,
    GONE_FROM_OPSI,
)

_ACT_LABELS: dict[str, str | Promise] = {
    "create": gettext_lazy("Begun"),
    "submit": gettext_lazy("Submitted for review"),
    "take_back": gettext_lazy("Taken back for editing"),
    "discard": gettext_lazy("Draft discarded"),
    "start_review": gettext_lazy("Taken into review"),
    "amend": gettext_lazy("Edited during the review"),
    "return": gettext_lazy("Returned for changes"),
    "reject": gettext_lazy("Rejected"),
    "publish": gettext_lazy("Published"),
    "import": gettext_lazy("Brought in from a source"),
    "vanish": gettext_lazy("Archived: the source no longer holds it"),
    "open_revision": gettext_lazy("Opened for editing"),
    "archive": gettext_lazy("Archived"),
    "restore": gettext_lazy("Published again"),
    "withdraw": gettext_lazy("Withdrawn"),
    "feature": gettext_lazy("Featured on the front page"),
    "unfeature": gettext_lazy("Featured no more"),
    "curate": gettext_lazy("Tagged by staff"),
    "report_adoption": gettext_lazy("Adoption reported"),
    "confirm_adoption": gettext_lazy("Adoption confirmed"),
    "decline_adoption": gettext_lazy("Adoption declined"),
    "opsi_offer": gettext_lazy("Offered to OPSI"),
    "opsi_send": gettext_lazy("Sent to OPSI"),
    "opsi_publish": gettext_lazy("Published by OPSI"),
    "opsi_correct": gettext_lazy("Address in OPSI’s case library corrected"),
    "opsi_take_back": gettext_lazy("Taken back from the queue to OPSI"),
    "opsi_gone": gettext_lazy("No longer shown by OPSI"),
    "erase_contact_name": gettext_lazy("Name of the contact person erased"),
}


def act_label(act: str) -> str | Promise:
    """What was done, in words, for histories."""
    return _ACT_LABELS.get(act, act)
