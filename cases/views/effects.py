"""What innovations have reported of their effects: series at permanent addresses, and who is behind them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import public_index
from cases.effects import charts, exports, measures, series
from cases.effects.measures import EUROS, HOURS, LeftOut, Measure
from cases.effects.series import NOT_TOLD, Breakdown, Key, Series
from cases.effects.wording import left_out_words
from cases.models import Case, Established, Evidence
from cases.public_index import Index
from cases.totals import estimated, known
from common.tabular import CSV_TYPE, XLSX_TYPE

# What each ending gives: the content's type, and the function that makes it.
FORMATS: dict[str, tuple[str, Callable[[Series], Any]]] = {
    "svg": ("image/svg+xml", charts.file_svg),
    "png": ("image/png", charts.png),
    "csv": (CSV_TYPE, exports.csv_file),
    "xlsx": (XLSX_TYPE, exports.xlsx_file),
    "json": ("application/json", exports.json_file),
}
CASES_ON_PAGE = 50


@require_safe
def effect(request: HttpRequest, key: str) -> HttpResponse:
    """One series with its table and files; an address that can have figures answers before it has any."""
    index = public_index.current()
    found = series.find(_asked(key), index)
    context = {
        "series": found,
        "choices": choices(found.key, index, lambda key: reverse("cases:effect", args=[key])),
        "breadcrumbs": [(_("Innovations"), reverse("cases:list")), (found.title, "")],
    }
    return render(request, "cases/effects/series.html", context)


@require_safe
def download(request: HttpRequest, key: str, format: str) -> HttpResponse:
    """The chart or its figures as a file; 404 as long as nothing has been reported."""
    if format not in FORMATS:
        raise Http404
    found = series.find(_asked(key), public_index.current())
    if not found.observations:
        raise Http404
    content_type, make = FORMATS[format]
    response = HttpResponse(make(found), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{found.key}.{format}"'
    return response


def _asked(key: str) -> Key:
    asked = Key.read(key)
    if asked is None:
        raise Http404
    return asked


# The innovations behind a figure ----------------------------------------------


@require_safe
def innovations(request: HttpRequest, key: str) -> HttpResponse:
    """The innovations behind the figures of a series, or of one of them, each with its own: six queries.

    With ``left-out``, those that told the effect in a figure that does not count for this reason.
    """
    asked, index = _asked(key), public_index.current()
    found = series.find(asked, index)
    group, established = request.GET.get("group", ""), request.GET.get("established", "")
    reason = request.GET.get("left-out", "")
    label = series.group_label(asked.breakdown, group, index) if asked.breakdown and group else ""
    if (group and not label) or established not in ("", *Established) or reason not in ("", *LeftOut):
        raise Http404
    counted: list[tuple[int, Established | None, Decimal | None]]
    if reason:
        counted = [(pk, None, None) for pk in series.cases_left_out(asked, index, LeftOut(reason))]
    else:
        counted = list(series.cases_behind(asked, index, group=group, established=established))
    page = Paginator(counted, CASES_ON_PAGE).get_page(request.GET.get("page"))
    narrowed = [label, str(Established(established).label) if established else ""]
    context = {
        "series": found,
        "narrowed": " · ".join(filter(None, narrowed)),
        "explanation": left_out_words(LeftOut(reason), len(counted)) if reason and counted else "",
        "is_left_out": bool(reason),
        "page_obj": page,
        "rows": _rows(page, asked.measure),
        "list_url": _list_url(asked, group, established),
        "breadcrumbs": [
            (_("Innovations"), reverse("cases:list")),
            (found.title, reverse("cases:effect", args=[asked])),
            (_("Innovations behind the figures"), ""),
        ],
    }
    return render(request, "cases/effects/innovations.html", context)


def _rows(page: Page, measure: Measure) -> list[dict[str, Any]]:
    cases = {
        case.pk: case
        for case in Case.objects.public()
        .filter(pk__in=[pk for pk, _established, _value in page.object_list])
        .select_related("owner")
        .prefetch_related("texts", "evidence")
        .order_by()
    }
    return [
        {
            "case": cases[pk],
            "established": established.label if established else "",
            "value": measure.words(value) if value is not None else "",
            "told": _told(cases[pk].evidence.all(), measure, established),
        }
        for pk, established, value in page.object_list
        if pk in cases
    ]


def _told(rows: Any, measure: Measure, established: Established | None) -> list[str]:
    """The figures as the innovation tells them: those that count, or all of such an effect."""
    evidence: list[Evidence] = [row for row in rows if row.kind == measure.kind]
    return [row.display_value for row in evidence if established in (None, row.established)]


def _list_url(asked: Key, group: str, established: str) -> str:
    """The list of innovations, narrowed as far as it can be; "" where it cannot be."""
    chosen = {"evidence": established}
    if asked.breakdown and group != NOT_TOLD:
        chosen[asked.breakdown.facet.name] = group
    chosen = {name: value for name, value in chosen.items() if value}
    return f"{reverse('cases:list')}?{urlencode(chosen)}" if chosen else ""


# Choosing ---------------------------------------------------------------------


def choices(key: Key, index: Index, url_of: Callable[[Key], str]) -> list[dict[str, Any]]:
    """The effects that have been reported and the ways to break them down, as groups of links."""
    reported = [
        measure
        for measure in measures.MEASURES
        if index.effects.has(measure, invented=key.is_invented) or measure is key.measure
    ]
    return [
        {
            "title": _("Effect"),
            "links": [
                {
                    "label": str(measure.title),
                    "url": url_of(key.with_measure(measure)),
                    "is_current": measure is key.measure,
                }
                for measure in reported
            ],
        },
        {
            "title": _("Broken down"),
            "links": [
                {
                    "label": breakdown.label if breakdown else _("By how it is known"),
                    "url": url_of(key.by(breakdown)),
                    "is_current": breakdown is key.breakdown,
                }
                for breakdown in (None, *Breakdown)
            ],
        },
    ]


def overview(parameters: QueryDict, index: Index) -> dict[str, Any]:
    """What ``cases/effects/overview.html`` shows: figures of all, and the series that the address asks for.

    ``effect`` and ``by`` in the address choose; what they do not name or name wrongly is the first reported
    effect, by theme. With ``examples``, the invented examples are shown, and they alone.
    """
    has_real, has_invented = (
        any(index.effects.has(measure, invented=invented) for measure in measures.MEASURES)
        for invented in (False, True)
    )
    is_invented = has_invented and bool(parameters.get("examples"))
    shown: dict[str, Any] = {
        "is_invented": is_invented,
        "offers_examples": has_invented and not has_real and not is_invented,
        "examples_url": f"?{urlencode({'examples': 1})}#effects",
        "real_url": "?#effects",
    }
    if not (has_invented if is_invented else has_real):
        return shown
    key = _chosen(parameters, index, is_invented)
    return {
        **shown,
        "series": series.find(key, index),
        "choices": choices(key, index, _here),
        "sums": [] if is_invented else _sums(index),
        "totals": index.totals,
    }


def _chosen(parameters: QueryDict, index: Index, is_invented: bool) -> Key:
    reported = {
        measure.key: measure
        for measure in measures.MEASURES
        if index.effects.has(measure, invented=is_invented)
    }
    measure = reported.get(parameters.get("effect", ""), next(iter(reported.values())))
    by = parameters.get("by", Breakdown.THEME.value)
    breakdown = Breakdown(by) if by in {one.value for one in Breakdown} else None
    return Key(measure, breakdown, is_invented)


def _here(key: Key) -> str:
    """The same page with this series chosen."""
    chosen = {"effect": key.measure.key, "by": key.breakdown.value if key.breakdown else "all"}
    return f"?{urlencode({**chosen, 'examples': 1} if key.is_invented else chosen)}#effects"


def _sums(index: Index) -> list[dict[str, Any]]:
    """Hours and euros, what is known apart from what is only estimated."""
    return [
        {
            "measure": measure,
            "value": measure.words(total.amount),
            "cases": total.cases,
            "is_known": is_known,
            "url": reverse("cases:effect", args=[measure.key]),
        }
        for measure in (HOURS, EUROS)
        for is_known, total in (
            (True, known(measure, index.effects)),
            (False, estimated(measure, index.effects)),
        )
        if total.cases
    ]
