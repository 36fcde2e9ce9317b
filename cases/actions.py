"""Making things happen to a case: the only writer of states and of what the public sees.

Every function is atomic, asks :func:`common.workflow.decide`, changes the row only if it is still in the
state (and, for revisions, the version) that was decided on, writes one :class:`CaseEvent`, and enqueues its
mail in the same transaction. ``by`` is the person who acts, or None for a command run by an operator.
All raise :class:`~common.workflow.TransitionRefused`, whose text tells the user why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import URLValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from common.uploads import PreparedFile
from common.workflow import Decision, Refusal, Transition, TransitionRefused, decide
from taxonomy.models import Term

from . import content as contents
from . import notifications, search, workflow
from .models import (
    Adoption,
    Case,
    CaseEvent,
    CasePartner,
    CaseRevision,
    CaseTerm,
    CaseText,
    Evidence,
    Handover,
    ImportSource,
    Material,
    PublicVersion,
    SearchEntry,
    Upload,
)
from .schema import FIELDS, TEXT_NAMES, Place

if TYPE_CHECKING:
    from accounts.models import Organisation, User

Content = contents.Content

FACT_NAMES = tuple(field.name for field in FIELDS if field.place is Place.FACT)
# Columns of Case that publishing writes.
PUBLIC_COLUMNS = (
    *FACT_NAMES,
    "owner",
    "contact_role",
    "contact_email",
    "contact_phone",
    "contact_name",
    "contact_name_until",
    "changed_at",
)
BATCH = 500


# What all actions share -------------------------------------------------------


def _allow(transition: Transition, subject: Any, by: User | None) -> None:
    """Raise unless ``by`` may do it now. Operators' commands (None) are bound by the state alone."""
    if by is None:
        if subject.state not in transition.sources:
            raise _moved_meanwhile(transition, subject)
        return
    decision = decide(transition, subject, by)
    if not decision.allowed:
        raise TransitionRefused(decision)


def _moved_meanwhile(transition: Transition, subject: Any) -> TransitionRefused:
    subject.refresh_from_db(fields=["state"])
    return TransitionRefused(
        Decision(
            transition,
            Refusal.WRONG_STATE,
            (
                _("Somebody else was quicker: the state is now “%(state)s”. Nothing was changed.")
                % {"state": subject.get_state_display()},
            ),
        )
    )


def _changed_meanwhile(transition: Transition) -> TransitionRefused:
    return TransitionRefused(
        Decision(
            transition,
            Refusal.WRONG_STATE,
            (_("The text was changed after you opened this page. Look at the change first."),),
        )
    )


def _record(
    act: str,
    case: Case,
    by: User | None,
    *,
    revision: CaseRevision | None = None,
    moved: tuple[str, str] = ("", ""),
    message: str = "",
) -> CaseEvent:
    return CaseEvent.objects.create(
        case=case,
        revision=revision,
        act=act,
        from_state=moved[0],
        to_state=moved[1],
        by=by,
        message=message,
    )


def _move(
    transition: Transition,
    subject: Case | CaseRevision | Adoption | Handover,
    *,
    seen_version: int | None = None,
    **changes: Any,
) -> tuple[str, str]:
    """Compare and set: take ``subject`` from the state it was decided in to the transition's target.

    Returns both states. Raises when somebody moved it, or saved another version of it, meanwhile.
    """
    before = subject.state
    rows: models.QuerySet[Any] = type(subject)._base_manager.filter(pk=subject.pk, state=before)
    if seen_version is not None:
        rows = rows.filter(version=seen_version)
    if not rows.update(state=transition.target, **changes):
        if type(subject)._base_manager.filter(pk=subject.pk, state=before).exists():
            raise _changed_meanwhile(transition)
        raise _moved_meanwhile(transition, subject)
    subject.refresh_from_db()
    return before, transition.target


def _blocked(transition: Transition, reason: str) -> TransitionRefused:
    return TransitionRefused(Decision(transition, Refusal.BLOCKED, (reason,)))


def _needs_message(transition: Transition, message: str) -> str:
    message = message.strip()
    if transition.needs_message and not message:
        raise _blocked(transition, _("Tell the reasons: they are sent to the submitter."))
    return message


def public_changed() -> None:
    """Raise the number that tells every process that what the public sees has changed."""
    PublicVersion.objects.filter(pk=1).update(number=F("number") + 1)


P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")


def _atomic(action: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """An action keeps all of its changes, its event and its mail, or none."""

    @wraps(action)
    def run(subject: S, *args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            return action(subject, *args, **kwargs)

    return run


# Editing ----------------------------------------------------------------------


@transaction.atomic
def create_case(*, by: User | None, content: Content, is_example: bool = False) -> CaseRevision:
    """Begin a case: an unpublished one with its first draft."""
    case = Case.objects.create(
        submitter=by, original_language=content["original_language"], is_example=is_example
    )
    revision = CaseRevision.objects.create(
        case=case, number=1, content=contents.normalised(content), created_by=by
    )
    _record("create", case, by, revision=revision, moved=("", CaseRevision.State.DRAFT))
    return revision


@_atomic
def save_content(
    revision: CaseRevision, *, by: User, content: Content, seen_version: int | None = None
) -> CaseRevision:
    """Keep what was typed. ``seen_version`` refuses to overwrite what somebody saved meanwhile."""
    reviewing = revision.state in workflow.AMEND.sources
    transition = workflow.AMEND if reviewing else workflow.EDIT
    _allow(transition, revision, by)
    rows = CaseRevision.objects.filter(pk=revision.pk, state=revision.state)
    if seen_version is not None:
        rows = rows.filter(version=seen_version)
    content = contents.normalised(content)
    if not rows.update(content=content, version=F("version") + 1, saved_at=timezone.now()):
        raise _changed_meanwhile(transition)
    if reviewing:
        _record("amend", revision.case, by, revision=revision)
    revision.refresh_from_db()
    return revision


@_atomic
def open_revision(case: Case, *, by: User, content: Content | None = None) -> CaseRevision:
    """Begin a new revision of a published case, from what is public or from an earlier ``content``."""
    _allow(workflow.OPEN_REVISION, case, by)
    try:
        with transaction.atomic():
            revision = CaseRevision.objects.create(
                case=case,
                number=_next_number(case),
                content=contents.normalised(content) if content else contents.of_case(case),
                created_by=by,
            )
    except IntegrityError as error:
        # The database lets a case have one open revision: somebody opened it in between.
        raise _blocked(
            workflow.OPEN_REVISION,
            _("A revision of this innovation is already being edited or reviewed."),
        ) from error
    _record("open_revision", case, by, revision=revision, moved=("", CaseRevision.State.DRAFT))
    return revision


def _next_number(case: Case) -> int:
    return (case.revisions.aggregate(last=models.Max("number"))["last"] or 0) + 1


@_atomic
def discard(revision: CaseRevision, *, by: User) -> None:
    """Give a draft up. A case that was never published is withdrawn with it."""
    _allow(workflow.DISCARD, revision, by)
    moved = _move(workflow.DISCARD, revision)
    _record("discard", revision.case, by, revision=revision, moved=moved)
    if revision.case.state == Case.State.UNPUBLISHED:
        Case.objects.filter(pk=revision.case_id).update(state=Case.State.WITHDRAWN)


# Reviewing --------------------------------------------------------------------


@_atomic
def submit(revision: CaseRevision, *, by: User, seen_version: int | None = None) -> None:
    """Hand a revision over to the moderators."""
    _allow(workflow.SUBMIT, revision, by)
    moved = _move(
        workflow.SUBMIT,
        revision,
        seen_version=seen_version,
        submitted_at=timezone.now(),
        submitted_by=by,
    )
    _record("submit", revision.case, by, revision=revision, moved=moved)
    notifications.send("submit", revision.case, by=by)


@_atomic
def take_back(revision: CaseRevision, *, by: User) -> None:
    """The submitter takes the revision back before anybody has taken it into review."""
    _allow(workflow.TAKE_BACK, revision, by)
    moved = _move(workflow.TAKE_BACK, revision)
    _record("take_back", revision.case, by, revision=revision, moved=moved)


@_atomic
def start_review(revision: CaseRevision, *, by: User) -> None:
    """A moderator takes a submitted revision to themselves: the submitter can no longer change it."""
    _allow(workflow.START_REVIEW, revision, by)
    moved = _move(workflow.START_REVIEW, revision, reviewer=by)
    _record("start_review", revision.case, by, revision=revision, moved=moved)


@_atomic
def return_for_changes(revision: CaseRevision, *, by: User, message: str) -> None:
    """Back to the submitter, who reads ``message`` and edits."""
    _allow(workflow.RETURN, revision, by)
    message = _needs_message(workflow.RETURN, message)
    moved = _move(workflow.RETURN, revision)
    _record("return", revision.case, by, revision=revision, moved=moved, message=message)
    notifications.send("return", revision.case, by=by, message=message)


@_atomic
def reject(revision: CaseRevision, *, by: User, message: str) -> None:
    """Not for the registry; ``message`` says why. What is public already stays public."""
    _allow(workflow.REJECT, revision, by)
    message = _needs_message(workflow.REJECT, message)
    moved = _move(workflow.REJECT, revision, decided_at=timezone.now())
    _record("reject", revision.case, by, revision=revision, moved=moved, message=message)
    notifications.send("reject", revision.case, by=by, message=message)


@_atomic
def publish(
    revision: CaseRevision, *, by: User, seen_version: int, criteria: Sequence[str], message: str = ""
) -> None:
    """Make exactly the reviewed version of the revision public.

    ``seen_version`` is the version that the moderator read; a later one is refused. ``criteria`` are the
    acceptance criteria that the moderator found met: all of them are needed.
    """
    _allow(workflow.PUBLISH, revision, by)
    if set(criteria) != set(workflow.Criterion.values):
        raise _blocked(
            workflow.PUBLISH,
            _("Publishing needs all five acceptance criteria. Return or reject it if one is not met."),
        )
    now = timezone.now()
    moved = _move(
        workflow.PUBLISH,
        revision,
        seen_version=seen_version,
        decided_at=now,
        criteria=sorted(criteria),
    )
    case = revision.case
    _make_public([(case, revision.content)], now=now)
    case.refresh_from_db()
    _record("publish", case, by, revision=revision, moved=moved, message=message.strip())
    notifications.send("publish", case, by=by, message=message.strip())


# Publication of the case ------------------------------------------------------


@_atomic
def archive(case: Case, *, by: User, message: str) -> None:
    """Take a case out of the public's sight; its address explains that it is archived."""
    _allow(workflow.ARCHIVE, case, by)
    message = _needs_message(workflow.ARCHIVE, message)
    moved = _move(workflow.ARCHIVE, case, changed_at=timezone.now(), featured_at=None)
    SearchEntry.objects.filter(case=case).delete()
    _record("archive", case, by, moved=moved, message=message)
    public_changed()
    notifications.send("archive", case, by=by, message=message)


@_atomic
def restore(case: Case, *, by: User) -> None:
    """Show an archived case to the public again, as it was."""
    _allow(workflow.RESTORE, case, by)
    moved = _move(workflow.RESTORE, case, changed_at=timezone.now())
    search.index([case.pk])
    _record("restore", case, by, moved=moved)
    public_changed()
    notifications.send("restore", case, by=by)


@_atomic
def withdraw(case: Case, *, by: User) -> None:
    """The owner takes the case away for good, with any revision that is still open."""
    _allow(workflow.WITHDRAW, case, by)
    moved = _move(workflow.WITHDRAW, case, changed_at=timezone.now(), featured_at=None)
    case.revisions.open().update(state=CaseRevision.State.DISCARDED)
    SearchEntry.objects.filter(case=case).delete()
    _record("withdraw", case, by, moved=moved)
    public_changed()
    notifications.send("withdraw", case, by=by)


@_atomic
def feature(case: Case, *, by: User) -> None:
    """Show the case first on the front page."""
    _allow(workflow.FEATURE, case, by)
    Case.objects.filter(pk=case.pk).update(featured_at=timezone.now())
    _record("feature", case, by)
    public_changed()


@_atomic
def unfeature(case: Case, *, by: User) -> None:
    _allow(workflow.UNFEATURE, case, by)
    Case.objects.filter(pk=case.pk).update(featured_at=None)
    _record("unfeature", case, by)
    public_changed()


@_atomic
def set_terms(
    case: Case, *, by: User, vocabulary: str, codes: Sequence[str], seen_revision: int | None = None
) -> None:
    """Tag a published case: for cases whose source does not tell the vocabulary.

    The tagged content is a revision of its own, so that it can be read and taken back like any other.
    ``seen_revision`` is the published revision that was looked at: when another is public now, it is refused.
    """
    _allow(workflow.CURATE, case, by)
    # Whoever comes second waits here, and then sees what the first one did. SQLite has one writer anyway.
    case.refresh_from_db(
        fields=["published_revision"], from_queryset=Case.objects.select_for_update(of=("self",))
    )
    if seen_revision not in (None, case.published_revision_id):
        raise _changed_meanwhile(workflow.CURATE)
    content = contents.of_case(case)
    content["terms"][vocabulary] = sorted(codes)
    now = timezone.now()
    try:
        with transaction.atomic():
            revision = CaseRevision.objects.create(
                case=case,
                number=_next_number(case),
                state=CaseRevision.State.PUBLISHED,
                content=content,
                created_by=by,
                submitted_by=by,
                submitted_at=now,
                decided_at=now,
            )
    except IntegrityError as error:
        # Somebody else took the same number: two tagged it at once.
        raise _changed_meanwhile(workflow.CURATE) from error
    _make_public([(case, content)], now=now)
    _record("curate", case, by, revision=revision)


# Adoptions --------------------------------------------------------------------


@_atomic
def report_adoption(
    case: Case, *, by: User, organisation: Organisation, mode: str, year: int | None, result: str
) -> Adoption:
    """Anyone signed in tells that an organisation took a public case up; staff confirm it.

    Raises :class:`TransitionRefused` when the organisation is the owner or is there already.
    """
    told_already = _("This organisation’s adoption has been told already.")
    if not case.is_public:
        raise _blocked(workflow.CONFIRM_ADOPTION, _("Only a published innovation can be adopted."))
    if organisation.pk == case.owner_id:
        raise _blocked(workflow.CONFIRM_ADOPTION, _("This organisation owns the innovation."))
    if case.adoptions.filter(organisation=organisation).exclude(state=Adoption.State.DECLINED).exists():
        raise _blocked(workflow.CONFIRM_ADOPTION, told_already)
    try:
        with transaction.atomic():
            adoption = Adoption.objects.create(
                case=case, organisation=organisation, mode=mode, year=year, result=result, reported_by=by
            )
    except IntegrityError as error:
        raise _blocked(workflow.CONFIRM_ADOPTION, told_already) from error
    _record("report_adoption", case, by)
    notifications.send("report_adoption", case, by=by)
    return adoption


@_atomic
def confirm_adoption(adoption: Adoption, *, by: User) -> None:
    _allow(workflow.CONFIRM_ADOPTION, adoption, by)
    moved = _move(workflow.CONFIRM_ADOPTION, adoption)
    _count_adopters([adoption.case_id])
    _record("confirm_adoption", adoption.case, by, moved=moved)
    public_changed()
    notifications.send("confirm_adoption", adoption.case, by=by, reporter=adoption.reported_by)


@_atomic
def decline_adoption(adoption: Adoption, *, by: User, message: str) -> None:
    _allow(workflow.DECLINE_ADOPTION, adoption, by)
    message = _needs_message(workflow.DECLINE_ADOPTION, message)
    moved = _move(workflow.DECLINE_ADOPTION, adoption)
    _count_adopters([adoption.case_id])
    _record("decline_adoption", adoption.case, by, moved=moved, message=message)
    public_changed()
    notifications.send(
        "decline_adoption", adoption.case, by=by, message=message, reporter=adoption.reported_by
    )


# Handing over to OPSI ---------------------------------------------------------


@_atomic
def offer_to_opsi(handover: Handover, *, by: User) -> None:
    """Put a public case into the queue of those that staff hand over to OPSI."""
    _allow(workflow.OFFER_TO_OPSI, handover, by)
    Handover.objects.get_or_create(case_id=handover.case_id)
    _hand_over(workflow.OFFER_TO_OPSI, handover, by)


@_atomic
def sent_to_opsi(handover: Handover, *, by: User) -> None:
    """Somebody has filled in OPSI's form."""
    _allow(workflow.SEND_TO_OPSI, handover, by)
    _hand_over(workflow.SEND_TO_OPSI, handover, by)


@_atomic
def published_by_opsi(handover: Handover, *, by: User, url: str) -> None:
    """OPSI shows the case at ``url``: from now on the public page leads there."""
    _allow(workflow.PUBLISHED_BY_OPSI, handover, by)
    _hand_over(workflow.PUBLISHED_BY_OPSI, handover, by, url=_web_address(workflow.PUBLISHED_BY_OPSI, url))


@_atomic
def correct_opsi_address(handover: Handover, *, by: User, url: str) -> None:
    _allow(workflow.CORRECT_ADDRESS, handover, by)
    _hand_over(workflow.CORRECT_ADDRESS, handover, by, url=_web_address(workflow.CORRECT_ADDRESS, url))


@_atomic
def take_back_from_opsi(handover: Handover, *, by: User, message: str) -> None:
    """The case is not handed over after all; it can be offered again."""
    _allow(workflow.TAKE_BACK_FROM_OPSI, handover, by)
    _hand_over(workflow.TAKE_BACK_FROM_OPSI, handover, by, message=message)


@_atomic
def gone_from_opsi(handover: Handover, *, by: User, message: str) -> None:
    """OPSI has taken the case away: the public page no longer leads there."""
    _allow(workflow.GONE_FROM_OPSI, handover, by)
    _hand_over(workflow.GONE_FROM_OPSI, handover, by, message=message)


def _hand_over(
    transition: Transition, handover: Handover, by: User, *, url: str = "", message: str = ""
) -> None:
    message = message.strip()
    if transition.needs_message and not message:
        raise _blocked(transition, _("Tell the reason: it is kept in the history."))
    moved = _move(transition, handover, url=url, since=timezone.now())
    _record(transition.name, handover.case, by, moved=moved, message=message or url)


def check_web_address(url: str) -> None:
    """Raise ValidationError for what does not lead to a page of the web."""
    URLValidator(schemes=["http", "https"], message=_("Give the whole web address, from https:// on."))(url)


def _web_address(transition: Transition, url: str) -> str:
    try:
        check_web_address(url)
    except ValidationError as error:
        raise _blocked(transition, str(error.message)) from error
    return url


# Files ------------------------------------------------------------------------


@_atomic
def add_upload(revision: CaseRevision, *, by: User | None, prepared: PreparedFile) -> Upload:
    """Keep a file for the case. It is public only when a published content shows it."""
    if by is not None:
        transition = workflow.AMEND if revision.state in workflow.AMEND.sources else workflow.EDIT
        _allow(transition, revision, by)
    return Upload.objects.create(
        case=revision.case,
        kind=prepared.kind,
        file=ContentFile(prepared.data, name=prepared.name),
        name=prepared.name,
        content_type=prepared.content_type,
        size=len(prepared.data),
        width=prepared.width,
        height=prepared.height,
        uploaded_by=by,
    )


# Bringing in ------------------------------------------------------------------


@dataclass(frozen=True)
class Incoming:
    """A case from another source: its identifier there, its content, and the case it is here already.

    ``told`` is what the source said, where ``content`` also holds what was edited here since; ``row`` is the
    source's row, where it is kept.
    """

    external_id: str
    content: Content
    case: Case | None = None
    told: Content | None = None
    row: dict[str, str] | None = None


@transaction.atomic
def import_cases(
    incoming: Iterable[Incoming], *, source: ImportSource | None, publish: bool, by: User | None = None
) -> list[Case]:
    """Create or change many cases at once, with an event each; returns them in order.

    With ``publish`` they are public at once; without, they wait as drafts, and a draft that an earlier
    import left is discarded. The event of an import holds the revision with what the source told, so that
    the next import knows what the source has changed since. Cases that were archived or withdrawn are not
    touched by the caller's plan, so they never come here.
    """
    now = timezone.now()
    items = [
        replace(
            item,
            content=contents.normalised(item.content),
            told=contents.normalised(item.told) if item.told else None,
        )
        for item in incoming
    ]
    new = [
        Case(
            submitter=by,
            source=source,
            external_id=item.external_id if source else "",
            original_language=item.content["original_language"],
        )
        for item in items
        if item.case is None
    ]
    if publish:
        for case, content in zip(new, (item.content for item in items if item.case is None), strict=True):
            _set_facts(case, content, now)
    created = iter(Case.objects.bulk_create(new, batch_size=BATCH))
    cases = [item.case or next(created) for item in items]
    older = [item.case.pk for item in items if item.case]
    CaseRevision.objects.filter(case__in=older, state=CaseRevision.State.DRAFT).update(
        state=CaseRevision.State.DISCARDED
    )
    numbers = dict(
        CaseRevision.objects.filter(case__in=older).values_list("case").annotate(last=models.Max("number"))
    )
    state = CaseRevision.State.PUBLISHED if publish else CaseRevision.State.DRAFT
    times = {"submitted_at": now, "submitted_by": by, "decided_at": now} if publish else {}
    revisions = [
        CaseRevision(
            case=case,
            number=numbers.get(case.pk, 0) + (1 if item.told is None else 2),
            state=state,
            content=item.content,
            source_row=item.row if item.told is None else None,
            created_by=by,
            **times,
        )
        for case, item in zip(cases, items, strict=True)
    ]
    # What the source told is kept, although another content takes its place at once.
    superseded = {
        revision.case_id: CaseRevision(
            case=revision.case,
            number=revision.number - 1,
            state=CaseRevision.State.DISCARDED,
            content=item.told,
            source_row=item.row,
            created_by=by,
        )
        for revision, item in zip(revisions, items, strict=True)
        if item.told is not None
    }
    CaseRevision.objects.bulk_create([*superseded.values(), *revisions], batch_size=BATCH)
    CaseEvent.objects.bulk_create(
        [
            CaseEvent(
                case=revision.case,
                revision=superseded.get(revision.case_id, revision),
                act="import",
                to_state=state,
                by=by,
            )
            for revision in revisions
        ],
        batch_size=BATCH,
    )
    if publish:
        _make_public([(case, item.content) for case, item in zip(cases, items, strict=True)], now=now)
    return cases


@transaction.atomic
def keep_source_rows(rows: dict[int, dict[str, str]]) -> None:
    """Keep rows of a source that tell nothing new, each with the revision that it told. By their ids."""
    revisions = CaseRevision.objects.in_bulk(rows)
    for pk, revision in revisions.items():
        revision.source_row = rows[pk]
    CaseRevision.objects.bulk_update(revisions.values(), ["source_row"], batch_size=BATCH)
    # The source's columns are given away with them.
    public_changed()


@transaction.atomic
def withdraw_imported(cases: Iterable[Case], *, by: User | None) -> None:
    """Archive cases that their source no longer holds."""
    ids = [case.pk for case in cases]
    archived = Case.objects.filter(pk__in=ids, state=Case.State.PUBLISHED)
    found = list(archived)
    archived.update(state=Case.State.ARCHIVED, changed_at=timezone.now(), featured_at=None)
    SearchEntry.objects.filter(case__in=ids).delete()
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case=case,
            act="vanish",
            from_state=Case.State.PUBLISHED,
            to_state=Case.State.ARCHIVED,
            by=by,
            message=_("The source no longer holds it."),
        )
        for case in found
    )
    public_changed()


# Erasing ----------------------------------------------------------------------


@transaction.atomic
def remove_examples() -> int:
    """Erase the invented cases with everything of theirs, files too; returns how many."""
    cases = Case.objects.filter(is_example=True)
    ids = list(cases.values_list("pk", flat=True))
    if not ids:
        return 0
    # What is public keeps its revision and its files from being erased, so it is taken from public first.
    cases.update(state=Case.State.WITHDRAWN, published_revision=None)
    Material.objects.filter(case__in=ids).delete()
    for upload in Upload.objects.filter(case__in=ids):
        transaction.on_commit(partial(upload.file.storage.delete, str(upload.file.name)))
    cases.delete()
    public_changed()
    return len(ids)


@transaction.atomic
def erase_expired_contact_names(*, today: date) -> int:
    """Erase named contact persons whose day has passed, from every revision too; returns how many cases."""
    expired = Case.objects.filter(contact_name_until__lt=today)
    ids = set(expired.values_list("pk", flat=True))
    expired.update(contact_name="", contact_name_until=None)
    for revision in CaseRevision.objects.filter(
        ~Q(content__contact__name="") & Q(content__contact__name__isnull=False)
    ).iterator():
        until = revision.content["contact"].get("name_until")
        if until and date.fromisoformat(until) < today:
            CaseRevision.objects.filter(pk=revision.pk).update(
                content=contents.without_named_contact(revision.content)
            )
            ids.add(revision.case_id)
    CaseEvent.objects.bulk_create(CaseEvent(case_id=pk, act="erase_contact_name") for pk in sorted(ids))
    if ids:
        public_changed()
    return len(ids)


# Writing the public rows ------------------------------------------------------


def _make_public(pairs: Sequence[tuple[Case, Content]], *, now: datetime) -> None:
    """Write each content to its case's public rows, and show the case.

    The newest published revision of each case must already hold that content.
    """
    cases = [case for case, _content in pairs]
    ids = [case.pk for case in cases]
    # Cases that were just made with their facts need no second write of them.
    older = [(case, content) for case, content in pairs if case.changed_at != now]
    for case, content in older:
        _set_facts(case, content, now)
    # All of them exist; an upsert takes a tenth of the time of bulk_update.
    Case.objects.bulk_create(
        [case for case, _content in older],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=PUBLIC_COLUMNS,
    )
    newest = CaseRevision.objects.filter(case=OuterRef("pk"), state=CaseRevision.State.PUBLISHED).order_by(
        "-number"
    )
    for batch in _batches(ids):
        Case.objects.filter(pk__in=batch).update(
            state=Case.State.PUBLISHED,
            published_revision=Subquery(newest.values("pk")[:1]),
            published_at=models.functions.Coalesce("published_at", now),
        )
        for model in (CaseText, CaseTerm, CasePartner, Evidence, Material):
            model._base_manager.filter(case__in=batch).delete()
    _write_texts(pairs)
    _write_terms(pairs)
    CasePartner.objects.bulk_create(
        [
            CasePartner(case=case, organisation_id=partner)
            for case, content in pairs
            for partner in dict.fromkeys(content["partners"])
        ],
        batch_size=BATCH,
    )
    Evidence.objects.bulk_create(
        [
            Evidence(**{**row, "case": case, "position": position, "value": Decimal(row["value"])})
            for case, content in pairs
            for position, row in enumerate(content["evidence"])
        ],
        batch_size=BATCH,
    )
    Material.objects.bulk_create(
        [
            Material(
                case=case,
                position=position,
                kind=row["kind"],
                url=row["url"],
                upload_id=row["upload"],
                title=row["title"],
                alt=row["alt"],
            )
            for case, content in pairs
            for position, row in enumerate(content["materials"])
        ],
        batch_size=BATCH,
    )
    told_before = {
        pk
        for batch in _batches(ids)
        for pk in Adoption.objects.filter(case__in=batch, told_by_owner=True).values_list("case", flat=True)
    }
    for case, content in pairs:
        if content["adoptions"] or case.pk in told_before:
            _write_adoptions(case, content["adoptions"])
    _count_adopters(ids)
    search.index(ids)
    public_changed()


def _set_facts(case: Case, content: Content, now: datetime) -> None:
    for name in FACT_NAMES:
        setattr(case, name, content[name])
    case.owner_id = content["owner"]
    contact = content["contact"]
    case.contact_role, case.contact_email, case.contact_phone = (
        contact["role"],
        contact["email"],
        contact["phone"],
    )
    case.contact_name = contact["name"]
    until = contact["name_until"]
    case.contact_name_until = date.fromisoformat(until) if contact["name"] and until else None
    case.changed_at = now


def _write_texts(pairs: Sequence[tuple[Case, Content]]) -> None:
    CaseText.objects.bulk_create(
        [
            CaseText(
                case=case,
                language=language,
                slug=slugify(text["title"])[:80].strip("-") or "innovation",
                **{name: text[name] for name in TEXT_NAMES},
            )
            for case, content in pairs
            for language, text in content["texts"].items()
            if text["title"]
        ],
        batch_size=BATCH,
    )


def _write_terms(pairs: Sequence[tuple[Case, Content]]) -> None:
    ids = {(term.vocabulary, term.code): term.pk for term in Term.objects.all()}
    CaseTerm.objects.bulk_create(
        [
            CaseTerm(case=case, term_id=ids[vocabulary, code])
            for case, content in pairs
            for vocabulary, codes in content["terms"].items()
            for code in dict.fromkeys(codes)
        ],
        batch_size=BATCH,
    )


def _write_adoptions(case: Case, rows: list[dict[str, Any]]) -> None:
    """Adoptions that the owner tells of: those no longer told go, reports of others stay as they are."""
    told = {row["organisation"] for row in rows}
    case.adoptions.filter(told_by_owner=True).exclude(organisation__in=told).delete()
    standing = case.adoptions.exclude(state=Adoption.State.DECLINED, told_by_owner=False)
    kept = {adoption.organisation_id: adoption for adoption in standing}
    written: list[Adoption] = []
    for row in rows:
        adoption = kept.get(row["organisation"]) or Adoption(
            case=case, organisation_id=row["organisation"], told_by_owner=True
        )
        if adoption.told_by_owner:
            adoption.mode, adoption.year, adoption.result = row["mode"], row["year"], row["result"]
            adoption.state = Adoption.State.CONFIRMED
            adoption.follows = None
            adoption.save()
        written.append(adoption)
    for row, adoption in zip(rows, written, strict=True):
        if row["follows"] is not None and adoption.told_by_owner:
            adoption.follows = written[row["follows"]]
            adoption.save(update_fields=["follows"])


def _count_adopters(ids: Sequence[int]) -> None:
    counts = (
        Adoption.objects.confirmed()
        .filter(case=OuterRef("pk"))
        .order_by()
        .values("case")
        .annotate(count=Count("pk"))
        .values("count")
    )
    for batch in _batches(ids):
        Case.objects.filter(pk__in=batch).update(adopter_count=models.functions.Coalesce(Subquery(counts), 0))


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
