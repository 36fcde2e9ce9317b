"""The page of resources."""

from typing import Any
from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import get_text_list
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.search.analysis import MAX_QUERY_LENGTH, analyser
from pages.models import Resource
from taxonomy.models import Vocabulary

from .catalogue import LANGUAGES, Catalogue, language_name, terms_of

PAGE_SIZE = 20


@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """Every public resource that the address asks for, a page at a time: two queries."""
    asked = Catalogue(Resource.objects.public(), request.GET)
    # A page beyond the last is the last one; what is no number is the first.
    page = Paginator(asked.hits, PAGE_SIZE).get_page(request.GET.get("page"))
    count = page.paginator.count
    context = {
        "asked": asked,
        "page_obj": page,
        "title": _("%(words)s: resources") % {"words": asked.words} if asked.words else _("Resources"),
        "rows": [row(one, asked.words) for one in page.object_list],
        "count_text": ngettext("%(count)s resource", "%(count)s resources", count)
        % {"count": number_format(count, force_grouping=True)},
        "facets": asked.facets(),
        "chips": asked.chips(),
        "clear_url": asked.address(without_filters=True),
        "without_words_url": asked.address(words=""),
        "left_out": ", ".join(value[:40] for value in asked.left_out[:5]),
        "longest_query": MAX_QUERY_LENGTH,
        "breadcrumbs": [(_("Resources"), "")],
    }
    return render(request, "pages/resources/list.html", context)


def row(resource: Resource, words: str = "") -> dict[str, Any]:
    """What the list shows of one resource; ``words`` are marked in it."""
    codes = resource.languages
    return {
        "url": resource.url,
        "title": _marked(resource.title, words),
        "title_language": _title_language(resource),
        "description": _marked(resource.description, words),
        "kind": resource.get_kind_display(),
        "publisher": resource.publisher,
        "year": resource.year,
        "branch": resource.branch,
        "site": _site(resource.url),
        "languages": get_text_list([language_name(code) for code in codes], _("and")),
        "hreflang": codes[0] if len(codes) == 1 else "",
        "principles": terms_of(resource, Vocabulary.PRINCIPLE),
        "themes": terms_of(resource, Vocabulary.THEME),
    }


def _site(url: str) -> SafeString:
    """The name of the site, which may break after a dot."""
    parts = (urlsplit(url).hostname or "").removeprefix("www.").split(".")
    return format_html_join(mark_safe("<wbr>."), "{}", ((part,) for part in parts))


def _title_language(resource: Resource) -> str:
    """The language of a title that is the same whatever the page's: a work's own name."""
    titles = {getattr(resource, f"title_{language}") for language in LANGUAGES}
    return resource.languages[0] if len(titles) == 1 and len(resource.languages) == 1 else ""


def _marked(text: str, words: str) -> SafeString:
    """The text as HTML, what was searched for marked."""
    pieces = analyser(get_language() or LANGUAGES[0]).marked(text, words) if words else [(text, False)]
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", piece) if hit else piece,) for piece, hit in pieces)
    )
