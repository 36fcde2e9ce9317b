"""Slugs of pages: which are free, and what a title gives."""

from collections.abc import Iterator
from itertools import chain, count

from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.text import slugify

from pages.models import Page, PageAddress

VIEW = "editorial:page"
_MOST_LETTERS = PageAddress._meta.get_field("slug").max_length or 0


def is_free(slug: str, language: str, page: Page) -> bool:
    """Whether the page may have it: no other page has or had it, and nothing else of the site is there."""
    others = PageAddress.objects.filter(language=language, slug=slug).exclude(page=page)
    return leads_to_pages(slug, language) and not others.exists()


def leads_to_pages(slug: str, language: str) -> bool:
    """Whether the site itself leaves the address to pages."""
    with translation.override(language):
        try:
            return resolve(f"/{language}/{slug}/").view_name == VIEW
        except Resolver404:
            return False


def slug_of(title: str, language: str, page: Page) -> str:
    """The first free one that the title gives; "" for a title without letters or digits."""
    return next((slug for slug in _slugs(title) if is_free(slug, language, page)), "")


def key_of(title: str) -> str:
    """The first free key that the title gives."""
    taken = set(Page.objects.values_list("key", flat=True))
    return next(key for key in chain(_slugs(title, 50), _slugs("page", 50)) if key not in taken)


def _slugs(title: str, most: int = _MOST_LETTERS) -> Iterator[str]:
    """What the title gives, then the same with a number after it."""
    first = slugify(title)[:most].strip("-")
    if not first:
        return
    yield first
    for number in count(2):
        yield f"{first[: most - 5]}-{number}"
