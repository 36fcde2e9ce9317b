"""A bulletin as mail: its frame, its text and what was chosen for it, in one language."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from common.mail import Mail
from common.markdown import to_html
from common.secret_pages import digest

from . import mail_texts
from .models import Bulletin, Delivery, Member

_signer = Signer(salt="network.unsubscribe", sep=".")
# Stands in a frame until the real thing is put in its place: no text that people write has them.
_BODY = "\ue000"
_EXAMPLE_SECRET = "exampleexample"  # noqa: S105 - opens nothing


@dataclass(frozen=True)
class Item:
    """Something chosen for a bulletin; ``url`` is whole, ``language`` told where it may not be the mail's."""

    title: str
    summary: str
    url: str
    language: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    items: Sequence[Item]


class BulletinMail:
    """What is the same for all who read it in ``language``; each gets only a link of their own."""

    def __init__(self, bulletin: Bulletin, language: str, url: str, sections: Sequence[Section]) -> None:
        self.language = language
        text = bulletin.text(language)
        assert text is not None
        shown = [section for section in sections if section.items]
        context = {
            "subject": text.subject,
            "body": _BODY,
            "url": url,
            "unsubscribe_url": unsubscribe_url(_EXAMPLE_SECRET, language),
        }
        frame = mail_texts.write("network_bulletin", "", language, context)
        self.subject = str(frame.subject)
        before, _body, after = str(frame.body).partition(_BODY)
        self.text = before + "\n\n".join([text.body.strip(), *map(_as_text, shown)]) + after
        with translation.override(language):
            self.html = render_to_string(
                "mail/bulletin.html",
                {
                    "subject": text.subject,
                    "before": before.strip(),
                    "body": to_html(text.body),
                    "sections": shown,
                    "after": after.strip(),
                },
            )

    def to(self, member: Member, delivery: Delivery | None = None) -> Mail:
        """The mail to one member. Sent again it keeps its Message-ID, by which mail programs know it."""
        secret = secret_of(member)
        mail = self._mail(member.user.email, secret)
        link = unsubscribe_url(secret, self.language)
        mail.extra_headers = {
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Precedence": "bulk",
        }
        if delivery is not None:
            # Mail servers write it into their logs: it must not give the link away.
            mail.extra_headers["Message-ID"] = f"<bulletin.{delivery.pk}.{digest(secret)[:32]}@{_host()}>"
            mail.kind = f"network_bulletin/{delivery.pk}"
        return mail

    def example(self, address: str) -> Mail:
        """The mail with a link that opens nothing: for a preview, and for a test to oneself."""
        return self._mail(address, _EXAMPLE_SECRET)

    def _mail(self, address: str, secret: str) -> Mail:
        mail = Mail(self.subject, self.text.replace(_EXAMPLE_SECRET, secret), to=[address])
        mail.attach_alternative(self.html.replace(_EXAMPLE_SECRET, secret), "text/html")
        mail.kind = "network_bulletin"
        return mail


def _as_text(section: Section) -> str:
    items = (f"{item.title}\n{item.summary}\n{item.url}".replace("\n\n", "\n") for item in section.items)
    return "\n\n".join([section.title.upper(), *items])


def unsubscribe_url(secret: str, language: str) -> str:
    with translation.override(language):
        return str(settings.BASE_URL) + reverse("network:unsubscribe", args=[secret])


def secret_of(member: Member) -> str:
    """The signed part of the member's link to stop bulletins."""
    return _signer.sign(str(member.pk))


def member_of(secret: str) -> Member | None:
    try:
        number = _signer.unsign(secret)
    except BadSignature:
        return None
    return Member.objects.select_related("user").filter(pk=number).first()


def _host() -> str:
    return str(settings.BASE_URL).partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"
