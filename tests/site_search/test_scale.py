"""What the index of 10,000 organisations costs; ``pytest tests/site_search/test_scale.py -rP`` prints it."""
# ruff: noqa: T201 - the figures are for people to read.

import time
import tracemalloc
from itertools import product

import pytest

from pages.site_search.index import Index
from pages.site_search.items import Item, OrganisationItem, Text

COUNT = 10_000
_PLACES = (
    "Aava Hako Ilo Joki Kallio Lehto Meri Niemi Oja Pelto "
    "Ranta Salo Tuuli Uoma Virta Aalto Halla Kanto Loimu Myrsky"
).split()
_ENDINGS = ("la", "lampi", "järvi", "saari", "koski", "vuori", "mäki", "harju", "kylä", "niitty")
_KINDS = {
    "fi": ("kaupunki", "kunta", "hyvinvointialue", "virasto", "yliopisto"),
    "sv": ("stad", "kommun", "välfärdsområde", "ämbetsverk", "universitet"),
    "en": ("city", "municipality", "wellbeing services county", "agency", "university"),
}


def organisations() -> list[Item]:
    places = [
        f"{first}{second.lower()}{third}" for first, second, third in product(_PLACES, _PLACES, _ENDINGS)
    ]
    numbers = range(len(_KINDS["fi"]))
    return [
        OrganisationItem(
            texts={
                language: Text(f"{place} {kinds[number]}", f"{place} {kinds[number - 1]}")
                for language, kinds in _KINDS.items()
            },
            pk=pk,
            kind="municipality",
            country="FI",
        )
        for pk, (place, number) in enumerate(product(places, numbers))
    ][:COUNT]


@pytest.mark.usefixtures("db")
def test_index_of_ten_thousand_organisations_is_small_and_quickly_read_anew():
    Index((), []).find("kaupungit")  # Now the word lists are read.
    items = organisations()
    assert len(items) == COUNT
    began = time.perf_counter()
    first = Index((), items)
    first_seconds = time.perf_counter() - began
    began = time.perf_counter()
    Index((), items, first.analysed)
    again_seconds = time.perf_counter() - began

    tracemalloc.start()
    index = Index((), organisations())
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    began = time.perf_counter()
    found = index.find("kaupungit")
    find_seconds = time.perf_counter() - began

    print(f"{COUNT:,} organisations with former names, in three languages: {megabytes:.0f} MB,")
    print(f"{first_seconds:.2f} s the first time, {again_seconds:.2f} s when nothing new is to be analysed,")
    print(f"{find_seconds * 1000:.1f} ms to find {sum(map(len, found.values())):,} of them.")
    assert sum(map(len, found.values())) >= COUNT / 5
    assert megabytes < 80
    assert again_seconds < 3
