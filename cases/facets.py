"""What readers narrow the list of innovations by."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import Organisation, OrganisationKind

from .models import Established, Language, Level, LifeCycle, Novelty, Phase

# Home country of the registry: its cases stand before others that are otherwise equal.
HOME = "FI"
UNTAGGED = "untagged"


class EvidenceFound(TextChoices):
    """What is known of the effect; a case may have several."""

    EVALUATED = Established.EVALUATED.value, _("Effect independently evaluated")
    MEASURED = Established.MEASURED.value, _("Effect measured")
    ESTIMATED = Established.ESTIMATED.value, _("Effect estimated")
    ADOPTED = "adopted", _("Adopted elsewhere")


class Origin(TextChoices):
    """Where a case came from, when not from another register."""

    OWN = "own", _("Told in this registry")
    EXAMPLE = "example", _("Invented example")


class Place(Enum):
    """Where the page shows a facet."""

    OPEN = "open"
    FOLDED = "folded"
    # Not offered as a choice; other pages link to it, and what is chosen can be removed.
    LINKED = "linked"


class Order(Enum):
    """In which order the values of a facet are listed."""

    DECLARED = "declared"  # as the choices or the vocabulary are
    COMMON = "common"  # the value with most cases first
    DESCENDING = "descending"


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One question that narrows the list. ``name`` is its parameter in the address.

    The words for a value come from ``choices``, from the terms of the vocabulary ``name``, or from
    ``labels``, which leaves out values that cannot be; ``codes`` gives all that ``labels`` knows, where they
    can be listed. ``column`` holds the value, where one column of the case does.
    """

    name: str
    title: str | Promise
    place: Place = Place.FOLDED
    order: Order = Order.COMMON
    column: str = ""
    choices: type[TextChoices] | None = None
    labels: Callable[[Collection[str]], dict[str, str]] | None = None
    codes: Callable[[], list[str]] | None = None


def _years(values: Collection[str]) -> dict[str, str]:
    return {value: value for value in values if re.fullmatch("[0-9]{4}", value)}


def _countries(codes: Collection[str]) -> dict[str, str]:
    return {code: name for code in codes if (name := str(countries.name(code)))}


def _organisations(values: Collection[str]) -> dict[str, str]:
    """Asks the database, once for all: there are too many to keep their names."""
    numbers = {value: int(value) for value in values if re.fullmatch("[0-9]{1,18}", value)}
    found = Organisation.objects.in_bulk(numbers.values()) if numbers else {}
    return {value: str(found[number]) for value, number in numbers.items() if number in found}


FACETS: tuple[Facet, ...] = (
    Facet(name="principle", title=_("Principle"), place=Place.OPEN, order=Order.DECLARED),
    Facet(name="theme", title=_("Theme"), place=Place.OPEN),
    Facet(
        name="owner_kind",
        column="owner__kind",
        title=_("Organisation"),
        place=Place.OPEN,
        choices=OrganisationKind,
    ),
    Facet(
        name="life_cycle",
        column="life_cycle",
        title=_("Life cycle"),
        place=Place.OPEN,
        order=Order.DECLARED,
        choices=LifeCycle,
    ),
    Facet(
        name="evidence",
        title=_("Evidence"),
        place=Place.OPEN,
        order=Order.DECLARED,
        choices=EvidenceFound,
    ),
    Facet(
        name="country",
        column="country",
        title=_("Country"),
        place=Place.OPEN,
        labels=_countries,
        codes=lambda: sorted(countries.countries),
    ),
    Facet(name="region", title=_("Region")),
    Facet(
        name="level",
        column="level_of_government",
        title=_("Level of government"),
        order=Order.DECLARED,
        choices=Level,
    ),
    Facet(name="kind", title=_("Kind of innovation"), order=Order.DECLARED),
    Facet(name="novelty", column="novelty", title=_("Novelty"), order=Order.DECLARED, choices=Novelty),
    Facet(name="technology", title=_("Technology")),
    Facet(name="started", column="started_year", title=_("Started"), order=Order.DESCENDING, labels=_years),
    Facet(name="language", title=_("Available in"), order=Order.DECLARED, choices=Language),
    Facet(name="source", column="source__key", title=_("Source"), choices=Origin),
    Facet(name="tag", title=_("Tag"), place=Place.LINKED),
    Facet(name="sdg", title=_("Sustainable development goal"), place=Place.LINKED),
    Facet(name="opsi_facet", title=_("Direction of the innovation"), place=Place.LINKED),
    Facet(name="phase", column="phase", title=_("Phase"), place=Place.LINKED, choices=Phase),
    # Owner, partner or adopter.
    Facet(
        name="organisation",
        column="owner",
        title=_("Organisation"),
        place=Place.LINKED,
        labels=_organisations,
    ),
)
BY_NAME = {facet.name: facet for facet in FACETS}
