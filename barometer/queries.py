"""Who may see what of the barometer: the one visibility rule, as querysets.

Pages, charts, downloads and the admin's previews start here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

EDIT_PERMISSION = "barometer.edit_barometer"


def may_edit(user: User | AnonymousUser) -> bool:
    """Whether the person edits the barometer and so sees drafts."""
    return user.is_authenticated and user.is_staff and user.has_perm(EDIT_PERMISSION)


class SurveyQuerySet(models.QuerySet[Any]):
    def public(self) -> SurveyQuerySet:
        """What everybody may read."""
        return self.filter(state="published")

    def gone(self) -> SurveyQuerySet:
        """What was public once and is no more."""
        return self.filter(published_at__isnull=False).exclude(state="published")

    def visible_to(self, user: User | AnonymousUser) -> SurveyQuerySet:
        """What is public and, for editors, everything."""
        return self.all() if may_edit(user) else self.public()


class QuestionQuerySet(models.QuerySet[Any]):
    def public(self) -> QuestionQuerySet:
        """Questions with a figure that everybody may read."""
        return self.filter(asked__survey__state="published", asked__figures__is_verified=True).distinct()

    def visible_to(self, user: User | AnonymousUser) -> QuestionQuerySet:
        """Public questions and, for editors, every question."""
        return self.all() if may_edit(user) else self.public()

    def answered(self, user: User | AnonymousUser) -> QuestionQuerySet:
        """Questions with a figure that the person may see; ``edition_count`` tells in how many editions."""
        has_figure = models.Q(asked__figures__is_verified=True)
        if not may_edit(user):
            has_figure &= models.Q(asked__survey__state="published")
        return self.filter(has_figure).annotate(edition_count=models.Count("asked", distinct=True))


class FigureQuerySet(models.QuerySet[Any]):
    def verified(self) -> FigureQuerySet:
        """What may ever be shown; of these, ``suppression`` keeps the numbers of some back."""
        return self.filter(is_verified=True)

    def public(self) -> FigureQuerySet:
        """Verified figures of published editions. Those suppressed are among them: their place is shown."""
        return self.verified().filter(asked__survey__state="published")

    def visible_to(self, user: User | AnonymousUser) -> FigureQuerySet:
        """Verified figures of the editions that the person may see."""
        return self.verified() if may_edit(user) else self.public()
