"""What the tree of pages gives to the header and the footer of every page."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import get_language

from common.navigation import Link
from pages.models import Page

from . import trees
from .addresses import VIEW
from .trees import Node, Tree


def site_menus(request: HttpRequest) -> dict[str, Any]:
    """``site_menus``: read when a page asks for it, and by most without a query."""
    return {"site_menus": Menus(request)}


class Menus:
    """The entries of the menus in the active language, the way to the present page marked."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def header(self) -> list[Link]:
        return self._links(Page.Menu.HEADER)

    @cached_property
    def footer(self) -> list[Link]:
        return self._links(Page.Menu.HEADER, Page.Menu.FOOTER)

    @cached_property
    def _tree(self) -> Tree:
        try:
            return trees.recent()
        except DatabaseError:
            # A page that says what went wrong must not go wrong, too.
            return Tree({})

    @cached_property
    def _line(self) -> list[Node]:
        """From the top to the present page, if that is one of the tree."""
        match = self._request.resolver_match
        if match is None or match.view_name != VIEW:
            return []
        node = self._tree.find(get_language() or settings.LANGUAGE_CODE, match.kwargs["slug"])
        return self._tree.line(node) if node else []

    def _links(self, *menus: str) -> list[Link]:
        language = get_language() or settings.LANGUAGE_CODE
        return [
            Link(node.titles[language], node.urls[language], self._current(node))
            for node in self._tree.in_menus(*menus)
            if language in node.urls
        ]

    def _current(self, node: Node) -> str:
        if node not in self._line:
            return ""
        return "page" if node == self._line[-1] else "true"
