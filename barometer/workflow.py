"""What may happen to a survey: transitions as data."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.workflow import Transition

from .models import Survey
from .queries import may_edit

if TYPE_CHECKING:
    from accounts.models import User

LANGUAGE_NAMES = {
    "fi": gettext_lazy("in Finnish"),
    "sv": gettext_lazy("in Swedish"),
    "en": gettext_lazy("in English"),
}
# What readers need before an edition can be public; the database demands the same.
NEEDED_TEXTS = ("name", "period", "who_asked", "caveat")


def _edits(_survey: object, user: "User") -> bool:
    return may_edit(user)


def _label(name: str) -> str:
    return str(Survey._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _tells_what_readers_need(survey: Survey, user: "User") -> Iterator[str]:
    for name in NEEDED_TEXTS:
        for language, words in LANGUAGE_NAMES.items():
            if not getattr(survey, f"{name}_{language}"):
                yield _("Missing: %(field)s %(language)s") % {"field": _label(name), "language": words}
    if not survey.source_id:
        yield _("Missing: %(field)s") % {"field": _label("source")}
    if not survey.unit_asked:
        yield _("Missing: %(field)s") % {"field": _label("unit_asked")}


def _has_something_to_show(survey: Survey, user: "User") -> Iterator[str]:
    from .models import Figure

    told = all(getattr(survey, f"findings_{language}") for language in LANGUAGE_NAMES)
    if not told and not Figure.objects.verified().filter(asked__survey=survey).exists():
        yield _("There is nothing to show: no figure seen in its source, and no key findings in words.")


PUBLISH = Transition(
    name="publish",
    label=pgettext_lazy("survey", "Publish"),
    sources=frozenset({Survey.State.DRAFT, Survey.State.WITHDRAWN}),
    target=Survey.State.PUBLISHED,
    permitted=_edits,
    blockers=(_tells_what_readers_need, _has_something_to_show),
)
WITHDRAW = Transition(
    name="withdraw",
    label=gettext_lazy("Withdraw from the public"),
    sources=frozenset({Survey.State.PUBLISHED}),
    target=Survey.State.WITHDRAWN,
    permitted=_edits,
    needs_message=True,
)
# These do not move the state: two more rules in the same form, asked by the same function.
ENTER = Transition(
    name="enter",
    label=gettext_lazy("Enter figures"),
    sources=frozenset({Survey.State.DRAFT, Survey.State.WITHDRAWN}),
    target="",
    permitted=_edits,
)
CORRECT = Transition(
    name="correct",
    label=gettext_lazy("Correct published figures"),
    sources=frozenset({Survey.State.PUBLISHED}),
    target="",
    permitted=_edits,
    needs_message=True,
)
DESCRIBE = Transition(
    name="describe",
    label=gettext_lazy("Edit the description"),
    sources=frozenset(Survey.State.values),
    target="",
    permitted=_edits,
)
DISCARD = Transition(
    name="discard",
    label=gettext_lazy("Delete the draft"),
    sources=frozenset({Survey.State.DRAFT}),
    target="",
    permitted=_edits,
)
PUBLICATION = (PUBLISH, WITHDRAW)

_ACT_LABELS: dict[str, str | Promise] = {
    "create": pgettext_lazy("survey", "Begun"),
    "describe": gettext_lazy("Description edited"),
    "choose_questions": gettext_lazy("Questions chosen"),
    "describe_question": gettext_lazy("Wording of a question edited"),
    "enter": gettext_lazy("Figures entered"),
    "correct": gettext_lazy("Figures corrected"),
    "keep_own_words": gettext_lazy("Answers in own words taken in"),
    "publish": pgettext_lazy("survey", "Published"),
    "withdraw": pgettext_lazy("survey", "Withdrawn"),
}


def act_label(act: str) -> str | Promise:
    """What was done, in words, for histories."""
    return _ACT_LABELS.get(act, act)
