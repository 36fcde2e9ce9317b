"""One search over all that a person may open in the administration.

Each list finds what its own search finds, and nothing is found in a list that the person may not open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst

from common.admin.pages import ActAdmin

from .groups import GROUPS

SHOWN = 5
LONGEST = 100


@dataclass(frozen=True)
class Row:
    title: str
    url: str


@dataclass(frozen=True)
class Found:
    """What one list has; ``url`` is the list with the same search, ``has_more`` that it shows more."""

    title: str
    rows: list[Row]
    url: str
    has_more: bool


def search(site: AdminSite, request: HttpRequest, words: str) -> list[Found]:
    """What is found, by list, in the order of the start page."""
    words = words.strip()[:LONGEST].replace("\x00", "")
    if not words:
        return []
    return list(_found(site, request, words))


def _found(site: AdminSite, request: HttpRequest, words: str) -> Iterator[Found]:
    admins = {model._meta.label: model_admin for model, model_admin in site._registry.items()}
    for group in GROUPS:
        for label in group.lists:
            model_admin = admins.get(label)
            if model_admin is None or not model_admin.search_fields:
                continue
            if not model_admin.has_view_permission(request):
                continue
            rows = list(_matches(model_admin, request, words)[: SHOWN + 1])
            if rows:
                yield _told(model_admin, rows, words)


def _matches(model_admin: ModelAdmin, request: HttpRequest, words: str) -> QuerySet:
    queryset = model_admin.get_queryset(request)
    related = model_admin.get_list_select_related(request)
    if isinstance(related, list | tuple):
        queryset = queryset.select_related(*related)
    queryset, may_repeat = model_admin.get_search_results(request, queryset, words)
    queryset = queryset.order_by(
        *(model_admin.get_ordering(request) or queryset.model._meta.ordering or ["-pk"])
    )
    return queryset.distinct() if may_repeat else queryset


def _told(model_admin: ModelAdmin, rows: list[Any], words: str) -> Found:
    opts = model_admin.opts
    name = f"admin:{opts.app_label}_{opts.model_name}"
    shown = rows[:SHOWN]
    if isinstance(model_admin, ActAdmin):
        titles, everything = model_admin.titles_of(shown), model_admin.everything
    else:
        titles, everything = [str(row) for row in shown], {}
    return Found(
        title=capfirst(str(opts.verbose_name_plural)),
        rows=[
            Row(title, reverse(f"{name}_change", args=[row.pk]))
            for row, title in zip(shown, titles, strict=True)
        ],
        url=f"{reverse(f'{name}_changelist')}?{urlencode({'q': words, **everything})}",
        has_more=len(rows) > SHOWN,
    )
