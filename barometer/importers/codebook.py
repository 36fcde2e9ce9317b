"""A codebook: which columns of a file of responses are read, and what their values mean.

``docs/barometer.md`` describes the file. What no table of it names is never read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from barometer.models import Group, Option, Question, Survey, SurveyQuestion
from common.imports.identifiers import identifier_in
from common.imports.options import FileFormat, MappingError, Options, load_toml
from common.imports.text import folded

# What a factor may be said to do; by these names in a codebook.
_EFFECTS: dict[str, tuple[str, str]] = {
    "promotes": ("promotes", "any"),
    "promotes-high": ("promotes", "high"),
    "promotes-some": ("promotes", "some"),
    "hinders": ("hinders", "any"),
    "hinders-high": ("hinders", "high"),
    "hinders-some": ("hinders", "some"),
    "neither": ("neither", ""),
}
_ROLES = {"dont-know": Option.Role.DONT_KNOW, "not-relevant": Option.Role.NOT_RELEVANT}

# What one cell tells: the options chosen, none of them (an answer all the same), or no answer.
Chosen = tuple[int, ...]
NO_ANSWER = None


class UnknownValueError(Exception):
    """The codebook does not know the value."""


@dataclass(frozen=True)
class Asked:
    """Who was asked: those with one of these values in the column."""

    column: str
    values: frozenset[str]


@dataclass(frozen=True)
class Matter:
    """What one answer is about: a question, or one factor of it. Its answers have one base.

    ``read`` makes of one respondent's cells, in the order of ``columns``, the numbers of the options chosen
    in ``options``, or NO_ANSWER. It raises UnknownValueError with the column and the value.
    """

    asked: SurveyQuestion
    columns: tuple[str, ...]
    options: tuple[Option, ...]
    read: Callable[[tuple[str, ...]], Chosen | None]
    asked_if: Asked | None


@dataclass(frozen=True)
class OwnWordsColumn:
    asked: SurveyQuestion
    column: str
    asked_if: Asked | None


@dataclass(frozen=True)
class Breakdown:
    """Which group of a breakdown a value of the column is; values in no group are None."""

    dimension: str
    column: str
    groups: Mapping[str, Group | None]


class Codebook:
    """A checked codebook for one edition. Raises :class:`MappingError`, naming the place."""

    def __init__(self, data: dict[str, Any], survey: Survey):
        options = Options(data, "")
        self.format = FileFormat(options.take_options("file") or Options({}, "file"))
        weight = options.take_options("weight")
        self.weight_column = weight.take("column", str) if weight else ""
        if weight:
            weight.done()
        self.breakdowns = list(_breakdowns(options.take_options("groups") or Options({}, "groups")))
        self.matters: list[Matter] = []
        self.own_words: list[OwnWordsColumn] = []
        asked = {
            row.question.key: row
            for row in survey.asked.select_related("question").prefetch_related("question__options__factor")
        }
        for number, part in enumerate(options.take("questions", list, []), start=1):
            self._add(Options(part, f"questions {number}"), asked)
        self.ignored: dict[str, str] = options.take("ignored", dict, {})
        options.done()
        self._check()

    @property
    def columns(self) -> list[str]:
        """Every column that is read, once."""
        found = [self.weight_column] if self.weight_column else []
        found += [breakdown.column for breakdown in self.breakdowns]
        for matter in self.matters:
            found += matter.columns
        found += [words.column for words in self.own_words]
        filters = [matter.asked_if for matter in self.matters] + [words.asked_if for words in self.own_words]
        found += [asked.column for asked in filters if asked]
        return list(dict.fromkeys(found))

    def _check(self) -> None:
        if not self.matters and not self.own_words:
            raise MappingError("[[questions]] There is none.")
        for reason in self.ignored.values():
            if not isinstance(reason, str) or not reason.strip():
                raise MappingError("[ignored] Every ignored column needs a reason.")
        both = {folded(name) for name in self.columns} & {folded(name) for name in self.ignored}
        if both:
            raise MappingError(f"[ignored] {', '.join(sorted(both))}: is read too.")
        seen: set[int] = set()
        for matter in self.matters:
            for option in matter.options:
                if option.pk in seen:
                    key = matter.asked.question.key
                    raise MappingError(f"[[questions]] “{key}”: the option “{option.code}” is told twice.")
                seen.add(option.pk)

    def _add(self, options: Options, asked: Mapping[str, SurveyQuestion]) -> None:
        key = options.take("key", str)
        if key not in asked:
            raise options.error(f"The edition does not ask “{key}”. It asks {', '.join(asked)}.")
        of = asked[key]
        kind = options.take("kind", str)
        if kind != of.question.kind:
            raise options.error(f"“{key}” is of the kind “{of.question.kind}”, not “{kind}”.")
        asked_if = _asked_if(options)
        if kind == Question.Kind.TEXT:
            self.own_words.append(OwnWordsColumn(of, options.take("column", str), asked_if))
        elif kind == Question.Kind.FACTOR:
            self.matters += _factors(options, of, asked_if)
        elif kind == Question.Kind.MULTI and options.has("columns"):
            self.matters.append(_marked(options, of, asked_if))
        else:
            self.matters.append(_valued(options, of, asked_if, several=kind == Question.Kind.MULTI))
        options.done()


def load_codebook(path: Path, survey: Survey) -> Codebook:
    """The codebook in the file, for the edition. Raises MappingError."""
    return Codebook(load_toml(str(path), path.parent), survey)


# Parts of the file ------------------------------------------------------------------


def _asked_if(options: Options) -> Asked | None:
    told = options.take_options("asked_if")
    if told is None:
        return None
    asked = Asked(told.take("column", str), frozenset(folded(value) for value in told.take_names("values")))
    if not asked.values:
        raise told.error("“values” names none.")
    told.done()
    return asked


def _breakdowns(options: Options) -> Iterator[Breakdown]:
    groups: dict[str, dict[str, Group]] = {}
    for group in Group.objects.select_related("dimension"):
        groups.setdefault(group.dimension.key, {})[group.key] = group
    for dimension in options.names():
        told = options.take_options(dimension)
        assert told is not None
        if dimension not in groups:
            raise told.error(f"There is no breakdown “{dimension}”. There are {', '.join(groups)}.")
        column, values = told.take("column", str), told.take_map("values")
        _refuse_identifiers(told, values)
        found: dict[str, Group | None] = {}
        for value, key in values.items():
            if key and key not in groups[dimension]:
                known = ", ".join(groups[dimension])
                raise told.error(f"There is no group “{key}”. There are {known}.")
            found[value] = groups[dimension][key] if key else None
        for value in told.take_names("missing"):
            found[folded(value)] = None
        told.done()
        yield Breakdown(dimension, column, found)


def _refuse_identifiers(options: Options, values: Mapping[str, Any]) -> None:
    for value in values:
        if kind := identifier_in(value):
            raise options.error(f"A value is a direct identifier ({kind}): such are never read.")


def _no_answers(options: Options, values: Mapping[str, Any]) -> frozenset[str]:
    """The values that are no answer; an empty cell is none either, unless the codebook says what it is."""
    missing = frozenset(folded(value) for value in options.take_names("missing"))
    if both := missing & set(values):
        raise options.error(f"“{', '.join(sorted(both))}” is among the values and missing.")
    return missing if "" in values else missing | {""}


def _valued(options: Options, of: SurveyQuestion, asked_if: Asked | None, *, several: bool) -> Matter:
    """A column whose values are options, or several options in one cell."""
    column = options.take("column", str)
    separator = options.take("separator", str, ";") if several else ""
    by_code = {option.code: option for option in of.question.options.all()}
    codes: dict[str, str] = {}
    for value, code in options.take_map("values").items():
        codes[value] = _known_code(options, code, by_code)
    _refuse_identifiers(options, codes)
    for value in options.take_names("dont_know"):
        codes[folded(value)] = _dont_know(options, by_code)
    missing = _no_answers(options, codes)
    chosen = tuple(by_code[code] for code in dict.fromkeys(codes.values()))
    numbers = {value: chosen.index(by_code[code]) for value, code in codes.items()}
    return Matter(of, (column,), chosen, partial(_read_valued, column, separator, numbers, missing), asked_if)


def _read_valued(
    column: str,
    separator: str,
    numbers: Mapping[str, int],
    missing: frozenset[str],
    cells: tuple[str, ...],
) -> Chosen | None:
    (cell,) = cells
    if folded(cell) in missing:
        return NO_ANSWER
    found = []
    for value in cell.split(separator) if separator else [cell]:
        number = numbers.get(folded(value))
        if number is not None:
            found.append(number)
        elif folded(value) not in missing:
            raise UnknownValueError(column, value)
    return tuple(dict.fromkeys(found)) if found else NO_ANSWER


def _marked(options: Options, of: SurveyQuestion, asked_if: Asked | None) -> Matter:
    """Several answers, with a column for each option and marks that say yes."""
    by_code = {option.code: option for option in of.question.options.all()}
    columns = {
        column: by_code[_known_code(options, code, by_code)]
        for column, code in options.take("columns", dict).items()
    }
    yes = frozenset(folded(value) for value in options.take_names("yes"))
    no = frozenset(folded(value) for value in options.take_names("no"))
    if not yes:
        raise options.error("“yes” names no value.")
    missing = _no_answers(options, dict.fromkeys(yes | no))
    read = partial(_read_marked, tuple(columns), yes, no, missing)
    return Matter(of, tuple(columns), tuple(columns.values()), read, asked_if)


def _read_marked(
    columns: tuple[str, ...],
    yes: frozenset[str],
    no: frozenset[str],
    missing: frozenset[str],
    cells: tuple[str, ...],
) -> Chosen | None:
    """Who marked nothing answered if some cell says no; without one, the question was passed over."""
    found, has_answered = [], False
    for number, cell in enumerate(cells):
        value = folded(cell)
        if value in yes:
            found.append(number)
            has_answered = True
        elif value in no:
            has_answered = True
        elif value not in missing:
            raise UnknownValueError(columns[number], cell)
    return tuple(found) if has_answered else NO_ANSWER


def _factors(options: Options, of: SurveyQuestion, asked_if: Asked | None) -> Iterator[Matter]:
    """A column for each factor, whose values say what it did; each factor has a base of its own."""
    columns: dict[str, str] = options.take("columns", dict)
    effects = options.take_map("values")
    _refuse_identifiers(options, effects)
    for value in options.take_names("dont_know"):
        effects[folded(value)] = "dont-know"
    missing = _no_answers(options, effects)
    by_factor: dict[str, list[Option]] = {}
    for option in of.question.options.all():
        if option.factor:
            by_factor.setdefault(option.factor.key, []).append(option)
    for column, factor in columns.items():
        if factor not in by_factor:
            raise options.error(f"The question has no factor “{factor}”. It has {', '.join(by_factor)}.")
        told = {
            value: tuple(
                option
                for effect in (effect if isinstance(effect, list) else [effect])
                for option in _options_of(options, effect, factor, by_factor[factor])
            )
            for value, effect in effects.items()
        }
        chosen = tuple({option.pk: option for found in told.values() for option in found}.values())
        numbers = {
            value: tuple(dict.fromkeys(chosen.index(option) for option in found))
            for value, found in told.items()
        }
        yield Matter(of, (column,), chosen, partial(_read_factor, column, numbers, missing), asked_if)


def _read_factor(
    column: str, numbers: Mapping[str, Chosen], missing: frozenset[str], cells: tuple[str, ...]
) -> Chosen | None:
    value = folded(cells[0])
    if value in missing:
        return NO_ANSWER
    if value not in numbers:
        raise UnknownValueError(column, cells[0])
    return numbers[value]


def _options_of(options: Options, effect: str, factor: str, known: list[Option]) -> list[Option]:
    """The options that the effect is: to a degree is to any degree too."""
    if effect in _ROLES:
        found = [option for option in known if option.role == _ROLES[effect]]
    elif effect in _EFFECTS:
        direction, degree = _EFFECTS[effect]
        degrees = {degree, "any"} if degree else {""}
        found = [option for option in known if option.direction == direction and option.degree in degrees]
        if degree not in {option.degree for option in found}:
            found = []
    else:
        allowed = ", ".join((*_EFFECTS, *_ROLES))
        raise options.error(f"A factor cannot be “{effect}”; it may be {allowed}.")
    if not found:
        raise options.error(f"The question has no option “{effect}” of the factor “{factor}”.")
    return found


def _known_code(options: Options, code: Any, known: Mapping[str, Option]) -> str:
    if code not in known:
        raise options.error(f"The question has no option “{code}”. It has {', '.join(known)}.")
    return str(code)


def _dont_know(options: Options, known: Mapping[str, Option]) -> str:
    found = [code for code, option in known.items() if option.role == Option.Role.DONT_KNOW]
    if len(found) != 1:
        has = f"has {len(found)} options" if found else "has no option"
        raise options.error(f"The question {has} that mean “don’t know”: name the code among “values”.")
    return found[0]
