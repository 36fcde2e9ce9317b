"""What one search found, by kind, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cases import search
from cases.public_index import Hits
from cases.results import rendered
from common.search.analysis import analyser
from common.search.marking import as_html, has_match
from common.search.suggest import Vocabulary

from . import index
from .items import LANGUAGES, Group, Item

# Of each kind, where all kinds are shown.
BEST = 5
EXCERPT_LENGTH = 240
# A search that finds no more than this may have been misspelt.
FEW = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """What was found of one kind."""

    results: Results
    group: Group
    count: int

    @property
    def has_more(self) -> bool:
        return self.count > BEST

    @property
    def is_innovations(self) -> bool:
        return self.group is Group.INNOVATIONS

    @property
    def url(self) -> str:
        """Where all of it is: innovations can be narrowed down in a list of their own."""
        if self.is_innovations:
            return f"{reverse('cases:list')}?{urlencode({'q': self.results.words})}"
        return f"{reverse('pages:search')}?{urlencode({'q': self.results.words, 'kind': self.group.value})}"

    def best(self) -> list[dict[str, Any]]:
        """What the rows of the best ones show; not for innovations."""
        return [row(item, self.results.words) for item in self.results.items[self.group][:BEST]]


class Results:
    """Everything public that holds all of the words."""

    def __init__(self, words: str) -> None:
        self.words = words
        self._site, self._cases = index.current()
        self.innovations = Hits(self._cases.numbering, search.find(words, self._cases))
        self.items = self._site.find(words)

    @cached_property
    def kinds(self) -> list[Kind]:
        """Every kind of which something was found."""
        counts = {Group.INNOVATIONS: len(self.innovations)}
        counts |= {group: len(items) for group, items in self.items.items()}
        return [Kind(self, group, counts[group]) for group in Group if counts.get(group)]

    @cached_property
    def total(self) -> int:
        return sum(kind.count for kind in self.kinds)

    def best_innovations(self) -> list[SafeString]:
        """Rows as in the list of innovations."""
        return rendered(self.innovations[:BEST], words=self.words, index=self._cases)

    @cached_property
    def suggestion(self) -> str | None:
        """Words that were perhaps meant and that find more, when these find little or nothing."""
        if self.total > FEW:
            return None
        vocabulary = Vocabulary(self._site.frequencies, self._cases.vocabulary)
        other = vocabulary.suggestion(self.words)
        if not other:
            return None
        items = sum(map(len, self._site.find(other).values()))
        innovations = sum(map(len, search.find(other, self._cases)))
        return other if items + innovations > self.total else None


def row(item: Item, words: str) -> dict[str, Any]:
    """What is shown of an item: its text in the page's language if that holds words, else one that does."""
    own, _text = item.text_in(get_language() or settings.LANGUAGE_CODE)
    for language in sorted(item.texts, key=lambda language: (language != own, LANGUAGES.index(language))):
        text, analysed = item.texts[language], analyser(language)
        title = analysed.marked(text.title, words)
        body = analysed.excerpt(text.body, words, EXCERPT_LENGTH)
        if has_match(title) or has_match(body):
            break
    return {
        "url": item.address(),
        "leads_elsewhere": item.leads_elsewhere,
        "facts": item.facts(),
        "language": language,
        "title": as_html(title),
        "body": as_html(body),
        "body_matches": has_match(body),
    }
