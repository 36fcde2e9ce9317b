"""Where the header and the footer lead: the one place that lists it.

An entry is a label and the name of a URL. Whoever adds a page that readers should find adds it here;
pages that staff write are handed down as ``site_menus``.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Entry(NamedTuple):
    label: str | Promise
    url_name: str


class ExternalEntry(NamedTuple):
    label: str | Promise
    url: str


class Link(NamedTuple):
    """An entry that is handed down by what common does not know; ``current`` is "page", "true" or ""."""

    label: str
    url: str
    current: str = ""


class Group(NamedTuple):
    title: str | Promise
    entries: list[Entry | ExternalEntry]


HEADER = [
    Entry(_("Innovations"), "cases:list"),
    Entry(_("Principles"), "cases:principles"),
    Entry(_("Barometer"), "barometer:overview"),
    Entry(_("Organisations"), "cases:organisations"),
    Entry(_("Network"), "network:front"),
]
# The one act that every page offers.
ACT = Entry(_("Tell about an innovation"), "cases:tell")

FOOTER = [
    Group(
        _("Service"),
        [
            *HEADER,
            ACT,
            Entry(_("Resources"), "pages:resources"),
            Entry(_("Open interface (API)"), "api:docs"),
            Entry(_("Contacts"), "pages:contacts"),
            Entry(_("Accessibility statement"), "pages:accessibility"),
            Entry(_("Privacy"), "pages:privacy"),
        ],
    ),
    Group(
        _("International work"),
        [
            ExternalEntry(
                _("OECD Declaration on Public Sector Innovation"),
                "https://legalinstruments.oecd.org/en/instruments/OECD-LEGAL-0450",
            ),
            ExternalEntry(_("OECD Observatory of Public Sector Innovation"), "https://oecd-opsi.org/"),
        ],
    ),
]

# Pages that staff write, of which there may be many: one entry of the header, one group of the footer.
PAGES = pgettext_lazy("menu", "About")

# The menu of someone signed in; the administration joins it for staff.
OWN = [
    Entry(_("My innovations"), "cases:own"),
    Entry(_("Network"), "network:own"),
    Entry(_("My details"), "account_profile"),
]
ADMINISTRATION = Entry(_("Administration"), "admin:index")
