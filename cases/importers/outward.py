"""Cases as rows of another register's file: what a mapping reads, written into the source's own columns.

Taken in again with the same mapping, such a file changes nothing. A case that came from the source is told
by the row that told it, with what has been edited here since written over, as far as that reads back as it
is. A case of this registry's own is known by its permanent address, which the intake leaves alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from django.utils.translation import override

from accounts.models import Organisation
from cases.content import Content, normalised, value_of
from cases.identifiers import case_identifier
from cases.models import Case, CaseEvent, CaseRevision, Material
from cases.schema import BY_NAME

from .fields import FieldMapping, Links, Said, Text
from .intake import BATCH, merged
from .mapping import Mapping
from .organisations import Register

Row = dict[str, str]


class Outward:
    """The rows of all public cases that are not invented, by the mapping's header; the same for everybody."""

    def __init__(self, mapping: Mapping):
        assert mapping.header
        self.mapping = mapping

    @cached_property
    def register(self) -> Register:
        """The organisations; only what has been edited here needs them."""
        return Register(self.mapping.language)

    def rows(self) -> Iterator[list[str]]:
        """In the order of the cases' numbers; some queries for each ``BATCH`` of them."""
        ids = iter(Case.objects.public().filter(is_example=False).order_by("pk").values_list("pk", flat=True))
        while batch := list(islice(ids, BATCH)):
            with override(self.mapping.language):
                rows = list(self._batch(batch))
            yield from rows

    def _batch(self, ids: list[int]) -> Iterator[list[str]]:
        cases = Case.objects.public().filter(pk__in=ids).select_related("source", "published_revision")
        told = self._told(ids)
        contents = {case.pk: normalised(case.published_revision.content) for case in cases}
        names = self._names(contents.values())
        for case in sorted(cases, key=lambda case: case.pk):
            held = contents[case.pk]
            row = self._written(held, names)
            if case.source and case.source.key == self.mapping.source.key:
                told_by = told.get(case.pk)
                if told_by and told_by.source_row is not None:
                    row = self._kept(told_by, held, row)
                row[self.mapping.id_column] = case.external_id
            else:
                row[self.mapping.id_column] = case_identifier(case.pk)
            yield [row.get(name, "") for name in self.mapping.header]

    def _told(self, ids: list[int]) -> dict[int, CaseRevision]:
        """The revision of each case that its source told last."""
        imports = (
            CaseEvent.objects.filter(case__in=ids, act="import").select_related("revision").order_by("pk")
        )
        return {event.case_id: event.revision for event in imports if event.revision}

    def _names(self, contents: Any) -> dict[int, str]:
        """What the organisations are called in the mapping's language; in another, where it has no name."""
        ids = {pk for content in contents for pk in (content["owner"], *content["partners"]) if pk}
        languages = (self.mapping.language, "fi", "sv", "en")
        return {
            pk: next(filter(None, (getattr(one, f"name_{language}") for language in languages)))
            for pk, one in Organisation.objects.in_bulk(ids).items()
        }

    # What a case says ------------------------------------------------------

    def _written(self, content: Content, names: dict[int, str]) -> Row:
        said = self._said(content, names)
        cells: dict[str, str] = {}
        for field in self.mapping.fields:
            field.write(said, cells)
        return self._by_header(cells)

    def _said(self, content: Content, names: dict[int, str]) -> Said:
        """Texts in the mapping's language alone; a name in the original one, where there is no other."""
        language = self.mapping.language
        texts = content["texts"].get(language) or {
            "title": content["texts"].get(content["original_language"], {}).get("title", "")
        }
        return Said(
            facts=content,
            terms=content["terms"],
            texts=texts,
            owner=names.get(content["owner"], ""),
            partners=[names[pk] for pk in content["partners"] if pk in names],
            links=[
                (row["title"], row["url"])
                for row in content["materials"]
                if row["kind"] == Material.Kind.LINK
            ],
        )

    def _by_header(self, cells: dict[str, str]) -> Row:
        """The cells by the names of the header, which may differ in spaces from the mapping's."""
        return {self.mapping.header_name(column): value for column, value in cells.items() if value}

    # What was edited here --------------------------------------------------

    def _kept(self, told_by: CaseRevision, held: Content, written: Row) -> Row:
        """The row as the source told it, with what was edited here written over where that reads back."""
        row = dict(told_by.source_row or {})
        told = normalised(told_by.content)
        if held == told:
            return row
        for field in self.mapping.fields:
            if self._value(field, told) == self._value(field, held):
                continue
            rows = list(self._changed(field, row, held, written))
            # What was edited away here is not given away: where nothing reads back, the source's words go.
            rows_without = [*rows, *self._without(field, row, held)]
            row = next(
                (one for one in rows if self._reads_back(field, one, told, held)),
                next((one for one in rows_without if self._changes_nothing(one, told, held)), row),
            )
        return row

    def _without(self, field: FieldMapping, row: Row, held: Content) -> Iterator[Row]:
        """Rows without what the source told in the field, but for links that the case still has."""
        if isinstance(field, Text) and field.whole_column:
            yield {**row, self.mapping.header_name(field.whole_column): self._value(field, held)}
        kept = {material["url"] for material in held["materials"]} if isinstance(field, Links) else set()
        names = map(self.mapping.header_name, field.columns)
        yield {**row, **{name: "" for name in names if row.get(name, "").strip() not in kept}}

    def _changed(self, field: FieldMapping, row: Row, held: Content, written: Row) -> Iterator[Row]:
        """Rows that may tell what the case now says in the field.

        None for links: all are one value, which has more than addresses.
        """
        if isinstance(field, Links):
            return
        columns = [self.mapping.header_name(column) for column in field.columns]
        if isinstance(field, Text) and field.whole_column:
            # The paragraphs that other columns make stay theirs.
            whole, text = self.mapping.header_name(field.whole_column), self._value(field, held)
            others = self.mapping.reading_of({**row, whole: ""}).told
            ending = self._value(field, others) if others else ""
            if ending and text.endswith(f"\n\n{ending}"):
                yield {**row, whole: text.removesuffix(f"\n\n{ending}")}
        yield {**row, **{column: written.get(column, "") for column in columns}}

    def _reads_back(self, field: FieldMapping, row: Row, told: Content, held: Content) -> bool:
        """Whether the row says what the case says in the field, and taking it in would change nothing."""
        content = self._read(row)
        return (
            content is not None
            and self._value(field, content) == self._value(field, held)
            and self._changes_nothing(row, told, held)
        )

    def _changes_nothing(self, row: Row, told: Content, held: Content) -> bool:
        content = self._read(row)
        return content is not None and normalised(merged(told, held, content)) == held

    def _read(self, row: Row) -> Content | None:
        """What the row tells; None for one that would be refused."""
        reading = self.mapping.reading_of(row)
        return None if reading.told is None else normalised(reading.content(self.register))

    def _value(self, field: FieldMapping, content: Content) -> Any:
        return value_of(content, BY_NAME[field.name], self.mapping.language)
