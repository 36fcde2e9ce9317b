"""What stands beneath a page's text, always as it is now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from barometer import series
from barometer.models import Survey
from cases import public_index
from cases.views import effects
from common.linked_data import Described
from network.views.events import next_events
from pages.models import Contact, Page
from pages.open_data import catalogue, linked_data
from pages.resources import analyses
from taxonomy.models import Term, Vocabulary

# The country whose barometers are listed.
HOME = "FI"


@dataclass(frozen=True)
class Companion:
    """A part of a page: its template, what that shows, and the styles it needs."""

    name: str
    shown: dict[str, Any]
    sheets: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        return f"pages/companions/{self.name}.html"


def of(page: Page, request: HttpRequest) -> Companion | None:
    """What the page shows beneath its text; None for nothing."""
    read = _READ.get(page.companion)
    return Companion(page.companion, read(request), _SHEETS.get(page.companion, ())) if read else None


def described(companion: Companion | None, *, url: str, title: str, lead: str) -> list[Described]:
    """What machines read of the page: of the one that lists data, a catalogue."""
    if companion is None or companion.name != Page.Companion.OPEN_DATA:
        return []
    return [linked_data.of_page(companion.shown["datasets"], url=url, title=title, lead=lead)]


def _principles(request: HttpRequest) -> dict[str, Any]:
    counts = public_index.current().counts_of(Vocabulary.PRINCIPLE)
    principles = Term.objects.of(Vocabulary.PRINCIPLE)
    return {"principles": [(principle, counts.get(principle.code, 0)) for principle in principles]}


def _barometer(request: HttpRequest) -> dict[str, Any]:
    editions = Survey.objects.public().filter(country=HOME)
    return {"headline": series.nordic(request.user), "editions": list(editions)}


def _network(request: HttpRequest) -> dict[str, Any]:
    return {"events": next_events(request.user)}


def _analyses(request: HttpRequest) -> dict[str, Any]:
    return {"analyses": analyses.listed(public_index.current())}


def _productivity(request: HttpRequest) -> dict[str, Any]:
    index = public_index.current()
    return {"effects": effects.overview(request.GET, index), "analyses": analyses.listed(index)}


def _contacts(request: HttpRequest) -> dict[str, Any]:
    return {"contacts": list(Contact.objects.public())}


def _open_data(request: HttpRequest) -> dict[str, Any]:
    return catalogue.shown()


_READ: dict[str, Callable[[HttpRequest], dict[str, Any]]] = {
    Page.Companion.PRINCIPLES: _principles,
    Page.Companion.BAROMETER: _barometer,
    Page.Companion.NETWORK: _network,
    Page.Companion.ANALYSES: _analyses,
    Page.Companion.PRODUCTIVITY: _productivity,
    Page.Companion.CONTACTS: _contacts,
    Page.Companion.OPEN_DATA: _open_data,
}
_SHEETS: dict[str, tuple[str, ...]] = {
    Page.Companion.BAROMETER: ("css/charts.css",),
    Page.Companion.NETWORK: ("css/network.css",),
    Page.Companion.ANALYSES: ("css/resources.css",),
    Page.Companion.PRODUCTIVITY: ("css/charts.css", "css/resources.css"),
    Page.Companion.CONTACTS: ("css/resources.css",),
    Page.Companion.OPEN_DATA: ("css/open_data.css",),
}
