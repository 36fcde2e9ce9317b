"""What happens to each row of a file, and making it happen.

A case is known by its source and its identifier there. What the source told the last time is kept, so
only what the source has changed since is changed here: what staff have edited, tagged or translated stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from django.db import connection, transaction

from accounts.models import Organisation
from cases import actions
from cases.content import Content, differences, normalised
from cases.identifiers import is_case_identifier
from cases.models import (
    Case,
    CaseEvent,
    CaseRevision,
    CaseTerm,
    CaseText,
    ImportSource,
    Material,
    SearchEntry,
)
from common.imports.options import MappingError
from common.imports.tables import Table

from .mapping import Mapping, Reading
from .organisations import Register

# Rows that are in memory, and written, at a time.
BATCH = 500
_WRITTEN = (Case, CaseText, CaseTerm, CaseRevision, CaseEvent, Material, SearchEntry, Organisation)
_OWN = "it is this registry’s own"
_SOURCE_FIELDS = ("name", "url", "licence", "licence_url", "attribution")


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    LEFT = "left"
    REFUSED = "refused"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Line:
    """What happens to one case; ``row`` is None for a case that the file does not hold."""

    row: int | None
    external_id: str
    title: str
    outcome: Outcome
    remarks: tuple[str, ...] = ()
    unmapped: tuple[tuple[str, str], ...] = ()


class TooManyVanishedError(Exception):
    """More than a fifth of the source's public cases would be archived."""

    def __init__(self, vanished: int, public: int):
        self.vanished, self.public = vanished, public
        super().__init__(
            f"{vanished} of the source’s {public} public cases are not in the file and would be archived, "
            "more than a fifth. Is the file whole? If it is, say so with --force."
        )


@dataclass(frozen=True)
class _Standing:
    """A case that is here already: what its source told last, and what it holds now."""

    case: Case
    told_in: int
    told: Content
    row: dict[str, str] | None
    held: Content
    open_state: str
    has_vanished: bool


@dataclass
class _Batch:
    """What becomes of some rows: cases to be written, rows to be kept by the revision that they told."""

    incoming: list[actions.Incoming] = field(default_factory=list)
    rows: dict[int, dict[str, str]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


class Intake:
    """Takes the rows of ``table`` in, or only tells what would happen."""

    def __init__(self, mapping: Mapping, table: Table):
        table.require(mapping.columns)
        self.mapping = mapping
        self.table = table
        self.register = Register(mapping.language)
        if unknown := mapping.naming.unknown_codes(self.register):
            raise MappingError(
                f"[organisations.codes] The registry has no {', '.join(sorted(set(unknown)))}."
            )
        self.source = ImportSource.objects.filter(key=mapping.source.key).first()
        self.cases: dict[str, int] = (
            dict(self.source.cases.values_list("external_id", "pk")) if self.source else {}
        )
        self.ids = set(mapping.ids(table))
        self.new_organisations = 0

    def check_vanished(self) -> None:
        """Raise TooManyVanishedError when the file lacks more than a fifth of the source's public cases."""
        if self.source:
            public, vanished = self.source.cases.public().count(), len(self._vanished())
            if vanished * 5 > public:
                raise TooManyVanishedError(vanished, public)

    def plan(self) -> Iterator[Line]:
        """What would happen to each row and to each case that the file lacks; changes nothing."""
        for batch in self._batches():
            yield from batch.lines
        self.new_organisations = len(self.register.new)
        yield from self._archived(self._vanished())

    @transaction.atomic
    def carry_out(self, tell: Callable[[Line], Any]) -> None:
        """Make it happen, all of it or nothing, and ``tell`` of each line."""
        self.source = _saved(self.mapping.source)
        for batch in self._batches(adds_organisations=True):
            for publish in (True, False):
                items = [item for item in batch.incoming if publish is self._publishes(item.case)]
                if items:
                    actions.import_cases(items, source=self.source, publish=publish)
            if batch.rows:
                actions.keep_source_rows(batch.rows)
            for line in batch.lines:
                tell(line)
        if vanished := self._vanished():
            actions.withdraw_imported(vanished, by=None)
        for line in self._archived(vanished):
            tell(line)
        _gather_statistics()

    def _publishes(self, case: Case | None) -> bool:
        """Whether the new text of the case is public at once: a case that waits as a draft stays one."""
        return self.mapping.publishes and (case is None or case.state != Case.State.UNPUBLISHED)

    def _batches(self, *, adds_organisations: bool = False) -> Iterator[_Batch]:
        for readings in _chunks(self.mapping.readings(self.table)):
            readable = [
                reading
                for reading in readings
                if reading.told is not None and not is_case_identifier(reading.external_id)
            ]
            if adds_organisations:
                for reading in readable:
                    reading.ask(self.register)
                self.new_organisations += self.register.add_new()
            standings = self._standings(
                [self.cases[reading.external_id] for reading in readable if reading.external_id in self.cases]
            )
            batch = _Batch()
            for reading in readings:
                standing = standings.get(self.cases.get(reading.external_id, 0))
                item, line = self._decide(reading, standing)
                batch.incoming.extend([item] if item else [])
                batch.lines.append(line)
                if standing and reading.row and self._tells_the_same(reading, standing):
                    batch.rows[standing.told_in] = reading.row
            yield batch

    def _tells_the_same(self, reading: Reading, standing: _Standing) -> bool:
        """Whether the row differs from the kept one, yet tells what that one told."""
        return (
            reading.told is not None
            and reading.row != standing.row
            and reading.content(self.register) == standing.told
        )

    def _decide(self, reading: Reading, standing: _Standing | None) -> tuple[actions.Incoming | None, Line]:
        def line(outcome: Outcome, *why: str) -> Line:
            return Line(
                reading.number,
                reading.external_id,
                reading.title,
                outcome,
                (*why, *reading.remarks),
                reading.unmapped,
            )

        if is_case_identifier(reading.external_id):
            own = Line(reading.number, reading.external_id, reading.title, Outcome.LEFT, (_OWN,))
            return None, own
        if reading.told is None:
            return None, line(Outcome.REFUSED)
        told = reading.content(self.register)
        if standing is None:
            return actions.Incoming(reading.external_id, told, row=reading.row), line(Outcome.CREATED)
        state = standing.case.state
        if state == Case.State.WITHDRAWN:
            return None, line(Outcome.LEFT, "it was withdrawn here")
        if state == Case.State.ARCHIVED and not standing.has_vanished:
            return None, line(Outcome.LEFT, "it is archived here")
        if state == Case.State.UNPUBLISHED and not standing.open_state:
            return None, line(Outcome.LEFT, "it was rejected here")
        if told == standing.told and state != Case.State.ARCHIVED:
            return None, line(Outcome.LEFT)
        content = normalised(merged(standing.told, standing.held, told))
        if content == standing.held and state != Case.State.ARCHIVED:
            return None, line(Outcome.LEFT, *self._kept(standing, content, told))
        if standing.open_state and (
            state != Case.State.UNPUBLISHED or standing.open_state != CaseRevision.State.DRAFT
        ):
            return None, line(Outcome.REFUSED, "somebody is editing or reviewing it here: finish that first")
        why = []
        if state == Case.State.ARCHIVED:
            why.append("the source holds it again")
        if changed := _names(standing.held, content):
            why.append(f"changed: {', '.join(changed)}")
        why.extend(self._kept(standing, content, told))
        item = actions.Incoming(
            reading.external_id, content, standing.case, told if content != told else None, reading.row
        )
        return item, line(Outcome.CHANGED, *why)

    def _kept(self, standing: _Standing, content: Content, told: Content) -> Iterator[str]:
        if kept := [name for name in _names(content, told) if name in _names(standing.told, told)]:
            yield f"kept as edited here, although the source changed it: {', '.join(kept)}"

    def _standings(self, ids: Sequence[int]) -> dict[int, _Standing]:
        if not ids:
            return {}
        cases = Case.objects.in_bulk(ids)
        imports = CaseEvent.objects.filter(case__in=ids, act="import").order_by("pk")
        told = dict(imports.values_list("case", "revision"))
        open_revisions = {
            case: (pk, state)
            for case, pk, state in CaseRevision.objects.filter(case__in=ids)
            .open()
            .values_list("case", "pk", "state")
        }
        held = {
            case.pk: case.published_revision_id or open_revisions.get(case.pk, (told[case.pk], ""))[0]
            for case in cases.values()
        }
        revisions = CaseRevision.objects.in_bulk({*told.values(), *held.values()})
        archivings = CaseEvent.objects.filter(case__in=ids, to_state=Case.State.ARCHIVED).order_by("pk")
        last_archiving = dict(archivings.values_list("case", "act"))
        return {
            pk: _Standing(
                case=case,
                told_in=told[pk],
                told=normalised(revisions[told[pk]].content),
                row=revisions[told[pk]].source_row,
                held=normalised(revisions[held[pk]].content),
                open_state=open_revisions.get(pk, (None, ""))[1],
                has_vanished=last_archiving.get(pk) == "vanish",
            )
            for pk, case in cases.items()
        }

    def _vanished(self) -> list[Case]:
        """Public cases of the source that the file does not hold."""
        if self.source is None:
            return []
        gone = [pk for external_id, pk in self.cases.items() if external_id not in self.ids]
        return list(Case.objects.public().filter(pk__in=gone).prefetch_related("texts"))

    def _archived(self, cases: Iterable[Case]) -> Iterator[Line]:
        for case in cases:
            yield Line(
                None, case.external_id, str(case), Outcome.ARCHIVED, ("the source no longer holds it",)
            )


def merged(before: Any, held: Any, told: Any) -> Any:
    """``held`` with what changed from ``before`` to ``told``; where both changed, ``held`` stays.

    Tables are merged key by key, anything else is one value.
    """
    if isinstance(held, dict) and isinstance(told, dict) and isinstance(before, dict):
        return {name: merged(before.get(name), held.get(name), told.get(name)) for name in {**held, **told}}
    return told if held == before else held


def _names(before: Content, after: Content) -> list[str]:
    """Names of the fields in which two contents differ; with the language, of texts."""
    return [
        f"{difference.field.name} ({difference.language})" if difference.language else difference.field.name
        for difference in differences(before, after)
    ]


def _saved(told: ImportSource) -> ImportSource:
    """The source's row, as the mapping tells it now."""
    source = ImportSource.objects.filter(key=told.key).first() or told
    values = {name: getattr(told, name) for name in _SOURCE_FIELDS}
    if source.pk is None or values != {name: getattr(source, name) for name in _SOURCE_FIELDS}:
        for name, value in values.items():
            setattr(source, name, value)
        source.save()
    return source


def _gather_statistics() -> None:
    """Let PostgreSQL know at once what the tables hold; until then it plans queries as for empty ones."""
    if connection.vendor == "postgresql":
        tables = [connection.ops.quote_name(model._meta.db_table) for model in _WRITTEN]
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")


def _chunks(readings: Iterable[Reading]) -> Iterator[Sequence[Reading]]:
    iterator = iter(readings)
    while chunk := list(islice(iterator, BATCH)):
        yield chunk
