"""What moderators do, as data."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases import actions, workflow
from cases.models import Adoption, Case, CaseRevision, Handover
from common.admin.acts import UNCHANGED, Act, ActForm, Words


class MessageForm(ActForm):
    """What is told with an act: the message, when there is one to send."""

    message = forms.CharField(
        label=_("Message to the submitter"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=5000,
        help_text=_("It is sent by e-mail and kept in the history."),
    )

    def __init__(self, *arguments: Any, act: "CaseAct", **options: Any) -> None:
        super().__init__(*arguments, act=act, **options)
        if not act.takes_message:
            del self.fields["message"]
        else:
            self.fields["message"].required = act.transition.needs_message


class PublishForm(MessageForm):
    """Publishing says which version was read, and that each criterion is met."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    criteria = forms.MultipleChoiceField(
        label=_("Acceptance criteria"),
        help_text=_("Tick each one that you find met. All five are needed."),
        choices=workflow.Criterion.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    field_order = ["criteria", "message"]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Not “optional”: the action demands them all, and says so itself.
        self.fields["criteria"].needed = True  # type: ignore[attr-defined]


class OpenForm(MessageForm):
    """Editing begins with what is public or, when one is named, with the text of an old revision."""

    number = forms.IntegerField(widget=forms.HiddenInput, required=False)


@dataclass(frozen=True, kw_only=True)
class CaseAct(Act):
    """One thing a moderator may do to a revision, a case or an adoption.

    ``mail`` is the act's name in ``cases/notifications.py`` and in the history.
    """

    mail: str = ""
    takes_message: bool = False
    form: type[ActForm] = MessageForm

    @property
    def mail_name(self) -> str:
        return self.mail or self.name

    @property
    def done_words(self) -> Words:
        return workflow.act_label(self.mail_name)


def _public_after_publishing(revision: CaseRevision) -> Words:
    if revision.case.state == Case.State.PUBLISHED:
        return _("The proposed text replaces the public one at once.")
    return _("Everybody can find and read the innovation at once.")


def _what_discarding_does(revision: CaseRevision) -> Words:
    if revision.case.state == Case.State.UNPUBLISHED:
        return _("The draft is closed, and with it the innovation: it was never published.")
    return _("The draft is closed. It can still be read in the history.")


def _public_after_confirming(adoption: Adoption) -> Words:
    if adoption.case.is_public:
        return _("The page of the innovation names the organisation, and counts it among those that adopted.")
    return UNCHANGED


def _public_after_declining(adoption: Adoption) -> Words:
    if adoption.state == Adoption.State.CONFIRMED and adoption.case.is_public:
        return _("The page of the innovation no longer names the organisation.")
    return UNCHANGED


REVISION_ACTS = (
    CaseAct(
        transition=workflow.SUBMIT,
        run=actions.submit,
        what=_("The revision joins the queue. Another moderator than you has to publish it."),
    ),
    CaseAct(
        transition=workflow.TAKE_BACK,
        run=actions.take_back,
        what=_("The revision leaves the queue and can be edited again."),
    ),
    CaseAct(
        transition=workflow.START_REVIEW,
        run=actions.start_review,
        what=_("You become its reviewer. The submitter can no longer change it."),
    ),
    CaseAct(
        transition=workflow.PUBLISH,
        run=actions.publish,
        what=_("Exactly the version that you read becomes public."),
        public=_public_after_publishing,
        takes_message=True,
        form=PublishForm,
    ),
    CaseAct(
        transition=workflow.RETURN,
        run=actions.return_for_changes,
        what=_("The submitter reads your reasons, edits the text and submits it again."),
        takes_message=True,
    ),
    CaseAct(
        transition=workflow.REJECT,
        run=actions.reject,
        what=_("The revision is closed. The submitter reads your reasons."),
        takes_message=True,
    ),
    CaseAct(
        transition=workflow.DISCARD,
        run=actions.discard,
        what=_what_discarding_does,
    ),
)


def _open(case: Case, *, by: User, number: int | None) -> CaseRevision:
    content = get_object_or_404(case.revisions, number=number).content if number else None
    return actions.open_revision(case, by=by, content=content)


OPEN_REVISION = CaseAct(
    transition=workflow.OPEN_REVISION,
    run=_open,
    what=_("A new draft begins. It is reviewed like any other, and nobody else can begin one meanwhile."),
    form=OpenForm,
)
CASE_ACTS = (
    OPEN_REVISION,
    CaseAct(
        transition=workflow.FEATURE,
        run=actions.feature,
        what=_("The innovation is shown first."),
        public=_("The front page shows the innovation among the featured ones."),
    ),
    CaseAct(
        transition=workflow.UNFEATURE,
        run=actions.unfeature,
        what=_("The innovation is no longer shown first."),
        public=_("The front page no longer features the innovation."),
    ),
    CaseAct(
        transition=workflow.ARCHIVE,
        run=actions.archive,
        what=_("The innovation is taken out of the registry. It can be published again, as it was."),
        public=_("It is no longer found. Its address says that it has been taken away."),
        takes_message=True,
    ),
    CaseAct(
        transition=workflow.RESTORE,
        run=actions.restore,
        what=_("The innovation returns to the registry."),
        public=_("Everybody can find and read it again, as it was."),
    ),
)

ADOPTION_ACTS = (
    CaseAct(
        transition=workflow.CONFIRM_ADOPTION,
        run=actions.confirm_adoption,
        what=_("You confirm that the organisation has taken the innovation up."),
        public=_public_after_confirming,
        mail="confirm_adoption",
    ),
    CaseAct(
        transition=workflow.DECLINE_ADOPTION,
        run=actions.decline_adoption,
        what=_("The report is closed. Whoever told of it reads your reasons."),
        public=_public_after_declining,
        mail="decline_adoption",
        takes_message=True,
    ),
)


class ReasonForm(ActForm):
    message = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=_("It is kept in the history, for staff. Nobody gets an e-mail."),
    )


class AddressForm(ActForm):
    url = forms.URLField(
        label=_("Address in OPSI’s case library"),
        max_length=500,
        assume_scheme="https",
        help_text=_("The page of the innovation there. Begins with https://"),
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        actions.check_web_address(url)
        return url


def _public_on_page(handover: Handover) -> Words:
    if handover.case.is_public:
        return _("The page of the innovation leads to OPSI’s case library.")
    return UNCHANGED


def _public_off_page(handover: Handover) -> Words:
    if handover.case.is_public:
        return _("The page of the innovation no longer leads to OPSI’s case library.")
    return UNCHANGED


OPSI_ACTS = (
    CaseAct(
        transition=workflow.OFFER_TO_OPSI,
        run=actions.offer_to_opsi,
        what=_("The innovation joins the queue of those that staff hand over to OPSI."),
        form=ActForm,
    ),
    CaseAct(
        transition=workflow.SEND_TO_OPSI,
        run=actions.sent_to_opsi,
        what=_("You say that OPSI’s form has been filled in and sent. The registry sends nothing by itself."),
        form=ActForm,
    ),
    CaseAct(
        transition=workflow.PUBLISHED_BY_OPSI,
        run=actions.published_by_opsi,
        what=_("You say at which address OPSI shows it."),
        public=_public_on_page,
        form=AddressForm,
    ),
    CaseAct(
        transition=workflow.CORRECT_ADDRESS,
        run=actions.correct_opsi_address,
        what=_("Another address takes the place of the one before."),
        public=_public_on_page,
        form=AddressForm,
    ),
    CaseAct(
        transition=workflow.TAKE_BACK_FROM_OPSI,
        run=actions.take_back_from_opsi,
        what=_(
            "The innovation leaves the queue. It can be offered again. What was sent to OPSI stays there."
        ),
        form=ReasonForm,
    ),
    CaseAct(
        transition=workflow.GONE_FROM_OPSI,
        run=actions.gone_from_opsi,
        what=_("The address is taken away. The innovation can be offered again."),
        public=_public_off_page,
        form=ReasonForm,
    ),
)
