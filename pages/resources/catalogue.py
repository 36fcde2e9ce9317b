"""What an address asks of the resources: facets and words, counted in memory.

There are some hundreds of them at most, so all are read and the rest is done here. Several values in a
facet mean "or", facets mean "and"; a facet's counts are as if it were not chosen from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from common.search.analysis import MAX_QUERY_LENGTH, analyser, query_terms
from pages.models import Resource
from taxonomy.models import Vocabulary

LANGUAGES = [code for code, _name in settings.LANGUAGES]
WORDS_OF = ("title", "description", "publisher", "branch")


# Languages that Django does not name in Finnish and Swedish.
_NAMES = {"nb": _("Norwegian")}


def language_name(code: str) -> str:
    """What a language is called in the page's; its code where nobody knows a name."""
    if code in _NAMES:
        return str(_NAMES[code])
    try:
        name = get_language_info(code)["name_translated"]
    except KeyError:
        return code
    # Finnish and Swedish write them small; Django's translations do so mostly.
    return name if get_language() == "en" else name.lower()


def terms_of(resource: Resource, vocabulary: str) -> list[Any]:
    """The resource's terms of one vocabulary that are in use, in their order; prefetch ``terms``."""
    terms = [term for term in resource.terms.all() if term.vocabulary == vocabulary and term.is_active]
    return sorted(terms, key=lambda term: (term.order, term.code))


def _in_vocabulary(vocabulary: str) -> Callable[[Resource], dict[str, str]]:
    def values(resource: Resource) -> dict[str, str]:
        return {
            term.code: f"{term.code} {term.name}" if vocabulary == Vocabulary.PRINCIPLE else term.name
            for term in terms_of(resource, vocabulary)
        }

    return values


def _publisher(resource: Resource) -> dict[str, str]:
    """By the name in the site's first language, so that the language switch keeps the choice."""
    name = getattr(resource, f"publisher_{LANGUAGES[0]}") or resource.publisher
    return {slugify(name): resource.publisher} if slugify(name) else {}


@dataclass(frozen=True)
class Facet:
    """One way to narrow down: what a resource has of it, values and their labels."""

    name: str
    title: str | Promise
    values: Callable[[Resource], dict[str, str]]
    # Whether labels stand in the order of the kinds or terms; otherwise by the number of resources.
    is_ordered: bool = False


FACETS = (
    Facet("kind", _("Kind"), lambda one: {one.kind: one.get_kind_display()}, is_ordered=True),
    Facet("language", _("Language"), lambda one: {code: language_name(code) for code in one.languages}),
    Facet("publisher", _("Publisher"), _publisher),
    Facet("principle", _("Principle"), _in_vocabulary(Vocabulary.PRINCIPLE), is_ordered=True),
    Facet("theme", _("Theme"), _in_vocabulary(Vocabulary.THEME), is_ordered=True),
)


class Catalogue:
    """The resources that an address asks for, and what else could be asked: two queries."""

    def __init__(self, resources: QuerySet[Resource], parameters: QueryDict) -> None:
        self.everything: list[Resource] = list(resources.prefetch_related("terms"))
        self.words = " ".join(parameters.get("q", "").replace("\0", "").split())[:MAX_QUERY_LENGTH]
        # What each resource has of each facet; labels of all values.
        self._values = {
            facet.name: {one.pk: facet.values(one) for one in self.everything} for facet in FACETS
        }
        self._labels: dict[str, dict[str, str]] = {
            name: {value: label for values in rows.values() for value, label in values.items()}
            for name, rows in self._values.items()
        }
        self.chosen: dict[str, list[str]] = {}
        # Values in the address that no resource has.
        self.left_out: list[str] = []
        for facet in FACETS:
            for value in dict.fromkeys(filter(None, parameters.getlist(facet.name))):
                if value in self._labels[facet.name]:
                    self.chosen.setdefault(facet.name, []).append(value)
                else:
                    self.left_out.append(value)

    @cached_property
    def _found(self) -> list[Resource]:
        """Those that hold the words, whatever the facets."""
        if not self.words:
            return self.everything
        readings = query_terms(self.words)
        return [one for one in self.everything if _holds(_analysed(one), readings)]

    def _passing(self, *, but: str = "") -> list[Resource]:
        """Those that the words and the facets find; ``but`` is a facet that is left aside."""
        asked = [(self._values[name], set(values)) for name, values in self.chosen.items() if name != but]
        return [one for one in self._found if all(rows[one.pk].keys() & values for rows, values in asked)]

    @cached_property
    def hits(self) -> list[Resource]:
        """In the order that staff gave; of equals, those in the reader's own language first, then by title.

        With words, those whose title holds them come before the others.
        """
        language = get_language() or LANGUAGES[0]
        readings = query_terms(self.words) if self.words else []

        def place(one: Resource) -> tuple[bool, int, bool, str]:
            in_title = bool(readings) and _holds(_analysed(one, ("title",)), readings)
            return (not in_title, one.order, language not in one.languages, one.title.casefold())

        return sorted(self._passing(), key=place)

    def facets(self) -> list[tuple[Facet, list[dict[str, Any]]]]:
        """For ``facet_group``: each facet with the values that would leave resources, and those chosen."""
        return [(facet, self._options(facet)) for facet in FACETS]

    def _options(self, facet: Facet) -> list[dict[str, Any]]:
        rows, labels = self._values[facet.name], self._labels[facet.name]
        counts = dict.fromkeys(labels, 0)
        for one in self._passing(but=facet.name):
            for value in rows[one.pk]:
                counts[value] += 1
        chosen = self.chosen.get(facet.name, [])
        options = [
            {"value": value, "label": label, "count": counts[value], "is_chosen": value in chosen}
            for value, label in labels.items()
            if counts[value] or value in chosen
        ]
        if facet.name == "kind":
            order = Resource.Kind.values
            return sorted(options, key=lambda option: order.index(option["value"]))
        if facet.is_ordered:
            return sorted(options, key=lambda option: option["value"])
        return sorted(options, key=lambda option: (-option["count"], option["label"].casefold()))

    def chips(self) -> list[dict[str, str]]:
        """Each chosen value, with the address that takes it alone back."""
        return [
            {"label": self._labels[name][value], "url": self.address(without=(name, value))}
            for name, values in self.chosen.items()
            for value in values
        ]

    def address(
        self,
        *,
        words: str | None = None,
        without: tuple[str, str] | None = None,
        without_filters: bool = False,
    ) -> str:
        """The query of the same search with this changed, from its first page."""
        asked = {} if without_filters else self.chosen
        parameters = [("q", self.words if words is None else words)]
        parameters += [
            (name, value) for name, values in asked.items() for value in values if (name, value) != without
        ]
        return "?" + urlencode([(name, value) for name, value in parameters if value])


def _analysed(resource: Resource, fields: Iterable[str] = WORDS_OF) -> list[set[str]]:
    """The analysed words of the resource's texts, a set for each language."""
    fields = tuple(fields)
    return [
        set(
            analyser(language)
            .index_terms(" ".join(getattr(resource, f"{name}_{language}") or "" for name in fields))
            .split()
        )
        for language in LANGUAGES
    ]


def _holds(texts: list[set[str]], readings: list[Any]) -> bool:
    """Whether one of the texts has, by one reading of the query, an alternative of every word."""
    return any(
        all(any(text.issuperset(alternative) for alternative in word) for word in reading)
        for reading in readings
        for text in texts
    )
