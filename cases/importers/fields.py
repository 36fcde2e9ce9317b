"""How a row's cells become the content of a case: one class for each kind of field.

Each is made from its table of the mapping and reads its columns of a row into a :class:`Told`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django_countries import countries

from cases.models import FIRST_YEAR, LAST_YEAR, Case, Material
from cases.schema import TEXT_NAMES, Field
from common.imports.options import Options
from common.imports.report import Remark
from common.imports.text import folded, one_line

Cells = Mapping[str, str]


@dataclass
class Told:
    """What a row tells, as far as it has been read."""

    facts: dict[str, Any] = field(default_factory=dict)
    terms: dict[str, list[str]] = field(default_factory=dict)
    # Name of a text field → its paragraphs and the columns that they are from.
    texts: dict[str, list[str]] = field(default_factory=dict)
    text_columns: dict[str, list[str]] = field(default_factory=dict)
    owner: str = ""
    partners: list[tuple[str, str]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    contact: dict[str, str] = field(default_factory=dict)
    refusals: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    # (column, value) of what the mapping does not know.
    unmapped: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, column: str, text: str) -> None:
        self.refusals.append(Remark(column, text))

    def note(self, column: str, text: str) -> None:
        self.notes.append(Remark(column, text))

    def add_text(self, name: str, paragraph: str, columns: tuple[str, ...]) -> None:
        if paragraph:
            self.texts.setdefault(name, []).append(paragraph)
            self.text_columns.setdefault(name, []).extend(columns)


class FieldMapping:
    """What all kinds share: the columns that they read."""

    columns: tuple[str, ...]

    def read(self, cells: Cells, told: Told) -> None:
        raise NotImplementedError


# Values ----------------------------------------------------------------------------


class ValueMap:
    """The file's values and what they mean here; "" means that the value tells nothing."""

    def __init__(self, options: Options):
        self.values = options.take_map("values")
        self.unmapped = options.take_one_of("unmapped", ("list", "refuse", "leave"), "list")

    def find(self, column: str, value: str, told: Told) -> Any:
        """What the value means; for an unknown one, None, and what the mapping says for such is done."""
        found = self.values.get(folded(value))
        if found is None and self.unmapped != "leave":
            told.unmapped.append((column, one_line(value)))
            if self.unmapped == "refuse":
                told.refuse(column, f"the mapping does not know “{one_line(value)}”")
        return found


# Facts -----------------------------------------------------------------------------


class Choice(FieldMapping):
    """A fact with fixed choices, such as the level of government."""

    def __init__(self, target: Field, options: Options):
        assert target.choices is not None
        self.name = target.name
        self.columns = (options.take("column", str),)
        self.map = ValueMap(options)
        for value in self.map.values.values():
            if value not in ("", *target.choices.values):
                allowed = ", ".join(target.choices.values)
                raise options.error(f"“{self.name}” cannot be “{value}”; it may be {allowed}.")

    def read(self, cells: Cells, told: Told) -> None:
        (column,) = self.columns
        if value := cells[column]:
            told.facts[self.name] = self.map.find(column, value, told) or ""


class Country(FieldMapping):
    """A country by its code of ISO 3166, the English name, or what the mapping says of other names."""

    def __init__(self, options: Options):
        self.columns = (options.take("column", str),)
        self.values = country_values(options)

    def read(self, cells: Cells, told: Told) -> None:
        (column,) = self.columns
        if not (value := one_line(cells[column])):
            return
        if code := self.values.get(folded(value)) or _country_named(value):
            told.facts["country"] = code
        else:
            told.unmapped.append((column, value))
            told.refuse(column, f"there is no country “{value}”")


def country_values(options: Options, name: str = "values") -> dict[str, str]:
    """The map of that name, whose values are codes of countries."""
    values = options.take_map(name)
    for value in values.values():
        if value not in dict(countries):
            raise options.error(f"There is no country “{value}”; use a code of two letters, or EU.")
    return values


@cache
def _country_named(name: str) -> str:
    code = name.upper()
    return code if code in dict(countries) else countries.by_name(name, language="en")


class Year(FieldMapping):
    """A year of four digits, also at the beginning or end of a date."""

    def __init__(self, target: Field, options: Options):
        self.name = target.name
        self.columns = (options.take("column", str),)

    def read(self, cells: Cells, told: Told) -> None:
        (column,) = self.columns
        if not (value := cells[column]):
            return
        found = re.fullmatch(
            r"(\d{4})(?:[-/]\d{1,2}[-/]\d{1,2}(?:T[\d:]+)?)?|\d{1,2}[./-]\d{1,2}[./-](\d{4})", value
        )
        year = int(found[1] or found[2]) if found else 0
        if FIRST_YEAR <= year <= LAST_YEAR:
            told.facts[self.name] = year
        else:
            told.refuse(column, f"“{one_line(value)}” is not a year from {FIRST_YEAR} to {LAST_YEAR}")


class ContactDetail(FieldMapping):
    def __init__(self, target: Field, options: Options):
        self.target = target
        self.columns = (options.take("column", str),)

    def read(self, cells: Cells, told: Told) -> None:
        (column,) = self.columns
        value = one_line(cells[column])
        limit = self.target.max_length or 0
        if len(value) > limit:
            told.refuse(column, f"{len(value)} characters; at most {limit} fit")
            return
        if value and self.target.name == "email":
            try:
                EmailValidator()(value)
            except ValidationError:
                told.refuse(column, f"“{value}” is not an e-mail address")
                return
        told.contact[self.target.name] = value


# Terms -----------------------------------------------------------------------------


class Terms(FieldMapping):
    """Codes of one vocabulary, from parts that each read columns of their own."""

    def __init__(self, target: Field, options: Options, codes: frozenset[str]):
        self.name = target.name
        self.parts = [_TermsPart(part) for part in options.take_parts()]
        self.columns = tuple(column for part in self.parts for column in part.columns)
        for part in self.parts:
            for code in part.codes():
                if code not in codes:
                    raise options.error(f"There is no term “{code}” in the vocabulary “{self.name}”.")

    def read(self, cells: Cells, told: Told) -> None:
        codes = told.terms.setdefault(self.name, [])
        for part in self.parts:
            codes.extend(part.read(cells, told))


class _TermsPart:
    """Codes from the values of columns and from columns that are marked."""

    def __init__(self, options: Options):
        self.marked = _Marked(options)
        self.value_columns = options.take_columns(optional=bool(self.marked.columns))
        self.separator = options.take("separator", str, "\n")
        self.map = ValueMap(options)
        self.columns = (*self.value_columns, *self.marked.columns)
        options.done()

    def codes(self) -> Iterator[str]:
        for value in (*self.map.values.values(), *self.marked.meanings.values()):
            yield from _several(value)

    def read(self, cells: Cells, told: Told) -> Iterator[str]:
        for column in self.value_columns:
            for value in cells[column].split(self.separator):
                if value.strip():
                    yield from _several(self.map.find(column, value, told))
        for code in self.marked.found(cells, told):
            yield from _several(code)


def _several(value: Any) -> list[str]:
    """A value of the map as a list: it may be one code, a list of them, or "" for none."""
    if isinstance(value, list):
        return value
    return [value] if value else []


class _Marked:
    """Columns in which a mark, such as “x”, says yes."""

    def __init__(self, options: Options):
        self.meanings: dict[str, Any] = options.take("marked", dict, {})
        self.marks = {folded(mark) for mark in options.take_names("marks") or ("x", "yes")}
        self.columns = tuple(self.meanings)

    def found(self, cells: Cells, told: Told) -> Iterator[Any]:
        """What the marked columns mean."""
        for column, meaning in self.meanings.items():
            value = folded(cells[column])
            if value in self.marks:
                yield meaning
            elif value:
                told.unmapped.append((column, value))


# Texts -----------------------------------------------------------------------------


class Text(FieldMapping):
    """A text of paragraphs: each from a column, from several, or from those that are marked."""

    def __init__(self, target: Field, options: Options):
        self.name = target.name
        self.parts = [_TextPart(part) for part in options.take_parts()]
        self.columns = tuple(column for part in self.parts for column in part.columns)

    def read(self, cells: Cells, told: Told) -> None:
        for part in self.parts:
            told.add_text(self.name, part.text(cells, told), part.columns)


class _TextPart:
    """One paragraph. Values that its map does not know stay as they are: in a text nothing is lost."""

    def __init__(self, options: Options):
        self.template = _template(options)
        self.separator = options.take("separator", str, "; ")
        self.values = options.take_map("values")
        self.marked = _Marked(options)
        self.value_columns = options.take_columns(optional=bool(self.marked.columns))
        self.columns = (*self.value_columns, *self.marked.columns)
        options.done()

    def text(self, cells: Cells, told: Told) -> str:
        if len(self.columns) == 1 and self.value_columns:
            values = [cells[self.columns[0]]]
        else:
            values = [one_line(cells[column]) for column in self.value_columns]
        if self.values:
            values = [self.values.get(folded(value), value) for value in values]
        joined = self.separator.join(dict.fromkeys(filter(None, (*values, *self.marked.found(cells, told)))))
        return self.template.replace("{value}", joined) if joined else ""


def _template(options: Options) -> str:
    template = options.take("text", str, "{value}")
    if "{value}" not in template:
        raise options.error("“text” has to hold {value}, where the value comes.")
    return template


class Otherwise:
    """The text that keeps a value for which its own place is no good."""

    def __init__(self, options: Options):
        self.name = options.take("field", str)
        if self.name not in TEXT_NAMES:
            raise options.error(f"“{self.name}” is not a text.")
        self.template = _template(options)
        options.done()

    def keep(self, column: str, value: str, told: Told, why: str) -> None:
        told.add_text(self.name, self.template.replace("{value}", value), (column,))
        told.note(column, f"{why}: kept in “{self.name}”")


# Addresses -------------------------------------------------------------------------

_is_address = URLValidator(schemes=["http", "https"])
_ADDRESS_LENGTH = Case._meta.get_field("website").max_length or 0
_TITLE_LENGTH = Material._meta.get_field("title").max_length or 0


def addresses(value: str) -> list[str] | None:
    """The web addresses in a cell that holds nothing but them; None when it holds something else."""
    found = []
    for piece in value.split():
        piece = piece.rstrip(",;")
        if not piece:
            continue
        if len(piece) > _ADDRESS_LENGTH:
            return None
        try:
            _is_address(piece)
        except ValidationError:
            return None
        found.append(piece)
    return found or None


class Website(FieldMapping):
    """The first address of the cell; others that it holds become links."""

    def __init__(self, options: Options):
        self.columns = (options.take("column", str),)
        self.link_title = options.take("link_title", str, "Website")
        otherwise = options.take_options("otherwise")
        self.otherwise = Otherwise(otherwise) if otherwise else None

    def read(self, cells: Cells, told: Told) -> None:
        (column,) = self.columns
        value = cells[column]
        if not value:
            return
        if found := addresses(value):
            told.facts["website"] = found[0]
            for address in found[1:]:
                told.links.setdefault(address, self.link_title)
        else:
            _keep(self.otherwise, column, value, told)


class Links(FieldMapping):
    """Addresses that become links; words beside a single address become its title."""

    def __init__(self, options: Options):
        self.columns = options.take_columns()
        self.title = options.take("title", str)
        otherwise = options.take_options("otherwise")
        self.otherwise = Otherwise(otherwise) if otherwise else None
        options.done()

    def read(self, cells: Cells, told: Told) -> None:
        for column in self.columns:
            value = cells[column]
            if not value:
                continue
            if found := addresses(value):
                for address in found:
                    if address != told.facts.get("website"):
                        told.links.setdefault(address, self.title)
            elif named := _named_address(value):
                told.links.setdefault(*named)
            else:
                _keep(self.otherwise, column, value, told)


def _keep(otherwise: Otherwise | None, column: str, value: str, told: Told) -> None:
    if otherwise is None:
        told.refuse(column, f"“{one_line(value)[:80]}” is not a web address")
    else:
        otherwise.keep(column, value, told, "not a web address alone")


def _named_address(value: str) -> tuple[str, str] | None:
    """The only address of the cell and the words beside it, if they can be told apart."""
    pieces = value.split()
    found = [place for place, piece in enumerate(pieces) if "://" in piece]
    if len(found) != 1:
        return None
    (place,) = found
    bare = pieces[place].rstrip(",;")
    # An address may itself contain brackets; those around it begin before it.
    if bare.startswith(("(", "<")):
        bare = bare[1:].removesuffix(")").removesuffix(">")
    words = " ".join(pieces[:place] + pieces[place + 1 :]).strip(" -–:,;")
    if (
        addresses(bare) is None
        or not words
        or len(words) > _TITLE_LENGTH
        or place not in (0, len(pieces) - 1)
    ):
        return None
    return bare, words


# Organisations ---------------------------------------------------------------------


class Owner(FieldMapping):
    def __init__(self, options: Options):
        self.columns = (options.take("column", str),)

    def read(self, cells: Cells, told: Told) -> None:
        told.owner = one_line(cells[self.columns[0]])


class Partners(FieldMapping):
    def __init__(self, options: Options):
        self.columns = options.take_columns()
        self.separator = options.take("separator", str, "\n")

    def read(self, cells: Cells, told: Told) -> None:
        for column in self.columns:
            told.partners.extend(
                (column, one_line(name)) for name in cells[column].split(self.separator) if name.strip()
            )
