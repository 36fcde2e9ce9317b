"""What may happen to a bulletin: transitions as data."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language_info, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from common.workflow import Transition

from .models import Bulletin
from .queries import may_coordinate

if TYPE_CHECKING:
    from accounts.models import User


def _coordinates(_subject: object, user: "User") -> bool:
    return may_coordinate(user)


def _is_written(bulletin: Bulletin, _user: object) -> Iterator[str]:
    """In every language: nobody gets a mail that they cannot read."""
    written = {text.language for text in bulletin.texts.all()}
    for language, _name in settings.LANGUAGES:
        if language not in written:
            name = get_language_info(language)["name_translated"]
            yield _("The text is missing in this language: %(language)s.") % {"language": name}


EDIT = Transition(
    name="edit",
    label=gettext_lazy("Edit"),
    sources=frozenset({Bulletin.State.DRAFT}),
    target="",
    permitted=_coordinates,
)
TEST = Transition(
    name="test",
    label=gettext_lazy("Send a test to yourself"),
    sources=frozenset(Bulletin.State),
    target="",
    permitted=_coordinates,
    blockers=(_is_written,),
)
START = Transition(
    name="start",
    label=pgettext_lazy("bulletin", "Send to the members"),
    sources=frozenset({Bulletin.State.DRAFT}),
    target=Bulletin.State.SENDING,
    permitted=_coordinates,
    blockers=(_is_written,),
)
RESUME = Transition(
    name="resume",
    label=gettext_lazy("Go on sending"),
    sources=frozenset({Bulletin.State.SENDING}),
    target="",
    permitted=_coordinates,
)
