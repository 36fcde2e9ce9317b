"""Figures of a series on a page."""

from typing import Any

from django import template

from barometer.series import Series

register = template.Library()


@register.inclusion_tag("barometer/series_figure.html")
def series_figure(series: Series) -> dict[str, Any]:
    """The series as a figure: its title and its table."""
    return {"series": series}
