"""A series of effects as a chart: its rows and bars, its text alternative, and the pictures made of it."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Established
from common.charts import ON_PAGES, WIDE, Bar, Chart, Row, as_png, as_svg, framed, layout
from common.numbers import with_unit

from .series import Observation, Series
from .wording import case_count, established_words, facts_of, notes_of


def chart_of(series: Series) -> Chart:
    """Every observation as a bar; what is only estimated is drawn lighter."""
    rows = _rows_by_group(series) if series.key.breakdown else _rows(series)
    return Chart(rows=tuple(rows), most=_most(series), unit=with_unit("", series.measure.sign))


def _rows(series: Series) -> Iterator[Row]:
    for row in series.observations:
        yield Row(label=str(row.established.label), bars=(_bar(row),))


def _rows_by_group(series: Series) -> Iterator[Row]:
    for group, label in series.groups:
        rows = [row for row in series.observations if row.group == group]
        yield Row(label=label, bars=tuple(_bar(row, str(row.established.label)) for row in rows))


def _bar(row: Observation, label: str = "") -> Bar:
    value = float(row.value)
    is_estimated = row.established == Established.ESTIMATED
    return Bar(
        value=0 if is_estimated else value,
        faint=value if is_estimated else 0,
        text=f"{row.value_text} · {case_count(row.summary.cases)}",
        label=label,
    )


def _most(series: Series) -> float:
    """The end of the scale: that of the measure, or the largest sum."""
    if series.measure.most is not None:
        return series.measure.most
    return max((float(row.value) for row in series.observations), default=0)


def description_of(series: Series) -> str:
    """The text alternative: what the chart says, without every number of it."""
    return " ".join(_sentences(series))


def _sentences(series: Series) -> Iterator[str]:
    count = len(series.observations)
    yield ngettext("A bar chart of %(count)s figure.", "A bar chart of %(count)s figures.", count) % {
        "count": count
    }
    if series.observations:
        largest = max(series.observations, key=lambda row: row.value)
        yield _("The largest is %(label)s: %(share)s.") % {
            "label": label_of(largest),
            "share": f"{largest.value_text} ({case_count(largest.summary.cases)})",
        }
    yield _("All figures are in the table.")


def label_of(row: Observation) -> str:
    """What the figure is of, within its series."""
    if row.group_label:
        return f"{row.group_label}, {established_words(row.established)}"
    return established_words(row.established)


def inline_svg(series: Series, name: str) -> SafeString:
    """The chart for a page, whose words stand around it, in the layout of that name."""
    return as_svg(
        layout(chart_of(series), ON_PAGES[name]),
        id=f"chart-{series.key}-{name}",
        title=series.title,
        description=description_of(series),
        layout=name,
    )


def file_svg(series: Series) -> SafeString:
    """The chart as a file that says everything by itself."""
    drawing = framed(
        layout(chart_of(series), WIDE),
        title=series.title,
        above=[f"{fact.label}: {fact.text}" for fact in facts_of(series)],
        below=[*notes_of(series), _("Source: %(source)s") % {"source": source_words(series)}],
    )
    return as_svg(
        drawing,
        id=f"chart-{series.key}-file",
        title=series.title,
        description=description_of(series),
        is_file=True,
    )


def png(series: Series) -> bytes:
    return as_png(file_svg(series))


def source_words(series: Series) -> str:
    """Where the figures come from, and where they are."""
    return f"{_('Innovation registry')}, {address(series)}"


def address(series: Series) -> str:
    """The permanent address of the series, in the page's language."""
    return settings.BASE_URL + reverse("cases:effect", args=[series.key])
