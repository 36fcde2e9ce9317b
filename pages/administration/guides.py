"""Short guides for those who work in the administration: files that both it and the repository show."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS, NETWORK_COORDINATORS
from common.markdown import to_document

FOLDER = settings.BASE_DIR / "docs" / "guides"
# “[words](admin:name_of_the_url?query)” leads to a page of the site, in the reader's language.
_TO_A_PAGE = re.compile(r"\]\((?P<name>[a-z_]+:[a-z_]+)(?P<query>[?#][^)\s]*)?\)")
# What lies elsewhere in the repository cannot be opened here: only its name is shown.
_TO_A_FILE = re.compile(r"\[(?P<words>[^\]]+)\]\(\.\.?/[^)]+\)")


@dataclass(frozen=True)
class Guide:
    key: str
    title: str | Promise
    # The group of people that it is for; "" for administrators, who have every right.
    role: str = ""


GUIDES = (
    Guide("moderator", _("Guide for moderators"), MODERATORS),
    Guide("network-coordinator", _("Guide for network coordinators"), NETWORK_COORDINATORS),
    Guide("barometer-editor", _("Guide for barometer editors"), BAROMETER_EDITORS),
    Guide("content-editor", _("Guide for content editors"), CONTENT_EDITORS),
    Guide("operator", _("Guide for administrators")),
)
_BY_KEY = {guide.key: guide for guide in GUIDES}


def guide(key: str) -> Guide:
    """Raises Http404 when there is none."""
    if key not in _BY_KEY:
        raise Http404
    return _BY_KEY[key]


def guides_of(user: Any) -> list[Guide]:
    """Those of the person's roles; an administrator has them all."""
    if user.is_superuser:
        return list(GUIDES)
    roles = set(user.groups.values_list("name", flat=True))
    return [guide for guide in GUIDES if guide.role in roles]


def text_of(guide: Guide, language: str) -> str:
    return (FOLDER / f"{guide.key}.{language}.md").read_text()


def html_of(guide: Guide) -> SafeString:
    """The guide in the active language, without its title, which the page has."""
    text = text_of(guide, get_language() or settings.LANGUAGE_CODE)
    _title, _newline, body = text.partition("\n")
    body = _TO_A_FILE.sub(r"\g<words>", body)
    body = _TO_A_PAGE.sub(lambda link: f"]({reverse(link['name'])}{link['query'] or ''})", body)
    return to_document(body).html
