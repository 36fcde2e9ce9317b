"""Narrowing members and requests down: one definition for lists, mailing lists and what is told of both."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationKind
from taxonomy.models import Term, Vocabulary

from .models import JoinRequest, Member

Choice = tuple[str, Any]
YES_OR_NO: list[Choice] = [("yes", _("Yes")), ("no", _("No"))]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One question with its answers; ``narrow`` takes the rows and the chosen answer."""

    name: str
    label: Any
    choices: Callable[[], list[Choice]]
    narrow: Callable[[QuerySet[Any], str], QuerySet[Any]]


def narrowed(rows: QuerySet[Any], filters: tuple[Filter, ...], chosen: Mapping[str, str]) -> QuerySet[Any]:
    """The rows that answer to everything that was chosen; what is not among the choices is left out."""
    for narrowing in filters:
        if value := chosen.get(narrowing.name):
            rows = narrowing.narrow(rows, value)
    return rows


def in_words(filters: tuple[Filter, ...], chosen: Mapping[str, str]) -> Iterator[tuple[Any, Any]]:
    """Each chosen answer with its question, as people read them."""
    for narrowing in filters:
        if value := chosen.get(narrowing.name):
            yield narrowing.label, dict(narrowing.choices()).get(value, value)


def _column(path: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    return lambda rows, value: rows.filter(**{path: value})


def _yes_or_no(column: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    return lambda rows, value: rows.filter(**{column: value == "yes"})


def _interest(vocabulary: Vocabulary) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    def narrow(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        found = rows.model.interests.through.objects.filter(
            term__vocabulary=vocabulary, term__code=value
        ).values(f"{rows.model._meta.model_name}_id")
        return rows.filter(pk__in=found)

    return narrow


def _terms(vocabulary: Vocabulary) -> Callable[[], list[Choice]]:
    return lambda: [(term.code, _worded(term)) for term in Term.objects.of(vocabulary)]


def _worded(term: Term) -> str:
    """A principle is always told with its number."""
    return f"{term.code} {term.name}" if term.vocabulary == Vocabulary.PRINCIPLE else term.name


def _organisations(model: type[Model]) -> Callable[[], list[Choice]]:
    """Those that somebody is of, as they are called now."""

    def choices() -> list[Choice]:
        used = model._base_manager.filter(organisation__isnull=False).values("organisation")
        return [(str(found.pk), found.name) for found in Organisation.objects.filter(pk__in=used)]

    return choices


def _years() -> list[Choice]:
    return [
        (str(day.year), str(day.year)) for day in Member.objects.datetimes("joined_at", "year", order="DESC")
    ]


def _whole(rows: QuerySet[Any], column: str, value: str) -> QuerySet[Any]:
    return rows.filter(**{column: value}) if value.isdecimal() else rows.none()


KIND = Filter(
    name="kind",
    label=_("Kind of organisation"),
    choices=lambda: list(OrganisationKind.choices),
    narrow=_column("organisation__kind"),
)
REGION = Filter(
    name="region",
    label=_("Region"),
    choices=_terms(Vocabulary.REGION),
    narrow=_column("organisation__region__code"),
)
PRINCIPLE = Filter(
    name="principle",
    label=_("Principle"),
    choices=_terms(Vocabulary.PRINCIPLE),
    narrow=_interest(Vocabulary.PRINCIPLE),
)
THEME = Filter(
    name="theme", label=_("Theme"), choices=_terms(Vocabulary.THEME), narrow=_interest(Vocabulary.THEME)
)
ORGANISATION = Filter(
    name="organisation",
    label=_("Organisation"),
    choices=_organisations(Member),
    narrow=lambda rows, value: _whole(rows, "organisation", value),
)
DIRECTORY = Filter(
    name="directory",
    label=_("In the members’ directory"),
    choices=lambda: YES_OR_NO,
    narrow=_yes_or_no("in_directory"),
)
BULLETINS = Filter(
    name="bulletins",
    label=_("Gets bulletins"),
    choices=lambda: YES_OR_NO,
    narrow=_yes_or_no("wants_bulletins"),
)
JOINED = Filter(
    name="joined",
    label=_("Joined in"),
    choices=_years,
    narrow=lambda rows, value: _whole(rows, "joined_at__year", value),
)
STATE = Filter(
    name="state", label=_("State"), choices=lambda: list(Member.State.choices), narrow=_column("state")
)
LANGUAGE = Filter(
    name="language",
    label=_("Language"),
    choices=lambda: list(JoinRequest._meta.get_field("language").flatchoices),
    narrow=_column("language"),
)

MEMBER = (STATE, KIND, ORGANISATION, REGION, PRINCIPLE, THEME, DIRECTORY, BULLETINS, JOINED)
REQUEST = (KIND, REGION, LANGUAGE)
# A mailing list is of active members, and its purpose says whether they want bulletins.
MAILING_LIST = (
    KIND,
    ORGANISATION,
    REGION,
    PRINCIPLE,
    THEME,
    Filter(
        name="language",
        label=_("Language"),
        choices=LANGUAGE.choices,
        narrow=_column("user__language"),
    ),
)
