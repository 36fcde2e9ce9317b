"""The page about the API, read from its description in the page’s language."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from barometer.exports import EDITIONS, FIGURES, QUESTIONS
from cases import public_index
from cases.exports import (
    ADOPTIONS,
    EVIDENCE,
    INNOVATIONS,
    MATERIALS,
    ORGANISATIONS,
    TEXTS,
    whole_cases,
    whole_record,
)
from cases.facets import FACETS
from common import licence
from common.rate import WINDOW
from pages.open_data.dictionary import way_down
from taxonomy.exports import TERMS
from taxonomy.models import Vocabulary

from . import problems
from .description import description
from .parameters import MOST, USUAL, title_of
from .views import MAX_AGE

# More values than this are a vocabulary of their own, or a standard.
MOST_VALUES = 20
# Whose fields the page tells, in its order.
RECORDS: dict[str, str | Promise] = {
    "Innovation": INNOVATIONS.title,
    "InnovationText": TEXTS.title,
    "InnovationEvidence": EVIDENCE.title,
    "InnovationAdoption": ADOPTIONS.title,
    "InnovationMaterial": MATERIALS.title,
    "Organisation": ORGANISATIONS.title,
    "Term": TERMS.title,
    "Edition": EDITIONS.title,
    "Question": QUESTIONS.title,
    "Figure": FIGURES.title,
    "Problem": gettext_lazy("Problems"),
}
SHOWN_IN_SAMPLE = ("self", "title", "owner_label", "themes_label", "adopters")
_CHOICE = re.compile(r"^\* `(?P<code>.*)` - (?P<label>.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Value:
    code: str
    label: str = ""


@dataclass(frozen=True)
class Entry:
    """A parameter, or a field of an answer, in the words of the description."""

    name: str
    kind: str
    words: str
    values: list[Value]
    # Its fields have a table of their own.
    record: str = ""


@dataclass(frozen=True)
class Operation:
    title: str
    words: str
    path: str
    parameters: list[Entry]
    record: str
    example: str


@dataclass(frozen=True)
class Filter:
    """One facet of the list of innovations; without values they are told in ``elsewhere``."""

    name: str
    title: str | Promise
    values: list[Value]
    elsewhere: str = ""
    vocabulary: str = ""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    # Which asks for the current index.
    told = description(get_language() or settings.LANGUAGE_CODE)
    schemas = told["components"]["schemas"]
    context = {
        "base_url": settings.BASE_URL,
        "operations": [_operation(path, item["get"]) for path, item in told["paths"].items()],
        "records": [(name, title, _fields(schemas[name])) for name, title in RECORDS.items()],
        "filters": _filters(),
        "kinds": problems.KINDS,
        "sample_address": f"{settings.BASE_URL}{reverse('api_v1:innovations')}?"
        + urlencode({"limit": 1, "fields": ",".join(SHOWN_IN_SAMPLE)}, safe=","),
        "sample": _sample(),
        "requests": settings.API_REQUESTS_PER_MINUTE,
        "seconds": WINDOW,
        "max_age": MAX_AGE,
        "usual": USUAL,
        "most": MOST,
        "licence": licence,
        "breadcrumbs": [*way_down(), (_("API"), "")],
    }
    return render(request, "pages/api/docs.html", context)


def _sample() -> str:
    """What the API tells of the first innovation of the list, in part; "" as long as there is none."""
    case = whole_cases(only=SHOWN_IN_SAMPLE).filter(pk__in=_first_id()).first()
    if case is None:
        return ""
    link = {"self": settings.BASE_URL + reverse("api_v1:innovation", args=[case.pk])}
    return json.dumps({**link, **whole_record(case, only=SHOWN_IN_SAMPLE)}, ensure_ascii=False, indent=2)


def _first_id() -> list[int]:
    """The id of the first innovation of the list, if there is any."""
    index = public_index.known()
    return index.numbering.ids([0]) if len(index) else []


def _operation(path: str, told: dict[str, Any]) -> Operation:
    facets = {facet.name for facet in FACETS} if path.endswith("/innovations") else set()
    parameters = [one for one in told["parameters"] if one["in"] != "header" and one["name"] not in facets]
    answer = told["responses"]["200"]["content"]["application/json"]["schema"]
    return Operation(
        title=told["summary"],
        words=told["description"],
        path=path,
        parameters=[_entry(one["name"], one["schema"], one["description"]) for one in parameters],
        record=re.sub("(List|Page)$", "", _referred(answer)),
        example=_example(path, parameters),
    )


def _example(path: str, parameters: list[dict[str, Any]]) -> str:
    """An address that works: the first example of each parameter that has one and does not depend on data."""
    if "{id}" in path:
        ids = ORGANISATIONS.ids(public_index.known())[:1] if "organisations" in path else _first_id()
        path = path.replace("{id}", str(ids[0]) if ids else "1")
    asked = {
        one["name"]: next(iter(one["examples"].values()))["value"] for one in parameters if "examples" in one
    }
    chosen = {name: asked[name] for name in ("q", "vocabulary", "limit") if name in asked}
    query = urlencode(
        {name: ",".join(value) if isinstance(value, list) else value for name, value in chosen.items()}
    )
    return f"{settings.BASE_URL}{path}" + (f"?{query}" if query else "")


def _fields(schema: dict[str, Any]) -> list[Entry]:
    return [_entry(name, one, one.get("description", "")) for name, one in schema["properties"].items()]


def _entry(name: str, schema: dict[str, Any], told: str) -> Entry:
    words, _separator, choices = told.partition("\n\n")
    labels = {match["code"]: match["label"] for match in _CHOICE.finditer(choices)}
    inner = schema.get("items", schema)
    codes = [code for code in inner.get("enum", []) if code is not None]
    values = [Value(code, labels.get(code, "")) for code in codes] if len(codes) <= MOST_VALUES else []
    return Entry(name, _kind(schema), words, values, record=_referred(inner))


def _referred(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _kind(schema: dict[str, Any]) -> str:
    """What the values are, in words."""
    if "items" in schema:
        return pgettext("type", "list")
    kinds = schema.get("type", "object")
    kind = next((one for one in kinds if one != "null"), "") if isinstance(kinds, list) else kinds
    if "enum" in schema:
        return pgettext("type", "code")
    match kind, schema.get("format", ""):
        case "string", "uri":
            return pgettext("type", "address")
        case "string", "date":
            return pgettext("type", "day")
        case "string", "date-time":
            return pgettext("type", "time")
        case "string", _format:
            return pgettext("type", "text")
        case "integer", _format:
            return pgettext("type", "whole number")
        case "number", _format:
            return pgettext("type", "number")
        case "boolean", _format:
            return pgettext("type", "true or false")
    return ""


def _filters() -> list[Filter]:
    index = public_index.known()
    found = []
    for facet in FACETS:
        codes = index.codes(facet)
        if codes is not None and len(codes) <= MOST_VALUES:
            # A principle's name begins with its code.
            values = [Value(code, index.label(facet, code).removeprefix(f"{code} ")) for code in codes]
            found.append(Filter(facet.name, title_of(facet), values))
        elif facet.name in Vocabulary.values:
            found.append(Filter(facet.name, title_of(facet), [], vocabulary=facet.name))
        else:
            elsewhere = {
                "country": _("ISO 3166-1, two letters"),
                "started": _("a year, four digits"),
                "organisation": _("the number at the end of the organisation’s “id”"),
            }
            found.append(Filter(facet.name, title_of(facet), [], elsewhere=elsewhere[facet.name]))
    return found
