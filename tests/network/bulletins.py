"""Bulletins for tests; every name is invented."""

from typing import Any

from network import bulletin_actions
from network.models import Bulletin

from . import factories

TEXTS = {
    "fi": ("Syksyn kuulumiset", "Hei!\n\n**Tärkeää** on [täällä](https://example.org/fi)."),
    "sv": ("Höstens nyheter", "Hej!\n\n**Viktigt**."),
    "en": ("News of the autumn", "Hello!\n\n**Important** things."),
}


def draft(**values: Any) -> Bulletin:
    by = values.pop("by", None) or factories.coordinator("writer@example.org")
    return bulletin_actions.save(Bulletin(), by=by, texts=values.get("texts", TEXTS))
