"""The words by which cases are found."""

from collections.abc import Sequence

from django.db.models import Q
from pyroaring import BitMap

from common.search.analysis import analyser, query_terms

from .facets import Index
from .models import CaseText, SearchEntry
from .schema import SEARCH_SUMMARY, TEXT_NAMES

BATCH = 500
_BODY = tuple(name for name in TEXT_NAMES if name not in ("title", *SEARCH_SUMMARY))


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


def find(words: str, index: Index) -> list[BitMap]:
    """Public cases that hold all of the words, those with them in the title first, no case twice."""
    matches = Q()
    for reading in query_terms(words):
        every = Q()
        for alternatives in reading:
            some = Q()
            for alternative in alternatives:
                some |= Q(
                    *(
                        Q(title__contains=term) | Q(summary__contains=term) | Q(body__contains=term)
                        for term in alternative
                    )
                )
            every &= some
        matches |= every
    return (
        [index.cases(SearchEntry.objects.filter(matches).values_list("case", flat=True))] if matches else []
    )
