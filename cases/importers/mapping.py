"""A mapping file: what the columns of another register's file mean here.

``docs/import.md`` describes the file. Every column is either read or named as ignored, so that a new
one is noticed.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django_countries import countries

from cases.content import Content, normalised
from cases.models import ImportSource, Language
from cases.schema import BY_NAME, Field, Place
from common.imports.options import FileFormat, MappingError, Options, load_toml
from common.imports.report import Remark
from common.imports.tables import Row, Table
from common.imports.text import folded
from common.tabular import unguarded
from taxonomy.models import Term, Vocabulary

from .fields import (
    Choice,
    ContactDetail,
    Country,
    FieldMapping,
    Links,
    Owner,
    Partners,
    Terms,
    Text,
    Told,
    Website,
    Year,
)
from .organisations import Named, Naming, Register

MAPPINGS = Path(__file__).resolve().parent / "mappings"
ID_LENGTH = 120


@dataclass(frozen=True)
class Reading:
    """What one row of the file tells. ``told`` is None when the row is refused."""

    number: int
    external_id: str
    title: str
    told: Content | None
    owner: Named | None
    partners: tuple[Named, ...]
    refusals: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    unmapped: tuple[tuple[str, str], ...]
    # The row as the source has it, where the mapping says that it is kept.
    row: dict[str, str] | None = None

    @property
    def remarks(self) -> Iterator[str]:
        """Everything that there is to say of the row."""
        yield from map(str, (*self.refusals, *self.notes))
        if not self.refusals:
            for column, value in self.unmapped:
                yield f"column “{column}”: the mapping does not know “{value}”, so it is left out"

    def ask(self, register: Register) -> None:
        """Let the register know the organisations, so that it can add those that it lacks."""
        for named in filter(None, (self.owner, *self.partners)):
            register.id_of(named)

    def content(self, register: Register) -> Content:
        """The content of the case; an owner that is still to be added is there by name only."""
        assert self.told is not None
        assert self.owner is not None
        owner = register.id_of(self.owner)
        partners = {register.id_of(partner) for partner in self.partners}
        return {
            **self.told,
            "owner": owner,
            "owner_name": self.owner.name if owner is None else "",
            "partners": sorted(partner for partner in partners if partner and partner != owner),
        }


class Mapping:
    """A checked mapping file. Raises :class:`MappingError`, naming the place, for what it cannot use."""

    def __init__(self, data: dict[str, Any]):
        options = Options(data, "")
        self.source = _source(_needed(options, "source"))
        file = _needed(options, "file")
        self.id_column = file.take("id", str)
        self.language = file.take_one_of("language", Language.values, "fi")
        self.format = FileFormat(file)
        self.header = file.take_names("header")
        self._header_names = {folded(name): name for name in self.header}
        self.publishes = file.take_one_of("state", ("published", "draft"), "published") == "published"
        file.done()
        codes = _codes()
        self.constants = _constants(options.take_options("constants"), codes)
        self.fields = list(_fields(_needed(options, "fields"), codes))
        for number, link in enumerate(options.take("links", list, []), start=1):
            self.fields.append(Links(Options(link, f"links {number}")))
        self.naming = Naming(options.take_options("organisations") or Options({}, "organisations"))
        self.ignored: dict[str, str] = options.take("ignored", dict, {})
        options.done()
        self._check()

    def _check(self) -> None:
        for reason in self.ignored.values():
            if not isinstance(reason, str) or not reason.strip():
                raise MappingError("[ignored] Every ignored column needs a reason.")
        both = {folded(name) for name in self.columns} & {folded(name) for name in self.ignored}
        if both:
            raise MappingError(f"[ignored] {', '.join(sorted(both))}: is read by a field too.")
        if not any(isinstance(field, Text) and field.name == "title" for field in self.fields):
            raise MappingError("[fields] lacks “title”.")
        if not any(isinstance(field, Owner) for field in self.fields):
            raise MappingError("[fields] lacks “owner”.")
        lacking = [name for name in self.columns if folded(name) not in self._header_names]
        if self.header and lacking:
            raise MappingError(f"[file] “header” lacks {', '.join(lacking)}.")
        if "country" not in self.constants.facts and not any(
            isinstance(field, Country) for field in self.fields
        ):
            raise MappingError("Tell the country: [fields.country], or [constants] country.")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the file must have."""
        read = (column for field in self.fields for column in field.columns)
        return tuple(dict.fromkeys((self.id_column, *read, *self.naming.columns)))

    def header_name(self, column: str) -> str:
        """The column as the header spells it, which may differ in spaces from the mapping."""
        return self._header_names[folded(column)]

    def unknown_columns(self, table: Table) -> list[str]:
        """Columns of the file that the mapping neither reads nor ignores."""
        known = {folded(name) for name in (*self.columns, *self.ignored)}
        return [name for name in table.columns if name and folded(name) not in known]

    def lost_columns(self, table: Table) -> list[str]:
        """Ignored columns that the file does not have."""
        return [name for name in self.ignored if table.place(name) is None]

    def ids(self, table: Table) -> list[str]:
        """The identifier on each row of the table."""
        place = table.place(self.id_column)
        return [] if place is None else [self._values(row)[place] for row in table.rows]

    def _values(self, row: Row) -> Sequence[str]:
        # What the registry gives away has a quote before what a spreadsheet would calculate.
        return tuple(map(unguarded, row.cells)) if self.header else row.cells

    def readings(self, table: Table) -> Iterator[Reading]:
        """What each row of the table tells."""
        places = {column: place for column in self.columns if (place := table.place(column)) is not None}
        kept = {name: place for name in self.header if (place := table.place(name)) is not None}
        counts = Counter(self.ids(table))
        for row in table.rows:
            values = self._values(row)
            reading = self._reading(row, {column: values[place] for column, place in places.items()}, counts)
            if kept:
                whole = {name: values[place] for name, place in kept.items() if values[place]}
                reading = replace(reading, row=whole)
            yield reading

    def reading_of(self, row: dict[str, str]) -> Reading:
        """What a row tells whose cells are by the names of the header; those that it lacks are empty."""
        cells = {folded(name): value for name, value in row.items()}
        return self._reading(
            Row(0, ()), {column: cells.get(folded(column), "") for column in self.columns}, Counter()
        )

    def _reading(self, row: Row, cells: dict[str, str], counts: Counter[str]) -> Reading:
        if empty := self.format.empty:
            cells = {column: "" if folded(value) in empty else value for column, value in cells.items()}
        external_id = cells[self.id_column]
        told = Told()
        if not external_id:
            told.refuse(self.id_column, "the row has no identifier")
        elif counts[external_id] > 1:
            told.refuse(self.id_column, f"“{external_id}” is on {counts[external_id]} rows")
        elif len(external_id) > ID_LENGTH:
            told.refuse(self.id_column, f"{len(external_id)} characters; at most {ID_LENGTH} fit")
        told.facts.update(self.constants.facts)
        for vocabulary, codes in self.constants.terms.items():
            told.terms[vocabulary] = list(codes)
        for field in self.fields:
            field.read(cells, told)
        owner, partners = self._organisations(cells, told)
        self._check_told(told)
        texts = {name: "\n\n".join(paragraphs) for name, paragraphs in told.texts.items()}
        return Reading(
            number=row.number,
            external_id=external_id,
            title=texts.get("title", ""),
            told=None if told.refusals else self._content(told, texts),
            owner=owner,
            partners=partners,
            refusals=tuple(told.refusals),
            notes=tuple(told.notes),
            unmapped=tuple(told.unmapped),
        )

    def _organisations(self, cells: dict[str, str], told: Told) -> tuple[Named | None, tuple[Named, ...]]:
        column = next(field.columns[0] for field in self.fields if isinstance(field, Owner))
        owner = None
        if told.owner:
            owner = self.naming.named(column, told.owner, cells, told)
        else:
            told.refuse(column, "the owner is not told")
        partners = [self.naming.named(name_column, name, cells, told) for name_column, name in told.partners]
        return owner, tuple(partner for partner in partners if partner is not None)

    def _check_told(self, told: Told) -> None:
        """Refuse what would not fit, or contradicts itself, before it reaches the database."""
        if "country" not in told.facts and not told.refusals:
            column = next(field.columns[0] for field in self.fields if isinstance(field, Country))
            told.refuse(column, "the country is not told")
        started, ended = told.facts.get("started_year"), told.facts.get("ended_year")
        if started and ended and ended < started:
            told.refuse("", f"it ended in {ended}, before it started in {started}")
        if not told.texts.get("title"):
            column = next(f.columns[0] for f in self.fields if isinstance(f, Text) and f.name == "title")
            told.refuse(column, "the title is not told")
        for name, paragraphs in told.texts.items():
            limit = BY_NAME[name].max_length or 0
            length = len("\n\n".join(paragraphs))
            if length > limit:
                columns = "”, “".join(dict.fromkeys(told.text_columns[name]))
                told.refuse(columns, f"{length} characters; at most {limit} fit in “{name}”")

    def _content(self, told: Told, texts: dict[str, str]) -> Content:
        return normalised(
            {
                **told.facts,
                "original_language": self.language,
                "terms": {vocabulary: sorted(set(codes)) for vocabulary, codes in told.terms.items()},
                "texts": {self.language: texts},
                "materials": [
                    {"kind": "link", "url": address, "title": title} for address, title in told.links.items()
                ],
                "contact": told.contact,
            }
        )


def load_mapping(name_or_file: str) -> Mapping:
    """The mapping of that name that comes with the registry, or in that file. Raises MappingError."""
    return Mapping(load_toml(name_or_file, MAPPINGS))


def _needed(options: Options, name: str) -> Options:
    found = options.take_options(name)
    if found is None:
        raise MappingError(f"[{name}] is missing.")
    return found


def _codes() -> dict[str, frozenset[str]]:
    """The codes of each vocabulary of the registry."""
    found: dict[str, set[str]] = {vocabulary: set() for vocabulary in Vocabulary.values}
    for vocabulary, code in Term.objects.values_list("vocabulary", "code"):
        found[vocabulary].add(code)
    return {vocabulary: frozenset(codes) for vocabulary, codes in found.items()}


def _source(options: Options) -> ImportSource:
    """The source as the mapping tells it; not saved."""
    source = ImportSource(
        key=options.take("key", str),
        name=options.take("name", str),
        url=options.take("url", str, ""),
        licence=options.take("licence", str),
        licence_url=options.take("licence_url", str, ""),
        attribution=options.take("attribution", str),
    )
    options.done()
    try:
        source.clean_fields(exclude=["id"])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise options.error(f"“{name}”: {messages[0]}") from error
    return source


@dataclass(frozen=True)
class _Constants:
    """What every case of the file has, whatever its row says."""

    facts: dict[str, Any]
    terms: dict[str, list[str]]


def _constants(options: Options | None, codes: dict[str, frozenset[str]]) -> _Constants:
    constants = _Constants({}, {})
    for name, value in options.items() if options else ():
        target = BY_NAME.get(name)
        if target and target.place is Place.TERMS:
            if not isinstance(value, list) or not set(value) <= codes[name]:
                raise MappingError(f"[constants] “{name}” has to be a list of codes of that vocabulary.")
            constants.terms[name] = value
        elif name == "country" or (target and target.place is Place.FACT and target.choices):
            allowed = dict(countries) if name == "country" else target.choices.values  # type: ignore[union-attr]
            if value not in allowed:
                raise MappingError(f"[constants] “{name}” cannot be “{value}”.")
            constants.facts[name] = value
        else:
            raise MappingError(f"[constants] “{name}” cannot be the same for all cases.")
    return constants


def _fields(options: Options, codes: dict[str, frozenset[str]]) -> Iterator[FieldMapping]:
    for name, value in options.items():
        target = BY_NAME.get(name)
        table = Options(value, f"fields.{name}")
        if target is None:
            raise MappingError(f"[fields.{name}] There is no field of that name.")
        yield _field(target, table, codes)
        table.done()


def _field(target: Field, options: Options, codes: dict[str, frozenset[str]]) -> FieldMapping:
    match target:
        case Field(place=Place.TEXT):
            return Text(target, options)
        case Field(place=Place.TERMS):
            return Terms(target, options, codes[target.name])
        case Field(name="country"):
            return Country(options)
        case Field(name="website"):
            return Website(options)
        case Field(name="started_year" | "ended_year"):
            return Year(target, options)
        case Field(name="owner"):
            return Owner(options)
        case Field(name="partners"):
            return Partners(options)
        case Field(name="role" | "email" | "phone"):
            return ContactDetail(target, options)
        case Field(place=Place.FACT, choices=choices) if choices and target.name != "original_language":
            return Choice(target, options)
        case _:
            raise MappingError(f"[fields.{target.name}] This field cannot be taken from a table.")
