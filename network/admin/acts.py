"""What coordinators do, as data."""

from functools import partial
from typing import Any

from django import forms
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from common.admin.acts import Act
from network import actions, notifications, workflow
from network.models import JoinRequest, Member

from .base import OrganisationForm, RegisteredOrganisationField
from .mailing import MailAct, MailForm, SubjectForm

# A page shows the mail before its secret is made.
_PLACE_OF_SECRET = "x" * 8


class ApproveForm(MailForm, OrganisationForm):
    """Which organisation of the register is meant, and the welcome."""

    field_order = ["organisation", "message"]

    def __init__(self, *arguments: Any, subject: JoinRequest, **options: Any) -> None:
        super().__init__(*arguments, subject=subject, **options)
        field = RegisteredOrganisationField(
            label=_("Organisation"),
            required=False,
            unregistered=subject.organisation_words,
            help_text=_(
                "Choose one of the register as you type. One that the register does not have stays as the"
                " applicant wrote it."
            ),
        )
        field.initial = proposed_organisation(subject, field)
        # Not “optional”: it says whose people there are in the network.
        field.needed = True  # type: ignore[attr-defined]
        self.fields["organisation"] = field
        self.order_fields(self.field_order)


def proposed_organisation(request: JoinRequest, field: RegisteredOrganisationField) -> str:
    """What was told, if the register has it; else that of the address; else what was told."""
    told = request.organisation_words
    if field.register.find(told) is None and (hinted := Organisation.objects.for_email(request.email)):
        return hinted.name
    return told


class NoteForm(SubjectForm):
    """The note as it is now, and the version of the row that it was read with."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Only coordinators see it. Whom it is about can ask for a copy of it."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=5000,
        required=False,
    )

    def __init__(self, *arguments: Any, subject: Any, **options: Any) -> None:
        super().__init__(*arguments, subject=subject, **options)
        self.fields["note"].initial = subject.note


class MoveForm(SubjectForm, OrganisationForm):
    """Where the member works now."""

    def __init__(self, *arguments: Any, subject: Member, **options: Any) -> None:
        super().__init__(*arguments, subject=subject, **options)
        self.fields["organisation"] = RegisteredOrganisationField(
            label=_("To which organisation"), help_text=_("Choose one of the register as you type.")
        )


def _ask_more_mail(request: JoinRequest, message: str) -> EmailMultiAlternatives:
    return notifications.mail_with_secret("network_ask_more", request, _PLACE_OF_SECRET, message)


def _move(member: Member, *, by: User, organisation: Organisation) -> None:
    actions.move([member], to=organisation, by=by)


def _what_note_does(subject: Any) -> str:
    if subject.note:
        return _("The note is replaced. The history says that it was written, not what it said.")
    return _("The note stands on the page, for all coordinators.")


def _language(request: JoinRequest) -> str:
    return request.language


_NO_PUBLIC = gettext_lazy("Nothing: who is a member is never public.")

APPROVE = MailAct(
    transition=workflow.APPROVE,
    run=actions.approve,
    what=gettext_lazy(
        "The applicant becomes a member, and signs in with a code that is sent to the same address."
    ),
    public=_NO_PUBLIC,
    mail=partial(notifications.mail_to_applicant, "network_approved"),
    message=gettext_lazy("You are now a member of the innovation network. Welcome!"),
    form=ApproveForm,
    language=_language,
)

REQUEST_ACTS = (
    APPROVE,
    MailAct(
        transition=workflow.DECLINE,
        run=actions.decline,
        what=gettext_lazy("The request is closed. The applicant reads your reasons, and may ask again."),
        public=_NO_PUBLIC,
        mail=partial(notifications.mail_to_applicant, "network_declined"),
        language=_language,
    ),
    MailAct(
        transition=workflow.ASK_MORE,
        run=actions.ask_more,
        what=gettext_lazy(
            "The applicant gets your question with a link to a page for the answer. The link in the mail"
            " below is only an example: the real one is made when the mail is sent, and nobody else sees it."
        ),
        public=_NO_PUBLIC,
        mail=_ask_more_mail,
        language=_language,
    ),
    Act(
        transition=workflow.NOTE_REQUEST,
        run=actions.note,
        what=_what_note_does,
        public=_NO_PUBLIC,
        done=gettext_lazy("Note written"),
        form=NoteForm,
    ),
)

MEMBER_ACTS = (
    Act(
        transition=workflow.MOVE,
        run=_move,
        what=gettext_lazy("The member, and the account where it named the same organisation, are moved."),
        public=_NO_PUBLIC,
        done=gettext_lazy("Moved to another organisation"),
        form=MoveForm,
    ),
    Act(
        transition=workflow.NOTE_MEMBER,
        run=actions.note,
        what=_what_note_does,
        public=_NO_PUBLIC,
        done=gettext_lazy("Note written"),
        form=NoteForm,
    ),
    MailAct(
        transition=workflow.REMOVE,
        run=actions.remove,
        what=gettext_lazy(
            "The member is taken out of the network at once and reads your reasons. What the member told of"
            " themselves is erased when its retention ends. The account stays."
        ),
        public=_NO_PUBLIC,
        done=gettext_lazy("Removed from the network"),
        mail=partial(notifications.mail_to_member, "network_removed"),
        language=lambda member: member.user.language,
    ),
)
