"""Opening the form, filling it in and sending it, as browsers and as machines do."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.network.joining import proof_for
from tests.submitting.pages import form_data


def address(name: str = "feedback", language: str = "fi") -> str:
    with override(language):
        return reverse(f"pages:{name}")


def opened(client: Client, name: str = "feedback", language: str = "fi", **query: str) -> HttpResponse:
    return client.get(address(name, language), query)


def filled(page: HttpResponse, **typed: Any) -> dict[str, Any]:
    """What a browser whose script ran would send; a value of None leaves the field out."""
    values = {**form_data(page), "proof": proof_for(page), **typed}
    return {name: value for name, value in values.items() if value is not None}


def send(client: Client, data: dict[str, Any], name: str = "feedback", language: str = "fi") -> HttpResponse:
    return client.post(address(name, language), data)
