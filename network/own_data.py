"""All that the network keeps of one person, for that person: to be read on a page, or taken along as JSON."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AddressChange, User

from .models import Consent, Delivery, JoinRequest, Member, MembershipEvent, SignUp

ACCOUNT = ("email", "display_name", "language", "organisation", "date_joined", "last_login")
TOLD = (
    "organisation",
    "organisation_name",
    "role",
    "works_on",
    "wants_to_learn",
    "interests",
    "in_directory",
)
MEMBERSHIP = ("state", "joined_at", "left_at", *TOLD, "wants_bulletins", "note", "erase_on")
REQUEST = (
    "email",
    "name",
    "language",
    "state",
    "created_at",
    "confirmed_at",
    "decided_at",
    *TOLD,
    "answer",
    "note",
    "erase_on",
)
CONSENT = ("purpose", "text_version", "language", "given_at", "withdrawn_at")
ADDRESS_CHANGE = ("new_email", "ends_at")
SIGN_UP = ("event", "state", "at")
DELIVERY = ("bulletin", "language", "state", "at")
EVENT = ("at", "act", "from_state", "to_state", "message")
# What is of no person, tells of another, or would open something.
LEFT_OUT = {
    "id",
    "version",
    "user",
    "request",
    "member",
    "by",
    "decided_by",
    "secret_digest",
    "secret_ends_at",
    "old_digest",
    "new_digest",
    "calendar_digest",
    # Keeps a reminder from being sent twice.
    "reminded_at",
}


@dataclass(frozen=True)
class Fact:
    name: str
    label: str | Promise
    value: Any
    words: str | Promise = ""
    """What people read where the value is a code."""


@dataclass(frozen=True)
class Section:
    name: str
    title: str | Promise
    rows: list[list[Fact]]


def sections(user: User) -> list[Section]:
    """Everything, in the order in which it is read."""
    member = Member.objects.filter(user=user).select_related("organisation").first()
    # An address may have been somebody else's before: what led to their membership is theirs.
    of_others = MembershipEvent.objects.filter(member__isnull=False, request__isnull=False).exclude(
        member__user=user
    )
    requests = (
        JoinRequest.objects.filter(Q(email=user.email) | Q(events__member__user=user))
        .exclude(pk__in=of_others.values("request"))
        .distinct()
        .select_related("organisation")
        .prefetch_related("interests")
        .order_by("created_at", "pk")
    )
    mine = Q(member__user=user) | Q(request__in=requests)
    changes = AddressChange.objects.filter(user=user)
    consents = Consent.objects.filter(mine).distinct()
    sign_ups = SignUp.objects.filter(user=user).select_related("event")
    deliveries = Delivery.objects.filter(member__user=user).select_related("bulletin")
    deliveries = deliveries.prefetch_related("bulletin__texts")
    events = MembershipEvent.objects.filter(mine).distinct().order_by("at", "pk")
    return [
        Section("account", gettext_lazy("Account"), _rows([user], ACCOUNT)),
        Section("address_change", gettext_lazy("Change of address"), _rows(changes, ADDRESS_CHANGE)),
        Section("membership", gettext_lazy("Membership"), _rows([member] if member else [], MEMBERSHIP)),
        Section("requests", gettext_lazy("Requests to join"), _rows(requests, REQUEST)),
        Section("consents", gettext_lazy("Consents"), _rows(consents, CONSENT)),
        Section("sign_ups", gettext_lazy("Sign-ups for events"), _rows(sign_ups, SIGN_UP)),
        Section("bulletins", gettext_lazy("Bulletins"), _rows(deliveries, DELIVERY)),
        Section("events", gettext_lazy("What has happened"), _rows(events, EVENT)),
    ]


def as_json(found: Iterable[Section]) -> dict[str, list[dict[str, Any]]]:
    """The sections as plain values; ``DjangoJSONEncoder`` writes the times."""
    return {
        section.name: [{fact.name: fact.value for fact in row} for row in section.rows] for section in found
    }


def _rows(rows: Iterable[Model], names: Iterable[str]) -> list[list[Fact]]:
    names = tuple(names)
    return [[_fact(row, name) for name in names] for row in rows]


def _fact(row: Model, name: str) -> Fact:
    field = row._meta.get_field(name)
    label = field.verbose_name  # type: ignore[union-attr]
    value = getattr(row, name)
    if field.many_to_many:
        terms = [str(term) for term in value.all()]
        return Fact(name, label, terms, "; ".join(terms))
    if isinstance(value, Model):
        return Fact(name, value._meta.verbose_name or label, str(value))
    if isinstance(value, bool):
        return Fact(name, label, value, _("Yes") if value else _("No"))
    if isinstance(value, datetime.date):
        return Fact(name, label, value)
    display = getattr(row, f"get_{name}_display", None)
    return Fact(name, label, value, display() if display and value else "")
