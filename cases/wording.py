"""A revision's content in words: names for ids and codes, and what differs between two, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django_countries import countries

from accounts.models import Organisation
from taxonomy.models import Term

from . import content as contents
from .content import Content
from .models import Adoption, Established, Evidence, Language, Material, Upload
from .schema import FIELDS, Field, Place, Section

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Names:
    """The rows that contents refer to by id or code."""

    organisations: dict[int, Organisation]
    terms: dict[tuple[str, str], Term]
    uploads: dict[int, Upload]

    @classmethod
    def of(cls, *given: Content) -> "Names":
        """All that the contents refer to, in three queries."""
        organisations: set[int] = set()
        uploads: set[int] = set()
        for content in given:
            organisations.update(content["partners"])
            organisations.update(row["organisation"] for row in content["adoptions"] if row["organisation"])
            uploads.update(row["upload"] for row in content["materials"] if row["upload"])
            if content["owner"]:
                organisations.add(content["owner"])
        return cls(
            Organisation.objects.in_bulk(organisations),
            {(term.vocabulary, term.code): term for term in Term.objects.all()},
            Upload.objects.in_bulk(uploads),
        )

    def organisation(self, named: int | str | None) -> str:
        """The name of an organisation told by its id, or by a name that the register does not have yet."""
        if not named:
            return ""
        if isinstance(named, str):
            return _("%(name)s (not in the register yet)") % {"name": named}
        found = self.organisations.get(named)
        return found.name if found else _("Unknown organisation (%(number)s)") % {"number": named}

    def terms_named(self, vocabulary: str, codes: Sequence[str]) -> list[str]:
        """The names of the terms, in the order of their vocabulary; a code that is no more, as it is."""
        found = [(self.terms.get((vocabulary, code)), code) for code in codes]
        found.sort(key=lambda pair: (pair[0] is None, pair[0].order if pair[0] else 0, pair[1]))
        return [term.name if term else code for term, code in found]


@dataclass(frozen=True)
class Entry:
    """What a content says for one field, a line for each value; ``language`` is empty for what is no text."""

    field: Field
    language: str
    lines: list[str]
    materials: Sequence[Material] = ()

    @property
    def language_name(self) -> str:
        return str(Language(self.language).label) if self.language else ""


def sections(content: Content, names: Names) -> list[tuple[Section, list[Entry]]]:
    """All that the content tells, by section."""
    found: dict[Section, list[Entry]] = {section: [] for section in Section}
    for field in FIELDS:
        for language in _languages(field, content):
            if lines := lines_of(content, field, names, language):
                materials = materials_of(content, names) if field.name == "materials" else ()
                found[field.section].append(Entry(field, language, lines, materials))
    return [(section, entries) for section, entries in found.items() if entries]


def _languages(field: Field, content: Content) -> list[str]:
    if field.place is not Place.TEXT:
        return [""]
    original = content["original_language"]
    return sorted(content["texts"], key=lambda language: (language != original, language))


def lines_of(content: Content, field: Field, names: Names, language: str = "") -> list[str]:
    """The values of the field in words, one a line; nothing when it is not told."""
    value = contents.value_of(content, field, language or None)
    if field.place is Place.ORGANISATIONS:
        value = contents.organisations_of(content, field.name)
    if not value:
        return []
    match field.place:
        case Place.TERMS:
            return names.terms_named(field.name, value)
        case Place.ORGANISATIONS:
            return [names.organisation(named) for named in value]
        case Place.ROWS:
            return [_ROWS[field.name](row, content, names) for row in value]
    if field.name == "country":
        return [countries.name(value)]
    if field.name == "name_until" and (day := parse_date(value)):
        return [date_format(day)]
    return [str(_label(field.choices, value) if field.choices else value)]


def _label(choices: Any, value: str) -> str:
    """The choice in words; what is not among the choices, as it is."""
    return str(dict(choices.choices).get(value, value))


def _in_language(told: dict[str, str]) -> str:
    return told.get(get_language() or "") or next(filter(None, told.values()), "")


def _evidence(row: dict[str, Any], content: Content, names: Names) -> str:
    try:
        figure = Evidence(value=Decimal(row["value"]), unit=row["unit"]).display_value
    except InvalidOperation:
        figure = f"{row['value']} {row['unit']}".strip()
    parts = [
        _in_language(row["label"]) or _label(Evidence.Kind, row["kind"]),
        figure,
        _label(Established, row["established"]),
        row["period"],
        _("Before: %(baseline)s") % {"baseline": row["baseline"]} if row["baseline"] else "",
        _("Source: %(source)s") % {"source": row["source"]} if row["source"] else "",
        row["source_url"],
    ]
    if row["respondents"]:
        parts.append(
            ngettext("%(count)s respondent", "%(count)s respondents", row["respondents"])
            % {"count": row["respondents"]}
        )
    return _joined(parts)


def _adoption(row: dict[str, Any], content: Content, names: Names) -> str:
    parts = [
        names.organisation(row["organisation"] or row["organisation_name"]),
        _label(Adoption.Mode, row["mode"]),
        str(row["year"] or ""),
        row["result"],
    ]
    if row["follows"] is not None:
        teacher = content["adoptions"][row["follows"]]
        named = teacher["organisation"] or teacher["organisation_name"]
        parts.append(_("Learnt from: %(organisation)s") % {"organisation": names.organisation(named)})
    return _joined(parts)


def _material(row: dict[str, Any], content: Content, names: Names) -> str:
    upload = names.uploads.get(row["upload"])
    return _joined(
        [
            _label(Material.Kind, row["kind"]),
            row["title"],
            row["url"],
            upload.name if upload else "",
            *row["alt"].values(),
        ]
    )


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(str(part) for part in parts if part)


_ROWS = {"evidence": _evidence, "adoptions": _adoption, "materials": _material}


def materials_of(content: Content, names: Names) -> list[Material]:
    """The materials as rows that are not saved, for showing."""
    return [
        Material(
            kind=row["kind"],
            url=row["url"],
            upload=names.uploads.get(row["upload"]),
            title=row["title"],
            alt=row["alt"],
        )
        for row in content["materials"]
    ]


# Differences ------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A run of words; ``is_changed`` when the other side does not have it there."""

    text: str
    is_changed: bool


@dataclass(frozen=True)
class WordDifference:
    """One field in which two contents differ, in pieces of both."""

    field: Field
    language: str
    before: list[Piece]
    after: list[Piece]

    @property
    def language_name(self) -> str:
        return str(Language(self.language).label) if self.language else ""


def differences(before: Content, after: Content, names: Names) -> list[WordDifference]:
    """The fields in which the contents differ, in the order of the steps, each in words."""
    found = []
    for difference in contents.differences(before, after):
        field, language = difference.field, difference.language
        old, new = ("\n".join(_side(content, field, names, language)) for content in (before, after))
        found.append(WordDifference(field, language, *pieces(old, new)))
    return found


def _side(content: Content, field: Field, names: Names, language: str) -> list[str]:
    if language and language not in content["texts"]:
        return []
    return lines_of(content, field, names, language)


def pieces(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in runs of words, those marked that the other does not have there."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        left += _run(old[old_from:old_to], kind)
        right += _run(new[new_from:new_to], kind)
    return left, right


def _run(words: list[str], kind: str) -> Iterator[Piece]:
    if words:
        yield Piece("".join(words), kind != "equal")
