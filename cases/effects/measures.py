"""Effects that can be laid side by side: what each measures, its unit, and how a told figure becomes one.

People write units in their own words. Those that are known for sure are taken; any other is told apart, never
guessed at.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Evidence
from common.numbers import with_unit

Kind = Evidence.Kind


class Statistic(Enum):
    """What is told of many figures: amounts add up, shares and ratings do not."""

    SUM = "sum"
    MEDIAN = "median"


class LeftOut(StrEnum):
    """Why a told figure is in no sum and no median; ``wording.py`` says it to readers."""

    OTHER_UNIT = "other-unit"
    ZERO_OR_LESS = "zero-or-less"
    OFF_SCALE = "off-scale"
    # No former time in the same unit, or not told that it became shorter.
    NOT_COMPARABLE = "not-comparable"


# Compared by identity: a title is another one in each language.
@dataclass(frozen=True, kw_only=True, eq=False)
class Measure:
    """One effect. ``key`` names it in addresses and files; ``unit`` is a code there, and ``sign`` for people.

    ``most`` is the end of its scale, where that has one.
    """

    key: str
    kind: Kind
    title: str | Promise
    statistic: Statistic
    unit: str
    sign: str
    most: int | None = None

    def words(self, number: Decimal) -> str:
        """The number with its unit, as the active language writes it; at most two decimals."""
        return with_unit(number_words(number), self.sign)


def number_words(number: Decimal) -> str:
    """The number as the active language writes it, with as many decimals as it has, two at most."""
    rounded = round(number, 2)
    # Not normalize(): that writes a large number with an exponent.
    plain = f"{rounded:f}".rstrip("0").rstrip(".") if "." in f"{rounded:f}" else f"{rounded:f}"
    return number_format(plain, use_l10n=True, force_grouping=True)


HOURS = Measure(
    key="hours-saved",
    kind=Kind.HOURS_SAVED,
    title=_("Working hours saved a year"),
    statistic=Statistic.SUM,
    unit="h",
    sign="h",
)
EUROS = Measure(
    key="euros-saved",
    kind=Kind.EUROS_SAVED,
    title=_("Euros saved a year"),
    statistic=Statistic.SUM,
    unit="EUR",
    sign="€",
)
COSTS = Measure(
    key="one-off-costs",
    kind=Kind.ONE_OFF_COST,
    title=_("One-off costs"),
    statistic=Statistic.SUM,
    unit="EUR",
    sign="€",
)
THROUGHPUT = Measure(
    key="throughput-time",
    kind=Kind.THROUGHPUT_TIME,
    title=_("How much shorter throughput times became"),
    statistic=Statistic.MEDIAN,
    unit="percent",
    sign="%",
    most=100,
)
SATISFACTION_SHARE = Measure(
    key="satisfaction-percent",
    kind=Kind.SATISFACTION,
    title=_("Satisfaction, per cent"),
    statistic=Statistic.MEDIAN,
    unit="percent",
    sign="%",
    most=100,
)
_TITLES = {
    4: _("Satisfaction, out of 4"),
    5: _("Satisfaction, out of 5"),
    7: _("Satisfaction, out of 7"),
    10: _("Satisfaction, out of 10"),
}
RATINGS = {
    most: Measure(
        key=f"satisfaction-{most}",
        kind=Kind.SATISFACTION,
        title=title,
        statistic=Statistic.MEDIAN,
        unit=f"of-{most}",
        sign=f"/\N{NO-BREAK SPACE}{most}",
        most=most,
    )
    for most, title in _TITLES.items()
}
MEASURES: tuple[Measure, ...] = (HOURS, EUROS, COSTS, THROUGHPUT, SATISFACTION_SHARE, *RATINGS.values())
BY_KEY = {measure.key: measure for measure in MEASURES}

# A figure as it counts: of which measure, and how much.
Counted = tuple[Measure, Decimal]


def counted(kind: str, value: Decimal, unit: str, baseline: str) -> Counted | LeftOut | None:
    """What the figure counts as, or why it does not; None for a kind of effect that nothing is made of."""
    read = _READERS.get(kind)
    return read(value, _plain(unit), baseline) if read else None


# Units ------------------------------------------------------------------------

_HOURS = frozenset(
    """h tunti tuntia tunnit työtunti työtuntia työtunnit timme timmar arbetstimme arbetstimmar hour hours
    hrs""".split()
) | {"working hour", "working hours", "work hours"}
_EUROS: Mapping[str, int] = {
    **dict.fromkeys(("€", "eur", "euro", "euroa", "euros"), 1),
    **dict.fromkeys(
        (
            *("1 000 €", "1000 €", "t€", "k€", "keur", "teur", "1 000 eur", "1000 eur", "1 000 euroa"),
            *("1000 euroa", "1 000 euro", "1000 euro", "tuhatta euroa", "tusen euro", "thousand euros"),
        ),
        1000,
    ),
    **dict.fromkeys(
        (
            *("m€", "meur", "milj. €", "milj. eur", "milj. euroa", "miljoona euroa", "miljoonaa euroa"),
            *("mn €", "mn euro", "miljon euro", "miljoner euro", "million euros", "million euro"),
        ),
        1_000_000,
    ),
}
_PERCENT = frozenset(("%", "prosentti", "prosenttia", "procent", "per cent", "percent"))
_TIMES = {
    name: unit
    for unit, names in {
        "min": "min minuutti minuuttia minut minuter minute minutes",
        "h": "h tunti tuntia timme timmar hour hours",
        "d": "d pv päivä päivää vrk vuorokausi vuorokautta dag dagar dygn day days",
        "week": "vk viikko viikkoa vecka veckor week weeks",
        "month": "kk kuukausi kuukautta mån månad månader month months",
        "year": "v vuosi vuotta år year years",
        "working day": "työpäivä työpäivää arbetsdag arbetsdagar workday workdays",
    }.items()
    for name in names.split()
} | {"working day": "working day", "working days": "working day"}
# What is saved a year may say so of itself.
_A_YEAR = re.compile(
    r"(?: ?/ ?(?:a|v|vuosi|år|year|yr)| (?:vuodessa|per vuosi|per år|om året|a year|per year))$"
)
_RATING = re.compile(
    r"(?:/|out of|av|asteikolla(?: [01][–-])?|på skalan(?: [01][–-])?|on a scale of(?: [01](?:[–-]| to ))?)"
    r" ?(4|5|7|10)"
)
# A number and the word or two after it: “41 d (2021)”, “41 working days in 2021”. Three digits after a comma
# or a point may be thousands or decimals, so that number is not taken.
_BEFORE = re.compile(r"(\d+(?: \d{3})*(?:[.,](?!\d{3}(?!\d))\d+)?) ?([^\W\d_]+)(?: ([^\W\d_]+))?(?![.,]?\d)")

_AND_MORE = re.compile(r",? ?(?:ja |och |and )?\d+(?:[.,]\d+)? ?([^\W\d_]+)")


def _plain(words: str) -> str:
    """In small letters, with single plain spaces."""
    return " ".join(words.casefold().split())


# Reading ----------------------------------------------------------------------


def _hours(value: Decimal, unit: str, baseline: str) -> Counted | LeftOut:
    if _A_YEAR.sub("", unit) not in _HOURS:
        return LeftOut.OTHER_UNIT
    return (HOURS, value) if value > 0 else LeftOut.ZERO_OR_LESS


def _euros(value: Decimal, unit: str, baseline: str) -> Counted | LeftOut:
    return _money(EUROS, value, _A_YEAR.sub("", unit))


def _costs(value: Decimal, unit: str, baseline: str) -> Counted | LeftOut:
    return _money(COSTS, value, unit)


def _money(measure: Measure, value: Decimal, unit: str) -> Counted | LeftOut:
    factor = _EUROS.get(unit)
    if factor is None:
        return LeftOut.OTHER_UNIT
    return (measure, value * factor) if value > 0 else LeftOut.ZERO_OR_LESS


def _shortening(value: Decimal, unit: str, baseline: str) -> Counted | LeftOut:
    """How many per cent of the former time the change is: a change in per cent, or in the baseline's unit.

    People tell what became less with a minus. A figure without one may be a time that became longer, or the
    time as it is now; which of them, nobody can tell.
    """
    if value >= 0:
        return LeftOut.NOT_COMPARABLE
    if unit in _PERCENT:
        return (THROUGHPUT, -value) if value >= -100 else LeftOut.NOT_COMPARABLE
    before = _before(baseline, unit)
    if before is None or before < -value:
        return LeftOut.NOT_COMPARABLE
    return THROUGHPUT, round(-value / before * 100, 2)


def _before(baseline: str, unit: str) -> Decimal | None:
    """The number with which the baseline begins, if that is in the same unit of time."""
    text = _plain(baseline)
    found = _BEFORE.match(text)
    if found is None or unit not in _TIMES:
        return None
    number, first, second = found.groups()
    words = (f"{first} {second}", first)
    told = next((_TIMES[name] for name in words if name in _TIMES), None)
    if told != _TIMES[unit] or _goes_on(text[found.end() :]):
        return None
    return Decimal(number.replace(" ", "").replace(",", "."))


def _goes_on(rest: str) -> bool:
    """Whether a time goes on in a smaller unit: the “30 min” of “2 h 30 min”."""
    found = _AND_MORE.match(rest)
    return found is not None and found[1] in _TIMES


def _satisfaction(value: Decimal, unit: str, baseline: str) -> Counted | LeftOut:
    rating = _RATING.fullmatch(unit)
    if unit not in _PERCENT and rating is None:
        return LeftOut.OTHER_UNIT
    measure = RATINGS[int(rating[1])] if rating else SATISFACTION_SHARE
    is_on_scale = measure.most is not None and 0 <= value <= measure.most
    return (measure, value) if is_on_scale else LeftOut.OFF_SCALE


_READERS: Mapping[str, Callable[[Decimal, str, str], Counted | LeftOut]] = {
    Kind.HOURS_SAVED: _hours,
    Kind.EUROS_SAVED: _euros,
    Kind.ONE_OFF_COST: _costs,
    Kind.THROUGHPUT_TIME: _shortening,
    Kind.SATISFACTION: _satisfaction,
}
