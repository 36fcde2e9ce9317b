"""The tables of a mapping file, read with every mistake named."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from common.imports.text import folded

T = TypeVar("T")


class MappingError(Exception):
    """The mapping cannot be used; the text says which part of it and why."""


class Options:
    """One table of the file. What is in it is taken key by key; what nobody took is a mistake."""

    def __init__(self, values: object, place: str):
        if not isinstance(values, dict):
            raise MappingError(f"{place} has to be a table.")
        self._values = dict(values)
        self.place = place

    def error(self, text: str) -> MappingError:
        return MappingError(f"[{self.place}] {text}" if self.place else f"The mapping {text}")

    def has(self, name: str) -> bool:
        return name in self._values

    def take(self, name: str, kind: type[T], default: T | None = None) -> T:
        """The value of a key, which must be there if there is no default."""
        if name not in self._values:
            if default is None:
                raise self.error(f"lacks “{name}”.")
            return default
        value = self._values.pop(name)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.error(f"“{name}” has to be {_NAMES[kind]}.")
        return value

    def take_one_of(self, name: str, choices: Iterable[str], default: str) -> str:
        value = self.take(name, str, default)
        if value not in choices:
            raise self.error(f"“{name}” is “{value}”; it may be {', '.join(choices)}.")
        return value

    def take_names(self, name: str) -> tuple[str, ...]:
        """A list of texts, empty when the key is not there."""
        values = self.take(name, list, [])
        if not all(isinstance(value, str) and value for value in values):
            raise self.error(f"“{name}” has to be a list of texts.")
        return tuple(values)

    def take_map(self, name: str) -> dict[str, Any]:
        """A table whose keys are values of the file, folded; empty when the key is not there."""
        found: dict[str, Any] = {}
        for key, value in self.take(name, dict, {}).items():
            if folded(key) in found:
                raise self.error(f"“{name}” has “{key}” twice: case and spaces make no difference.")
            found[folded(key)] = value
        return found

    def take_options(self, name: str) -> "Options | None":
        if name not in self._values:
            return None
        return Options(self._values.pop(name), f"{self.place}.{name}" if self.place else name)

    def take_parts(self) -> "list[Options]":
        """The tables of “parts”; without them, the table itself is the only part."""
        if not self.has("parts"):
            values, self._values = self._values, {}
            return [Options(values, self.place)]
        parts = enumerate(self.take("parts", list), start=1)
        return [Options(part, f"{self.place}.parts {number}") for number, part in parts]

    def take_columns(self, *, optional: bool = False) -> tuple[str, ...]:
        """The columns that are read: “column”, or “columns” for several."""
        if self.has("column") and self.has("columns"):
            raise self.error("has both “column” and “columns”.")
        if optional and not self.has("column") and not self.has("columns"):
            return ()
        columns = self.take_names("columns") if self.has("columns") else (self.take("column", str),)
        if not columns:
            raise self.error("names no column.")
        return columns

    def items(self) -> list[tuple[str, Any]]:
        """All keys that are left, taken."""
        items = list(self._values.items())
        self._values.clear()
        return items

    def done(self) -> None:
        """Raise when something is left that nobody knows."""
        if self._values:
            raise self.error(f"does not know {', '.join(f'“{name}”' for name in self._values)}.")


_NAMES: Mapping[type, str] = {str: "a text", list: "a list", dict: "a table"}
