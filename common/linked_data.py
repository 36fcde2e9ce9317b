"""What machines read of a page: descriptions by schema.org, as JSON-LD in the page's head.

A description says what the page shows, in the page's language, and nothing that the page does not show. Each
app describes its own pages in a ``linked_data.py``; the views hand the descriptions to the templates.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

CONTEXT = "https://schema.org"
# What would end the element or, read as HTML or JavaScript, mean something else.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}

Described = dict[str, Any]


def described(kind: str, **properties: Any) -> Described:
    """A thing of that type with the properties that are told: None, "" and empty lists are left out.

    ``id`` becomes ``@id``.
    """
    found = {name: value for name, value in properties.items() if value not in (None, "", [])}
    identifier = found.pop("id", None)
    return {"@type": kind, **({"@id": identifier} if identifier else {}), **found}


def on_page(kind: str, **properties: Any) -> Described:
    """The thing that a page is about: a description that stands by itself."""
    return {"@context": CONTEXT, **described(kind, **properties)}


def publisher() -> Described:
    """Who keeps the registry, as every page says."""
    return described("GovernmentOrganization", name=_("Ministry of Finance"))


def site() -> Described:
    """The registry as the work that a page is part of."""
    return described("WebSite", name=_("Innovation registry"), url=settings.BASE_URL + reverse("pages:front"))


def as_script_text(block: Described) -> SafeString:
    """The description as it may stand inside a ``script`` element, whatever the texts in it are."""
    return SafeString(json.dumps(block, ensure_ascii=False).translate(_ESCAPES))
