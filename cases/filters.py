"""What an address asks of the list of innovations: the one reader of its parameters.

Whatever shows the same cases (the list, its feeds, downloads and API) starts from a :class:`CaseFilter`,
so that all give the same cases in the same order.

It is not a FilterSet: that adds conditions to a queryset, and here bitmaps are intersected and counted. And
where a form refuses a whole field, an address that somebody shared years ago still finds what it can: a
value that cannot be is left out, and the reader is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, TextChoices
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from common.search.analysis import asked_words

from . import public_index, search
from .facets import BY_NAME, FACETS, HOME, Facet, Place
from .models import Case
from .public_index import Hits, Index, Selection


class Sort(TextChoices):
    """Orders of the list. What is equal stands Finnish first, then newest first."""

    RELEVANCE = "relevance", _("Best match")
    NEWEST = "newest", _("Newest, Finnish first")
    ADOPTED = "adopted", _("Most adopted")
    STARTED = "started", _("Latest start")


@dataclass(frozen=True)
class Position:
    """Where a case stands in an order of the list; it tells the place even when the case is gone.

    Cases of the least ``rank`` come first; of one rank those of the home country, then the newest.
    """

    rank: int
    is_home: bool
    published: datetime
    pk: int


class CaseFilter:
    """Words, chosen values and order, read from the parameters of an address."""

    def __init__(self, parameters: QueryDict, index: Index | None = None) -> None:
        self.index = public_index.current() if index is None else index
        self.words = asked_words(parameters.get("q", ""))
        # Labels of the chosen values by facet, in the order of the address.
        self.chosen: dict[str, dict[str, str]] = {}
        # Values in the address that mean nothing here.
        self.left_out: list[str] = []
        for facet in FACETS:
            self._read(facet, parameters.getlist(facet.name))
        self.sort = self._read_sort(parameters.get("sort", ""))

    def _read(self, facet: Facet, values: list[str]) -> None:
        asked = list(dict.fromkeys(filter(None, values)))
        labels = self.index.labels(facet, asked) if asked else {}
        self.left_out += [value for value in asked if value not in labels]
        if labels:
            self.chosen[facet.name] = labels

    def _read_sort(self, value: str) -> Sort:
        if value in self.sorts:
            return Sort(value)
        if value and value not in Sort:
            self.left_out.append(value)
        return self.default_sort

    @property
    def default_sort(self) -> Sort:
        return self.sorts[0]

    @property
    def sorts(self) -> list[Sort]:
        """The orders to choose from, the one that is not asked for first."""
        return list(Sort) if self.words else [sort for sort in Sort if sort != Sort.RELEVANCE]

    @cached_property
    def found(self) -> list[BitMap] | None:
        """What the words alone find, the best matches first; None without words."""
        return search.find(self.words, self.index) if self.words else None

    @cached_property
    def suggestion(self) -> str | None:
        """Words that were perhaps meant, when these find little or nothing."""
        return None if self.found is None else search.suggestion(self.words, self.found, self.index)

    @cached_property
    def selection(self) -> Selection:
        return Selection(self.index, {name: list(labels) for name, labels in self.chosen.items()}, self.found)

    @cached_property
    def _tiers(self) -> dict[int, BitMap]:
        """The order asked for: cases of the least rank first, and of one rank as the index has them."""
        index = self.index
        match self.sort:
            case Sort.RELEVANCE:
                return dict(enumerate(self.found or []))
            case Sort.ADOPTED:
                return dict(
                    zip(sorted(-count for count in index.adopter_counts), index.by_adopters, strict=True)
                )
            case Sort.STARTED:
                years = sorted(-int(year) for year in index.values["started"])
                # Cases that do not tell the year have no rank less than 0.
                return dict(zip([*years, 0], index.by_start, strict=True))
            case Sort.NEWEST:
                return {0: index.everything}

    @cached_property
    def hits(self) -> Hits:
        """Ids of the cases that the address asks for, in its order."""
        return self.selection.in_order(list(self._tiers.values()))

    def position(self, pk: int, published: datetime) -> Position:
        """Where a case of ``hits``, first published then, stands in the order."""
        case = self.index.numbering.numbers([pk])
        rank = next(rank for rank, tier in self._tiers.items() if tier.intersect(case))
        return Position(rank, case.intersect(self._home), published, pk)

    def hits_after(self, position: Position) -> Hits:
        """Those of ``hits`` that come after the position, whatever was published or withdrawn meanwhile.

        One query if the case at the position is no longer public.
        """
        later = BitMap(range(self._number_after(position), len(self.index)))
        return self.selection.in_order(
            [
                tier & later if rank == position.rank else tier
                for rank, tier in self._tiers.items()
                if rank >= position.rank
            ]
        )

    def _number_after(self, position: Position) -> int:
        """The number in the index of whatever comes next to the position."""
        numbers, home = self.index.numbering.numbers, self._home
        same_side = home if position.is_home else self.index.everything - home
        if there := numbers([position.pk]) & same_side:
            return there.min() + 1
        is_of_side = Q(country=HOME) if position.is_home else ~Q(country=HOME)
        is_older = Q(published_at__lt=position.published) | Q(
            published_at=position.published, pk__lt=position.pk
        )
        older = Case.objects.public().filter(is_of_side, is_older).order_by("-published_at", "-pk")
        # Several, since one that was published just now is not in this index.
        following = numbers(older.values_list("pk", flat=True)[:100]) & same_side
        return following.min() if following else len(home) if position.is_home else len(self.index)

    @property
    def _home(self) -> BitMap:
        """The cases that are numbered first."""
        return self.index.values["country"].get(HOME, BitMap())

    def options(self, facet: Facet) -> list[dict[str, Any]]:
        """For ``facet_group``: the values that would leave cases, and those already chosen."""
        chosen: Mapping[str, str] = self.chosen.get(facet.name, {})
        counts = self.selection.counts(facet.name)
        offered = self.index.options(facet) if facet.place is not Place.LINKED else []
        # A chosen value that no case has is there too, to be taken back.
        values = dict.fromkeys([*(value for value in offered if counts[value]), *chosen])
        return [
            {
                "value": value,
                "label": chosen.get(value) or self.index.label(facet, value),
                "count": _grouped(counts.get(value, 0)),
                "is_chosen": value in chosen,
            }
            for value in values
        ]

    def facets(self, place: Place) -> list[tuple[Facet, list[dict[str, Any]]]]:
        """The facets of this part of the page; those that are only linked to, when chosen."""
        return [
            (facet, self.options(facet))
            for facet in FACETS
            if facet.place is place and (facet.name in self.chosen or place is not Place.LINKED)
        ]

    def has_chosen(self, place: Place) -> bool:
        return any(BY_NAME[name].place is place for name in self.chosen)

    @property
    def chips(self) -> list[dict[str, str]]:
        """Each chosen value, with the address that takes it alone back."""
        return [
            {
                # A bare year or name would not tell what it is the year or name of.
                "label": label if BY_NAME[name].place is Place.OPEN else f"{BY_NAME[name].title}: {label}",
                "url": self.address(without=(name, value)),
            }
            for name, labels in self.chosen.items()
            for value, label in labels.items()
        ]

    @property
    def query(self) -> str:
        """The search as a query, without its order and page; "" when all cases are asked for."""
        return self.address(sort=self.default_sort).removesuffix("?")

    def address(
        self,
        *,
        words: str | None = None,
        sort: Sort | None = None,
        without: tuple[str, str] | None = None,
        without_filters: bool = False,
    ) -> str:
        """The query of the same search with this changed, from its first page."""
        parameters = [("q", self.words if words is None else words)]
        if not without_filters:
            parameters += [
                (name, value)
                for name, labels in self.chosen.items()
                for value in labels
                if (name, value) != without
            ]
        sort = sort or self.sort
        parameters.append(("sort", "" if sort == self.default_sort else sort.value))
        return "?" + urlencode([(name, value) for name, value in parameters if value])


def _grouped(count: int) -> str:
    """The count as written; formatting is slow, and most counts have no thousands to group."""
    return number_format(count, force_grouping=True) if count >= 1000 else str(count)
