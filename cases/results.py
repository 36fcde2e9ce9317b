"""The rows of a list of found cases: cards, in which what was searched for is marked."""

from collections.abc import Iterable, Sequence

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from common.search.analysis import analyser
from common.search.marking import as_html, has_match
from taxonomy.models import Term

from .cards import SUMMARY_LENGTH, card
from .models import Case, CaseText
from .public_index import Index
from .schema import TEXT_NAMES

# Where to look for what was searched for when the title and the summary do not hold it.
_BODY = tuple(name for name in TEXT_NAMES if name not in ("title", "summary"))


def rendered(ids: Sequence[int], *, words: str, index: Index) -> list[SafeString]:
    """Rows as HTML, in the order of ``ids``; one that is no longer public is left out.

    Without ``words`` they are the same for everybody who reads the same language, and are remembered as
    long as nothing that the public sees has changed.
    """
    if words:
        rows = _new_rows(ids, words, index)
        return [rows[pk] for pk in ids if pk in rows]
    cache = caches["cards"]
    keys = {pk: f"{index.version}:{get_language()}:{pk}" for pk in ids}
    remembered = cache.get_many(keys.values())
    missing = [pk for pk, key in keys.items() if key not in remembered]
    new = {keys[pk]: row for pk, row in _new_rows(missing, words, index).items()}
    cache.set_many(new)
    rows_by_key = remembered | new
    # Visibility is asked of the database, whatever is remembered.
    public = set(Case.objects.public().filter(pk__in=ids).order_by().values_list("pk", flat=True))
    return [rows_by_key[key] for pk, key in keys.items() if pk in public and key in rows_by_key]


def _new_rows(ids: Sequence[int], words: str, index: Index) -> dict[int, SafeString]:
    """Three queries; the terms are at hand in the index."""
    cases = (
        Case.objects.public()
        .select_related("owner", "source")
        .prefetch_related("texts", "evidence")
        .filter(pk__in=ids)
        .order_by()
    )
    return {case.pk: render_row(case, words, index.terms_of(case.pk)) for case in cases}


def render_row(case: Case, words: str = "", terms: Iterable[Term] | None = None) -> SafeString:
    """One row; ``words`` are marked in it. For ``terms``, see :func:`~cases.cards.card`."""
    text, marked = _marked(case, words) if words else (None, {})
    return render_to_string(
        "components/result_row.html", {"card": card(case, text=text, terms=terms) | marked}
    )


def _marked(case: Case, words: str) -> tuple[CaseText | None, dict[str, SafeString]]:
    """The text to show, and those of its parts that hold what was searched for.

    It is the text in the page's language when that matches, else one that does.
    """
    for text in sorted(case.texts.all(), key=lambda text: text != case.text):
        if parts := _marked_parts(text, words):
            return text, parts
    return None, {}


def _marked_parts(text: CaseText, words: str) -> dict[str, SafeString]:
    """Title and summary; in place of a summary that does not match, or is not there, an excerpt that does."""
    language = analyser(text.language)
    title = language.marked(text.title, words)
    if text.summary:
        summary = language.marked(text.summary, words)
    else:
        summary = language.excerpt(text.solution, words, SUMMARY_LENGTH)
    if has_match(summary):
        return {"title": as_html(title), "summary": as_html(summary)}
    if has_match(title):
        return {"title": as_html(title)}
    for name in _BODY:
        excerpt = language.excerpt(getattr(text, name), words, SUMMARY_LENGTH)
        if has_match(excerpt):
            return {"summary": as_html(excerpt)}
    return {}
