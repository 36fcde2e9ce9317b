"""The known facts of the barometers, from the project's own data files (barometer/data).

Questions with their options and factors, editions with their sources, and the figures that have been
published of them. Nothing that staff have is touched: what exists by its key stays as it is.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Hashable
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from common.workflow import TransitionRefused

from . import actions
from .importers import figures
from .models import Dimension, Factor, Group, Option, Question, Source, Survey, SurveyQuestion

DATA = Path(__file__).resolve().parent / "data"
REASON = "reference data"
LANGUAGES = ("fi", "sv", "en")
# The texts of an edition in the file; those that it lacks are not known.
SURVEY_TEXTS = ("name", "period", "fieldwork", "who_asked", "findings", "method", "weighting", "caveat")


@transaction.atomic
def load() -> Counter[str]:
    """Create what is missing, publish the new editions that can be, and return how many of what.

    An edition that exists is not touched, nor are its figures; it may have been corrected since. Raises
    ValueError, naming the place, for what the files call by an unknown key.
    """
    counts: Counter[str] = Counter()
    _load_questions(_read("questions.toml"), counts)
    _load_editions(_read("surveys.toml"), counts)
    return counts


def _read(name: str) -> dict[str, Any]:
    with (DATA / name).open("rb") as file:
        return tomllib.load(file)


def _load_questions(bank: dict[str, Any], counts: Counter[str]) -> None:
    """Breakdowns, factors, questions, and the options of questions."""
    dimensions = _create_missing(
        [
            Dimension(key=row["key"], order=order, **_in_three("name", row["name"]))
            for order, row in enumerate(bank["dimension"], start=1)
        ],
        _key,
        counts,
    )
    _create_missing(
        [
            Group(dimension=dimensions[row["key"]], key=group["key"], order=order, **_in_three("name", group))
            for row in bank["dimension"]
            for order, group in enumerate(row["groups"], start=1)
        ],
        lambda group: (group.dimension_id, group.key),
        counts,
    )
    factors = _create_missing(
        [
            Factor(key=row["key"], order=order, **_in_three("name", row["name"]))
            for order, row in enumerate(bank["factor"], start=1)
        ],
        _key,
        counts,
    )
    questions = _create_missing(
        [
            Question(
                key=row["key"],
                kind=row["kind"],
                # Steps of ten, so that staff can put their own between.
                order=10 * place,
                in_bank=row["in_bank"],
                most_answers=row.get("most_answers"),
                **_in_three("title", row["title"]),
                **_in_three("wording", row["wording"]),
            )
            for place, row in enumerate(bank["question"], start=1)
        ],
        _key,
        counts,
    )
    options = [
        Option(
            question=questions[row["key"]],
            code=option["code"],
            order=order,
            role=option.get("role", Option.Role.ANSWER),
            factor=factors[option["factor"]] if "factor" in option else None,
            direction=option.get("direction", ""),
            degree=option.get("degree", ""),
            **_in_three("label", option),
        )
        for row in bank["question"]
        for order, option in enumerate(row.get("options") or _factor_options(bank), start=1)
    ]
    _create_missing(options, lambda option: (option.question_id, option.code), counts)


def _factor_options(bank: dict[str, Any]) -> list[dict[str, Any]]:
    """Every factor with every answer that can be given of it."""
    return [
        {
            **answer,
            "code": f"{factor['key']}-{answer['code']}",
            "factor": factor["key"],
            **{
                language: answer["label"][language].format(factor=factor["name"][language])
                for language in LANGUAGES
            },
        }
        for factor in bank["factor"]
        for answer in bank["factor_answer"]
    ]


def _load_editions(editions: dict[str, Any], counts: Counter[str]) -> None:
    """Sources, then each edition that does not exist: what it asked, its figures, its publication."""
    sources = _create_missing([Source(**row) for row in editions["source"]], _key, counts)
    existing = set(Survey.objects.values_list("key", flat=True))
    missing = [row for row in editions["survey"] if row["key"] not in existing]
    if not missing:
        return
    questions = {question.key: question for question in Question.objects.all()}
    for row in missing:
        survey = _survey(row, editions, sources)
        actions.describe(survey, by=None)
        bulk_create_with_history(
            [
                SurveyQuestion(
                    survey=survey,
                    question=questions[what["question"]],
                    order=order,
                    **_in_three("asked_of", editions["asked_of"].get(what.get("of"))),
                    **_in_three("note", editions["note"].get(what.get("note"))),
                )
                for order, what in enumerate(row["asked"], start=1)
            ],
            SurveyQuestion,
            default_change_reason=REASON,
        )
    keys = {row["key"] for row in missing}
    counts["Figure"] += _enter_figures(keys)
    for survey in Survey.objects.filter(key__in=keys):
        try:
            actions.publish(survey, by=None)
        except TransitionRefused:
            counts["Survey, draft"] += 1
        else:
            counts["Survey, published"] += 1


def _enter_figures(surveys: set[str]) -> int:
    """Enter what figures.csv tells of these editions, as an import of it would; how many figures."""
    table = figures.read(DATA / "figures.csv")
    place = table.place("survey")
    table.rows = [row for row in table.rows if place is not None and row.cells[place] in surveys]
    plan = figures.plan(table)
    if plan.is_refused:
        raise ValueError("figures.csv: " + "; ".join(plan.errors))
    figures.apply(plan, by=None)
    return len(plan.lines)


def _survey(row: dict[str, Any], editions: dict[str, Any], sources: dict[Hashable, Any]) -> Survey:
    facts = {
        name: value
        for name, value in row.items()
        if name not in (*SURVEY_TEXTS, "asked", "source", "period_years", "response_rate")
    }
    numbers = {
        name: Decimal(str(row[name])) if name in row else None for name in ("period_years", "response_rate")
    }
    texts: dict[str, str] = {}
    for name in SURVEY_TEXTS:
        text = row.get(name)
        # Editions that share a text name it.
        texts |= _in_three(name, editions[name][text] if isinstance(text, str) else text)
    return Survey(source=sources[row["source"]], **facts, **numbers, **texts)


def _key(row: Any) -> str:
    return str(row.key)


def _create_missing(
    wanted: list[Any], key_of: Callable[[Any], Hashable], counts: Counter[str]
) -> dict[Hashable, Any]:
    """Those of ``wanted`` whose key no row has are created; returns all rows of the model by that key."""
    model = type(wanted[0])
    existing = {key_of(row): row for row in model._default_manager.all()}
    missing = [row for row in wanted if key_of(row) not in existing]
    if hasattr(model, "history"):
        created = bulk_create_with_history(missing, model, default_change_reason=REASON)
    else:
        created = model._default_manager.bulk_create(missing)
    counts[model.__name__] += len(created)
    return existing | {key_of(row): row for row in created}


def _in_three(name: str, texts: dict[str, str] | None) -> dict[str, str]:
    """The values of a field in three languages; empty when nothing is known."""
    return {f"{name}_{language}": (texts or {}).get(language, "").strip() for language in LANGUAGES}
