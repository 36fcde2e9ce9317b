"""Numbers with what they count, as the page's language writes them."""

from django.utils.translation import gettext as _


def percent(number: str) -> str:
    """The number with its sign; English alone leaves no space between them."""
    return _("%(number)s%%") % {"number": number}


def with_unit(number: str, unit: str) -> str:
    """The number with its unit, which stay on one line."""
    return percent(number) if unit == "%" else f"{number}\N{NO-BREAK SPACE}{unit}"
