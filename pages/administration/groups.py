"""The lists of the administration, grouped by what people do with them, whichever app keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Group:
    """Lists that belong together: labels of models, in the order of the page, and what each is for.

    ``guide`` is the guide of those who work with them.
    """

    key: str
    title: str | Promise
    guide: str
    lists: Mapping[str, str | Promise]


GROUPS = (
    Group(
        "innovations",
        _("Innovations"),
        "moderator",
        {
            "cases.CaseRevision": _("What submitters have sent: publish, return or reject it"),
            "cases.Case": _("All innovations: feature, tag, edit, archive"),
            "cases.Adoption": _("Who says to have taken up an innovation: confirm or decline"),
            "cases.OpsiCandidate": _("Fill in OPSI’s form of a Finnish innovation, and keep track of it"),
        },
    ),
    Group(
        "network",
        _("Innovation network"),
        "network-coordinator",
        {
            "network.JoinRequest": _("Who asks to join: approve, decline, ask for more"),
            "network.Member": _("Who belongs to the network, and which organisation they are from"),
            "network.Event": _("What one can come to, who has signed up, materials afterwards"),
            "network.Bulletin": _("Write and send to the members"),
            "network.ListExport": _("Take a list of addresses, and see who has taken one and what for"),
            "network.MailText": _("What the network’s mails say, in each language"),
        },
    ),
    Group(
        "barometer",
        _("Innovation barometer"),
        "barometer-editor",
        {
            "barometer.Survey": _("Editions: describe, enter figures, preview, publish"),
            "barometer.Question": _("The bank that editions choose from"),
            "barometer.Factor": _("What promotes or hinders innovation"),
            "pages.FactorTie": _("Which principles and innovations help with a factor"),
            "barometer.Dimension": _("How figures are broken down, and into which groups"),
            "barometer.Source": _("Where figures were read"),
            "barometer.OwnWords": _("What was answered in own words, for reading only"),
        },
    ),
    Group(
        "pages",
        _("Pages of the site"),
        "content-editor",
        {
            "pages.Page": _("Texts of the site: write, preview, publish"),
            "pages.Resource": _("Links worth following elsewhere, with what they are about"),
            "pages.LinkCheck": _("Whether links of the site still lead somewhere"),
            "pages.Contact": _("Whom to ask, by role, and where the site shows it"),
            "pages.Feedback": _("What readers say: read, answer, close"),
            "pages.AccessibilityStatement": _("What the law asks to be told, reviewed every year"),
        },
    ),
    Group(
        "vocabularies",
        _("Vocabularies and organisations"),
        "moderator",
        {
            "accounts.Organisation": _("The register that innovations and people are tied to"),
            "taxonomy.Term": _("Principles, themes, regions, tags and other words to classify by"),
            "cases.ImportSource": _("Where imported innovations come from, and their licence"),
        },
    ),
    Group(
        "people",
        _("People and access"),
        "operator",
        {
            "accounts.User": _("Accounts, and who has which role"),
            "accounts.SecondFactor": _("For removing the one that somebody has lost"),
        },
    ),
    Group(
        "technical",
        pgettext_lazy("group of lists", "Technical"),
        "operator",
        {"django_tasks_database.DBTaskResult": _("What was done in the background, and what failed")},
    ),
)
_GROUP_OF = {label: group for group in GROUPS for label in group.lists}


def group_of(label: str) -> Group | None:
    """The group in which a model stands, by its label."""
    return _GROUP_OF.get(label)


def grouped(apps: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What Django lists by app, in our groups and in their order; the same keys, and what each is for."""
    found = {model["model"]._meta.label: model for app in apps.values() for model in app["models"]}
    return [
        {
            "name": group.title,
            "app_label": group.key,
            "guide": group.guide,
            "models": [
                {**found[label], "description": description}
                for label, description in group.lists.items()
                if label in found
            ],
        }
        for group in GROUPS
        if not group.lists.keys().isdisjoint(found)
    ]
