"""The network's mails. Each is in its recipient's language and leaves through the task queue."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.permissions import NETWORK_COORDINATORS
from common.mail import enqueue

from .mail_texts import write
from .models import JoinRequest, Member


def coordinators() -> list[User]:
    """Active staff who coordinate: members of the coordinators' group."""
    return list(
        get_user_model()
        .objects.filter(is_active=True, is_staff=True, groups__name=NETWORK_COORDINATORS)
        .distinct()
    )


def send_to_address(template: str, email: str, language: str) -> None:
    """A mail to somebody of whom only the address is known."""
    enqueue(write(template, email, language, _addresses(language)))


def mail_with_secret(
    template: str, request: JoinRequest, secret: str, message: str = ""
) -> EmailMultiAlternatives:
    """A mail with a link that only the applicant has."""
    with translation.override(request.language):
        url = settings.BASE_URL + reverse("network:request", args=[secret])
    context = {"name": request.name, "url": url, "message": message, **_addresses(request.language)}
    return write(template, request.email, request.language, context)


def mail_to_applicant(template: str, request: JoinRequest, message: str = "") -> EmailMultiAlternatives:
    context = {"name": request.name, "message": message, **_addresses(request.language)}
    return write(template, request.email, request.language, context)


def mail_to_member(template: str, member: Member, message: str = "") -> EmailMultiAlternatives:
    user = member.user
    context = {"name": str(user), "message": message, **_addresses(user.language)}
    return write(template, user.email, user.language, context)


def send_secret(template: str, request: JoinRequest, secret: str, message: str = "") -> None:
    enqueue(mail_with_secret(template, request, secret, message))


def send_to_applicant(template: str, request: JoinRequest, message: str = "") -> None:
    enqueue(mail_to_applicant(template, request, message))


def send_to_member(template: str, member: Member, message: str = "") -> None:
    enqueue(mail_to_member(template, member, message))


def tell_coordinators(request: JoinRequest) -> None:
    """Coordinators hear that something waits; who it is they read in the admin."""
    for person in coordinators():
        with translation.override(person.language):
            url = settings.BASE_URL + reverse("admin:network_joinrequest_changelist")
        enqueue(write("network_waiting", person.email, person.language, {"queue_url": url}))


def _addresses(language: str) -> dict[str, Any]:
    with translation.override(language):
        return {
            "network_url": settings.BASE_URL + reverse("network:front"),
            "members_url": settings.BASE_URL + reverse("network:own"),
        }
