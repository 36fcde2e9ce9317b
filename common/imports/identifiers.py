"""Text that tells by itself who somebody is: e-mail addresses, personal identity codes, telephone numbers."""

import re

from django.utils.translation import gettext_lazy as _

# What kind of identifier each is; the finer ones first.
_IDENTIFIERS = {
    _("e-mail address"): re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    # Day, month, year, the century's sign (also those of 2023), number, control character.
    _("personal identity code"): re.compile(
        r"(?<!\w)[0-3]\d[01]\d{3}[-–+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?!\w)", re.IGNORECASE
    ),
    # Of this country or with a country's code, in any grouping; seven digits or more, and not a day.
    _("telephone number"): re.compile(
        r"(?<![\w,.])(?!\d\d[/-]\d\d[/-]\d{4}\b)(?:\+\d|00?[1-9])(?:[ \u00a0()/-]{0,2}\d){5,13}(?!\w)"
    ),
}


def identifier_in(text: str) -> str:
    """What kind of identifier the text holds, in words; empty when it holds none."""
    for kind, pattern in _IDENTIFIERS.items():
        if pattern.search(text):
            return str(kind)
    return ""


def masked(text: str) -> str:
    """The text with each identifier replaced by its kind in brackets."""
    for kind, pattern in _IDENTIFIERS.items():
        text = pattern.sub(f"[{kind}]", text)
    return text
