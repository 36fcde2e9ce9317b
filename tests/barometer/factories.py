"""Surveys, questions and figures for tests; every name is invented."""

from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Group as PermissionGroup

from accounts.models import User
from accounts.permissions import BAROMETER_EDITORS
from barometer import actions
from barometer.models import (
    Dimension,
    Factor,
    Figure,
    Group,
    Option,
    Question,
    Sector,
    Source,
    Survey,
    SurveyQuestion,
    UnitAsked,
)

_number = count(1)


def in_three(name: str, text: str) -> dict[str, str]:
    """The same field in Finnish, Swedish and English, told apart by the language's code."""
    return {f"{name}_{language}": f"{text} {language}" for language in ("fi", "sv", "en")}


def editor(email: str = "editor@example.org") -> User:
    user = User.objects.create_user(email=email, display_name="Editor", is_staff=True)
    user.groups.add(PermissionGroup.objects.get(name=BAROMETER_EDITORS))
    return user


def source(**values: Any) -> Source:
    number = next(_number)
    return Source.objects.create(
        **{
            "key": f"source-{number}",
            "title": f"Publication {number}",
            "publisher": "Publisher",
            "url": f"https://example.org/{number}",
            **values,
        }
    )


def survey(key: str = "", **values: Any) -> Survey:
    """A draft that has everything a reader needs but figures."""
    number = next(_number)
    return Survey.objects.create(
        **{
            "key": key or f"edition-{number}",
            "sector": Sector.STATE,
            "year": 2022,
            "unit_asked": UnitAsked.ORGANISATION,
            "period_years": Decimal(2),
            "source": source() if "source" not in values else None,
            **in_three("name", f"Edition {number}"),
            **in_three("period", "2020–2021"),
            **in_three("who_asked", "Leaders"),
            **in_three("caveat", "Not to be generalised"),
            **values,
        }
    )


def question(key: str = "", kind: str = Question.Kind.SINGLE, **values: Any) -> Question:
    key = key or f"question-{next(_number)}"
    return Question.objects.create(
        key=key, kind=kind, **{**in_three("title", key), **in_three("wording", f"{key}?"), **values}
    )


def option(of: Question, code: str, **values: Any) -> Option:
    order = values.pop("order", of.options.count())
    return Option.objects.create(question=of, code=code, order=order, **{**in_three("label", code), **values})


def factor(key: str) -> Factor:
    return Factor.objects.create(key=key, **in_three("name", key))


def group(dimension: str, key: str) -> Group:
    found, _made = Dimension.objects.get_or_create(key=dimension, defaults=in_three("name", dimension))
    return Group.objects.create(dimension=found, key=key, order=found.groups.count(), **in_three("name", key))


def asked(of: Survey, what: Question, **values: Any) -> SurveyQuestion:
    return SurveyQuestion.objects.create(survey=of, question=what, order=of.asked.count(), **values)


def figure(of: SurveyQuestion, option: Option, share: Any, base: int | None = 100, **values: Any) -> Figure:
    """Not saved: hand it to ``actions.enter_figures``."""
    return Figure(
        asked=of,
        option=option,
        share=None if share is None else Decimal(str(share)),
        base=base,
        **{"is_verified": True, **values},
    )


def published(key: str = "", shares: dict[str, Any] | None = None, **values: Any) -> Survey:
    """A published edition that asked one question, with these shares of its options."""
    made = survey(key, **values)
    what = question()
    of = asked(made, what)
    figures = [
        figure(of, option(what, code), share) for code, share in (shares or {"yes": 80, "no": 20}).items()
    ]
    actions.enter_figures(made, figures, by=None)
    actions.publish(made, by=None)
    return made
