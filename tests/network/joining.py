"""Filling the form in and sending it, as browsers and as machines do."""

from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from common.spam_guard import leading_zero_bits
from tests.submitting.pages import form_data, soup

TYPED = {
    "name": "Aino Esimerkki",
    "email": "aino@esimerkki.example",
    "organisation": "Esimerkkilän kunta",
    "role": "kehittäjä",
    "works_on": "Neuvontaa uudella tavalla.",
    "language": "fi",
    "membership": "on",
}


def address(name: str, *arguments: Any, language: str = "fi") -> str:
    with override(language):
        return reverse(f"network:{name}", args=arguments)


def proof_for(page: HttpResponse) -> str:
    """The number that the page's script would find."""
    field = soup(page).select_one("[data-challenge]")
    challenge, bits = field["data-challenge"], int(field["data-bits"])
    return next(str(n) for n in count() if leading_zero_bits(f"{challenge}:{n}") >= bits)


def opened(client: Client, **extra: Any) -> HttpResponse:
    return client.get(address("join"), **extra)


def filled(page: HttpResponse, **typed: Any) -> dict[str, Any]:
    """What a browser whose script ran would send; a value of None leaves the field out."""
    values = {**form_data(page), "proof": proof_for(page), **TYPED, **typed}
    return {name: value for name, value in values.items() if value is not None}


def send(client: Client, data: dict[str, Any], **extra: Any) -> HttpResponse:
    return client.post(address("join"), data, **extra)
