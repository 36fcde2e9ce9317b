"""The content of a revision: its shape, what is missing from it, and how two differ.

The shape is a JSON object::

    {"original_language": "fi", "owner": 12, "owner_name": "", "partners": [13], "country": "FI",
     "level_of_government": "local", "novelty": "adapted", "phase": "", "life_cycle": "in_use",
     "started_year": 2022, "ended_year": null, "website": "",
     "terms": {"principle": ["1", "4"], "theme": ["07"], ...every vocabulary...},
     "texts": {"fi": {"title": "...", ...every text field...}},
     "evidence": [{"kind": "hours_saved", "label": {"fi": "..."}, "value": "3200", "unit": "h", ...}],
     "adoptions": [{"organisation": 5, "mode": "copy", "year": 2023, "result": "", "follows": null}],
     "materials": [{"kind": "link", "url": "https://...", "title": "..."}],
     "contact": {"role": "...", "email": "...", "phone": "", "name": "", "name_until": null}}

``owner_name`` holds the name of an organisation that the register does not have yet. ``follows`` is the
position in the same list of the adoption that this one learnt from. Organisations and uploads are ids,
terms are codes, decimals and dates are strings.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from taxonomy.models import Vocabulary

from .models import Case, Language, LifeCycle
from .schema import BY_NAME, CONTACT_NAMES, FIELDS, ROW_COLUMNS, TEXT_NAMES, Field, Place, Section

Content = dict[str, Any]


def empty(language: str) -> Content:
    """A content with nothing told yet but the language it will be written in."""
    return normalised({"original_language": language, "texts": {language: {}}})


def normalised(content: Content) -> Content:
    """The same content with every key present, so that two contents can be compared."""
    contact = content.get("contact") or {}
    terms = content.get("terms") or {}
    return {
        "original_language": content.get("original_language") or "fi",
        "owner": content.get("owner"),
        "owner_name": content.get("owner_name") or "",
        "partners": list(content.get("partners") or []),
        "country": content.get("country") or "FI",
        "level_of_government": content.get("level_of_government") or "",
        "novelty": content.get("novelty") or "",
        "phase": content.get("phase") or "",
        "life_cycle": content.get("life_cycle") or "",
        "started_year": content.get("started_year"),
        "ended_year": content.get("ended_year"),
        "website": content.get("website") or "",
        "terms": {vocabulary: list(terms.get(vocabulary) or []) for vocabulary in Vocabulary.values},
        "texts": {
            language: {name: text.get(name) or "" for name in TEXT_NAMES}
            for language, text in (content.get("texts") or {}).items()
        },
        **{
            name: [
                {column: _told(column, row.get(column)) for column in columns}
                for row in content.get(name) or []
            ]
            for name, columns in ROW_COLUMNS.items()
        },
        "contact": {
            name: contact.get(name) or ("" if name != "name_until" else None) for name in CONTACT_NAMES
        },
    }


def _told(column: str, value: Any) -> Any:
    """``value``, or what stands for "not told" in that column of a row."""
    if value not in (None, "", {}):
        return deepcopy(value)
    if column in ("label", "alt"):
        return {}
    return None if column in ("organisation", "year", "follows", "respondents", "upload") else ""


def of_case(case: Case) -> Content:
    """The content that the public rows of ``case`` hold now."""
    adoptions = list(case.adoptions.confirmed().filter(told_by_owner=True).order_by("pk"))
    positions = {adoption.pk: position for position, adoption in enumerate(adoptions)}
    terms: dict[str, list[str]] = {}
    for term in case.terms.all():
        terms.setdefault(term.vocabulary, []).append(term.code)
    return normalised(
        {
            **{field.name: getattr(case, field.name) for field in FIELDS if field.place is Place.FACT},
            "country": case.country.code,
            "owner": case.owner_id,
            "partners": list(case.partners.order_by("pk").values_list("pk", flat=True)),
            "terms": terms,
            "texts": {
                text.language: {name: getattr(text, name) for name in TEXT_NAMES} for text in case.texts.all()
            },
            "evidence": [
                {
                    **{column: getattr(row, column) for column in ROW_COLUMNS["evidence"]},
                    "value": f"{row.value.normalize():f}",
                }
                for row in case.evidence.all()
            ],
            "adoptions": [
                {
                    "organisation": row.organisation_id,
                    "mode": row.mode,
                    "year": row.year,
                    "result": row.result,
                    "follows": positions.get(row.follows_id),
                }
                for row in adoptions
            ],
            "materials": [
                {
                    "kind": row.kind,
                    "url": row.url,
                    "upload": row.upload_id,
                    "title": row.title,
                    "alt": row.alt,
                }
                for row in case.materials.all()
            ],
            "contact": {
                "role": case.contact_role,
                "email": case.contact_email,
                "phone": case.contact_phone,
                "name": case.contact_name,
                "name_until": case.contact_name_until.isoformat() if case.contact_name_until else None,
            },
        }
    )


def value_of(content: Content, field: Field, language: str | None = None) -> Any:
    """What ``content`` says for ``field``; texts in ``language``, else in the original language."""
    match field.place:
        case Place.TEXT:
            texts = content.get("texts", {})
            return texts.get(language or content.get("original_language"), {}).get(field.name, "")
        case Place.TERMS:
            return content.get("terms", {}).get(field.name, [])
        case Place.CONTACT:
            return content.get("contact", {}).get(field.name)
        case _:
            return content.get(field.name)


@dataclass(frozen=True)
class Missing:
    """Something that has to be told before the case can be submitted."""

    section: Section
    field: Field
    message: str


def missing(content: Content) -> Iterator[Missing]:
    """What is still needed before ``content`` can be submitted, in the order of the steps."""
    for field in FIELDS:
        told = value_of(content, field)
        if field.name == "owner":
            told = told or content.get("owner_name")
        if field.required and not told:
            yield Missing(field.section, field, _("Tell: %(field)s") % {"field": field.label})
    discontinued = BY_NAME["discontinued_reason"]
    if content.get("life_cycle") == LifeCycle.DISCONTINUED and not value_of(content, discontinued):
        yield Missing(discontinued.section, discontinued, _("Tell why the innovation was discontinued."))


@dataclass(frozen=True)
class Difference:
    """One field in which two contents differ; ``language`` is empty for what is not a text."""

    field: Field
    language: str
    before: Any
    after: Any


def differences(before: Content, after: Content) -> list[Difference]:
    """The fields in which the two contents differ, in the order of the steps."""
    before, after = normalised(before), normalised(after)
    found = []
    for field in FIELDS:
        languages = Language.values if field.place is Place.TEXT else [""]
        for language in languages:
            old, new = value_of(before, field, language), value_of(after, field, language)
            if field.name == "owner":
                old, new = old or before["owner_name"], new or after["owner_name"]
            if old != new and (old or new):
                found.append(Difference(field, language, old, new))
    return found


def without_named_contact(content: Content) -> Content:
    """The same content without the name of a person, for erasure."""
    return {**content, "contact": {**content.get("contact", {}), "name": "", "name_until": None}}
