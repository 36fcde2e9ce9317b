"""The tables of a mapping file, read with every mistake named."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from .tables import DELIMITERS
from .text import folded

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

    def spellings(self, name: str) -> dict[str, Any]:
        """A table whose keys are values of the file, as they are spelt there; it stays to be taken."""
        found = self._values.get(name)
        return dict(found) if isinstance(found, dict) else {}

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

    def names(self) -> list[str]:
        """The keys that are left, not taken."""
        return list(self._values)

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


class FileFormat:
    """How the file is written, as a mapping's table ``[file]`` tells: what ``read_table`` may be told."""

    def __init__(self, options: Options):
        self.delimiter = options.take("delimiter", str) if options.has("delimiter") else None
        if self.delimiter is not None and self.delimiter not in DELIMITERS:
            raise options.error("“delimiter” may be a comma, a semicolon, a tab (\\t) or a vertical bar.")
        self.encoding = options.take("encoding", str, "utf-8")
        self.sheet = options.take("sheet", str) if options.has("sheet") else None
        self.empty = {folded(value) for value in options.take_names("empty")}


def load_toml(name_or_file: str, folder: Path) -> dict[str, Any]:
    """What the mapping of that name in ``folder`` holds, or else that file. Raises MappingError."""
    named = folder / f"{name_or_file}.toml"
    path = named if named.is_file() else Path(name_or_file)
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
        hint = f", or one of {known}" if known else ""
        raise MappingError(f"There is no mapping “{name_or_file}”: give the name of a file{hint}.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name} is not TOML: {error}.") from error
