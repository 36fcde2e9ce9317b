"""Requests and members for tests; every name is invented."""

from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core import mail

from accounts.models import User
from accounts.permissions import NETWORK_COORDINATORS
from network import actions
from network.actions import Application
from network.models import Consent, JoinRequest, Member

_number = count(1)
PURPOSES = {Consent.Purpose.MEMBERSHIP: "2026-11", Consent.Purpose.BULLETINS: "2026-11"}


def coordinator(email: str = "coordinator@example.org") -> User:
    user = User.objects.create_user(email=email, display_name="Coordinator", is_staff=True)
    user.groups.add(Group.objects.get(name=NETWORK_COORDINATORS))
    return User.objects.get(pk=user.pk)


def application(**values: Any) -> Application:
    number = next(_number)
    return Application(
        **{
            "email": f"person{number}@example.org",
            "name": f"Person {number}",
            "language": "fi",
            "organisation_name": "Esimerkkilän kunta",
            "role": "kehittäjä",
            "consents": PURPOSES,
            **values,
        }
    )


def unconfirmed(**values: Any) -> JoinRequest:
    told = application(**values)
    actions.ask_to_join(told)
    return JoinRequest.objects.open().get(email=told.email.lower())


def pending(**values: Any) -> JoinRequest:
    request = unconfirmed(**values)
    actions.confirm(request)
    return request


def member(**values: Any) -> Member:
    request = pending(**values)
    by = User.objects.filter(groups__name=NETWORK_COORDINATORS).first() or coordinator()
    return actions.approve(request, by=by)


def sent_to(address: str) -> list[Any]:
    """The mails to one address, in the order in which they left."""
    return [message for message in mail.outbox if address in message.to]
