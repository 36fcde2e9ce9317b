"""The content of a revision: its shape, what is missing from it, and how two differ.

The shape is a JSON object::

    {"original_language": "fi", "owner": 12, "owner_name": "", "partners": [13], "partner_names": [],
     "country": "FI", "level_of_government": "local", "novelty": "adapted", "phase": "",
     "life_cycle": "in_use", "started_year": 2022, "ended_year": null, "website": "",
     "terms": {"principle": ["1", "4"], "theme": ["07"], ...every vocabulary...},
     "texts": {"fi": {"title": "...", ...every text field...}},
     "evidence": [{"kind": "hours_saved", "label": {"fi": "..."}, "value": "3200", "unit": "h", ...}],
     "adoptions": [{"organisation": 5, "mode": "copy", "year": 2023, "result": "", "follows": null}],
     "materials": [{"kind": "link", "url": "https://...", "title": "..."}],
     "contact": {"role": "...", "email": "...", "phone": "", "name": "", "name_until": null}}

``owner_name``, ``partner_names`` and, in adoptions, ``organisation_name`` hold the names of organisations
that the register does not have yet. ``follows`` is the position in the same list of the adoption that this
one learnt from. Organisations and uploads are ids, terms are codes, decimals and dates are strings.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .models import Case, Established, Language, LifeCycle, Material
from .schema import (
    BY_NAME,
    CONTACT_NAMES,
    FIELDS,
    ROW_COLUMNS,
    TEXT_NAMES,
    VOCABULARIES,
    Field,
    Place,
    Section,
)

Content = dict[str, Any]
# Columns of rows that a revision alone has: nothing is published before the register has the organisation.
_NAME_COLUMNS = {"adoptions": ("organisation_name",)}


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
        # In no order of their own, as in the database.
        "partners": sorted(set(content.get("partners") or [])),
        "partner_names": list(content.get("partner_names") or []),
        "country": content.get("country") or "FI",
        "level_of_government": content.get("level_of_government") or "",
        "novelty": content.get("novelty") or "",
        "phase": content.get("phase") or "",
        "life_cycle": content.get("life_cycle") or "",
        "started_year": content.get("started_year"),
        "ended_year": content.get("ended_year"),
        "website": content.get("website") or "",
        "terms": {vocabulary: sorted(set(terms.get(vocabulary) or [])) for vocabulary in VOCABULARIES},
        "texts": {
            language: {name: text.get(name) or "" for name in TEXT_NAMES}
            for language, text in (content.get("texts") or {}).items()
        },
        **{
            name: [
                {column: _told(column, row.get(column)) for column in columns + _NAME_COLUMNS.get(name, ())}
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


def organisations_of(content: Content, name: str) -> list[int | str]:
    """The owner or the partners: ids, then the names of those that the register does not have yet."""
    if name == "owner":
        told = content.get("owner") or content.get("owner_name")
        return [told] if told else []
    return [*content.get("partners", []), *content.get("partner_names", [])]


def with_original_language(content: Content, language: str) -> Content:
    """The same content, said to be written in ``language``.

    What was written under the former original language goes along, unless there is a text in ``language``
    already: then the two only change places.
    """
    content = deepcopy(content)
    former, content["original_language"] = content["original_language"], language
    worded = [content["texts"], *(row["label"] for row in content["evidence"])]
    worded += [row["alt"] for row in content["materials"]]
    if former != language and not any(content["texts"].get(language, {}).values()):
        for by_language in worded:
            if former in by_language:
                by_language[language] = by_language.pop(former)
    return content


@dataclass(frozen=True)
class Missing:
    """Something to tell before the case can be submitted or, with ``is_told``, to mend."""

    section: Section
    field: Field
    message: str
    is_told: bool = False


def missing(content: Content) -> Iterator[Missing]:
    """What stands in the way of submitting ``content``, in the order of the steps."""
    for field in FIELDS:
        is_organisation = field.place is Place.ORGANISATIONS
        told = organisations_of(content, field.name) if is_organisation else value_of(content, field)
        if field.required and not told:
            yield Missing(field.section, field, _("Tell: %(field)s") % {"field": field.label})
        if field.place is Place.ROWS:
            yield from _faults_of_rows(content, field)
        elif field.place is Place.TEXT:
            yield from _faults_of_texts(content, field)
    yield from _faults_between_fields(content)


def _faults_between_fields(content: Content) -> Iterator[Missing]:
    discontinued, ended, until = (
        BY_NAME[name] for name in ("discontinued_reason", "ended_year", "name_until")
    )
    if content.get("life_cycle") == LifeCycle.DISCONTINUED and not value_of(content, discontinued):
        yield Missing(discontinued.section, discontinued, _("Tell why the innovation was discontinued."))
    started_year, ended_year = content.get("started_year"), content.get("ended_year")
    if started_year and ended_year and ended_year < started_year:
        yield Missing(ended.section, ended, _("The innovation ends before it begins."), True)
    if content.get("contact", {}).get("name") and not value_of(content, until):
        yield Missing(until.section, until, _("Tell until which day the contact person is shown."), True)


def _faults_of_texts(content: Content, field: Field) -> Iterator[Missing]:
    original = content.get("original_language")
    for language, text in content.get("texts", {}).items():
        words = {"field": field.label, "language": Language(language).label, "limit": field.max_length}
        if field.max_length and len(text.get(field.name, "")) > field.max_length:
            message = _("Shorten to %(limit)s characters at most: %(field)s (%(language)s)") % words
            yield Missing(field.section, field, message, True)
        if field.name == "title" and language != original and any(text.values()) and not text.get("title"):
            message = _("Tell in each language that you have written in: %(field)s (%(language)s)") % words
            yield Missing(field.section, field, message, True)


def _faults_of_rows(content: Content, field: Field) -> Iterator[Missing]:
    organisations = set()
    for number, row in enumerate(content.get(field.name, []), 1):
        faults = [message for _column, message in faults_of_row(field.name, row)]
        if field.name == "adoptions":
            organisation = row.get("organisation") or row.get("organisation_name")
            if organisation and organisation in organisations:
                faults.append(_("This organisation is in the list twice."))
            organisations.add(organisation)
        for fault in faults:
            words = {"field": field.label, "number": number, "fault": fault}
            message = _("%(field)s, row %(number)s: %(fault)s") % words
            yield Missing(field.section, field, message, True)


def faults_of_row(name: str, row: Content) -> Iterator[tuple[str, str]]:
    """Column and message of whatever a row of the list called ``name`` still needs."""
    if name == "evidence":
        if not row["kind"]:
            yield "kind", _("Choose the kind of effect.")
        if not row["value"]:
            yield "value", _("Give the figure.")
        if not row["unit"]:
            yield "unit", _("Give the unit of the figure.")
        if not row["established"]:
            yield "established", _("Choose how the figure is known.")
        elif row["established"] != Established.ESTIMATED and not row["source"]:
            yield "source", _("Give the source: a figure that was measured or evaluated needs one.")
    elif name == "adoptions":
        if not row["organisation"] and not row.get("organisation_name"):
            yield "organisation", _("Name the organisation.")
        if not row["mode"]:
            yield "mode", _("Choose how it was taken up.")
    elif name == "materials":
        yield from _faults_of_material(row)


def _faults_of_material(row: Content) -> Iterator[tuple[str, str]]:
    if row["kind"] == Material.Kind.LINK:
        if not row["url"]:
            yield "url", _("Give the address of the link.")
        if not row["title"]:
            yield "title", _("Give the link a name.")
        return
    if not row["upload"]:
        yield "upload", _("Choose the file.")
    if row["kind"] == Material.Kind.IMAGE and not row["alt"]:
        yield "alt", _("Tell in words what the picture shows.")
    if row["kind"] == Material.Kind.ATTACHMENT and not row["title"]:
        yield "title", _("Give the file a name.")


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
            if field.place is Place.ORGANISATIONS:
                old, new = organisations_of(before, field.name), organisations_of(after, field.name)
            if old != new and (old or new):
                found.append(Difference(field, language, old, new))
    return found


def without_named_contact(content: Content) -> Content:
    """The same content without the name of a person, for erasure."""
    return {**content, "contact": {**content.get("contact", {}), "name": "", "name_until": None}}
