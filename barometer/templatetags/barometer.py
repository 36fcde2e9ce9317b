"""Figures of a series on a page."""

from typing import Any

from django import template

from barometer import charts, exports
from barometer.series import Series
from common.charts import ON_PAGES

register = template.Library()


@register.inclusion_tag("barometer/series_figure.html")
def series_figure(
    series: Series, level: int = 0, is_alone: bool = False, is_brief: bool = False
) -> dict[str, Any]:
    """The series as a figure: what was asked and of whom, the chart, its table, its notes and its files.

    Its title is a heading where ``level`` tells of which level. ``is_alone``: on the page of the chart
    itself, where the title is the page's and the table is open. ``is_brief``: among other things, where
    notes and sources are opened by whoever wants them, and table and files are on the chart's own page.
    """
    return {
        "series": series,
        "title_tag": f"h{level}" if level else "p",
        "is_alone": is_alone,
        "is_brief": is_brief,
        "facts": charts.facts_of(series),
        "drawings": [charts.inline_svg(series, name) for name in ON_PAGES],
        "notes": charts.notes_of(series),
        "table": exports.table(series),
        "formats": ["svg", "png", "csv", "xlsx", "json"],
    }


@register.inclusion_tag("barometer/embedded_figure.html")
def embedded_figure(series: Series) -> dict[str, Any]:
    """The same for a frame on another site: without files and with what must be told in any case."""
    return {
        "series": series,
        "facts": charts.facts_of(series),
        "drawings": [charts.inline_svg(series, name) for name in ON_PAGES],
        "notes": [*charts.notes_of(series), *charts.caveats_of(series)],
    }
