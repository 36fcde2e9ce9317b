"""One series of figures: what a chart, the table beneath it and every download of it show.

A series is found by its key, which is in its permanent address:

- ``fi-municipal-2022--partners``: one edition's answers to one question; of a question about factors,
  what promoted beside what hindered;
- ``dk-3--at-least-one-innovation--by--sector``: the same, broken down;
- ``compare--at-least-one-innovation--yes``: one answer over editions and countries, and with
  ``--state`` at the end those of one sector alone;
- ``nordic``: the latest of these of each Nordic country and sector.

Only what the person may see is in it: figures that are not verified are not, and of those suppressed the
place is, without numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from common.numbers import percent

from .models import Dimension, Figure, Group, Option, Question, Sector, Source, Survey, SurveyQuestion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

SEPARATOR = "--"
NORDIC = "nordic"
COMPARE = "compare"
BY = "by"
# What the registry's front page shows: the Copenhagen Manual's first question.
HEADLINE = ("at-least-one-innovation", "yes")
NORDIC_COUNTRIES = ("FI", "DK", "IS", "NO", "SE")
# The breakdown whose groups are sectors, by the sectors' own codes.
SECTOR_DIMENSION = "sector"


class Kind(Enum):
    """How the observations are laid out in a chart."""

    OPTIONS = "options"  # one bar for each option
    BREAKDOWN = "breakdown"  # for each option, a bar for each group
    FACTORS = "factors"  # for each factor, what hindered to the left and what promoted to the right
    COMPARISON = "comparison"  # one bar for each edition


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One figure, or the place of one that is not known or not shown: then all numbers are None."""

    asked: SurveyQuestion
    option: Option
    group: Group | None = None
    share: Decimal | None = None
    unweighted_share: Decimal | None = None
    base: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    precision: str = ""
    words: str = ""
    note: str = ""
    suppression: str = Figure.Suppression.NONE
    source: Source | None = None

    @property
    def survey(self) -> Survey:
        return self.asked.survey

    @property
    def sector(self) -> str:
        """The sector that the figure is about: the group's, where it is broken down by sector."""
        if self.group and self.group.dimension.key == SECTOR_DIMENSION:
            return self.group.key
        return self.survey.sector

    @property
    def is_shown(self) -> bool:
        """Whether there is a number."""
        return self.share is not None

    @property
    def value_text(self) -> str:
        """The share as it is told to readers: “79 %”, “about 60 %”, “not shown”, “not known”."""
        if self.suppression:
            return _("not shown")
        if self.share is None:
            return _("not known")
        told = percent(share_text(self.share, self.precision))
        match self.precision:
            case Figure.Precision.ABOUT:
                return _("about %(share)s") % {"share": told}
            case Figure.Precision.OVER:
                return _("more than %(share)s") % {"share": told}
            case Figure.Precision.UNDER:
                return _("less than %(share)s") % {"share": told}
            case Figure.Precision.WORDED if self.words:
                return f"{self.words} ({told})"
        return told


def share_text(share: Decimal, precision: str = Figure.Precision.EXACT) -> str:
    """The number alone, in the page's language: one decimal when it was counted so, otherwise none."""
    places = 1 if precision == Figure.Precision.EXACT and share != share.to_integral_value() else 0
    exponent = Decimal(1).scaleb(-places)
    return number_format(share.quantize(exponent, ROUND_HALF_UP), decimal_pos=places)


@dataclass(frozen=True)
class Break:
    """A place in a comparison over which bars cannot be compared as such; ``before`` is an index."""

    before: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Series:
    """Everything that a chart shows and says.

    ``asked`` is what was asked in the one edition that it is about, None for a comparison.
    """

    key: str
    kind: Kind
    question: Question
    observations: tuple[Observation, ...]
    asked: SurveyQuestion | None = None
    dimension: Dimension | None = None
    option: Option | None = None
    sector: str = ""
    breaks: tuple[Break, ...] = field(default=())

    @property
    def survey(self) -> Survey | None:
        return self.asked.survey if self.asked else None

    @property
    def surveys(self) -> list[Survey]:
        """The editions that the observations are of, in their order."""
        return list({row.survey.pk: row.survey for row in self.observations}.values())

    @property
    def changed_at(self) -> datetime:
        """When figures of its editions last changed; it has at least one observation."""
        return max(survey.changed_at for survey in self.surveys)

    @property
    def title(self) -> str:
        """The subject, and what of it the series shows."""
        if self.dimension:
            return _("%(subject)s, by %(dimension)s") % {
                "subject": self.question.title,
                "dimension": self.dimension.name.lower(),
            }
        if self.key == NORDIC:
            return _("%(subject)s in the Nordic countries") % {"subject": self.question.title}
        if self.option and self.question.kind == Question.Kind.FACTOR:
            # "Limited finances: hindered" says it all.
            parts = [self.option.label]
        elif self.option and self.option.code != HEADLINE[1]:
            parts = [self.question.title, self.option.label]
        else:
            parts = [self.question.title]
        if self.sector:
            parts.append(Sector(self.sector).label.lower())
        return ": ".join(parts)

    @property
    def wording(self) -> str:
        """The question as asked, as far as it is known."""
        return self.asked.words if self.asked else self.question.wording

    @property
    def sources(self) -> list[Source]:
        """Where the figures come from, each once."""
        found = (row.source or row.survey.source for row in self.observations)
        return list({source.pk: source for source in found if source}.values())

    @property
    def base(self) -> int | None:
        """The number of answers, when all observations have the same one."""
        bases = {row.base for row in self.observations if row.is_shown}
        return bases.pop() if len(bases) == 1 else None


def find(key: str, user: User | AnonymousUser) -> Series | None:
    """The series of that key, with what the person may see; None when there is no such or nothing to see."""
    parts = key.split(SEPARATOR)
    series: Series | None = None
    match parts:
        case ["nordic"]:
            series = nordic(user)
        case ["compare", question, option]:
            series = comparison(question, option, user)
        case ["compare", question, option, sector] if sector in Sector.values:
            series = comparison(question, option, user, sector=sector)
        case [survey, question]:
            series = of_edition(survey, question, user)
        case [survey, question, "by", dimension]:
            series = of_edition(survey, question, user, dimension=dimension)
    return series if series and series.observations else None


# One edition ------------------------------------------------------------------


def of_edition(
    survey: str, question: str, user: User | AnonymousUser, *, dimension: str = ""
) -> Series | None:
    """One edition's answers to one question, in total or broken down: one query for the figures."""
    asked = (
        SurveyQuestion.objects.filter(survey__in=Survey.objects.visible_to(user))
        .filter(survey__key=survey, question__key=question)
        .select_related("survey__source", "question")
        .first()
    )
    if asked is None:
        return None
    figures = _figures(user).filter(asked=asked)
    if dimension:
        return from_figures(asked, figures.filter(group__dimension__key=dimension), broken_down=True)
    return from_figures(asked, figures.filter(group=None))


def all_of_edition(survey: Survey, user: User | AnonymousUser, *, question: str = "") -> list[Series]:
    """Every series of the edition, or of one question of it, totals before breakdowns: two queries."""
    found = []
    asked_rows = (
        survey.asked.select_related("question")
        .prefetch_related(Prefetch("figures", _figures(user), to_attr="shown"))
        .order_by("order", "question__order", "question__key")
    )
    if question:
        asked_rows = asked_rows.filter(question__key=question)
    for asked in asked_rows:
        asked.survey = survey
        totals = [figure for figure in asked.shown if figure.group is None]
        groups: dict[int, list[Figure]] = {}
        for figure in asked.shown:
            if figure.group is not None:
                groups.setdefault(figure.group.dimension_id, []).append(figure)
        if totals:
            found.append(from_figures(asked, totals))
        found.extend(from_figures(asked, rows, broken_down=True) for rows in groups.values())
    return found


def from_figures(asked: SurveyQuestion, figures: Iterable[Figure], *, broken_down: bool = False) -> Series:
    """The series of these figures, saved or not: totals, or the groups of one breakdown.

    The admin previews what is not saved yet through it.
    """
    rows = sorted(figures, key=_place_in_edition)
    dimension = rows[0].group.dimension if broken_down and rows and rows[0].group else None
    key = SEPARATOR.join([asked.survey.key, asked.question.key, *([BY, dimension.key] if dimension else [])])
    is_of_factors = asked.question.kind == Question.Kind.FACTOR
    kind = Kind.BREAKDOWN if dimension else Kind.FACTORS if is_of_factors else Kind.OPTIONS
    return Series(
        key=key,
        kind=kind,
        question=asked.question,
        asked=asked,
        dimension=dimension,
        observations=tuple(_observation(figure, asked) for figure in rows),
    )


def _place_in_edition(figure: Figure) -> tuple[object, ...]:
    option, group = figure.option, figure.group
    return (
        option.role != Option.Role.ANSWER,
        option.order,
        option.code,
        group.order if group else 0,
        group.key if group else "",
    )


# Every figure -----------------------------------------------------------------


def ids_of_figures(user: User | AnonymousUser, *, survey: str = "", question: str = "") -> list[int]:
    """Ids of the figures that the person may see, in their order; of one edition or question, if named."""
    figures = Figure.objects.visible_to(user)
    if survey:
        figures = figures.filter(asked__survey__key=survey)
    if question:
        figures = figures.filter(asked__question__key=question)
    return list(figures.order_by("pk").values_list("pk", flat=True))


def of_figures(ids: Sequence[int], user: User | AnonymousUser) -> list[Observation]:
    """What may be told of these figures, in their order: one query."""
    return [_observation(figure, figure.asked) for figure in _figures(user).filter(pk__in=ids).order_by("pk")]


# Over editions ----------------------------------------------------------------


def comparison(question: str, option: str, user: User | AnonymousUser, *, sector: str = "") -> Series | None:
    """One answer in every edition that asked for it, Finland first, then by country, sector and year.

    An edition whose share is not known has its place too. With ``sector``, the editions of that sector and
    the groups that are the sector in others.
    """
    chosen = Option.objects.filter(question__key=question, code=option).select_related("question").first()
    return comparisons([chosen], user, sector=sector)[0] if chosen else None


def comparisons(options: Sequence[Option], user: User | AnonymousUser, *, sector: str = "") -> list[Series]:
    """The comparison of each of these options of one question: two queries, however many they are."""
    rows: dict[int, list[Observation]] = {option.pk: [] for option in options}
    for figure in _figures(user).filter(option__in=options):
        if _is_of_sector(figure, sector):
            rows[figure.option_id].append(_observation(figure, figure.asked))
    unknown = _unknown(options[0].question_id, user, sector) if options else []
    found = []
    for option in options:
        places = [*rows[option.pk], *(Observation(asked=asked, option=option) for asked in unknown)]
        places.sort(key=lambda row: _place_of_edition(row.survey))
        key = SEPARATOR.join([COMPARE, option.question.key, option.code, *([sector] if sector else [])])
        found.append(_compared(key, option, places, sector))
    return found


def latest_of_each(question: Question, user: User | AnonymousUser) -> list[Series]:
    """The question's answers in total in the latest edition of each country and sector: one query."""
    editions: dict[SurveyQuestion, list[Figure]] = {}
    for figure in _figures(user).filter(asked__question=question, group=None):
        editions.setdefault(figure.asked, []).append(figure)
    in_order = sorted(editions, key=lambda asked: _place_of_edition(asked.survey))
    latest = {(asked.survey.country.code, asked.survey.sector): asked for asked in in_order}
    return [from_figures(asked, editions[asked]) for asked in latest.values()]


def editions_that_tell(questions: Iterable[str]) -> list[Survey]:
    """Public editions that show a figure in total of any of the questions: one query.

    Finland's first; of each country the latest first. ``told`` is the number of such figures.
    """
    is_shown = Q(
        asked__question__key__in=list(questions),
        asked__figures__group=None,
        asked__figures__is_verified=True,
        asked__figures__suppression=Figure.Suppression.NONE,
        asked__figures__share__isnull=False,
    )
    found = Survey.objects.public().annotate(told=Count("asked__figures", filter=is_shown)).filter(told__gt=0)
    return sorted(found, key=lambda survey: (*_place_of_edition(survey)[:2], -survey.year, survey.key))


def totals(
    surveys: Iterable[Survey], questions: Iterable[str], user: User | AnonymousUser
) -> list[Observation]:
    """What these editions tell in total of these questions, edition by edition: one query."""
    figures = _figures(user).filter(asked__survey__in=surveys, asked__question__key__in=questions, group=None)
    return _in_order_of_editions(figures)


def of_factor(factor: str, user: User | AnonymousUser) -> list[Observation]:
    """What every edition tells in total of one factor, as an effect and as a motive: one query."""
    return _in_order_of_editions(_figures(user).filter(option__factor__key=factor, group=None))


def all_public() -> Iterator[Observation]:
    """Every public figure, edition by edition: one query, read as it is asked for."""
    figures = _with_what_is_told(Figure.objects.public()).order_by("asked__survey_id", "pk")
    return (_observation(figure, figure.asked) for figure in figures.iterator(chunk_size=1000))


def count_public() -> int:
    """How many figures :func:`all_public` gives."""
    return Figure.objects.public().count()


def _in_order_of_editions(figures: Iterable[Figure]) -> list[Observation]:
    found = [(figure, _observation(figure, figure.asked)) for figure in figures]
    found.sort(key=lambda pair: (*_place_of_edition(pair[1].survey), *_place_in_edition(pair[0])))
    return [row for _figure, row in found]


def nordic(user: User | AnonymousUser) -> Series | None:
    """The headline answer in the latest edition of each Nordic country and sector: two queries.

    None as long as no share is known.
    """
    question, answer = HEADLINE
    figures = _figures(user).filter(option__question__key=question, option__code=answer, group=None)
    rows = [_observation(figure, figure.asked) for figure in figures]
    if not rows:
        return None
    option = rows[0].option
    rows += [Observation(asked=asked, option=option) for asked in _unknown(option.question_id, user, "")]
    latest: dict[tuple[str, str, str], Observation] = {}
    for row in sorted(rows, key=lambda row: _place_of_edition(row.survey)):
        if row.survey.country.code in NORDIC_COUNTRIES:
            # Of one country and sector the latest year comes last.
            latest[row.survey.country.code, row.survey.sector, row.survey.unit_asked] = row
    return _compared(NORDIC, option, list(latest.values()), "")


def comparable_options(question: Question, user: User | AnonymousUser) -> list[Option]:
    """The options of which at least one figure is visible, in their order."""
    figures = Figure.objects.visible_to(user).filter(option__question=question)
    return list(
        Option.objects.filter(pk__in=figures.values("option"))
        .select_related("question", "factor")
        .order_by("order", "code")
    )


def comparable_sectors(options: Sequence[Option], user: User | AnonymousUser) -> list[Sector]:
    """The sectors by which the comparisons of these options can be narrowed down: one query."""
    figures = Figure.objects.visible_to(user).filter(option__in=options)
    places = figures.order_by().values_list("asked__survey__sector", "group__dimension__key", "group__key")
    found = {
        group if dimension == SECTOR_DIMENSION else sector for sector, dimension, group in places.distinct()
    }
    return [sector for sector in Sector if sector in found]


def _compared(key: str, option: Option, rows: Sequence[Observation], sector: str) -> Series:
    return Series(
        key=key,
        kind=Kind.COMPARISON,
        question=option.question,
        option=option,
        sector=sector,
        observations=tuple(rows),
        breaks=tuple(
            Break(place, reasons)
            for place, (before, after) in enumerate(pairwise(rows), start=1)
            if (reasons := tuple(break_reasons(before, after)))
        ),
    )


def _is_of_sector(figure: Figure, sector: str) -> bool:
    if figure.group is None:
        return not sector or figure.asked.survey.sector == sector
    return bool(sector) and figure.group.dimension.key == SECTOR_DIMENSION and figure.group.key == sector


def _unknown(question: int, user: User | AnonymousUser, sector: str) -> list[SurveyQuestion]:
    """Where the question was asked and no share in total is known to us: these have their places too."""
    known = Figure.objects.visible_to(user).filter(asked=OuterRef("pk"), group=None)
    asked = (
        SurveyQuestion.objects.filter(survey__in=Survey.objects.visible_to(user), question=question)
        .exclude(Exists(known))
        .select_related("survey__source", "question")
    )
    return [row for row in asked if not sector or row.survey.sector == sector]


def _place_of_edition(survey: Survey) -> tuple[object, ...]:
    return (
        survey.country.code != "FI",
        str(survey.country.name),
        list(Sector).index(Sector(survey.sector)),
        survey.year,
        survey.key,
    )


def break_reasons(before: Observation, after: Observation) -> Iterable[str]:
    """Why two bars beside each other cannot be compared as such, in words; nothing when they can."""
    one, other = before.survey, after.survey
    if one.unit_asked != other.unit_asked:
        yield _("the unit asked differs: %(one)s, %(other)s") % {
            "one": one.get_unit_asked_display().lower() or _("not known"),
            "other": other.get_unit_asked_display().lower() or _("not known"),
        }
    if before.sector != after.sector:
        yield _("the sector differs: %(one)s, %(other)s") % {
            "one": Sector(before.sector).label.lower(),
            "other": Sector(after.sector).label.lower(),
        }
    if one.period_years != other.period_years:
        yield _("the reference periods differ: %(one)s, %(other)s") % {
            "one": one.period or _("not known"),
            "other": other.period or _("not known"),
        }
    if before.asked.asked_of != after.asked.asked_of:
        yield _("what the share is of differs: %(one)s; %(other)s") % {
            "one": before.asked.asked_of or _("not known"),
            "other": after.asked.asked_of or _("not known"),
        }


# Figures ----------------------------------------------------------------------


def _figures(user: User | AnonymousUser):  # type: ignore[no-untyped-def]
    return _with_what_is_told(Figure.objects.visible_to(user))


def _with_what_is_told(figures):  # type: ignore[no-untyped-def]
    return figures.select_related(
        "asked__survey__source",
        "asked__question",
        "option__factor",
        "option__question",
        "group__dimension",
        "source",
    )


def _observation(figure: Figure, asked: SurveyQuestion) -> Observation:
    """What may be told of the figure."""
    if figure.suppression:
        return Observation(
            asked=asked,
            option=figure.option,
            group=figure.group,
            suppression=figure.suppression,
            source=figure.source,
        )
    return Observation(
        asked=asked,
        option=figure.option,
        group=figure.group,
        share=figure.share,
        unweighted_share=figure.unweighted_share,
        base=figure.base,
        low=figure.low,
        high=figure.high,
        precision=figure.precision,
        words=figure.words,
        note=figure.note,
        source=figure.source,
    )
