"""What a coordinator may want to know of who asks: others of the same name or address. Only hints.

Names are compared whole, whatever the case and the spaces between the words.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import JoinRequest, Member


class Kind(Enum):
    """How somebody else is like the applicant; the strongest likeness comes first."""

    MEMBER_OF_ADDRESS = "member_of_address"
    EARLIER_REQUEST = "earlier_request"
    MEMBER_OF_NAME_AND_ORGANISATION = "member_of_name_and_organisation"
    REQUEST_OF_NAME_AND_ORGANISATION = "request_of_name_and_organisation"
    MEMBER_OF_NAME = "member_of_name"
    REQUEST_OF_NAME = "request_of_name"

    @property
    def label(self) -> str | Promise:
        return _LABELS[self]


_LABELS: dict[Kind, str | Promise] = {
    Kind.MEMBER_OF_ADDRESS: _("Has been a member with the same address"),
    Kind.EARLIER_REQUEST: _("Earlier request from the same address"),
    Kind.MEMBER_OF_NAME_AND_ORGANISATION: _("Member with another address: same name and organisation"),
    Kind.REQUEST_OF_NAME_AND_ORGANISATION: _("Request from another address: same name and organisation"),
    Kind.MEMBER_OF_NAME: _("Member with another address: same name"),
    Kind.REQUEST_OF_NAME: _("Request from another address: same name"),
}


@dataclass(frozen=True)
class Hint:
    """Somebody who is like the applicant: a request or a member."""

    kind: Kind
    subject: Any

    @property
    def is_member(self) -> bool:
        return isinstance(self.subject, Member)


def hints(requests: Iterable[JoinRequest]) -> dict[int, list[Hint]]:
    """The hints of each request by its id, in two queries however many there are."""
    requests = list(requests)
    if not requests:
        return {}
    emails = {request.email for request in requests}
    spelling = _spelling({request.name for request in requests})
    others = JoinRequest.objects.filter(confirmed_at__isnull=False).filter(
        Q(email__in=emails) | Q(name__iregex=spelling)
    )
    members = Member.objects.filter(
        Q(user__email__in=emails) | Q(user__display_name__iregex=spelling)
    ).select_related("user", "organisation")
    found: dict[int, list[Hint]] = {}
    by_name: dict[str, list[JoinRequest | Member]] = defaultdict(list)
    known: list[JoinRequest | Member] = [*others.select_related("organisation"), *members]
    for other in known:
        by_name[_folded(_name(other))].append(other)
        by_name[_email(other)].append(other)
    for request in requests:
        alike = {
            (type(other), other.pk): other
            for key in (request.email, _folded(request.name))
            for other in by_name[key]
            if other != request
        }
        found[request.pk] = sorted(
            (Hint(kind, other) for other in alike.values() if (kind := _kind(request, other))),
            key=lambda hint: list(Kind).index(hint.kind),
        )
    return found


def _kind(request: JoinRequest, other: JoinRequest | Member) -> Kind | None:
    is_member = isinstance(other, Member)
    if _email(other) == request.email:
        if isinstance(other, Member):
            # Whom the request itself made a member is no news.
            approved = request.state == JoinRequest.State.APPROVED
            return None if approved else Kind.MEMBER_OF_ADDRESS
        return Kind.EARLIER_REQUEST if other.created_at < request.created_at else None
    if _is_of_same_organisation(request, other):
        return Kind.MEMBER_OF_NAME_AND_ORGANISATION if is_member else Kind.REQUEST_OF_NAME_AND_ORGANISATION
    return Kind.MEMBER_OF_NAME if is_member else Kind.REQUEST_OF_NAME


def _is_of_same_organisation(request: JoinRequest, other: JoinRequest | Member) -> bool:
    if request.organisation_id and other.organisation_id:
        return request.organisation_id == other.organisation_id
    return not _organisation_names(request).isdisjoint(_organisation_names(other))


def _organisation_names(person: JoinRequest | Member) -> set[str]:
    """What the organisation may be called: in each language, if the register has it."""
    found: Any = person.organisation
    if found is None:
        return {_folded(person.organisation_name)} - {""}
    names = (getattr(found, f"name_{language}") for language, _name in settings.LANGUAGES)
    return {_folded(name) for name in names if name}


def _email(other: JoinRequest | Member) -> str:
    return other.user.email if isinstance(other, Member) else other.email


def _name(other: JoinRequest | Member) -> str:
    return other.user.display_name if isinstance(other, Member) else other.name


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _spelling(names: Iterable[str]) -> str:
    """A pattern for the database: databases differ in what they take for the same letter or a space."""
    patterns = {r"\s+".join(re.escape(word) for word in name.split()) for name in names}
    return rf"^\s*({'|'.join(sorted(patterns))})\s*$"
