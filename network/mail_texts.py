"""The network's mails, whose words staff may change: which there are, and filling the words in.

What staff write is text with places in braces, such as ``{name}``. Each mail has its own list of places;
nothing else is looked up and nothing is run.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.template import Context, Engine
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from common.mail import Mail, compose, make_mail

from .models import MailText
from .queries import may_coordinate

_PLACE = re.compile(r"\{([^{}\n]*)\}")
_BLANK_LINES = re.compile(r"\n{3,}")

EXAMPLES: dict[str, str | Promise] = {
    "name": gettext_lazy("Maija Example"),
    "message": gettext_lazy("What the coordinator writes stands here."),
    "url": "https://example.org/link",
    "network_url": "https://example.org/network",
    "members_url": "https://example.org/own",
    "queue_url": "https://example.org/queue",
    "subject": gettext_lazy("The bulletin’s subject"),
    "body": gettext_lazy("The bulletin’s text stands here."),
    "unsubscribe_url": "https://example.org/no-more",
    "title": gettext_lazy("Learning together"),
    "begins": lazy(date_format, str)(datetime(2027, 5, 11, 9, 0, tzinfo=UTC), "DATETIME_FORMAT"),
    "place": gettext_lazy("Meeting room"),
    "event_url": "https://example.org/event",
}


@dataclass(frozen=True)
class Kind:
    """One mail: the places that its words may have, and those that they must have."""

    label: str | Promise
    necessary: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    places: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", (*self.necessary, *self.optional))


def _of_an_event(label: str | Promise) -> Kind:
    """One of the mails about an event: each tells what, when and where more is told."""
    return Kind(label, ("title", "begins", "event_url"), ("name", "place"))


KINDS = {
    "network_confirm": Kind(gettext_lazy("Confirm the address"), ("url",), ("name", "network_url")),
    "network_already_asked": Kind(gettext_lazy("The request waits already"), (), ("network_url",)),
    "network_already_member": Kind(gettext_lazy("A member already"), ("members_url",), ("network_url",)),
    "network_received": Kind(gettext_lazy("The request was received"), ("url",), ("name", "network_url")),
    "network_waiting": Kind(gettext_lazy("To coordinators: a request waits"), ("queue_url",)),
    "network_ask_more": Kind(
        gettext_lazy("More information asked"), ("message", "url"), ("name", "network_url")
    ),
    "network_approved": Kind(gettext_lazy("Welcome"), ("message", "members_url"), ("name", "network_url")),
    "network_declined": Kind(gettext_lazy("Declined"), ("message",), ("name", "network_url")),
    "network_left": Kind(gettext_lazy("Left the network"), (), ("name", "network_url")),
    "network_removed": Kind(gettext_lazy("Removed from the network"), ("message",), ("name", "network_url")),
    "network_bulletin": Kind(
        gettext_lazy("Around every bulletin"), ("body", "unsubscribe_url"), ("subject", "url")
    ),
    "network_event_going": _of_an_event(pgettext_lazy("mail", "Event: signed up")),
    "network_event_waiting": _of_an_event(pgettext_lazy("mail", "Event: on the waiting list")),
    "network_event_moved_up": _of_an_event(pgettext_lazy("mail", "Event: a place for who waited")),
    "network_event_reminder": _of_an_event(pgettext_lazy("mail", "Event: reminder")),
    "network_event_changed": _of_an_event(pgettext_lazy("mail", "Event: new time or place")),
    "network_event_cancelled": _of_an_event(pgettext_lazy("mail", "Event: cancelled")),
}


def write(mail: str, to: str, language: str, context: Mapping[str, Any]) -> Mail:
    """The mail in staff's words where they have written some, else in those of its file."""
    own = MailText.objects.filter(mail=mail, language=language).first() if mail in KINDS else None
    if own is None:
        return compose(mail, to, language, dict(context))
    subject, text = filled(mail, own.subject, own.text, context)
    return make_mail(mail, to, language, subject, text)


def filled(mail: str, subject: str, text: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text with their places filled in. What stands in a value is never looked at again."""

    def value(match: re.Match[str]) -> str:
        return str(context.get(match[1], "")) if match[1] in KINDS[mail].places else match[0]

    body = _BLANK_LINES.sub("\n\n", _PLACE.sub(value, text.replace("\r\n", "\n"))).strip() + "\n"
    return " ".join(_PLACE.sub(value, subject).split()), body


def default(mail: str, language: str) -> tuple[str, str]:
    """Subject and text of the file, with its places in braces."""
    with translation.override(language):
        template = Engine.get_default().get_template(f"mail/{mail}.txt")
        places = {name: f"{{{name}}}" for name in KINDS[mail].places}
        subject, _newline, text = template.render(Context(places, autoescape=False)).strip().partition("\n")
    return subject.strip(), text.strip() + "\n"


def current(mail: str, language: str) -> tuple[str, str]:
    """The words that are used now."""
    own = MailText.objects.filter(mail=mail, language=language).first()
    return (own.subject, own.text) if own else default(mail, language)


def examples(language: str) -> dict[str, str]:
    with translation.override(language):
        return {name: str(value) for name, value in EXAMPLES.items()}


def faults(mail: str, subject: str, text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the words: the field, and the reason in plain words."""
    kind = KINDS[mail]
    for name, words in (("subject", subject), ("text", text)):
        known = ", ".join(f"{{{place}}}" for place in kind.places)
        for place in sorted(set(_PLACE.findall(words)) - set(kind.places)):
            yield (
                name,
                _("There is no place {%(place)s} in this mail. Those that there are: %(known)s.")
                % {"place": place, "known": known},
            )
        if re.search(r"[{}]", _PLACE.sub("", words)):
            yield name, _("A brace stands alone. A place has a brace before and after it, as in {name}.")
    for place in kind.necessary:
        if f"{{{place}}}" not in text:
            yield (
                "text",
                _("The text must have {%(place)s}: without it the mail does not do its work.")
                % {"place": place},
            )


def write_words(*, by: User, mail: str, language: str, subject: str, text: str) -> None:
    """Keep staff's own words for a mail, which :func:`faults` finds nothing wrong with."""
    _check(by)
    row = MailText.objects.filter(mail=mail, language=language).first()
    row = row or MailText(mail=mail, language=language)
    row.subject, row.text = subject, text
    row.save()


def back_to_default(*, by: User, mail: str, language: str) -> None:
    """Take staff's own words away; the history keeps them."""
    _check(by)
    for row in MailText.objects.filter(mail=mail, language=language):
        row.delete()


def _check(by: User) -> None:
    if not may_coordinate(by):
        raise PermissionDenied
