"""Who may see what: the one visibility rule, as querysets.

Lists, details, search, exports, media and the admin start here. ``models.py`` states the same rules
for one object, and a test proves the two equal for every state and role.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from taxonomy.models import Term, Vocabulary

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


REVIEW_PERMISSION = "cases.review_case"


def may_review(user: User | AnonymousUser) -> bool:
    """Whether the person moderates the registry and so sees what is not published."""
    return user.is_authenticated and user.has_perm(REVIEW_PERMISSION)


class CaseQuerySet(models.QuerySet[Any]):
    def public(self) -> CaseQuerySet:
        """What everybody may read."""
        return self.filter(state="published")

    def gone(self) -> CaseQuerySet:
        """What was public once and is no more."""
        return self.filter(published_at__isnull=False).exclude(state="published")

    def edited_by(self, user: User | AnonymousUser) -> CaseQuerySet:
        """The person's own cases, whatever their state."""
        return self.filter(submitter=user) if user.is_authenticated else self.none()

    def visible_to(self, user: User | AnonymousUser) -> CaseQuerySet:
        """What is public, what is one's own and, for moderators, everything."""
        if not user.is_authenticated:
            return self.public()
        if may_review(user):
            return self.all()
        return self.filter(Q(state="published") | Q(submitter=user))

    def for_cards(self) -> CaseQuerySet:
        """Everything a result row shows: four queries, however many rows.

        Of the terms only principles and themes come along: the others would cost more than all the rest.
        """
        shown = Term.objects.filter(vocabulary__in=(Vocabulary.PRINCIPLE, Vocabulary.THEME))
        return self.select_related("owner", "source").prefetch_related(
            "texts", Prefetch("terms", shown), "evidence"
        )

    def for_page(self) -> CaseQuerySet:
        """Everything the case's own page shows: seven queries."""
        from .models import Adoption, Material

        return self.select_related("owner", "source", "published_revision", "handover").prefetch_related(
            "texts",
            "terms",
            "partners",
            "evidence",
            Prefetch("adoptions", Adoption.objects.confirmed().select_related("organisation")),
            Prefetch("materials", Material.objects.select_related("upload")),
        )


class RevisionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> RevisionQuerySet:
        """Revisions are never public: the case's submitter and moderators read them."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if may_review(user) else self.filter(case__submitter=user)

    def open(self) -> RevisionQuerySet:
        return self.filter(state__in=self.model.OPEN)

    def queue(self) -> RevisionQuerySet:
        """What waits for a moderator, the oldest first."""
        return self.filter(state__in=self.model.QUEUE).order_by("submitted_at", "pk")


class AdoptionQuerySet(models.QuerySet[Any]):
    def confirmed(self) -> AdoptionQuerySet:
        """What everybody may read, as far as the case itself is public."""
        return self.filter(state="confirmed")


class UploadQuerySet(models.QuerySet[Any]):
    def public(self) -> UploadQuerySet:
        """Files that a public case shows."""
        from .models import Material

        shown = Material.objects.filter(upload=OuterRef("pk"), case__state="published")
        return self.filter(Exists(shown))

    def visible_to(self, user: User | AnonymousUser) -> UploadQuerySet:
        if not user.is_authenticated:
            return self.public()
        if may_review(user):
            return self.all()
        return self.filter(Q(pk__in=self.public()) | Q(case__submitter=user))
