"""What of the site's own content may be shown, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from cases.models import Case

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

EDIT_PERMISSION = "pages.edit_pages"
FEEDBACK_PERMISSION = "pages.handle_feedback"


def may_edit(user: User | AnonymousUser) -> bool:
    """Whether the person edits pages and so sees drafts."""
    return user.is_authenticated and user.is_staff and user.has_perm(EDIT_PERMISSION)


def may_handle_feedback(user: User | AnonymousUser) -> bool:
    """Whether the person reads and answers what readers say."""
    return user.is_authenticated and user.is_staff and user.has_perm(FEEDBACK_PERMISSION)


class TiedCaseQuerySet(models.QuerySet[Any]):
    def public(self) -> TiedCaseQuerySet:
        """Ties to innovations that everybody may read."""
        return self.filter(case__in=Case.objects.public())


class PageQuerySet(models.QuerySet[Any]):
    def public(self) -> PageQuerySet:
        """What everybody may read."""
        return self.filter(state="published")

    def gone(self) -> PageQuerySet:
        """What was public once and is no more."""
        return self.filter(state="withdrawn")

    def visible_to(self, user: User | AnonymousUser) -> PageQuerySet:
        """What is public and, for those who edit, everything."""
        return self.all() if may_edit(user) else self.public()

    def with_texts(self) -> PageQuerySet:
        """With what titles, addresses and texts of a list of public pages need, at three more queries."""
        return self.select_related("published_revision").prefetch_related(
            "published_revision__texts", "addresses"
        )


class ResourceQuerySet(models.QuerySet[Any]):
    def public(self) -> ResourceQuerySet:
        """What everybody may read."""
        return self.filter(is_public=True)


class ContactQuerySet(models.QuerySet[Any]):
    def public(self) -> ContactQuerySet:
        """Those whom everybody may write to or call."""
        return self.filter(is_public=True)


class FeedbackQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> FeedbackQuerySet:
        return self.all() if may_handle_feedback(user) else self.none()

    def open(self) -> FeedbackQuerySet:
        """What waits for somebody."""
        return self.exclude(state="closed")
