"""A series as a chart: its rows and bars, the words around it, and the files that are made of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.charts import ON_PAGES, WIDE, Bar, Chart, Row, Side, as_png, as_svg, framed, layout
from common.numbers import percent

from .models import Figure, Option
from .series import Break, Kind, Observation, Series

ROUGH = {
    Figure.Precision.ABOUT,
    Figure.Precision.OVER,
    Figure.Precision.UNDER,
    Figure.Precision.WORDED,
}
FEW_EDITIONS = 3
# The mark of whatever cannot be compared; the notes explain it by its number.
NOT_COMPARABLE = "≠"


# Rows and bars ----------------------------------------------------------------


def chart_of(series: Series) -> Chart:
    """What the chart of the series shows; every observation of the series is in it."""
    sides = None
    match series.kind:
        case Kind.BREAKDOWN:
            rows = _rows_by_option(series)
        case Kind.FACTORS:
            rows = _rows_by_factor(series)
            sides = (str(Option.Direction.HINDERS.label), str(Option.Direction.PROMOTES.label))
        case Kind.COMPARISON:
            rows = _rows_by_edition(series)
        case _:
            rows = (Row(label=row.option.label, bars=(bar_of(row),)) for row in series.observations)
    return of_shares(rows, sides)


def of_shares(rows: Iterable[Row], sides: tuple[str, str] | None = None) -> Chart:
    """A chart from nothing to everybody, in per cent."""
    return Chart(rows=tuple(rows), most=100, unit=percent(""), sides=sides)


def bar_of(row: Observation, label: str = "", side: Side = Side.RIGHT) -> Bar:
    """The observation as a bar; ``label`` tells it apart from others of its row."""
    return Bar(
        value=None if row.share is None else float(row.share),
        text=row.value_text,
        label=label,
        side=side,
        low=None if row.low is None else float(row.low),
        high=None if row.high is None else float(row.high),
        is_rough=row.is_shown and row.precision in ROUGH - {Figure.Precision.UNDER},
        is_below=row.is_shown and row.precision == Figure.Precision.UNDER,
    )


def _rows_by_option(series: Series) -> Iterator[Row]:
    groups: defaultdict[Option, list[Observation]] = defaultdict(list)
    for row in series.observations:
        groups[row.option].append(row)
    for option, rows in groups.items():
        yield Row(
            label=option.label, bars=tuple(bar_of(row, row.group.name if row.group else "") for row in rows)
        )


def _rows_by_factor(series: Series) -> Iterator[Row]:
    """A row for each factor, what hindered to the left; then what is of no factor or no direction."""
    factors: defaultdict[object, list[Observation]] = defaultdict(list)
    for row in series.observations:
        factors[row.option.factor or row.option].append(row)
    for rows in factors.values():
        sides = {
            Side.LEFT: [row for row in rows if row.option.direction == Option.Direction.HINDERS],
            Side.RIGHT: [row for row in rows if row.option.direction == Option.Direction.PROMOTES],
        }
        bars = tuple(_stacked(of_side, side) for side, of_side in sides.items() if of_side)
        others = [row for row in rows if row not in (*sides[Side.LEFT], *sides[Side.RIGHT])]
        option = rows[0].option
        told = [f"{_short_label(row.option)} {row.value_text}" for row in others]
        yield Row(
            label=option.factor.name if option.factor else option.label,
            bars=bars,
            note=" · ".join(told),
        )


def _short_label(option: Option) -> str:
    """What the option says of its factor, whose name stands above it."""
    if option.direction:
        return str(Option.Direction(option.direction).label)
    if option.role != Option.Role.ANSWER:
        return str(Option.Role(option.role).label)
    return option.label


def _stacked(rows: list[Observation], side: Side) -> Bar:
    """One bar of a factor's side: to a high degree, and on from there to some degree."""
    if len(rows) == 1 or any(row.share is None for row in rows):
        first, *rest = [bar_of(row, side=side) for row in rows]
        if not rest:
            return first
        return Bar(value=None, text=_degrees(rows), side=side)
    high, some = sorted(rows, key=lambda row: row.option.degree != Option.Degree.HIGH)[:2]
    return Bar(
        value=float(high.share or 0),
        faint=float(some.share or 0),
        text=_degrees([high, some]),
        side=side,
        is_rough=high.precision in ROUGH or some.precision in ROUGH,
    )


def _degrees(rows: list[Observation]) -> str:
    return " + ".join(row.value_text for row in rows)


def _rows_by_edition(series: Series) -> Iterator[Row]:
    marks = {found.before: str(number) for number, found in _numbered_breaks(series)}
    for place, row in enumerate(series.observations):
        yield Row(
            label=edition_label(row),
            bars=(bar_of(row),),
            note=" · ".join(_about_edition(row)),
            mark=marks.get(place, ""),
        )


def edition_label(row: Observation) -> str:
    """The edition by its name, with the group of it that the figure is of."""
    return f"{row.survey.name}: {row.group.name}" if row.group else row.survey.name


def _about_edition(row: Observation) -> Iterator[str]:
    if row.survey.unit_asked:
        yield str(row.survey.get_unit_asked_display())
    if row.survey.period:
        yield row.survey.period
    if row.base is not None:
        yield base_words(row.base)


def _numbered_breaks(series: Series) -> list[tuple[int, Break]]:
    """The breaks, each with the number of its reasons: the same reasons have the same number."""
    numbers: dict[tuple[str, ...], int] = {}
    return [(numbers.setdefault(found.reasons, len(numbers) + 1), found) for found in series.breaks]


# Words ------------------------------------------------------------------------


def base_words(base: int) -> str:
    """The number of answers behind a figure."""
    return f"n = {number_format(base, use_l10n=True, force_grouping=True)}"


@dataclass(frozen=True)
class Fact:
    """Something that a chart has to say of its figures: what, and in which words."""

    label: str
    text: str


def facts_of(series: Series) -> list[Fact]:
    """The question as asked, who was asked, of how many answers and of which time."""
    is_verbatim = series.asked is not None and series.asked.is_verbatim
    found = [Fact(_("Question") if is_verbatim else _("The question in our words"), series.wording)]
    if series.option:
        found.append(Fact(_("Answer"), series.option.label))
    survey = series.survey
    if survey and series.asked:
        who = [survey.who_asked, series.asked.asked_of]
        found.append(Fact(_("Asked of"), " · ".join(filter(None, who))))
        found.append(Fact(_("Reference period"), survey.period))
    base = series.base
    if base is not None:
        found.append(Fact(_("Answers"), base_words(base)))
    elif survey and survey.answered is not None:
        found.append(Fact(_("Answers to the survey"), base_words(survey.answered)))
    return [fact for fact in found if fact.text]


def notes_of(series: Series) -> list[str]:
    """What readers need to know of the marks in the chart, and what the figures do not allow."""
    rows = series.observations
    notes: list[str] = []
    told: set[int] = set()
    for number, found in _numbered_breaks(series):
        if number not in told:
            told.add(number)
            notes.append(f"{NOT_COMPARABLE} {number}: " + "; ".join(found.reasons))
    if any(row.is_shown and row.precision in ROUGH for row in rows):
        notes.append(_("A dashed end: the source tells the number roughly, not as counted."))
    if any(row.low is not None for row in rows):
        notes.append(_("The thin line across a bar’s end is the 95 % interval of a random sample."))
    if any(row.suppression for row in rows):
        notes.append(
            _("Not shown: so few answered that single answers could be told, or reckoned from others.")
        )
    notes += [note for note in dict.fromkeys(row.note for row in rows) if note]
    if series.asked and series.asked.note:
        notes.append(series.asked.note)
    return notes


def caveats_of(series: Series) -> list[str]:
    """What the editions' figures do not allow to be said; where there are several, each after their names."""
    editions: defaultdict[str, list[str]] = defaultdict(list)
    for survey in series.surveys:
        if survey.caveat:
            editions[survey.caveat].append(survey.name)
    if len(series.surveys) == 1:
        return list(editions)
    return [f"{'; '.join(names)}: {caveat}" for caveat, names in editions.items()]


def source_words(series: Series) -> str:
    """The sources in one line."""
    return "; ".join(str(source) for source in series.sources)


def description_of(series: Series) -> str:
    """The text alternative: what the chart says, without every number of it."""
    return " ".join(_sentences(series))


def _sentences(series: Series) -> Iterator[str]:
    rows = series.observations
    shown = [row for row in rows if row.is_shown]
    yield ngettext("A bar chart of %(count)s figure.", "A bar chart of %(count)s figures.", len(rows)) % {
        "count": len(rows)
    }
    by_share = sorted(shown, key=lambda row: row.share or Decimal(0), reverse=True)
    if len(by_share) == 1:
        yield _("%(label)s: %(share)s.") % _named(series, by_share[0])
    elif by_share:
        yield _("The largest is %(label)s: %(share)s.") % _named(series, by_share[0])
        yield _("The smallest is %(label)s: %(share)s.") % _named(series, by_share[-1])
    absent = [label_of(series, row) for row in rows if not row.is_shown]
    if absent:
        yield _("Not known or not shown: %(labels)s.") % {"labels": ", ".join(absent)}
    if series.breaks:
        yield ngettext(
            "In %(count)s place, figures beside each other cannot be compared as such.",
            "In %(count)s places, figures beside each other cannot be compared as such.",
            len(series.breaks),
        ) % {"count": len(series.breaks)}
    yield _("All figures are in the table.")


def _named(series: Series, row: Observation) -> dict[str, str]:
    return {"label": label_of(series, row), "share": row.value_text}


def label_of(series: Series, row: Observation) -> str:
    """What the figure is of, within its series."""
    match series.kind:
        case Kind.COMPARISON:
            return edition_label(row)
        case Kind.BREAKDOWN:
            return f"{row.option.label}, {row.group.name}" if row.group else row.option.label
    return row.option.label


# Files ------------------------------------------------------------------------


def inline_svg(series: Series, name: str = "wide") -> SafeString:
    """The chart for a page, whose words stand around it, in the layout of that name."""
    return as_svg(
        layout(chart_of(series), ON_PAGES[name]),
        id=f"chart-{series.key}-{name}",
        title=series.title,
        description=description_of(series),
        layout=name,
    )


def file_svg(series: Series) -> SafeString:
    """The chart as a file that says everything by itself: question, who was asked, notes, source."""
    title = series.title
    if series.survey:
        title = f"{title} – {series.survey.name}"
    below = [
        *notes_of(series),
        *_caveats_in_file(series),
        _("Source: %(source)s") % {"source": source_words(series)},
    ]
    drawing = framed(
        layout(chart_of(series), WIDE),
        title=title,
        above=[f"{fact.label}: {fact.text}" for fact in facts_of(series)],
        below=below,
    )
    return as_svg(
        drawing, id=f"chart-{series.key}-file", title=title, description=description_of(series), is_file=True
    )


def _caveats_in_file(series: Series) -> list[str]:
    """A picture has room for those of a few editions; the page has all."""
    if len(series.surveys) > FEW_EDITIONS:
        return [_("Each edition has its own caveats, which are told with it in the registry.")]
    return caveats_of(series)


def png(series: Series) -> bytes:
    """The file as a picture 1600 pixels wide, on white."""
    return as_png(file_svg(series))
