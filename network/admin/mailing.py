"""Acts that send a mail: the page shows it exactly as it will be sent, and nothing else is sent."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from common.admin.acts import Act, ActForm

from .base import CoordinatedAdmin


class SubjectForm(ActForm):
    """A form that knows what its act is done to."""

    def __init__(self, *arguments: Any, act: Act, subject: Any, **options: Any) -> None:
        super().__init__(*arguments, act=act, **options)
        self.subject = subject


class MailForm(SubjectForm):
    """The message of a mail, written in its recipient's language."""

    message = forms.CharField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 8}), max_length=5000)
    act: "MailAct"

    def __init__(self, *arguments: Any, act: "MailAct", subject: Any, **options: Any) -> None:
        super().__init__(*arguments, act=act, subject=subject, **options)
        self.act = act
        self.language = act.language(subject)
        message = self.fields["message"]
        message.required = act.transition.needs_message
        message.initial = in_language(act.message, self.language)
        message.help_text = written_in(self.language)
        message.widget.attrs["lang"] = self.language

    @cached_property
    def mail(self) -> EmailMultiAlternatives | None:
        """The mail as it would be sent now; None as long as there is nothing to send."""
        if not self.is_bound:
            message = self.fields["message"].initial
            return self.act.mail(self.subject, message) if message else None
        return self.act.mail(self.subject, self.cleaned_data["message"]) if self.is_valid() else None

    @property
    def seen(self) -> str:
        """What the page remembers of the mail that it shows."""
        return digest_of([self.mail]) if self.mail else ""

    @property
    def was_read(self) -> bool:
        """Whether the mail was shown, just as it is, before the button was pressed."""
        return self.data.get("seen") == self.seen


@dataclass(frozen=True, kw_only=True)
class MailAct(Act):
    """An act that sends one mail.

    ``mail`` makes it from the subject and the message, ``message`` is what is proposed, and ``language``
    tells in which language the recipient reads.
    """

    mail: Callable[[Any, str], EmailMultiAlternatives]
    language: Callable[[Any], str]
    message: str | Promise = ""
    form: type[ActForm] = MailForm


def in_language(words: str | Promise, language: str) -> str:
    with translation.override(language):
        return str(words)


def written_in(language: str) -> str:
    """The hint by a message."""
    words = gettext(
        "The recipient reads %(language)s. The message is sent by e-mail and kept in the history."
    )
    return words % {"language": get_language_info(language)["name_translated"]}


def digest_of(mails: list[EmailMultiAlternatives]) -> str:
    """The same for the same mails only."""
    texts = "\0".join(f"{mail.to}\0{mail.subject}\0{mail.body}" for mail in mails)
    return hashlib.sha256(texts.encode()).hexdigest()


class MailingAdmin(CoordinatedAdmin):
    """Acts are done when their mail was read first."""

    act_template = "admin/network/act.html"

    def initial(self, request: HttpRequest, act: Act, subject: Any) -> dict[str, Any]:
        """Which version was read, for the forms that remember it."""
        return {"seen_version": subject.version} if "seen_version" in act.form.base_fields else {}

    def form_options(self, request: HttpRequest, act: Act, subject: Any) -> dict[str, Any]:
        return {"subject": subject} if issubclass(act.form, SubjectForm) else {}

    def is_ready(self, request: HttpRequest, act: Act, subject: Any, form: ActForm) -> bool:
        return not isinstance(form, MailForm) or form.was_read
