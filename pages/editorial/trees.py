"""The tree of the public pages, which menus and ways through the site are made of.

Every process keeps one :class:`Tree` with the stamp that it was read at; every action raises the stamp.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.db.models import Count, Prefetch, Subquery, Sum, Value
from django.urls import reverse
from django.utils.translation import override

from cases.models import PublicVersion
from pages.models import Page, PageRevision, PageText

# For so many seconds menus may be behind what another process has published.
MENUS_MAY_WAIT = 5


@dataclass(frozen=True)
class Node:
    """One public page in its place. ``parent`` is the nearest public page above it."""

    pk: int
    key: str
    menu: str
    revision: int
    parent: int | None
    titles: Mapping[str, str]
    slugs: Mapping[str, str]
    urls: Mapping[str, str]


class Tree:
    """The public pages, each before those under it."""

    def __init__(self, nodes: Mapping[int, Node]) -> None:
        self.nodes = nodes
        self._by_slug = {
            (language, slug): node for node in nodes.values() for language, slug in node.slugs.items()
        }

    def find(self, language: str, slug: str) -> Node | None:
        """The page that has this slug in the language now."""
        return self._by_slug.get((language, slug))

    def under(self, pk: int | None) -> list[Node]:
        return [node for node in self.nodes.values() if node.parent == pk]

    def line(self, node: Node) -> list[Node]:
        """The pages from the top down to ``node``, itself the last."""
        parents = {pk: each.parent for pk, each in self.nodes.items()}
        return [self.nodes[pk] for pk in reversed(line_of(node.pk, parents))]

    def in_menus(self, *menus: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.menu in menus]


def line_of(pk: int, parents: Mapping[int, int | None]) -> list[int]:
    """``pk`` and all that is above it, up to the top."""
    line, at = [], pk
    while at is not None and at not in line:
        line.append(at)
        at = parents[at]  # type: ignore[assignment]
    return line


def in_order(parents: Mapping[int, int | None], parent: int | None = None) -> Iterator[int]:
    """All that is under ``parent``, each before what is under it; neighbours as they stand in ``parents``."""
    for pk, above in parents.items():
        if above == parent:
            yield pk
            yield from in_order(parents, pk)


@dataclass(frozen=True)
class _Kept:
    tree: Tree
    stamp: tuple[int, int | None]
    looked_at: float


_kept: _Kept | None = None


def current() -> Tree:
    """The tree as it is now: one query, and three more when something has changed."""
    # Read first: what changes while the tree is being read is read next time.
    found = Page.objects.aggregate(count=Count("pk"), versions=Sum("version"))
    return _at((found["count"], found["versions"]))


def current_with_public_version() -> tuple[Tree, int]:
    """The same, and in the same query the version of what is public of innovations (``PublicVersion``)."""
    pages = Page.objects.order_by().values(one=Value(1))
    row = PublicVersion.objects.values_list(
        "number",
        Subquery(pages.annotate(count=Count("pk")).values("count")),
        Subquery(pages.annotate(versions=Sum("version")).values("versions")),
    )
    version, count, versions = row.get(pk=1)
    return _at((count or 0, versions)), version


def _at(stamp: tuple[int, int | None]) -> Tree:
    """The tree that has this stamp, and from now on is what :func:`recent` gives."""
    global _kept
    kept = _kept
    tree = kept.tree if kept and kept.stamp == stamp else _read() if stamp[0] else Tree({})
    _kept = _Kept(tree, stamp, monotonic())
    return tree


def recent() -> Tree:
    """The tree as it was at most some seconds ago: mostly without any query."""
    kept = _kept
    if kept and monotonic() - kept.looked_at < MENUS_MAY_WAIT:
        return kept.tree
    return current()


def forget() -> None:
    """Let the next request look at the database again."""
    global _kept
    _kept = None


def with_revision(revision: PageRevision) -> Tree:
    """The tree as it would be if the revision were published now: for showing it beforehand."""
    return _read(revision)


def _read(beforehand: PageRevision | None = None) -> Tree:
    texts = Prefetch("published_revision__texts", PageText.objects.defer("lead", "body"))
    pages = {
        page.pk: page
        for page in Page.objects.select_related("published_revision").prefetch_related(texts, "addresses")
    }
    shown = {pk: page.published_revision for pk, page in pages.items() if page.state == Page.State.PUBLISHED}
    if beforehand is not None:
        shown[beforehand.page_id] = beforehand
    parents = {pk: page.parent_id for pk, page in pages.items()}
    above = {pk: next((one for one in line_of(pk, parents)[1:] if one in shown), None) for pk in shown}
    return Tree(
        {pk: _node(pages[pk], revision, above[pk]) for pk in in_order(parents) if (revision := shown.get(pk))}
    )


def _node(page: Page, revision: PageRevision, parent: int | None) -> Node:
    titles, slugs, urls = {}, {}, {}
    for language, _name in settings.LANGUAGES:
        text = revision.text(language)
        titles[language] = text.short_title if text else page.key
        if slug := page.slug(language):
            with override(language):
                slugs[language], urls[language] = slug, reverse("editorial:page", args=[slug])
    return Node(page.pk, page.key, page.menu, revision.pk, parent, titles, slugs, urls)
