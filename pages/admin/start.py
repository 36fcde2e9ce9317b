"""The start page of the administration: what waits for a person, and what has happened lately.

Each part of the site tells its own; what the person may not see it leaves out. Here they are put together.
"""

from collections.abc import Callable, Iterable, Iterator
from heapq import nlargest
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from barometer.admin import start as barometer
from cases.admin import start as cases
from common.admin.counters import Counter, Happening, Shortcut
from network.admin import start as network
from pages.admin import accessibility, bulletins, editorial, feedback, resources
from pages.queries import may_edit

LATELY = 12


def _shortcuts(user: Any) -> Iterator[Shortcut]:
    """Those of the site's own content, and of accounts."""
    if may_edit(user):
        yield Shortcut(_("Write a page"), reverse("admin:pages_page_add"), "edit")
    if user.has_perm("pages.add_resource"):
        yield Shortcut(_("Add a resource"), reverse("admin:pages_resource_add"), "link")
    if user.has_perm("accounts.add_user"):
        yield Shortcut(_("Add an account"), reverse("admin:accounts_user_add"), "person")


# In the order in which the page shows them.
COUNTERS: tuple[Callable[[Any], Iterable[Counter]], ...] = (
    cases.waiting_for,
    network.waiting_for,
    bulletins.waiting_for,
    feedback.waiting_for,
    editorial.waiting_for,
    accessibility.waiting_for,
    barometer.waiting_for,
    resources.waiting_for,
)
HAPPENINGS: tuple[Callable[[Any, int], Iterable[Happening]], ...] = (
    cases.lately,
    network.lately,
    barometer.lately,
    editorial.lately,
    feedback.lately,
)

SHORTCUTS: tuple[Callable[[Any], Iterable[Shortcut]], ...] = (
    cases.shortcuts,
    network.shortcuts,
    barometer.shortcuts,
    _shortcuts,
)


def waiting_for(user: Any) -> list[Counter]:
    return [counter for counters in COUNTERS for counter in counters(user)]


def shortcuts(user: Any) -> list[Shortcut]:
    return [shortcut for shortcuts in SHORTCUTS for shortcut in shortcuts(user)]


def lately(user: Any) -> list[Happening]:
    """The latest acts that the person may know of, the newest first."""
    found = (happening for happenings in HAPPENINGS for happening in happenings(user, LATELY))
    return nlargest(LATELY, found, key=attrgetter("at"))
