"""The words by which cases are found: keeping them, and finding the cases that hold some."""

from collections.abc import Sequence

from pyroaring import BitMap

from common.search.analysis import analyser
from common.search.backends import matching

from .models import CaseText, SearchEntry
from .public_index import Index
from .schema import SEARCH_SUMMARY, TEXT_NAMES

BATCH = 500
# A search that finds no more cases than this may have been misspelt.
FEW = 2
# Searches that a process remembers: some kilobytes each, until what is public changes.
REMEMBERED = 100
_BODY = tuple(name for name in TEXT_NAMES if name not in ("title", *SEARCH_SUMMARY))


def find(words: str, index: Index) -> list[BitMap]:
    """Public cases that hold all of the words in some language.

    Those whose title does come first, then those whose title and summary do together, then the others; no
    case comes twice. Words of no letters or digits find nothing. The index remembers what was found: the
    pages and facets of one search ask the database once.
    """
    found = index.found.get(words)
    if found is None:
        found = _find(words, index)
        if len(index.found) >= REMEMBERED:
            index.found.clear()
        index.found[words] = found
    return found


def _find(words: str, index: Index) -> list[BitMap]:
    matches = matching(SearchEntry._meta.db_table, words)
    if matches is None:
        return []
    by_title, by_summary = BitMap(matches.by_title), BitMap(matches.by_title_and_summary)
    tiers = (by_title, by_summary - by_title, BitMap(matches.all) - by_summary)
    return [index.numbering.numbers(ids) for ids in tiers]


def suggestion(words: str, found: Sequence[BitMap], index: Index) -> str | None:
    """Other words, near these in spelling, that find more; None when these have found enough."""
    count = sum(map(len, found))
    if count > FEW:
        return None
    other = index.vocabulary.suggestion(words)
    return other if other and sum(map(len, find(other, index))) > count else None


def index(case_ids: Sequence[int]) -> None:
    """Analyse the public texts of the cases anew. To be called by actions, in their transaction."""
    for start in range(0, len(case_ids), BATCH):
        batch = case_ids[start : start + BATCH]
        SearchEntry.objects.filter(case__in=batch).delete()
        SearchEntry.objects.bulk_create(
            [_entry(text) for text in CaseText.objects.filter(case__in=batch, case__state="published")]
        )


def _entry(text: CaseText) -> SearchEntry:
    language = analyser(text.language)
    return SearchEntry(
        case_id=text.case_id,
        language=text.language,
        title=language.index_terms(text.title),
        summary=language.index_terms(" ".join(getattr(text, name) for name in SEARCH_SUMMARY)),
        body=language.index_terms(" ".join(getattr(text, name) for name in _BODY)),
        analyser=language.identity,
    )
