"""The public innovations given away: tables whose columns come from the fields' one definition.

Whatever gives innovations to others reads :data:`TABLES`: downloads, the API, the data dictionary. A field
of ``schema.py`` without an export column is in none of them, and a row is only ever of a public case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet, TextChoices
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationKind
from common import licence
from common.records import Column, Type, Value, WholeTable
from taxonomy.exports import NAMES
from taxonomy.models import Vocabulary

from . import public_index
from .identifiers import case_identifier, organisation_identifier
from .models import Adoption, Case, CaseText, Established, Evidence, Language, Material
from .public_index import Index
from .schema import FIELDS, TEXT_FIELDS, Field, Place

# Cases read at a time: what stays in memory, however many there are.
BATCH = 100


@dataclass(frozen=True, kw_only=True)
class CaseTable(WholeTable):
    """Rows that belong to cases.

    ``rows_of`` gives those of one case, from what ``needs`` names for ``prefetch_related``. ``counted`` is a
    query of what there is a row for, of any case; by default, the case itself.
    """

    rows_of: Callable[[Case], Iterable[Any]]
    needs: tuple[str | Prefetch, ...] = ()
    counted: Callable[[], QuerySet[Any]] | None = None

    def rows(self, ids: Iterable[int]) -> Iterator[Any]:
        """The rows of these cases, in this order; of a case that is not public, none.

        Some queries for each ``BATCH`` of cases, however many columns are asked for. Read a row before you
        take the next case's: what it holds is let go of then, and would be asked for again.
        """
        remaining = iter(ids)
        while batch := list(islice(remaining, BATCH)):
            found = {case.pk: case for case in _with(self.needs).filter(pk__in=batch).order_by()}
            for pk in batch:
                if case := found.pop(pk, None):
                    yield from self.rows_of(case)
                    # A case and what was read with it hold each other, and would stay in memory for long.
                    case._prefetched_objects_cache.clear()
                    vars(case).pop("text", None)

    def everything(self) -> Iterator[Any]:
        return self.rows(public_ids())

    def count(self) -> int:
        public = Case.objects.public()
        return self.counted().filter(case__in=public).count() if self.counted else public.count()


def _with(needs: Iterable[str | Prefetch]) -> Any:
    """Public cases with their owner and source, and what ``needs`` names for ``prefetch_related``."""
    return Case.objects.public().select_related("owner", "source").prefetch_related(*needs)


# Columns of innovations -------------------------------------------------------


def _of_field(field: Field) -> Iterator[Column]:
    """The columns of one field: its value and, where that is a code or an identifier, its name."""
    match field.place:
        case Place.TERMS:
            vocabulary = Vocabulary(field.name)
            yield Column(
                code=field.export,
                heading=_code_of(field.heading),
                value=lambda case: [term.code for term in case.terms_of(vocabulary)],
                holds=Type.CODE,
                many=True,
            )
            yield Column(
                code=f"{field.export}_label",
                heading=field.heading,
                value=lambda case: [term.name for term in case.terms_of(vocabulary)],
                many=True,
            )
        case Place.ORGANISATIONS:
            yield from _of_organisations(field)
        case Place.FACT if field.choices:
            yield from _of_choices(field.name, field.heading, field.choices)
        case Place.FACT:
            yield from _of_fact(field)


def _of_organisations(field: Field) -> Iterator[Column]:
    many = field.name == "partners"

    def organisations(case: Case) -> list[Organisation]:
        return list(case.partners.all()) if many else [case.owner] if case.owner else []

    def value(of: Callable[[Organisation], str]) -> Callable[[Case], Value]:
        def values(case: Case) -> Value:
            all_of = [of(organisation) for organisation in organisations(case)]
            return all_of if many else next(iter(all_of), None)

        return values

    yield Column(
        code=field.export,
        heading=_code_of(field.heading),
        value=value(lambda organisation: organisation_identifier(organisation.pk)),
        holds=Type.ADDRESS,
        many=many,
    )
    yield Column(
        code=f"{field.export}_label",
        heading=field.heading,
        value=value(lambda organisation: organisation.name),
        many=many,
    )


def _of_fact(field: Field) -> Iterator[Column]:
    match field.name:
        case "country":
            yield Column(
                code="country",
                heading=_code_of(field.heading),
                value=lambda case: case.country.code or None,
                holds=Type.CODE,
                note=_("ISO 3166-1, two letters"),
            )
            yield Column(
                code="country_label",
                heading=field.heading,
                value=lambda case: str(case.country.name) or None,
            )
        case "website":
            yield Column(
                code=field.export,
                heading=field.heading,
                value=lambda case: case.website or None,
                holds=Type.ADDRESS,
            )
        case _:
            yield Column(
                code=field.export,
                heading=field.heading,
                value=lambda case: getattr(case, field.name),
                holds=Type.INTEGER,
            )


def _coded(label: str | Promise) -> str:
    """“Theme, code”: the heading of the column beside the one that holds the name."""
    return gettext("%(field)s, code") % {"field": label}


_code_of = lazy(_coded, str)


def _of_choices(name: str, heading: str | Promise, choices: type[TextChoices]) -> Iterator[Column]:
    """The columns of a field with fixed choices: the code, and its name."""
    yield Column(
        code=name, heading=_code_of(heading), value=_attribute(name), holds=Type.CODE, choices=choices
    )
    yield Column(
        code=f"{name}_label",
        heading=heading,
        value=lambda row: str(getattr(row, f"get_{name}_display")()) or None,
    )


def _attribute(name: str) -> Callable[[Any], Value]:
    return lambda row: getattr(row, name) or None


def _text(name: str) -> Callable[[Case], Value]:
    return lambda case: (getattr(case.text, name) or None) if case.text else None


def case_address(case: Case) -> str:
    """The case's page in the active language."""
    return settings.BASE_URL + case.get_absolute_url()


ID = Column(
    code="id",
    heading=_("Identifier"),
    value=lambda case: case_identifier(case.pk),
    holds=Type.ADDRESS,
    note=_("Stays the same for good, and leads to the page."),
)
INNOVATION = Column(
    code="innovation",
    heading=_("Innovation’s identifier"),
    value=lambda row: case_identifier(row.case_id),
    holds=Type.ADDRESS,
)

INNOVATIONS = CaseTable(
    key="innovations",
    title=_("Innovations"),
    note=_("A row for each published innovation, with its title and summary in one language."),
    rows_of=lambda case: [case],
    # Partners in an order that no renaming changes and that no two of a name can share.
    needs=("texts", "terms", Prefetch("partners", Organisation.objects.order_by("pk"))),
    columns=(
        ID,
        Column(code="url", heading=_("Page"), value=case_address, holds=Type.ADDRESS),
        Column(code="title", heading=_("Title"), value=_text("title")),
        Column(code="summary", heading=_("Summary"), value=_text("summary")),
        Column(
            code="text_language",
            heading=_("Language of title and summary"),
            value=_text("language"),
            holds=Type.CODE,
            choices=Language,
            note=_("The language asked for, or the original one where there is no text in that."),
        ),
        *(column for field in FIELDS if field.export for column in _of_field(field)),
        Column(
            code="adopters",
            heading=_("Organisations that adopted it"),
            value=lambda case: case.adopter_count,
            holds=Type.INTEGER,
        ),
        Column(
            code="is_example",
            heading=_("Invented example"),
            value=lambda case: case.is_example,
            holds=Type.BOOLEAN,
            note=_("Shows how the registry works; tells of no real organisation."),
        ),
        Column(
            code="source",
            heading=_("Source’s key"),
            value=lambda case: case.source.key if case.source else None,
            holds=Type.CODE,
            note=_("The register that it was taken from; empty when it was told in this one."),
        ),
        Column(
            code="source_id",
            heading=_("Identifier in the source"),
            value=lambda case: case.external_id or None,
        ),
        Column(
            code="licence",
            heading=_("Licence"),
            value=lambda case: case.source.licence if case.source else licence.NAME,
        ),
        Column(
            code="attribution",
            heading=_("To be named as source"),
            value=lambda case: case.source.attribution if case.source else gettext("Innovation registry"),
        ),
        Column(
            code="published",
            heading=_("First published"),
            value=lambda case: case.published_at,
            holds=Type.TIME,
        ),
        Column(
            code="changed", heading=_("Last changed"), value=lambda case: case.changed_at, holds=Type.TIME
        ),
    ),
)

# Columns of what belongs to innovations ---------------------------------------

TEXTS = CaseTable(
    key="texts",
    title=_("Texts"),
    note=_("A row for each language in which an innovation is told."),
    rows_of=lambda case: case.texts.all(),
    needs=("texts",),
    counted=CaseText.objects.all,
    columns=(
        INNOVATION,
        Column(
            code="language",
            heading=_("Language"),
            value=lambda text: text.language,
            holds=Type.CODE,
            choices=Language,
        ),
        Column(
            code="is_original",
            heading=_("Original language"),
            value=lambda text: text.language == text.case.original_language,
            holds=Type.BOOLEAN,
        ),
        *(
            Column(
                code=field.export,
                heading=field.heading,
                value=_attribute(field.name),
            )
            for field in TEXT_FIELDS
            if field.export
        ),
    ),
)

EVIDENCE = CaseTable(
    key="evidence",
    title=_("Evidence"),
    note=_("A row for each effect in figures, with how it is known."),
    rows_of=lambda case: case.evidence.all(),
    needs=("evidence",),
    counted=Evidence.objects.all,
    columns=(
        INNOVATION,
        *_of_choices("kind", _("Kind of effect"), Evidence.Kind),
        Column(
            code="label",
            heading=_("What was counted"),
            value=lambda row: row.label_in(get_language()) or None,
        ),
        Column(code="value", heading=_("Value"), value=lambda row: row.value, holds=Type.NUMBER),
        Column(
            code="unit", heading=_("Unit"), value=lambda row: row.unit, note=_("As the innovator wrote it.")
        ),
        Column(
            code="period", heading=pgettext_lazy("evidence", "Period"), value=lambda row: row.period or None
        ),
        Column(code="baseline", heading=_("Baseline"), value=lambda row: row.baseline or None),
        *_of_choices("established", _("How it is known"), Established),
        Column(
            code="respondents",
            heading=_("Number of respondents"),
            value=lambda row: row.respondents,
            holds=Type.INTEGER,
        ),
        Column(code="source", heading=_("Source"), value=lambda row: row.source or None),
        Column(
            code="source_url",
            heading=_("Source’s address"),
            value=lambda row: row.source_url or None,
            holds=Type.ADDRESS,
        ),
    ),
)


def _learnt_from(adoption: Adoption) -> str | None:
    """The adopter that this one took it from; None when from the owner, or from one not confirmed."""
    earlier = adoption.follows
    if earlier is None or earlier.state != Adoption.State.CONFIRMED:
        return None
    return organisation_identifier(earlier.organisation_id)


ADOPTIONS = CaseTable(
    key="adoptions",
    title=_("Adoptions"),
    note=_("A row for each organisation that took an innovation up, once staff have confirmed it."),
    rows_of=lambda case: case.adoptions.all(),
    needs=(Prefetch("adoptions", Adoption.objects.confirmed().select_related("organisation", "follows")),),
    counted=Adoption.objects.confirmed,
    columns=(
        INNOVATION,
        Column(
            code="organisation",
            heading=_code_of(_("Organisation")),
            value=lambda row: organisation_identifier(row.organisation_id),
            holds=Type.ADDRESS,
        ),
        Column(code="organisation_label", heading=_("Organisation"), value=lambda row: row.organisation.name),
        *_of_choices("mode", _("How it was taken up"), Adoption.Mode),
        Column(code="year", heading=_("Year"), value=lambda row: row.year, holds=Type.INTEGER),
        Column(code="result", heading=_("Result"), value=lambda row: row.result or None),
        Column(
            code="learnt_from",
            heading=_("Learnt from"),
            value=_learnt_from,
            holds=Type.ADDRESS,
            note=_("The adopter that it was taken from; empty when from the owner."),
        ),
    ),
)


def _material_address(material: Material) -> str:
    if material.upload:
        return settings.BASE_URL + material.upload.get_absolute_url()
    return material.url


MATERIALS = CaseTable(
    key="materials",
    title=_("Materials"),
    note=_("A row for each link, picture and file of an innovation."),
    rows_of=lambda case: case.materials.all(),
    needs=(Prefetch("materials", Material.objects.select_related("upload")),),
    counted=Material.objects.all,
    columns=(
        INNOVATION,
        *_of_choices("kind", _("Kind of material"), Material.Kind),
        Column(code="url", heading=_("Address"), value=_material_address, holds=Type.ADDRESS),
        Column(code="title", heading=_("Title"), value=lambda row: row.title or None),
        Column(
            code="alternative_text",
            heading=_("Alternative text"),
            value=lambda row: row.shown_alt or None,
        ),
    ),
)


# Organisations ----------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OrganisationTable(WholeTable):
    """Organisations that public innovations name: owners, partners and adopters."""

    def ids(self, index: Index | None = None) -> list[int]:
        """Ids of all of them, in their order; ``index`` is the current one, where it is at hand."""
        return sorted(map(int, _current(index).values["organisation"]))

    def everything(self) -> Iterator[Organisation]:
        return _organisations(self.ids())

    def count(self) -> int:
        return len(public_index.current().values["organisation"])

    def rows(self, ids: Iterable[int], index: Index | None = None) -> Iterator[Organisation]:
        """These organisations in this order; one that no public innovation names is left out."""
        named = _current(index).values["organisation"]
        return _organisations(pk for pk in ids if str(pk) in named)


def _organisations(ids: Iterable[int]) -> Iterator[Organisation]:
    """Those of them that there are, in this order."""
    remaining = iter(ids)
    while batch := list(islice(remaining, BATCH)):
        found = Organisation.objects.select_related("region").in_bulk(batch)
        yield from (found[pk] for pk in batch if pk in found)


def _current(index: Index | None) -> Index:
    return public_index.current() if index is None else index


ORGANISATIONS = OrganisationTable(
    key="organisations",
    title=_("Organisations"),
    note=_("A row for each organisation that owns, made or adopted a published innovation."),
    columns=(
        Column(
            code="id",
            heading=_("Identifier"),
            value=lambda row: organisation_identifier(row.pk),
            holds=Type.ADDRESS,
            note=_("Stays the same for good, and leads to the page."),
        ),
        *NAMES,
        *_of_choices("kind", _("Kind of organisation"), OrganisationKind),
        Column(
            code="country",
            heading=_("Country"),
            value=lambda row: row.country.code or None,
            holds=Type.CODE,
            note=_("ISO 3166-1, two letters"),
        ),
        Column(
            code="region",
            heading=_code_of(_("Region")),
            value=lambda row: row.region.code if row.region else None,
            holds=Type.CODE,
        ),
        Column(
            code="region_label",
            heading=_("Region"),
            value=lambda row: row.region.name if row.region else None,
        ),
        Column(
            code="code",
            heading=_("Code in the reference data"),
            value=lambda row: row.code or None,
            holds=Type.CODE,
        ),
        Column(code="began", heading=_("Began"), value=lambda row: row.valid_from, holds=Type.DAY),
        Column(code="ended", heading=_("Ended"), value=lambda row: row.valid_to, holds=Type.DAY),
        Column(
            code="is_example",
            heading=_("Invented example"),
            value=lambda row: row.is_example,
            holds=Type.BOOLEAN,
        ),
    ),
)

# What belongs to innovations, the innovations themselves first.
CASE_TABLES: tuple[CaseTable, ...] = (INNOVATIONS, TEXTS, EVIDENCE, ADOPTIONS, MATERIALS)
TABLES: tuple[CaseTable | OrganisationTable, ...] = (*CASE_TABLES, ORGANISATIONS)
BY_KEY: dict[str, CaseTable | OrganisationTable] = {table.key: table for table in TABLES}


def public_ids() -> list[int]:
    """Ids of all public cases, the oldest first: the order of the whole data."""
    return list(Case.objects.public().order_by("pk").values_list("pk", flat=True))


def whole_record(case: Case, *, only: Sequence[str] = ()) -> dict[str, Any]:
    """An innovation with everything that belongs to it, as JSON; for a case from :func:`whole_cases`.

    ``only`` names the columns and the tables that are wanted; all, if it names none.
    """
    wanted = _wanted_tables(only)
    record = INNOVATIONS.record(case, only) if INNOVATIONS in wanted else {}
    for table in wanted:
        if table is not INNOVATIONS:
            inner = [column.code for column in table.columns if column is not INNOVATION]
            record[table.key] = [table.record(row, inner) for row in table.rows_of(case)]
    return record


def whole_cases(*, only: Sequence[str] = ()) -> Any:
    """Public cases with everything that :func:`whole_record` tells: some queries, however many cases."""
    return _with(dict.fromkeys(need for table in _wanted_tables(only) for need in table.needs))


def _wanted_tables(only: Sequence[str]) -> list[CaseTable]:
    """The tables that these names are of, as :func:`whole_record` takes them."""
    if not only:
        return list(CASE_TABLES)
    first = [INNOVATIONS] if set(only) & set(INNOVATIONS.header) else []
    return first + [table for table in CASE_TABLES[1:] if table.key in only]
