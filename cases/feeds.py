"""The newest innovations as an Atom feed: all, or those that a search leaves.

A feed's address holds the same parameters as the list's, so that whatever one can look up one can follow:
a principle, a theme, an organisation, words.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from pyroaring import BitMap

from common import licence

from .facets import HOME
from .filters import CaseFilter
from .identifiers import case_identifier
from .models import Case

# Enough for a reader that looks once a week.
ITEMS = 50


class AtomWithLanguages(Atom1Feed):
    """Says of each innovation in which language it is told."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}


class CaseFeed(Feed):
    """Changes keep an entry's id and raise its ``updated``; what is withdrawn leaves the feed."""

    feed_type = AtomWithLanguages

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> CaseFilter:
        return CaseFilter(request.GET)

    def title(self, asked: CaseFilter) -> str:
        named = ", ".join([*filter(None, [asked.words]), *(chip["label"] for chip in asked.chips)])
        if named:
            return _("%(search)s: new innovations – Innovation registry") % {"search": named}
        return _("New innovations – Innovation registry")

    def subtitle(self, asked: CaseFilter) -> str:
        return _("What the public sector has solved, what came of it and who has adopted it.")

    def link(self, asked: CaseFilter) -> str:
        return reverse("cases:list") + asked.query

    def feed_url(self, asked: CaseFilter) -> str:
        return reverse("cases:feed") + asked.query

    def feed_guid(self, asked: CaseFilter) -> str:
        return settings.BASE_URL + self.feed_url(asked)

    def feed_copyright(self, asked: CaseFilter) -> str:
        return licence.NAME

    def author_name(self, asked: CaseFilter) -> str:
        return _("Innovation registry")

    def items(self, asked: CaseFilter) -> Iterable[Case]:
        index = asked.index
        # The index lists Finnish ones first: the newest of each kind, of which the database takes the newest.
        finnish = index.values["country"].get(HOME, BitMap())
        tiers = (finnish, index.everything - finnish)
        newest = [pk for tier in tiers for pk in asked.selection.in_order([tier])[:ITEMS]]
        return (
            Case.objects.public().for_cards().filter(pk__in=newest).order_by("-published_at", "-pk")[:ITEMS]
        )

    def item_title(self, case: Case) -> str:
        return case.text.title if case.text else ""

    def item_description(self, case: Case) -> str:
        return (case.text.summary or case.text.solution) if case.text else ""

    def item_guid(self, case: Case) -> str:
        return case_identifier(case.pk)

    def item_pubdate(self, case: Case) -> datetime | None:
        return case.published_at

    def item_updateddate(self, case: Case) -> datetime:
        return case.changed_at

    def item_author_name(self, case: Case) -> str | None:
        return case.owner.name if case.owner else None

    def item_categories(self, case: Case) -> list[str]:
        return [term.name for term in (*case.principles, *case.themes)]

    def item_copyright(self, case: Case) -> str:
        return case.source.licence if case.source else licence.NAME

    def item_extra_kwargs(self, case: Case) -> dict[str, str]:
        return {"language": case.text.language if case.text else ""}
