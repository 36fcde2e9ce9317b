"""What is given away, as tables: one definition of the columns for every format.

Downloads, the API and the data dictionary read a :class:`Table`, so that a column means the same in all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise

from .tabular import Cell

Value = str | int | Decimal | bool | date | datetime | list[str] | None

# Between the values of a cell that holds several: no code, name or address here has it.
SEPARATOR = " | "


class Type(Enum):
    """What the values of a column are."""

    TEXT = "text"
    CODE = "code"
    ADDRESS = "address"  # absolute, also where it names a thing
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DAY = "day"
    TIME = "time"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its code in files, its heading for people, and what stands in it.

    A column with ``many`` holds a list. ``choices`` are all the codes there can be; ``note`` says what the
    heading alone does not. ``value`` gives None, or an empty list, for what is not told.
    """

    code: str
    heading: str | Promise
    value: Callable[[Any], Value]
    holds: Type = Type.TEXT
    many: bool = False
    choices: type[TextChoices] | None = None
    note: str | Promise = ""

    @property
    def is_number(self) -> bool:
        return self.holds in (Type.INTEGER, Type.NUMBER)


@dataclass(frozen=True)
class ShownCell:
    """A cell of a page's table, in words."""

    text: str
    is_number: bool


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of one kind. ``key`` names it in addresses and files; headings and notes are in words."""

    key: str
    title: str | Promise
    note: str | Promise
    columns: tuple[Column, ...]

    @property
    def header(self) -> list[str]:
        return [column.code for column in self.columns]

    @property
    def headings(self) -> list[str]:
        """The header for people, in the active language."""
        return [str(column.heading) for column in self.columns]

    def cells(self, row: Any) -> list[Cell]:
        """The row as it stands in CSV and XLSX: times in ISO 8601, yes and no as ``true`` and ``false``."""
        return [_cell(column.value(row)) for column in self.columns]

    def record(self, row: Any, only: Iterable[str] = ()) -> dict[str, Any]:
        """The row as it stands in JSON; of the columns those whose codes are in ``only``, if it names any.

        Values that are not told are null, or an empty list.
        """
        wanted = frozenset(only)
        return {
            column.code: _json(column.value(row))
            for column in self.columns
            if not wanted or column.code in wanted
        }


@dataclass(frozen=True, kw_only=True)
class WholeTable(Table, ABC):
    """A table that is given away whole, too."""

    @abstractmethod
    def everything(self) -> Iterator[Any]:
        """All rows that the public may have, always in the same order, read as they are asked for."""

    @abstractmethod
    def count(self) -> int:
        """How many rows these are."""


def _cell(value: Value) -> Cell:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return SEPARATOR.join(value)
        case datetime():
            return value.isoformat(timespec="seconds")
        case _:
            return value


def _json(value: Value) -> Any:
    match value:
        case Decimal():
            return float(value)
        case datetime():
            return value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case "":
            return None
        case _:
            return value
