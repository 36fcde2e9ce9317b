"""Cases to hand over, made by the same actions as in the product."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cases.models import Case
from tests.accounts.factories import OrganisationFactory
from tests.cases import factories

# Marks of what may never leave the registry.
CONTACT = {
    "role": "Salarooli",
    "email": "salainen@example.org",
    "phone": "+358 40 0000001",
    "name": "Salla Salainen",
}

ENGLISH = {
    "title": "A permit application in one conversation",
    "summary": "Building permits are advised on in a chat.",
    "problem": "Every third application came back.",
    "solution": "Advice and application are one conversation.\nSecond line.",
    "newness": "Questions come in the resident’s order.",
    "users": "Residents who build.",
    "partnerships": "Made with the neighbouring municipality.",
    "results": "Fewer applications come back.",
    "challenges": "Old systems.",
    "conditions": "Open interfaces.",
    "lessons": "Begin with the residents.",
    "replication": "The code is open.",
}


def contact() -> dict[str, str]:
    return {**CONTACT, "name_until": (timezone.localdate() + timedelta(days=30)).isoformat()}


def finnish(**changes: Any) -> Case:
    """A published case with contacts and without English."""
    return factories.published(contact=contact(), **changes)


def english(**changes: Any) -> Case:
    """A published case that OPSI would take as it is; ``changes`` to its texts or to other keys."""
    factories.term("tag", "neuvonta", name="Advice")
    texts = {
        "fi": factories.complete_content()["texts"]["fi"],
        "en": {**ENGLISH, **{name: changes.pop(name) for name in list(changes) if name in ENGLISH}},
    }
    values = {
        "owner": OrganisationFactory(kind="municipality", name_en="City of Examples").pk,
        "texts": texts,
        "phase": "evaluation",
        "website": "https://example.org/permit",
        "terms": {"principle": ["1"], "theme": ["07"], "kind": ["service"], "tag": ["neuvonta"]},
        "materials": [link("https://example.org/report"), link("https://www.youtube.com/watch?v=1")],
        **changes,
    }
    return finnish(**values)


def link(address: str) -> dict[str, Any]:
    return {"kind": "link", "url": address, "upload": None, "title": "Link", "alt": {}}
