"""Contacts of the responsible unit: all of them on a page, those of one topic, and those that come along."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .models import Contact, ContactTopic

DATA = Path(__file__).resolve().parent / "data" / "contacts.toml"


def contacts_about(topic: str) -> list[Contact]:
    """Public contacts of one topic, in their order: one query."""
    # Chosen here, as SQLite cannot look into a list of JSON; there are some tens of contacts at most.
    return [contact for contact in Contact.objects.public() if topic in contact.topics]


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """Whom to ask, topic by topic: one query."""
    everybody = list(Contact.objects.public())
    by_topic = [
        (topic.label, found)
        for topic in ContactTopic
        if (found := [contact for contact in everybody if topic in contact.topics])
    ]
    context = {
        "topics": by_topic,
        "others": [contact for contact in everybody if not contact.topics],
        "breadcrumbs": [(_("Contacts"), "")],
    }
    return render(request, "pages/contacts.html", context)


@transaction.atomic
def load_contacts() -> int:
    """Bring in the file's contacts while there has never been any; returns how many."""
    history: Any = Contact.history  # type: ignore[attr-defined]  # django-simple-history adds it
    if Contact.objects.exists() or history.exists():
        return 0
    rows = tomllib.loads(DATA.read_text())["contact"]
    for order, row in enumerate(rows):
        texts = {
            f"{name}_{language}": text for name in ("role", "unit") for language, text in row[name].items()
        }
        Contact.objects.create(email=row["email"], topics=row["topics"], order=order, **texts)
    return len(rows)
