"""The history of an edition in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from barometer.models import Figure, Group, Option, Question, Survey, SurveyEvent
from barometer.workflow import LANGUAGE_NAMES

from .base import label_of

# How many events, and changes of one event, are told at first.
SOME_EVENTS = 20
SOME_CHANGES = 50


@dataclass(frozen=True)
class Change:
    """One change in words: of what, from what, to what."""

    subject: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Told:
    """An event with its changes in words; ``left`` is how many more there are."""

    event: SurveyEvent
    note: list[tuple[str, str]]
    changes: list[Change]
    left: int


def of(survey: Survey, *, everything: bool = False) -> dict[str, Any]:
    """The latest events of an edition and whether there are earlier ones: a constant number of queries."""
    found = list(survey.events.select_related("by")[: None if everything else SOME_EVENTS + 1])
    shown = found if everything else found[:SOME_EVENTS]
    names = _names([change for event in shown for change in event.changes[:SOME_CHANGES]])
    return {
        "rows": [_told(event, names) for event in shown],
        "has_more": len(found) > len(shown),
    }


def _told(event: SurveyEvent, names: dict[tuple[str, ...], str]) -> Told:
    return Told(
        event=event,
        note=[(language, event.note[language]) for language in LANGUAGE_NAMES if event.note.get(language)],
        changes=[in_words(change, names) for change in event.changes[:SOME_CHANGES]],
        left=max(0, len(event.changes) - SOME_CHANGES),
    )


def told_changes(changes: list[dict[str, Any]]) -> list[Change]:
    """Changes of figures, as actions return them, in words."""
    names = _names(changes)
    return [in_words(change, names) for change in changes]


def _names(changes: list[dict[str, Any]]) -> dict[tuple[str, ...], str]:
    """What questions, options and groups are called now, by their keys."""
    questions = {change["question"] for change in changes if change.get("question")}
    found: dict[tuple[str, ...], str] = {}
    for question in Question.objects.filter(key__in=questions):
        found[("question", question.key)] = question.title
    for option in Option.objects.filter(question__key__in=questions).select_related("question"):
        found[("option", option.question.key, option.code)] = option.label
    if any(change.get("group") for change in changes):
        for group in Group.objects.select_related("dimension"):
            found[("group", group.dimension.key, group.key)] = group.name
    return found


def in_words(change: dict[str, Any], names: dict[tuple[str, ...], str]) -> Change:
    if "field" in change:
        name = change["field"]
        labels = {
            str(key): str(label) for key, label in getattr(Survey._meta.get_field(name), "flatchoices", [])
        }
        before, after = (labels.get(change[side], change[side]) for side in ("before", "after"))
        return Change(label_of(Survey, name), before, after)
    question = change["question"]
    title = names.get(("question", question), question)
    if "option" not in change:
        return Change(title)
    option = names.get(("option", question, change["option"]), change["option"])
    group = (
        names.get(("group", change["dimension"], change["group"]), change["group"])
        if change["group"]
        else _("total")
    )
    before, after = change["before"], change["after"]
    if not before and after == {}:
        return Change(f"{title}: {option}, {group}")
    return Change(
        f"{title}: {option}, {group}",
        "" if before is None else "; ".join(_values(before, after)),
        _("taken away") if after is None else "; ".join(_values(after, before)),
    )


def _values(told: dict[str, Any], other: dict[str, Any] | None) -> Iterator[str]:
    """The share, and what else differs from the other side."""
    yield _("not known") if told["share"] is None else _("%(number)s%%") % {"number": _number(told["share"])}
    for name, value in told.items():
        if name == "share" or not _differs(name, value, other):
            continue
        if name == "is_verified":
            yield _("seen in the source") if value else _("not seen in the source")
        elif name == "is_kept_back":
            yield _("kept back") if value else _("not kept back")
        elif name == "precision":
            yield str(Figure.Precision(value).label).lower()
        elif name == "source_id":
            yield _("another source") if value else _("the edition’s source")
        else:
            label = capfirst(label_of(Figure, name))
            yield f"{label}: {'–' if value in (None, '') else value}"


def _differs(name: str, value: Any, other: dict[str, Any] | None) -> bool:
    if other is None:
        # Of a new figure only what is out of the ordinary is told.
        return name not in ("precision",) and bool(value)
    return bool(value != other.get(name))


def _number(text: str) -> str:
    return str(number_format(text.rstrip("0").rstrip(".") if "." in text else text))
