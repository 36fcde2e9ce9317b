"""How the parts of an event that are told in three languages are called, and which of them are missing."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Event

LANGUAGES = tuple(language for language, _name in settings.LANGUAGES)
_LANGUAGE_NAMES: dict[str, str | Promise] = {
    "fi": gettext_lazy("in Finnish"),
    "sv": gettext_lazy("in Swedish"),
    "en": gettext_lazy("in English"),
}
# Without these in every language an event is not published: each page of the site is whole in its language.
NEEDED = tuple(f"{name}_{language}" for name in ("title", "description") for language in LANGUAGES)


def label(name: str) -> str:
    """The words for a field of one language, such as ``title_sv``."""
    base, _separator, language = name.rpartition("_")
    return _("%(field)s, %(language)s") % {
        "field": capfirst(str(Event._meta.get_field(base).verbose_name)),  # type: ignore[union-attr]
        "language": _LANGUAGE_NAMES[language],
    }


def missing(event: Event) -> Iterator[str]:
    """What the event lacks before it can be published, in the reader's language."""
    for name in NEEDED:
        if not (getattr(event, name) or "").strip():
            yield _("Still missing: %(field)s") % {"field": label(name)}
