"""What readers see of an editorial page, and what those who edit see before it is public."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from common import error_views
from common.markdown import to_document
from pages.models import Page, PageAddress, PageRevision, PageText

from . import companions, trees
from .trees import Node, Tree

# From so many headings on, a text has a table of contents.
HEADINGS_FOR_CONTENTS = 3


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A public page. A former address redirects; what was withdrawn says so."""
    language = _language()
    tree = trees.current()
    node = tree.find(language, slug)
    if node is None:
        return _not_here(request, language, slug)
    revision = (
        PageRevision.objects.select_related("page").prefetch_related("texts").filter(pk=node.revision).first()
    )
    text = revision.text(language) if revision else None
    if revision is None or text is None:
        raise Http404
    whole = shown(request, revision.page, text)
    url = settings.BASE_URL + request.path
    context = {
        "linked_data": companions.described(whole["companion"], url=url, title=text.title, lead=text.lead),
        "alternates": node.urls,
        "breadcrumbs": [
            *((above.titles[language], above.urls[language]) for above in tree.line(node)[:-1]),
            (text.title, ""),
        ],
        "branch": list(_branch(tree, node, language)),
        "changed": revision.published_at,
        **whole,
    }
    return render(request, "pages/page.html", context)


def shown(request: HttpRequest, page: Page, text: PageText) -> dict[str, Any]:
    """What a page shows of a text of its, published or not, and beneath it."""
    document = to_document(text.body)
    headings = [heading for heading in document.headings if heading.level == document.highest]
    return {
        "text": text,
        "document": document,
        "contents": headings if len(headings) >= HEADINGS_FOR_CONTENTS else [],
        "companion": companions.of(page, request),
    }


def preview(request: HttpRequest, page: Page, revision: PageRevision) -> HttpResponse:
    """The page as it would look with this revision. The caller has made sure that the person may see it."""
    text = revision.text(_language())
    if text is None:
        raise Http404
    language, tree = _language(), trees.with_revision(revision)
    node = tree.nodes[page.pk]
    context = {
        "breadcrumbs": [*_above(tree, node, language), (text.title, "")],
        "branch": list(_branch(tree, node, language)),
        "changed": revision.saved_at,
        "preview_of": revision,
        "back_url": reverse("admin:pages_page_change", args=[page.pk]),
        **shown(request, page, text),
    }
    return render(request, "pages/page.html", context)


def _not_here(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    addresses = PageAddress.objects.select_related("page").prefetch_related("page__addresses")
    address = addresses.filter(language=language, slug=slug).first()
    page = address.page if address else None
    if page is not None and page.state == Page.State.PUBLISHED:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(page.get_absolute_url() + (f"?{query}" if query else ""))
    # The same word means nothing in the other languages.
    alternates = {code: f"/{code}/" for code, _name in settings.LANGUAGES}
    if page is not None and page.state == Page.State.WITHDRAWN:
        return error_views.gone(request, alternates=alternates)
    return error_views.page_not_found(request, Http404(), alternates=alternates)


def _above(tree: Tree, node: Node, language: str) -> list[tuple[str, str]]:
    """The pages on the way down to this one."""
    return [(above.titles[language], above.urls[language]) for above in tree.line(node)[:-1]]


def _branch(tree: Tree, node: Node, language: str) -> Iterator[dict[str, Any]]:
    """The part of the tree that the page stands in, for the navigation at its side: with the depth of each.

    Of what is under other pages only the first step is there.
    """
    line = tree.line(node)

    def walk(at: Node, depth: int) -> Iterator[dict[str, Any]]:
        current = "page" if at == node else "true" if at in line else ""
        # Before its first publication a page has no address but the one at which it is shown.
        url = at.urls.get(language, "")
        yield {"title": at.titles[language], "url": url, "current": current, "depth": depth}
        if at in line:
            for child in tree.under(at.pk):
                yield from walk(child, depth + 1)

    found = list(walk(line[0], 0))
    if len(found) > 1:
        yield from found


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
