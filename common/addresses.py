"""The address of one page in each language."""

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import override


def in_each_language(path: Callable[[], str]) -> dict[str, str]:
    """What ``path`` gives in each language of the site, by the language's code."""
    addresses = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            addresses[language] = path()
    return addresses
