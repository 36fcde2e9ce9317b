"""What the site-wide search finds besides innovations, read from what each app says is public.

An item keeps only what the public may read: what is not public is in no item, so no mistake in finding or in
showing can let it out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import unescape
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import Organisation, OrganisationKind
from barometer.models import Figure, Option, Question
from cases import public_index
from cases.effects.counting import Effects
from cases.effects.measures import MEASURES
from cases.effects.wording import rules
from common.markdown import to_html
from network.models import Event
from pages.models import Page, Resource

_LINE_ENDS = re.compile("</(?:h[1-6]|li)>")
LANGUAGES = [language for language, _name in settings.LANGUAGES]


class Group(TextChoices):
    """Headings of the results, in their order."""

    INNOVATIONS = "innovations", _("Innovations")
    PAGES = "pages", _("Pages")
    ORGANISATIONS = "organisations", _("Organisations")
    QUESTIONS = "questions", _("Questions of the barometer")
    RESOURCES = "resources", _("Resources elsewhere")
    EVENTS = "events", _("Coming events")


@dataclass(frozen=True, slots=True)
class Text:
    """What is searched and shown of an item in one language; plain text."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to find: its words by language, and where it is."""

    group: ClassVar[Group]
    # Whether following it leaves the site.
    leads_elsewhere: ClassVar[bool] = False

    texts: Mapping[str, Text]

    def text_in(self, language: str) -> tuple[str, Text]:
        """The text for readers of the language, and the language that it is in."""
        return next((code, self.texts[code]) for code in (language, *LANGUAGES) if code in self.texts)

    def address(self) -> str:
        """Where it is for readers of the active language."""
        raise NotImplementedError

    def facts(self) -> list[str]:
        """What a reader wants to know of it at once, in the active language."""
        return []

    def is_current(self) -> bool:
        """Whether it may be found now."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class PageItem(Item):
    group = Group.PAGES

    slugs: Mapping[str, str]

    @classmethod
    def public(cls) -> Iterator[Self]:
        for page in Page.objects.public().with_texts():
            yield cls(
                texts={
                    text.language: Text(text.title, f"{text.lead} {_plain(text.body)}".strip())
                    for text in page.published_revision.texts.all()
                },
                slugs={language: page.slug(language) for language in LANGUAGES},
            )

    def address(self) -> str:
        return reverse("editorial:page", args=[self.slugs[get_language() or settings.LANGUAGE_CODE]])


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectItem(Item):
    """An effect that real innovations have reported; its body says how it is counted."""

    group = Group.PAGES

    key: str

    @classmethod
    def public(cls, effects: Effects) -> Iterator[Self]:
        for measure in MEASURES:
            if effects.has(measure):
                texts = {}
                for language in LANGUAGES:
                    with override(language):
                        texts[language] = Text(str(measure.title), " ".join(rules(measure)))
                yield cls(texts=texts, key=measure.key)

    def address(self) -> str:
        return reverse("cases:effect", args=[self.key])


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationItem(Item):
    """An organisation that has part in a public innovation; its body is the names of those it continues."""

    group = Group.ORGANISATIONS

    pk: int
    kind: str
    country: str

    @classmethod
    def public(cls, case_counts: Mapping[str, int]) -> Iterator[Self]:
        """Those that ``case_counts`` names by their ids: the most innovations first."""
        columns = ["pk", "kind", "country", "valid_to", *(f"name_{language}" for language in LANGUAGES)]
        rows = {row["pk"]: row for row in Organisation.objects.order_by("name").values(*columns)}
        predecessors = defaultdict(list)
        for before, after in Organisation.successors.through.objects.order_by("pk").values_list(
            "from_organisation", "to_organisation"
        ):
            if rows[before]["valid_to"]:
                predecessors[after].append(before)
        public = [row for pk, row in rows.items() if str(pk) in case_counts]
        for row in sorted(public, key=lambda row: -case_counts[str(row["pk"])]):
            former = [rows[pk] for pk in _all_before(row["pk"], predecessors)]
            texts = {}
            for language in LANGUAGES:
                if name := row[f"name_{language}"]:
                    names = dict.fromkeys(old[f"name_{language}"] for old in former)
                    texts[language] = Text(name, ", ".join(filter(None, names)))
            yield cls(texts=texts, pk=row["pk"], kind=row["kind"], country=str(row["country"]))

    def address(self) -> str:
        _language, text = self.text_in(get_language() or settings.LANGUAGE_CODE)
        return reverse("cases:organisation", args=[self.pk, slugify(text.title) or "-"])

    def facts(self) -> list[str]:
        kind = str(OrganisationKind(self.kind).label)
        return [kind] if self.country == "FI" else [kind, str(countries.name(self.country))]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionItem(Item):
    """A question of the barometer with the answers of which something is known."""

    group = Group.QUESTIONS

    key: str

    @classmethod
    def public(cls) -> Iterator[Self]:
        # An option that only an unpublished edition has is not public, though its question is.
        answers = Option.objects.filter(Exists(Figure.objects.public().filter(option=OuterRef("pk"))))
        for question in Question.objects.public().prefetch_related(Prefetch("options", answers)):
            yield cls(
                key=question.key,
                texts=_texts(
                    question,
                    "title",
                    "wording",
                    more=[(option, "label") for option in question.options.all()],
                ),
            )

    def address(self) -> str:
        return reverse("barometer:question", args=[self.key])


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceItem(Item):
    group = Group.RESOURCES
    leads_elsewhere = True

    url: str
    kind: str
    year: int | None

    @classmethod
    def public(cls) -> Iterator[Self]:
        for resource in Resource.objects.public():
            yield cls(
                url=resource.url,
                kind=resource.kind,
                year=resource.year,
                texts=_texts(resource, "title", "description", "publisher", "branch"),
            )

    def address(self) -> str:
        return self.url

    def facts(self) -> list[str]:
        return [str(Resource.Kind(self.kind).label), *([str(self.year)] if self.year else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventItem(Item):
    """A coming event to which everybody may come."""

    group = Group.EVENTS

    pk: int
    starts_at: datetime
    ends_at: datetime
    kind: str
    is_example: bool

    @classmethod
    def public(cls) -> Iterator[Self]:
        everybodys = Event.objects.visible_to(AnonymousUser()).filter(state=Event.State.PUBLISHED)
        for event in everybodys.coming():
            yield cls(
                pk=event.pk,
                starts_at=event.starts_at,
                ends_at=event.ends_at,
                kind=event.kind,
                is_example=event.is_example,
                texts=_texts(event, "title", "description", "place", "organiser"),
            )

    def address(self) -> str:
        _language, text = self.text_in(get_language() or settings.LANGUAGE_CODE)
        return reverse("network:event", args=[self.pk, slugify(text.title) or "-"])

    def facts(self) -> list[str]:
        begins = date_format(timezone.localtime(self.starts_at), "DATETIME_FORMAT")
        invented = [str(_("Invented example"))] if self.is_example else []
        return [str(Event.Kind(self.kind).label), begins, *invented]

    def is_current(self) -> bool:
        return self.ends_at > timezone.now()


def public_items(cases: public_index.Index) -> Iterator[Item]:
    """All of them, group by group, each group in the order in which it is shown."""
    yield from PageItem.public()
    yield from EffectItem.public(cases.effects)
    yield from OrganisationItem.public(cases.counts_of("organisation"))
    yield from QuestionItem.public()
    yield from ResourceItem.public()
    yield from EventItem.public()


def _texts(row: Any, title: str, *body: str, more: Iterable[tuple[Any, str]] = ()) -> dict[str, Text]:
    """Texts of a row with columns in each language; a language without a title has none."""
    texts = {}
    for language in LANGUAGES:
        if words := getattr(row, f"{title}_{language}"):
            parts = [getattr(row, f"{name}_{language}") for name in body]
            parts += [getattr(other, f"{name}_{language}") for other, name in more]
            texts[language] = Text(words, " · ".join(filter(None, parts)))
    return texts


@lru_cache(maxsize=500)
def _plain(markdown: str) -> str:
    """The words of the text alone; what stood on a line of its own is set apart."""
    html = _LINE_ENDS.sub(" ·", to_html(markdown))
    return unescape(" ".join(strip_tags(html).split())).removesuffix(" ·")


def _all_before(pk: int, predecessors: Mapping[int, list[int]]) -> list[int]:
    """Those whose work the organisation continues, and those whose work they did: the latest first."""
    found: dict[int, None] = {}
    waiting = list(predecessors[pk]) if pk in predecessors else []
    for before in waiting:
        if before not in found and before != pk:
            found[before] = None
            waiting += predecessors.get(before, [])
    return list(found)
