"""The page of the site-wide search; the whole search is in its address."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.search.analysis import MAX_QUERY_LENGTH, asked_words

from .items import Group
from .results import Results, row

PAGE_SIZE = 20


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything public that holds the words: the best of each kind, or all of one kind, a page at a time."""
    words = asked_words(request.GET.get("q", ""))
    context: dict[str, Any] = {
        "words": words,
        "longest_query": MAX_QUERY_LENGTH,
        "title": _("%(words)s: search") % {"words": words} if words else _("Search"),
        "breadcrumbs": [(_("Search"), "")],
    }
    if words:
        results = Results(words)
        context |= {"results": results, "all_kinds_url": _address(words)}
        if results.suggestion:
            context["suggestion_url"] = _address(results.suggestion)
        if (kind := request.GET.get("kind")) in results.items:
            page = Paginator(results.items[Group(kind)], PAGE_SIZE).get_page(request.GET.get("page"))
            context |= {
                "chosen": Group(kind),
                "page_obj": page,
                "rows": [row(item, words) for item in page.object_list],
            }
    return render(request, "pages/site_search/search.html", context)


def _address(words: str) -> str:
    return f"{reverse('pages:search')}?{urlencode({'q': words})}"
