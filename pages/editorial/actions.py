"""Making things happen to editorial pages: the only writer of pages, their addresses, revisions and events.

Every function is atomic, asks :func:`common.workflow.decide`, changes a page only if it is still in the
version that was seen, and writes one :class:`PageEvent`. ``by`` is the person who acts, or None for a command
run by an operator. All raise :class:`~common.workflow.TransitionRefused`, whose text tells the user why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from common.workflow import Decision, Refusal, Transition, TransitionRefused, decide
from pages.models import Page, PageAddress, PageEvent, PageRevision, PageText

from . import addresses, trees, workflow

if TYPE_CHECKING:
    from accounts.models import User

# By language what is told of the page in it. A language without title is left out.
Texts = Mapping[str, Mapping[str, str]]
TEXT_FIELDS = ("title", "menu_title", "lead", "body")
# Room between neighbours, so that a page can be put between them.
_STEP = 10


@transaction.atomic
def begin(texts: Texts, *, by: User | None, parent: Page | None = None, key: str = "") -> Page:
    """A new page, the last under its parent, with a draft. Without ``key`` one is made from the title."""
    page = Page(parent=parent)
    _allow(workflow.EDIT, page, by)
    title = next((told["title"] for told in texts.values() if told.get("title")), "")
    page.key = key or addresses.key_of(title)
    last = Page.objects.filter(parent=parent).aggregate(order=Max("order"))["order"]
    page.order = 0 if last is None else last + _STEP
    page.save(force_insert=True)
    _record("begin", page, by, revision=_write(page, texts, by))
    return page


@transaction.atomic
def save(page: Page, texts: Texts, *, by: User | None, seen_version: int) -> None:
    """Put ``texts`` in the place of the draft's; without a draft a new one is begun."""
    _take(workflow.EDIT, page, by, seen_version)
    _record("edit", page, by, revision=_write(page, texts, by))


@transaction.atomic
def restore(page: Page, revision: PageRevision, *, by: User | None, seen_version: int) -> None:
    """Bring what an earlier revision says back as a draft."""
    _take(workflow.RESTORE, page, by, seen_version)
    texts = {
        text.language: {name: getattr(text, name) for name in TEXT_FIELDS}
        for text in page.revisions.get(pk=revision.pk).texts.all()
    }
    _record("restore", page, by, revision=_write(page, texts, by), message=str(revision.number))


@transaction.atomic
def discard(page: Page, *, by: User | None, seen_version: int) -> None:
    """Lay the draft aside. Its text stays in the history."""
    _take(workflow.DISCARD, page, by, seen_version)
    draft = _draft(page)
    draft.state = PageRevision.State.DISCARDED
    draft.save(update_fields=["state"])
    page.refresh_from_db()
    _record("discard", page, by, revision=draft)


@transaction.atomic
def publish(page: Page, *, by: User | None, seen_version: int) -> None:
    """Let everybody read the draft. Where the page has no address yet, its title gives one."""
    _lock_tree()
    _take(workflow.PUBLISH, page, by, seen_version)
    draft, now = _draft(page), timezone.now()
    for text in draft.texts.all():
        if not page.slug(text.language):
            slug = addresses.slug_of(text.title, text.language, page)
            _move_to(workflow.PUBLISH, page, text.language, slug)
    draft.state, draft.published_at = PageRevision.State.PUBLISHED, now
    draft.save(update_fields=["state", "published_at"])
    page.state, page.published_revision = Page.State.PUBLISHED, draft
    page.published_at, page.changed_at = page.published_at or now, now
    page.save(update_fields=["state", "published_revision", "published_at", "changed_at"])
    page.refresh_from_db()
    _record("publish", page, by, revision=draft)


@transaction.atomic
def withdraw(page: Page, *, by: User | None, seen_version: int, message: str) -> None:
    """Take the page away from the public; its addresses say so. ``message`` is for the history."""
    if not message.strip():
        raise _refused(workflow.WITHDRAW, _("Tell why."))
    _take(workflow.WITHDRAW, page, by, seen_version)
    page.state = Page.State.WITHDRAWN
    page.save(update_fields=["state"])
    _record("withdraw", page, by, revision=page.published_revision, message=message.strip())


@transaction.atomic
def place(
    page: Page,
    *,
    by: User | None,
    seen_version: int,
    parent: Page | None,
    order: int,
    menu: str,
    companion: str,
    slugs: Mapping[str, str],
) -> None:
    """Put the page under ``parent``, into a menu and at its addresses; readers see it at once.

    ``slugs`` are by language; an empty one leaves the address as it is. Former ones lead to the new one.
    """
    _lock_tree()
    _take(workflow.PLACE, page, by, seen_version)
    if parent is not None and page.pk in trees.line_of(
        parent.pk, dict(Page.objects.values_list("pk", "parent"))
    ):
        raise _refused(workflow.PLACE, _("A page cannot stand under itself or under what is under it."))
    page.parent, page.order, page.menu, page.companion = parent, order, menu, companion
    page.save(update_fields=["parent", "order", "menu", "companion"])
    for language, slug in slugs.items():
        if slug:
            _move_to(workflow.PLACE, page, language, slug)
    page.refresh_from_db()
    _record("place", page, by)


# What they share --------------------------------------------------------------


def _allow(transition: Transition, page: Page, by: User | None) -> None:
    """Raise unless ``by`` may do it now. Operators' commands (None) need no permission."""
    if by is None:
        reasons = tuple(reason for blocker in transition.blockers for reason in blocker(page, by))
        if page.state not in transition.sources or reasons:
            raise TransitionRefused(Decision(transition, Refusal.BLOCKED, reasons))
        return
    decision = decide(transition, page, by)
    if not decision.allowed:
        raise TransitionRefused(decision)


def _take(transition: Transition, page: Page, by: User | None, seen_version: int) -> None:
    """Compare and set: from here to the end of the transaction nobody else changes the page."""
    _allow(transition, page, by)
    if not Page.objects.filter(pk=page.pk, version=seen_version).update(version=F("version") + 1):
        words = _("Somebody else has changed the page meanwhile. Nothing was changed: read it again first.")
        raise TransitionRefused(Decision(transition, Refusal.WRONG_STATE, (words,)))
    page.refresh_from_db()
    # What was decided on may have been read long ago.
    _allow(transition, page, by)


def _lock_tree() -> None:
    """Let one after the other change the tree and its addresses: a cycle or a taken slug needs two."""
    list(Page.objects.select_for_update().order_by("pk").values_list("pk"))


def _draft(page: Page) -> PageRevision:
    draft = page.draft
    assert draft is not None  # a blocker saw to it
    return draft


def _write(page: Page, texts: Texts, by: User | None) -> PageRevision:
    """Let the draft say this."""
    draft = page.draft
    if draft is None:
        last = page.revisions.aggregate(number=Max("number"))["number"] or 0
        draft = PageRevision.objects.create(page=page, number=last + 1, created_by=by)
    else:
        draft.created_by, draft.saved_at, draft.version = by, timezone.now(), draft.version + 1
        draft.save(update_fields=["created_by", "saved_at", "version"])
        draft.texts.all().delete()
    PageText.objects.bulk_create(
        PageText(revision=draft, language=language, **{name: told.get(name, "") for name in TEXT_FIELDS})
        for language, told in texts.items()
        if told.get("title")
    )
    page.refresh_from_db()
    return draft


def _move_to(transition: Transition, page: Page, language: str, slug: str) -> None:
    """Give the page this address; one that readers may know stays as a former one."""
    if slug and page.slug(language) == slug:
        return
    if not slug or not addresses.is_free(slug, language, page):
        name = workflow.LANGUAGE_NAMES[language]
        words = _("This address is taken by something else, %(language)s: %(slug)s")
        if not slug:
            words = _("The title gives no address, %(language)s: tell one.")
        raise _refused(transition, words % {"language": name, "slug": slug})
    current = page.addresses.filter(language=language, is_current=True)
    if page.published_at is None:
        current.delete()
    else:
        current.update(is_current=False)
    if not page.addresses.filter(language=language, slug=slug).update(is_current=True):
        PageAddress.objects.create(page=page, language=language, slug=slug)


def _refused(transition: Transition, words: str) -> TransitionRefused:
    return TransitionRefused(Decision(transition, Refusal.BLOCKED, (words,)))


def _record(
    act: str, page: Page, by: User | None, *, revision: PageRevision | None = None, message: str = ""
) -> None:
    PageEvent.objects.create(page=page, revision=revision, act=act, by=by, message=message)
    transaction.on_commit(trees.forget)
