"""The test of one's own organisation: which questions it asks, what of the answers is a weak spot, and
how the answers stand beside the figures of editions.

Everything here is reckoned from what it is given: nothing is read from the database or kept.

Answers are the codes of the options chosen, by the name of a parameter: a question's key or, of the question
about factors, ``promotes`` and ``hinders``, whose codes are keys of factors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.charts import Bar, Chart
from common.charts import Row as ChartRow

from .charts import ROUGH, bar_of, of_shares
from .models import Option, Question, Survey
from .series import Observation

Answers = Mapping[str, Sequence[str]]

# What is asked --------------------------------------------------------------

# The one question that must be answered; the others are about the latest innovation.
FIRST = "innovation-type"
NONE = "none"
FACTORS = "factor-effect"
ONGOING = "ongoing-work"
QUESTIONS = (
    FIRST,
    "novelty",
    "initiator",
    "partners",
    FACTORS,
    "value",
    "technology-degree",
    "core-task",
    "evaluation",
    "spread",
    ONGOING,
)
PROMOTES, HINDERS = Option.Direction.PROMOTES.value, Option.Direction.HINDERS.value
# Whoever has no innovation is still asked what stands in the way, and whether one is under way.
ASKED_WITHOUT_INNOVATION = (FIRST, HINDERS, ONGOING)
# Codes of answers that say nothing of the matter.
SAYS_NOTHING = frozenset({"dont-know", "too-early"})

# Options that are not asked, for the answer to them follows from others: they are in published figures.
FOLLOWS_FROM: Mapping[tuple[str, str], frozenset[str]] = {
    ("core-task", "current-or-future"): frozenset({"current", "future"}),
    ("partners", "municipal-and-regional-actors"): frozenset({"municipalities", "regions"}),
}
# The answer to this question follows from the first.
HEADLINE = "at-least-one-innovation"
COMPARED = (HEADLINE, *QUESTIONS)
HOME = "FI"
OWN_MARK = "✓"


def parameters() -> list[str]:
    """Names of the answers, in the order of the form."""
    return [name for key in QUESTIONS for name in ((PROMOTES, HINDERS) if key == FACTORS else (key,))]


def is_asked(question: str, code: str) -> bool:
    return (question, code) not in FOLLOWS_FROM


def has_innovation(answers: Answers) -> bool | None:
    """Whether there has been an innovation in two years; None when that is not known."""
    kinds = set(answers.get(FIRST, ()))
    if NONE in kinds:
        return False
    return True if kinds - SAYS_NOTHING else None


def relevant(answers: Answers) -> dict[str, tuple[str, ...]]:
    """The answers that count: of those without an innovation, not what is asked of the latest one."""
    told = {name: tuple(answers[name]) for name in parameters() if answers.get(name)}
    if has_innovation(told) is False:
        return {name: codes for name, codes in told.items() if name in ASKED_WITHOUT_INNOVATION}
    told.pop(ONGOING, None)
    return told


# Weak spots -----------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When answers are a weak spot, and what helps.

    It is one when of every question in ``chosen`` one of the codes was answered; when every question in
    ``lacking`` was answered, and with none of the codes; and unless one of those in ``unless`` was.
    What helps are the ``principles`` and whatever is tied to the ``factors``.
    """

    key: str
    title: str | Promise
    why: str | Promise
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lacking: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unless: Mapping[str, frozenset[str]] = field(default_factory=dict)
    principles: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()

    def applies(self, answers: Answers) -> bool:
        return (
            all(_has(answers, name, codes) for name, codes in self.chosen.items())
            and all(_tells_without(answers, name, codes) for name, codes in self.lacking.items())
            and not any(_has(answers, name, codes) for name, codes in self.unless.items())
        )


def _has(answers: Answers, name: str, codes: frozenset[str]) -> bool:
    return not codes.isdisjoint(answers.get(name, ()))


def _tells_without(answers: Answers, name: str, codes: frozenset[str]) -> bool:
    told = set(answers.get(name, ())) - SAYS_NOTHING
    return bool(told) and codes.isdisjoint(told)


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(codes)


# In the order in which they are shown. What hindered comes before them: the organisation said so itself.
RULES = (
    Rule(
        key="nothing-under-way",
        title=_("Nothing new, and nothing under way"),
        why=_("It seldom begins by itself: it takes permission, some time and somebody who asks for it."),
        chosen={FIRST: _codes(NONE), ONGOING: _codes("no")},
        principles=("1", "2"),
        factors=("management",),
    ),
    Rule(
        key="nothing-in-use",
        title=_("Nothing new in use yet"),
        why=_("A small trial shows what a long preparation does not, and something is in use sooner."),
        chosen={FIRST: _codes(NONE)},
        unless={ONGOING: _codes("no")},
        principles=("4",),
    ),
    Rule(
        key="not-from-staff",
        title=_("The idea did not come from staff"),
        why=_("Those who do the work see first what could be done better, if they are asked."),
        lacking={"initiator": _codes("employees")},
        principles=("2",),
        factors=("employee-participation",),
    ),
    Rule(
        key="alone",
        title=_("Made without partners"),
        why=_("Others may have solved a part of it already, and see what one does not see from inside."),
        chosen={"partners": _codes(NONE)},
        principles=("3",),
        factors=("cooperation-across-workplaces",),
    ),
    Rule(
        key="without-citizens",
        title=_("Made without those whom it serves"),
        why=_("Residents and customers neither set it going nor took part: were they asked in time?"),
        lacking={"initiator": _codes("citizens"), "partners": _codes("citizens")},
        principles=("3",),
        factors=("citizen-participation",),
    ),
    Rule(
        key="beside-core-tasks",
        title=_("Beside your core tasks"),
        why=_("What does not touch core tasks is easily the first to end when time or money is short."),
        chosen={"core-task": _codes(NONE)},
        principles=("1",),
        factors=("organisation-strategy",),
    ),
    Rule(
        key="value-not-known",
        title=_("What came of it is not known"),
        why=_("Without knowing it is hard to say whether to go on, change course or stop."),
        chosen={"value": SAYS_NOTHING},
        principles=("4",),
    ),
    Rule(
        key="not-evaluated",
        title=_("Not evaluated"),
        why=_("An evaluation can be small: a measure before, the same after, and a question to users."),
        chosen={"evaluation": _codes("no")},
        principles=("4",),
    ),
    Rule(
        key="not-spread",
        title=_("Not passed on to others"),
        why=_("Somebody else has the same problem now. Telling takes a quarter of an hour."),
        chosen={"spread": _codes("no")},
        principles=("5",),
    ),
)


@dataclass(frozen=True, kw_only=True)
class WeakSpot:
    """A place where something could help: either a rule that applies, or a factor said to have hindered."""

    key: str
    rule: Rule | None = None
    principles: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()

    @property
    def hindered_by(self) -> str:
        """The key of the factor that hindered; "" where it is a rule that applies."""
        return "" if self.rule else self.factors[0]


def weak_spots(answers: Answers) -> list[WeakSpot]:
    """What hindered, in the order answered, then the rules that apply. Of answers not given there is none."""
    told = relevant(answers)
    hindered = [WeakSpot(key=f"hindered-by-{key}", factors=(key,)) for key in told.get(HINDERS, ())]
    ruled = [
        WeakSpot(key=rule.key, rule=rule, principles=rule.principles, factors=rule.factors)
        for rule in RULES
        if rule.applies(told)
    ]
    return [*hindered, *ruled]


# Beside figures -------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Row:
    """One answer: whether it is one's own, and what each edition tells of it (nothing, one or several)."""

    option: Option
    is_own: bool
    cells: tuple[tuple[Observation, ...], ...]

    @property
    def label(self) -> str:
        return self.option.label

    @property
    def has_figures(self) -> bool:
        return any(self.cells)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One question: own answers beside those of the editions, in the editions' order."""

    question: Question
    rows: tuple[Row, ...]
    surveys: tuple[Survey, ...]

    @property
    def has_figures(self) -> bool:
        return any(row.has_figures for row in self.rows)

    @property
    def telling(self) -> list[Survey]:
        """The editions that tell anything of the question; the others would be nothing but gaps."""
        return [
            survey for place, survey in enumerate(self.surveys) if any(row.cells[place] for row in self.rows)
        ]

    @property
    def own(self) -> list[Row]:
        return [row for row in self.rows if row.is_own]


def usual_editions(surveys: Sequence[Any]) -> list[str]:
    """Keys of the editions to compare with when none is chosen: of Finland's and of the others, each time the
    one that tells most, the later of equals.

    ``surveys`` have ``told``, as :func:`barometer.series.editions_that_tell` gives them.
    """
    at_home = [survey for survey in surveys if survey.country.code == HOME]
    abroad = [survey for survey in surveys if survey.country.code != HOME]
    return [
        max(group, key=lambda survey: (survey.told, survey.year)).key for group in (at_home, abroad) if group
    ]


def comparisons(
    answers: Answers, options: Iterable[Option], surveys: Sequence[Survey], figures: Iterable[Observation]
) -> list[Comparison]:
    """Own answers beside figures, question by question in the order of the test.

    ``options`` are those of the questions in :data:`COMPARED`, with their questions; ``figures`` the
    editions' totals. A row is there for each answer that is one's own or has a figure; a question that was
    not answered is left out.
    """
    told = relevant(answers)
    by_question: dict[str, list[Option]] = {}
    for option in options:
        by_question.setdefault(option.question.key, []).append(option)
    known: dict[tuple[int, int], list[Observation]] = {}
    for row in figures:
        known.setdefault((row.survey.pk, row.option.pk), []).append(row)
    found = []
    for key in COMPARED:
        if key not in by_question or not _is_answered(key, told):
            continue
        rows = [
            Row(
                option=option,
                is_own=is_own(option, told),
                cells=tuple(tuple(known.get((survey.pk, option.pk), ())) for survey in surveys),
            )
            for option in by_question[key]
        ]
        shown = tuple(
            row
            for row in rows
            if (row.is_own and is_asked(key, row.option.code))
            or (row.has_figures and _is_of_interest(row.option, told))
        )
        if shown:
            question = by_question[key][0].question
            found.append(Comparison(question=question, rows=shown, surveys=tuple(surveys)))
    return found


def _is_answered(key: str, told: Answers) -> bool:
    if key == HEADLINE:
        return has_innovation(told) is not None
    names = (PROMOTES, HINDERS) if key == FACTORS else (key,)
    return any(told.get(name) for name in names)


def _is_of_interest(option: Option, answers: Answers) -> bool:
    """Whether an edition's answer is shown: of factors those that were answered in either direction."""
    if option.question.key != FACTORS:
        return True
    answered = {*answers.get(PROMOTES, ()), *answers.get(HINDERS, ())}
    return option.factor is not None and bool(option.degree) and option.factor.key in answered


def is_own(option: Option, answers: Answers) -> bool:
    """Whether the answers hold the option, or whether it follows from them."""
    question, code = option.question.key, option.code
    if question == HEADLINE:
        return {True: "yes", False: "no", None: "dont-know"}[has_innovation(answers)] == code
    if question == FACTORS:
        # The test does not ask of degrees.
        return (
            option.factor is not None
            and option.degree == Option.Degree.ANY
            and option.factor.key in answers.get(option.direction, ())
        )
    chosen = answers.get(question, ())
    if following := FOLLOWS_FROM.get((question, code)):
        return not following.isdisjoint(chosen)
    return code in chosen


def chart_of(comparison: Comparison) -> Chart:
    """A row for each answer, one's own marked, with a bar for each edition that tells of the question."""
    return of_shares(
        ChartRow(
            label=f"{OWN_MARK} {row.label}" if row.is_own else row.label,
            note=gettext("Your answer") if row.is_own else "",
            bars=tuple(_bars(row, comparison)),
        )
        for row in comparison.rows
    )


def _bars(row: Row, comparison: Comparison) -> Iterator[Bar]:
    unknown = gettext("not asked or not known")
    if not row.has_figures:
        yield Bar(value=None, text=unknown)
        return
    telling = comparison.telling
    for survey, cell in zip(comparison.surveys, row.cells, strict=True):
        yield from (bar_of(observation, survey.name) for observation in cell)
        if not cell and survey in telling:
            yield Bar(value=None, text=unknown, label=survey.name)


def has_rough_figures(comparisons: Iterable[Comparison]) -> bool:
    """Whether any bar ends in the dashes of a number that its source tells roughly."""
    cells = (cell for comparison in comparisons for row in comparison.rows for cell in row.cells)
    return any(
        observation.is_shown and observation.precision in ROUGH for cell in cells for observation in cell
    )


def as_json(answers: Answers) -> dict[str, Any]:
    """What is kept of the answers: those that count, and nothing else."""
    return {name: list(codes) for name, codes in relevant(answers).items()}
