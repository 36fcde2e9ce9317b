"""What may be asked by an address: one definition, read by answers and by their description."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import QueryDict
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.facets import FACETS, Facet
from cases.filters import Sort
from cases.public_index import Index
from common.records import Table
from common.search.analysis import MAX_QUERY_LENGTH

from .problems import impossible_value, unknown_parameter

MOST = 100
USUAL = 20
# Longer than any cursor that is given out.
LONGEST_CURSOR = 400


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of an address.

    ``values`` gives all that it can be; without it the whole value matches ``pattern``. With ``many`` it may
    be there several times, with ``listed`` its value holds several, with commas between.
    """

    name: str
    words: str | Promise
    values: Callable[[], Sequence[str]] | None = None
    pattern: str = ""
    many: bool = False
    listed: bool = False
    # Of a number
    least: int | None = None
    most: int | None = None
    longest: int | None = None
    usual: str = ""
    example: str = ""

    @property
    def is_number(self) -> bool:
        return self.most is not None

    def check(self, value: str) -> None:
        """Raise a problem that tells what is wrong with the value."""
        if self.values:
            allowed = self.values()
            for one in value.split(",") if self.listed else [value]:
                if one not in allowed:
                    raise impossible_value(self.name, one, allowed)
        elif self.is_number:
            if not re.fullmatch("[0-9]{1,9}", value) or not (self.least or 0) <= int(value) <= (
                self.most or 0
            ):
                raise impossible_value(self.name, value)
        elif (self.longest and len(value) > self.longest) or not re.fullmatch(
            self.pattern or ".*", value, re.DOTALL
        ):
            raise impossible_value(self.name, value)


def read(parameters: Sequence[Parameter], query: QueryDict) -> dict[str, list[str]]:
    """The values by parameter, those of a list one by one. Raises a problem for the first that cannot be."""
    by_name = {parameter.name: parameter for parameter in parameters}
    for name, values in query.lists():
        if name not in by_name:
            raise unknown_parameter(name, list(by_name))
        parameter = by_name[name]
        if len(values) > 1 and not parameter.many:
            raise impossible_value(name, values[1])
        for value in values:
            parameter.check(value)
    return {
        name: str(values[0]).split(",") if by_name[name].listed else list(map(str, values))
        for name, values in query.lists()
    }


LANGUAGE = Parameter(
    name="lang",
    words=_(
        "The language of texts and labels. Without it the Accept-Language header chooses, else Finnish. Where"
        " an innovation is not told in the language, the original text is given."
    ),
    values=lambda: [language for language, _name in settings.LANGUAGES],
    example="sv",
)
LIMIT = Parameter(
    name="limit",
    words=_("How many rows a page has at most."),
    least=1,
    most=MOST,
    usual=str(USUAL),
    example="50",
)
CURSOR = Parameter(
    name="cursor",
    words=_("Where the page begins. Take it from “next” of the page before; it tells nothing by itself."),
    pattern="[A-Za-z0-9_-]+",
    longest=LONGEST_CURSOR,
)
WORDS = Parameter(
    name="q",
    words=_("Words that the innovation must hold, in any language and inflection."),
    longest=MAX_QUERY_LENGTH,
    example="asiakas",
)
SORT = Parameter(
    name="sort",
    words=_(
        "The order. By relevance needs words in “q”, and is then the usual one; without words it is “newest”."
    ),
    values=lambda: Sort.values,
    example="adopted",
)


def fields(*tables: Table, first: Sequence[str] = (), more: Sequence[str] = ()) -> Parameter:
    """Which columns are given: codes of these tables, and names besides."""
    names = [*first, *(code for table in tables for code in table.header), *more]
    return Parameter(
        name="fields",
        words=_("Which fields to give, with commas between; without it, the usual ones."),
        values=lambda: names,
        listed=True,
        example=",".join(names[:3]),
    )


# Where the heading on the page of the list would not do by itself.
_TITLES = {
    "owner_kind": _("Kind of organisation"),
    "started": _("Year of start"),
    "organisation": _("Number of the organisation that owns, made or adopted it"),
}


def title_of(facet: Facet) -> str | Promise:
    return _TITLES.get(facet.name, facet.title)


def of_facet(facet: Facet, index: Index) -> Parameter:
    """The filter of the list of innovations, with the values that the list’s page knows."""
    values = index.codes(facet) is not None
    return Parameter(
        name=facet.name,
        words=_narrowed_by(title_of(facet)),
        values=(lambda: index.codes(facet) or []) if values else None,
        pattern="" if values else "[0-9]{4}" if facet.name == "started" else "[0-9]{1,18}",
        many=True,
    )


def of_list(index: Index) -> list[Parameter]:
    """All that narrows the list of innovations and puts it in order."""
    return [WORDS, *(of_facet(facet, index) for facet in FACETS), SORT]


def _narrowing(title: str | Promise) -> str:
    return gettext("%(facet)s. Given several times, any of the values will do.") % {"facet": title}


_narrowed_by = lazy(_narrowing, str)
