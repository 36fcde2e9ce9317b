"""What may happen to an editorial page: transitions as data."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.workflow import Transition
from pages.models import Page, PageText
from pages.queries import may_edit

if TYPE_CHECKING:
    from accounts.models import User

LANGUAGE_NAMES = {
    "fi": gettext_lazy("in Finnish"),
    "sv": gettext_lazy("in Swedish"),
    "en": gettext_lazy("in English"),
}
# What readers need in every language before a page can be public.
NEEDED_TEXTS = ("title", "lead", "body")


def _edits(_page: object, user: "User") -> bool:
    return may_edit(user)


def _has_draft(page: Page, _user: object) -> Iterator[str]:
    if page.draft is None:
        yield _("There is no draft.")


def _has_no_draft(page: Page, _user: object) -> Iterator[str]:
    if page.draft is not None:
        yield _("There is a draft already: publish or discard it first, so that its text is not lost.")


def _is_written(page: Page, _user: object) -> Iterator[str]:
    """In every language: nobody is led to a page that they cannot read."""
    draft = page.draft
    if draft is None:
        return
    texts = {text.language: text for text in draft.texts.all()}
    for language, words in LANGUAGE_NAMES.items():
        for name in NEEDED_TEXTS:
            if not getattr(texts.get(language), name, ""):
                label = PageText._meta.get_field(name).verbose_name  # type: ignore[union-attr]
                yield _("Missing: %(field)s %(language)s") % {"field": label, "language": words}


# These do not move the state.
EDIT = Transition(
    name="edit",
    label=gettext_lazy("Edit"),
    sources=frozenset(Page.State.values),
    target="",
    permitted=_edits,
)
PLACE = Transition(
    name="place",
    label=pgettext_lazy("page", "Place in the tree, menus and addresses"),
    sources=frozenset(Page.State.values),
    target="",
    permitted=_edits,
)
RESTORE = Transition(
    name="restore",
    label=gettext_lazy("Bring this text back as a draft"),
    sources=frozenset(Page.State.values),
    target="",
    permitted=_edits,
    blockers=(_has_no_draft,),
)
DISCARD = Transition(
    name="discard",
    label=gettext_lazy("Discard the draft"),
    sources=frozenset(Page.State.values),
    target="",
    permitted=_edits,
    blockers=(_has_draft,),
)
# These do.
PUBLISH = Transition(
    name="publish",
    label=pgettext_lazy("page", "Publish"),
    sources=frozenset(Page.State.values),
    target=Page.State.PUBLISHED,
    permitted=_edits,
    blockers=(_has_draft, _is_written),
)
WITHDRAW = Transition(
    name="withdraw",
    label=gettext_lazy("Withdraw from the public"),
    sources=frozenset({Page.State.PUBLISHED}),
    target=Page.State.WITHDRAWN,
    permitted=_edits,
    needs_message=True,
)

_ACT_LABELS: dict[str, str | Promise] = {
    "begin": pgettext_lazy("page", "Begun"),
    "edit": pgettext_lazy("page", "Draft saved"),
    "place": pgettext_lazy("page", "Placed"),
    "restore": pgettext_lazy("page", "Earlier text brought back"),
    "discard": pgettext_lazy("page", "Draft discarded"),
    "publish": pgettext_lazy("page", "Published"),
    "withdraw": pgettext_lazy("page", "Withdrawn"),
}


def act_label(act: str) -> str | Promise:
    """What was done, in words, for histories."""
    return _ACT_LABELS.get(act, act)
