"""Addresses of the coordinators' desk, who opens them, and pressing its buttons."""

from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.sign_in import sign_in_to_admin

from . import factories


def page(subject: Model) -> str:
    return reverse(f"admin:network_{subject._meta.model_name}_change", args=[subject.pk])


def act(subject: Model, name: str) -> str:
    return reverse(f"admin:network_{subject._meta.model_name}_act", args=[subject.pk, name])


def changelist(model: str) -> str:
    return reverse(f"admin:network_{model}_changelist")


def approve_many(*requests: Model) -> str:
    numbers = "&".join(f"pk={request.pk}" for request in requests)
    return reverse("admin:network_joinrequest_approve_many") + f"?{numbers}"


def coordinators_client(email: str = "coordinator@example.org") -> Client:
    client = Client()
    sign_in_to_admin(client, User.objects.filter(email=email).first() or factories.coordinator(email))
    return client


def typed(answer: HttpResponse, **changes: Any) -> dict[str, Any]:
    """What the page's form sends when its button is pressed, with ``changes``."""
    form = answer.context["form"]
    values = {name: form[name].value() for name in form.fields}
    if seen := getattr(form, "seen", ""):
        values["seen"] = seen
    return {**{name: value for name, value in values.items() if value is not None}, **changes}


def press(client: Client, path: str, **changes: Any) -> HttpResponse:
    """Open the page, change its form and press; where a mail is shown first, press again."""
    answer = client.post(path, typed(client.get(path), **changes))
    if answer.status_code == 200 and not answer.context["has_errors"]:
        answer = client.post(path, typed(answer))
    return answer
