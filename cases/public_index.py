"""An index in memory of all public cases, which finds and counts by facet.

Every process keeps one :class:`Index`: a bitmap of the cases for each value of each facet. Counting or
intersecting bitmaps of 100,000 cases takes microseconds, where the database would take a query per facet.
The index carries the number of :class:`~cases.models.PublicVersion` that it was read at; actions raise that
number, and the next request reads everything anew.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, overload

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from pyroaring import BitMap

from common.search.suggest import Vocabulary, shown_words
from taxonomy.models import Term
from taxonomy.models import Vocabulary as TermVocabulary

from .effects import counting
from .effects.counting import Effects
from .facets import FACETS, HOME, UNTAGGED, EvidenceFound, Facet, Order, Origin
from .models import (
    Adoption,
    Case,
    CasePartner,
    CaseTerm,
    CaseText,
    Evidence,
    ImportSource,
    PublicVersion,
)
from .totals import Totals, of_public_cases

# The largest id that a bitmap can hold.
LARGEST_ID = 2**32 - 1
# Cases by value: what one facet knows.
Values = dict[str, BitMap]


class Numbering:
    """The order of the index: which number stands for which case."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.everything = BitMap(range(len(ids)))
        self._ids = ids
        self._known = BitMap(ids)
        # A place for every id up to the last: ten times faster to look up than a dictionary, and smaller.
        self._numbers = array("I", bytes(4 * (max(ids, default=0) + 1)))
        for number, pk in enumerate(ids):
            self._numbers[pk] = number

    def ids(self, numbers: Iterable[int]) -> list[int]:
        return [self._ids[number] for number in numbers]

    def number(self, pk: int) -> int | None:
        """The number of the case, None when it has none."""
        return self._numbers[pk] if pk in self._known else None

    def numbers(self, ids: Iterable[int]) -> BitMap:
        """The numbers of those of the cases that have one."""
        return BitMap(array("I", map(self._numbers.__getitem__, BitMap(ids) & self._known)))


class Index:
    """All public cases by facet value, at one version of what the public sees.

    Cases are numbered from 0, the newest first and those of the home country before others, so that a slice
    of a bitmap is a page of a list.
    """

    def __init__(
        self,
        version: int,
        numbering: Numbering,
        values: Mapping[str, Values],
        terms: Mapping[str, Mapping[str, Term]],
        sources: Mapping[str, ImportSource],
        adopter_counts: Mapping[int, BitMap],
        featured: Sequence[int],
    ) -> None:
        self.version = version
        # Ids of the featured cases, the last featured first.
        self.featured = featured
        # What searches have found at this version, kept by ``search.find``.
        self.found: dict[str, list[BitMap]] = {}
        self.values = values
        self.everything = numbering.everything
        # Cases by number of adopters, and the order of the most adopted first.
        self.adopter_counts = adopter_counts
        self.by_adopters = [adopter_counts[count] for count in sorted(adopter_counts, reverse=True)]
        self.numbering = numbering
        self._terms = terms
        self._names: Mapping[str, Mapping[str, Any]] = {**terms, "source": sources}
        self._options: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self.everything)

    def terms_of(self, pk: int) -> list[Term]:
        """The principles and themes of a public case, in their order."""
        case = self.numbering.numbers([pk])
        return [
            term
            for vocabulary in (TermVocabulary.PRINCIPLE, TermVocabulary.THEME)
            for code, term in self._terms[vocabulary].items()
            if code in self.values[vocabulary] and case.intersect(self.values[vocabulary][code])
        ]

    def counts_of(self, name: str) -> dict[str, int]:
        """How many public cases have each value of the facet."""
        return {value: len(cases) for value, cases in self.values[name].items()}

    @cached_property
    def by_start(self) -> list[BitMap]:
        """The order of the latest started first; cases that do not tell the year come last."""
        years = self.values["started"]
        tiers = [years[year] for year in sorted(years, reverse=True)]
        return [*tiers, self.everything - BitMap.union(BitMap(), *tiers)]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Words of all public titles and summaries, for suggesting a spelling; read when first asked for."""
        frequencies: Counter[str] = Counter()
        texts = CaseText.objects.filter(case__in=Case.objects.public()).order_by()
        for text in texts.values_list("title", "summary").iterator():
            frequencies.update(shown_words(" ".join(text)))
        return Vocabulary(frequencies)

    @cached_property
    def totals(self) -> Totals:
        """Sums over all public cases, read when first asked for."""
        return of_public_cases(self.effects)

    @cached_property
    def effects(self) -> Effects:
        """What the public cases report of their effects, counted when first asked for."""
        return counting.read(self)

    def terms(self, vocabulary: TermVocabulary) -> list[Term]:
        """All terms of the vocabulary, in its order."""
        return list(self._terms[vocabulary].values())

    def options(self, facet: Facet) -> list[str]:
        """The facet's values that some case has, in the order in which they are listed."""
        if facet.name not in self._options:
            self._options[facet.name] = self._ordered(facet)
        return self._options[facet.name]

    def _ordered(self, facet: Facet) -> list[str]:
        values = self.values[facet.name]
        if facet.order is Order.DESCENDING:
            return sorted(values, reverse=True)
        if facet.order is Order.COMMON:
            return sorted(values, key=lambda value: (value != HOME, -len(values[value]), value))
        declared = facet.choices.values if facet.choices else self._names[facet.name]
        return [value for value in (*declared, UNTAGGED) if value in values]

    def codes(self, facet: Facet) -> list[str] | None:
        """All values that can be, those that no case has among them; None where they cannot be listed."""
        if facet.codes:
            return facet.codes()
        if not facet.choices and facet.name not in self._names:
            return None
        untagged = [UNTAGGED] if facet.name == TermVocabulary.PRINCIPLE else []
        return [*(facet.choices or ()), *self._names.get(facet.name, ()), *untagged]

    def labels(self, facet: Facet, values: Collection[str]) -> dict[str, str]:
        """The values in words of the active language, in their order, without those that cannot be.

        One query at most, however many values.
        """
        if facet.labels:
            return facet.labels(values)
        return {value: label for value in values if (label := self._known_label(facet, value))}

    def label(self, facet: Facet, value: str) -> str:
        """The value in words of the active language; "" for a value that cannot be."""
        return self.labels(facet, [value]).get(value, "")

    def _known_label(self, facet: Facet, value: str) -> str:
        if name := self._names.get(facet.name, {}).get(value):
            return f"{value} {name}" if facet.name == TermVocabulary.PRINCIPLE else str(name)
        if facet.choices and value in facet.choices:
            return str(facet.choices(value).label)
        if facet.name == TermVocabulary.PRINCIPLE and value == UNTAGGED:
            return _("Not yet tagged")
        return ""


class Hits(Sequence[int]):
    """Ids of found cases: tier by tier, in each the newest first. A slice costs no more than its length."""

    def __init__(self, numbering: Numbering, tiers: Iterable[BitMap]) -> None:
        self._numbering = numbering
        self._tiers = [tier for tier in tiers if tier]

    def __len__(self) -> int:
        return sum(len(tier) for tier in self._tiers)

    @overload
    def __getitem__(self, key: int) -> int: ...
    @overload
    def __getitem__(self, key: slice) -> list[int]: ...
    def __getitem__(self, key: int | slice) -> int | list[int]:
        if isinstance(key, int):
            return self[range(len(self))[key] : range(len(self))[key] + 1][0]
        start, stop, step = key.indices(len(self))
        numbers: list[int] = []
        for tier in self._tiers:
            numbers += tier[max(start, 0) : max(stop, 0)]
            start, stop = start - len(tier), stop - len(tier)
        return self._numbering.ids(numbers[::step])


class Selection:
    """The cases that the chosen values leave: any of the values in a facet, all of the facets.

    ``found`` holds what a search found, the best tier first, no case twice; None without a search.
    """

    def __init__(
        self, index: Index, chosen: Mapping[str, Sequence[str]], found: Sequence[BitMap] | None = None
    ) -> None:
        self.index = index
        self._start = index.everything if found is None else BitMap.union(BitMap(), *found)
        self._chosen = {
            name: BitMap.union(BitMap(), *(index.values[name].get(value, BitMap()) for value in values))
            for name, values in chosen.items()
        }
        self.cases = BitMap.intersection(self._start, *self._chosen.values())

    def __len__(self) -> int:
        return len(self.cases)

    def in_order(self, tiers: Sequence[BitMap]) -> Hits:
        """The selected cases, those of the first tier first."""
        return Hits(self.index.numbering, (tier & self.cases for tier in tiers))

    def counts(self, name: str) -> dict[str, int]:
        """How many cases each value of the facet would leave, were it alone chosen in the facet."""
        base = self.cases
        if name in self._chosen:
            others = (cases for other, cases in self._chosen.items() if other != name)
            base = BitMap.intersection(self._start, *others)
        return {
            value: base.intersection_cardinality(cases) for value, cases in self.index.values[name].items()
        }


# The one index of this process ------------------------------------------------

_lock = Lock()
_current: Index | None = None


def current(version: int | None = None) -> Index:
    """The index of what is public now; one query tells that it still is, unless ``version`` was just read.

    The first thread that finds it out of date reads it anew, and the others wait for that.
    """
    global _current
    index = _current
    if version is None:
        version = PublicVersion.objects.values_list("number", flat=True).get(pk=1)
    if index is None or index.version != version:
        with _lock:
            # Unless another thread has read one as new while this one waited.
            if _current is None or _current is index or _current.version < version:
                _current = build(version)
            index = _current
    return index


def known() -> Index:
    """The index as this process has read it last: for whoever has just asked for the current one."""
    return current() if _current is None else _current


def forget() -> None:
    """Let the next request read the index anew, where the version cannot tell: another database."""
    global _current
    _current = None


def build(version: int) -> Index:
    """Read the index. ``version`` must have been read before: what changes meanwhile is read next time.

    A case that becomes public between two queries is in none of the bitmaps or in some; it is whole in the
    index of its own version.
    """
    names = [
        "pk",
        "adopter_count",
        "is_example",
        "featured_at",
        *(facet.column for facet in FACETS if facet.column),
    ]
    newest_first = Case.objects.public().order_by("-published_at", "-pk").values_list(*names)
    rows = sorted(newest_first, key=lambda row: row[names.index("country")] != HOME)
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    ids = columns["pk"]
    numbering = Numbering(ids)
    everything = numbering.everything

    def of_column(name: str) -> dict[Any, BitMap]:
        groups = _grouped(zip(columns[name], range(len(ids)), strict=True))
        return {value: BitMap(cases) for value, cases in groups.items()}

    def of_rows(rows: QuerySet[Any, tuple[Any, int]]) -> dict[Any, BitMap]:
        groups = _grouped(rows.order_by().iterator(chunk_size=10_000))
        return {value: numbering.numbers(cases) for value, cases in groups.items()}

    values = {facet.name: of_column(facet.column) for facet in FACETS if facet.column}
    examples = of_column("is_example").get(True, BitMap())
    values["source"][Origin.EXAMPLE.value] = examples
    values["source"][Origin.OWN.value] = values["source"].pop(None, BitMap()) - examples
    values["organisation"] = _joined(
        values["organisation"],
        of_rows(CasePartner.objects.values_list("organisation", "case")),
        of_rows(Adoption.objects.confirmed().values_list("organisation", "case")),
    )
    adopter_counts = of_column("adopter_count")
    effects = Evidence.objects.exclude(kind=Evidence.Kind.ONE_OFF_COST)
    values["evidence"] = of_rows(effects.values_list("established", "case").distinct())
    values["evidence"][EvidenceFound.ADOPTED.value] = everything - adopter_counts.get(0, BitMap())
    values["language"] = of_rows(CaseText.objects.values_list("language", "case"))
    terms = _terms()
    of_term = of_rows(CaseTerm.objects.values_list("term", "case"))
    for vocabulary, of_vocabulary in terms.items():
        values[vocabulary] = {
            code: of_term[term.pk] for code, term in of_vocabulary.items() if term.pk in of_term
        }
    tagged = BitMap.union(BitMap(), *values["principle"].values())
    values["principle"][UNTAGGED] = everything - tagged
    sources = {source.key: source for source in ImportSource.objects.all()}
    return Index(
        version,
        numbering,
        {
            facet.name: {
                str(value): cases
                for value, cases in values[facet.name].items()
                if cases and value not in ("", None)
            }
            for facet in FACETS
        },
        terms,
        sources,
        adopter_counts,
        _last_first(columns["featured_at"], ids),
    )


def _last_first(times: Sequence[datetime | None], ids: Sequence[int]) -> list[int]:
    """The ids of those that have a time, by falling time."""
    timed = sorted((time, pk) for time, pk in zip(times, ids, strict=True) if time is not None)
    return [pk for _time, pk in reversed(timed)]


def _terms() -> dict[str, dict[str, Term]]:
    """Every term by vocabulary and code, in the order of the vocabulary."""
    terms: dict[str, dict[str, Term]] = {vocabulary: {} for vocabulary in TermVocabulary.values}
    for term in Term.objects.all():
        terms[term.vocabulary][term.code] = term
    return terms


def _grouped(pairs: Iterable[tuple[Any, int]]) -> dict[Any, list[int]]:
    """The second of each pair by the first."""
    groups: dict[Any, list[int]] = defaultdict(list)
    for value, number in pairs:
        groups[value].append(number)
    return groups


def _joined(*groups: Mapping[Any, BitMap]) -> dict[Any, BitMap]:
    joined: dict[Any, BitMap] = defaultdict(BitMap)
    for group in groups:
        for value, cases in group.items():
            joined[value] |= cases
    return joined
