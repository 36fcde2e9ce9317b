"""How a row's cells become the content of a case, and the other way round: one class for each kind of field.

Each is made from its table of the mapping. It reads its columns of a row into a :class:`Told`, and writes
what a case says into them as far as they can tell it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
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


@dataclass(frozen=True)
class Said:
    """What a case says, to be written into the columns of a row."""

    facts: Mapping[str, Any]
    terms: Mapping[str, list[str]]
    texts: Mapping[str, str]
    owner: str
    partners: list[str]
    # Title and address.
    links: list[tuple[str, str]]


class FieldMapping:
    """What all kinds share."""

    # The field of the case, and what is read for it.
    name: str
    columns: tuple[str, ...]

    def read(self, cells: Cells, told: Told) -> None:
        raise NotImplementedError

    def write(self, said: Said, cells: dict[str, str]) -> None:
        """Fill in the columns with what would be read as the same; leave out what they cannot tell."""
        raise NotImplementedError


# Values ----------------------------------------------------------------------------


class ValueMap:
    """The file's values and what they mean here; "" means that the value tells nothing."""

    def __init__(self, options: Options):
        self.written = _meanings(options.spellings("values")) | options.spellings("given")
        self.values = options.take_map("values")
        for code, value in options.take("given", dict, {}).items():
            if not isinstance(value, str) or self.values.get(folded(value)) != code:
                raise options.error(f"“given” has “{value}” for “{code}”, which does not mean that.")
        self.unmapped = options.take_one_of("unmapped", ("list", "refuse", "leave"), "list")

    def find(self, column: str, value: str, told: Told) -> Any:
        """What the value means; for an unknown one, None, and what the mapping says for such is done."""
        found = self.values.get(folded(value))
        if found is None and self.unmapped != "leave":
            told.unmapped.append((column, one_line(value)))
            if self.unmapped == "refuse":
                told.refuse(column, f"the mapping does not know “{one_line(value)}”")
        return found


def _meanings(values: dict[str, Any]) -> dict[str, str]:
    """Meaning → the only value that has it. Of several, nobody knows which it was."""
    counts = Counter(meaning for meaning in values.values() if isinstance(meaning, str))
    return {
        meaning: value
        for value, meaning in values.items()
        if isinstance(meaning, str) and meaning and counts[meaning] == 1
    }


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

    def write(self, said: Said, cells: dict[str, str]) -> None:
        cells[self.columns[0]] = self.map.written.get(said.facts[self.name], "")


class Country(FieldMapping):
    """A country by its code of ISO 3166, the English name, or what the mapping says of other names."""

    name = "country"

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

    def write(self, said: Said, cells: dict[str, str]) -> None:
        code = said.facts["country"]
        name = str(countries.name(code))
        cells[self.columns[0]] = name if _country_named(name) == code else code


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

    def write(self, said: Said, cells: dict[str, str]) -> None:
        cells[self.columns[0]] = str(said.facts[self.name] or "")


class ContactDetail(FieldMapping):
    def __init__(self, target: Field, options: Options):
        self.name = target.name
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

    def write(self, said: Said, cells: dict[str, str]) -> None:
        """Contacts are never given away."""


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

    def write(self, said: Said, cells: dict[str, str]) -> None:
        left = list(said.terms.get(self.name, []))
        for part in self.parts:
            left = part.write(left, cells)


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

    def write(self, codes: list[str], cells: dict[str, str]) -> list[str]:
        """Write what this part can tell; returns the codes that it cannot."""
        values = [self.map.written[code] for code in codes if code in self.map.written]
        for number, column in enumerate(self.value_columns):
            is_last = number == len(self.value_columns) - 1
            cells[column] = self.separator.join(values[number:] if is_last else values[number : number + 1])
        marked = self.marked.written(codes, cells)
        return [code for code in codes if code not in self.map.written and code not in marked]


def _several(value: Any) -> list[str]:
    """A value of the map as a list: it may be one code, a list of them, or "" for none."""
    if isinstance(value, list):
        return value
    return [value] if value else []


class _Marked:
    """Columns in which a mark, such as “x”, says yes."""

    def __init__(self, options: Options):
        self.meanings: dict[str, Any] = options.take("marked", dict, {})
        marks = options.take_names("marks") or ("x", "yes")
        self.mark, self.marks = marks[0], {folded(mark) for mark in marks}
        self.columns = tuple(self.meanings)

    def found(self, cells: Cells, told: Told) -> Iterator[Any]:
        """What the marked columns mean."""
        for column, meaning in self.meanings.items():
            value = folded(cells[column])
            if value in self.marks:
                yield meaning
            elif value:
                told.unmapped.append((column, value))

    def written(self, wanted: Collection[Any], cells: dict[str, str]) -> set[Any]:
        """Mark the columns that mean what is wanted; returns what they told."""
        told = set()
        for column, meaning in self.meanings.items():
            is_wanted = not isinstance(meaning, list) and meaning in wanted
            cells[column] = self.mark if is_wanted else ""
            told.update([meaning] if is_wanted else [])
        return told


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

    @property
    def whole_column(self) -> str:
        """The column that is a paragraph, or several, just as it is; "" when there is none."""
        return next((part.columns[0] for part in self.parts if part.is_whole), "")

    def write(self, said: Said, cells: dict[str, str]) -> None:
        """All into the column that takes any text; without one, each paragraph into the part that made it."""
        text = said.texts.get(self.name, "")
        if column := self.whole_column:
            cells[column] = text
            return
        found: dict[str, str] = {}
        parts = iter(self.parts)
        for paragraph in text.split("\n\n") if text else ():
            if not any(part.write(paragraph, found) for part in parts):
                return
        cells.update(found)


class _TextPart:
    """One paragraph. Values that its map does not know stay as they are: in a text nothing is lost."""

    def __init__(self, options: Options):
        self.template = _template(options)
        self.separator = options.take("separator", str, "; ")
        self.written = _meanings(options.spellings("values"))
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

    @property
    def is_whole(self) -> bool:
        return self.template == "{value}" and len(self.columns) == 1 and bool(self.value_columns)

    def write(self, paragraph: str, cells: dict[str, str]) -> bool:
        """Fill in the columns from which the paragraph would be made; whether there are any."""
        before, after = self.template.split("{value}", 1)
        inner = paragraph.removeprefix(before).removesuffix(after)
        if not inner or self.template.replace("{value}", inner) != paragraph:
            return False
        if self.marked.columns:
            phrases = inner.split(self.separator)
            return len(self.marked.written(phrases, cells)) == len(phrases)
        values = [inner] if len(self.value_columns) == 1 else inner.split(self.separator)
        cells.update(zip(self.value_columns, (self.written.get(one, one) for one in values), strict=False))
        return len(values) <= len(self.value_columns)


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

    name = "website"

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

    def write(self, said: Said, cells: dict[str, str]) -> None:
        links = [address for title, address in said.links if title == self.link_title]
        website = said.facts["website"]
        cells[self.columns[0]] = "\n".join([website, *links]) if website else ""


class Links(FieldMapping):
    """Addresses that become links; words beside a single address become its title."""

    name = "materials"

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

    def write(self, said: Said, cells: dict[str, str]) -> None:
        cells[self.columns[0]] = "\n".join(address for title, address in said.links if title == self.title)


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
    name = "owner"

    def __init__(self, options: Options):
        self.columns = (options.take("column", str),)

    def read(self, cells: Cells, told: Told) -> None:
        told.owner = one_line(cells[self.columns[0]])

    def write(self, said: Said, cells: dict[str, str]) -> None:
        cells[self.columns[0]] = said.owner


class Partners(FieldMapping):
    name = "partners"

    def __init__(self, options: Options):
        self.columns = options.take_columns()
        self.separator = options.take("separator", str, "\n")

    def read(self, cells: Cells, told: Told) -> None:
        for column in self.columns:
            told.partners.extend(
                (column, one_line(name)) for name in cells[column].split(self.separator) if name.strip()
            )

    def write(self, said: Said, cells: dict[str, str]) -> None:
        cells[self.columns[0]] = self.separator.join(said.partners)
