"""Feedback as it came in, and the pages on which staff deal with it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import CONTENT_EDITORS
from pages.feedback import actions
from pages.models import Feedback
from tests.network.pages import press as press
from tests.network.pages import typed as typed
from tests.reviewing.pages import client_of, member_of

CHANGELIST = "admin:pages_feedback_changelist"


def handler(**values: Any) -> User:
    user = member_of(CONTENT_EDITORS)
    for name, value in values.items():
        setattr(user, name, value)
    user.save()
    return user


def handlers_client() -> Client:
    return client_of(handler())


def told(**values: Any) -> Feedback:
    """Feedback in words, with an address for an answer."""
    return actions.tell(
        **{
            "kind": Feedback.Kind.PAGE,
            "language": "fi",
            "path": "/fi/",
            "words": "Hakua oli vaikea löytää.",
            "email": "lukija@esimerkki.example",
            **values,
        }
    )


def accessibility(**values: Any) -> Feedback:
    return told(kind=Feedback.Kind.ACCESSIBILITY, words="Valikkoa ei voi käyttää näppäimistöllä.", **values)


def changelist() -> str:
    return reverse(CHANGELIST)


def page(feedback: Feedback) -> str:
    return reverse("admin:pages_feedback_change", args=[feedback.pk])


def act(feedback: Feedback, name: str) -> str:
    return reverse("admin:pages_feedback_act", args=[feedback.pk, name])
