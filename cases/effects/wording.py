"""What has to be said of a series: of how many cases it is, and by which rules they were counted."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Established

from .measures import (
    COSTS,
    EUROS,
    HOURS,
    SATISFACTION_SHARE,
    THROUGHPUT,
    LeftOut,
    Measure,
    Statistic,
)
from .series import Breakdown, Observation, Series


@dataclass(frozen=True)
class Fact:
    """Something that a chart has to say of its figures: what, and in which words."""

    label: str
    text: str


def established_words(established: Established) -> str:
    """How the figure is known, within a sentence."""
    return str(established.label).lower()


def case_count(count: int) -> str:
    """“3 innovations”."""
    return ngettext("%(shown)s innovation", "%(shown)s innovations", count) % {
        "shown": number_format(count, force_grouping=True)
    }


def range_words(row: Observation) -> str:
    """From the smallest figure of a case to the largest; "" where there is one."""
    if row.summary.cases == 1:
        return ""
    measure, summary = row.measure, row.summary
    return f"{measure.words(summary.smallest)} – {measure.words(summary.largest)}"


def facts_of(series: Series) -> list[Fact]:
    """What a figure is, what all cases report together, and as of when."""
    facts = [Fact(_("What is shown"), _what_is_shown(series))]
    if series.key.breakdown:
        facts.append(Fact(_("All together"), "; ".join(_overall(row) for row in series.overall)))
    if series.changed_at:
        facts.append(Fact(_("As of"), date_format(localtime(series.changed_at), "DATE_FORMAT")))
    return facts


def _what_is_shown(series: Series) -> str:
    if series.measure is THROUGHPUT:
        return _("the median of how many per cent of the former time the change is")
    if series.measure.statistic is Statistic.MEDIAN:
        return _("the median of what the innovations report")
    return _("the sum of what the innovations report")


def _overall(row: Observation) -> str:
    return f"{established_words(row.established)} {row.value_text} ({case_count(row.summary.cases)})"


def notes_of(series: Series) -> list[str]:
    """What readers need to know of this very series, at the end what does not count."""
    left_out = (left_out_words(reason, count) for reason, count in series.left_out.items())
    return [*notes_of_what_counts(series), *left_out]


def notes_of_what_counts(series: Series) -> list[str]:
    notes = []
    if series.key.is_invented:
        notes.append(
            _(
                "The innovations and figures are invented to show how the registry works. They tell of "
                "nothing real."
            )
        )
    if series.key.breakdown is Breakdown.THEME:
        notes.append(
            _(
                "An innovation with several themes counts in each of them, and once in what is told of all "
                "together."
            )
        )
    return notes


def left_out_words(reason: LeftOut, count: int) -> str:
    """How many cases told the effect in a figure that does not count, and why."""
    match reason:
        case LeftOut.OTHER_UNIT:
            words = ngettext(
                "%(shown)s innovation tells this in another unit. That figure is not counted in.",
                "%(shown)s innovations tell this in another unit. Those figures are not counted in.",
                count,
            )
        case LeftOut.ZERO_OR_LESS:
            words = ngettext(
                "%(shown)s innovation tells a figure of zero or less, which may mean more than one thing. "
                "It is not counted in.",
                "%(shown)s innovations tell a figure of zero or less, which may mean more than one thing. "
                "They are not counted in.",
                count,
            )
        case LeftOut.OFF_SCALE:
            words = ngettext(
                "%(shown)s innovation tells a figure that is not within its scale. It is not counted in.",
                "%(shown)s innovations tell a figure that is not within its scale. They are not counted in.",
                count,
            )
        case LeftOut.NOT_COMPARABLE:
            words = ngettext(
                "%(shown)s innovation tells a time that cannot be compared: it has no former time in the "
                "same unit, or does not say that it became shorter. It is not counted in.",
                "%(shown)s innovations tell times that cannot be compared: they have no former time in the "
                "same unit, or do not say that they became shorter. They are not counted in.",
                count,
            )
    return words % {"shown": number_format(count, force_grouping=True)}


def rules(measure: Measure) -> list[str]:
    """How it is counted, in plain sentences."""
    return list(_rules(measure))


def _rules(measure: Measure) -> Iterator[str]:
    yield _(
        "Counted are published innovations, but not those that are only planned, which save nothing yet, "
        "nor those that were discontinued, which save nothing any more."
    )
    yield _("Invented examples are in no figure of real innovations.")
    yield _(
        "What is only estimated is never added to what was measured or independently evaluated, and charts "
        "and tables tell all three apart. Of one innovation only what is known best counts: an evaluation "
        "before a measurement, and both before an estimate."
    )
    if measure.statistic is Statistic.SUM:
        yield _(
            "If an innovation tells the same effect several times, equally well known, its figures add up, "
            "and it is one innovation."
        )
    else:
        yield _(
            "If an innovation tells the same effect several times, equally well known, the one it tells "
            "first counts. The median is the figure in the middle."
        )
    yield _(
        "An innovation counts once, however many organisations have adopted it. What an adopter saves is "
        "there only if the adopter has told about it as an innovation of its own, or the owner has counted "
        "it in."
    )
    if measure is HOURS:
        yield _(
            "Only hours are counted. Working years, working days and hours a month are not turned into hours."
        )
    elif measure is EUROS:
        yield _(
            "Only euros are counted, also when told in thousands or millions. One-off costs are not taken "
            "off; they are told apart."
        )
    elif measure is COSTS:
        yield _(
            "Costs are not taken off what was saved. Not every innovation that has saved something has told "
            "what it cost."
        )
    elif measure is THROUGHPUT:
        yield _(
            "A change counts if it is told in per cent, or if both it and the former time are told in the "
            "same unit. Times that became longer are not in the median, so it tells of improvements alone."
        )
    elif measure is SATISFACTION_SHARE:
        yield _(
            "Per cents and different scales are never mixed. What was asked, and of whom, differs between "
            "innovations."
        )
    else:
        yield _("Different scales are never mixed. What was asked, and of whom, differs between innovations.")
