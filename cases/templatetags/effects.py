"""Figures of effects on a page."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from cases.effects import charts, exports
from cases.effects.series import Observation, Series
from cases.effects.wording import facts_of, left_out_words, notes_of_what_counts, rules
from common.charts import ON_PAGES

register = template.Library()


@register.inclusion_tag("cases/effects/figure.html")
def effect_figure(series: Series, level: int = 0, is_alone: bool = False) -> dict[str, Any]:
    """The series as a figure: what is shown, the chart, its table, its notes and its files.

    Its title is a heading where ``level`` tells of which level. ``is_alone``: on the page of the series
    itself, where the title is the page's and the table is open.
    """
    behind = reverse("cases:effect_innovations", args=[series.key])
    left_out = [
        {"words": left_out_words(reason, count), "url": f"{behind}?{urlencode({'left-out': reason.value})}"}
        for reason, count in series.left_out.items()
    ]
    return {
        "series": series,
        "title_tag": f"h{level}" if level else "p",
        "is_alone": is_alone,
        "facts": facts_of(series),
        "drawings": [charts.inline_svg(series, name) for name in ON_PAGES],
        "notes": notes_of_what_counts(series),
        "left_out": left_out,
        "rules": rules(series.measure),
        "headings": exports.headings(series),
        "rows": [
            {"cells": row.cells, "url": _behind(behind, row.observation)}
            for row in exports.shown_rows(series)
        ],
        "formats": ["svg", "png", "csv", "xlsx", "json"],
    }


def _behind(address: str, row: Observation) -> str:
    """Where the innovations behind the figure are listed."""
    asked = {"group": row.group, "established": row.established.value}
    return f"{address}?{urlencode({name: value for name, value in asked.items() if value})}"
