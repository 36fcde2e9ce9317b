"""Who may see what of the network: the one visibility rule, as querysets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

COORDINATE_PERMISSION = "network.coordinate_network"


def may_coordinate(user: User | AnonymousUser) -> bool:
    """Whether the person coordinates the network and so sees requests and members."""
    return user.is_authenticated and user.is_staff and user.has_perm(COORDINATE_PERMISSION)


class JoinRequestQuerySet(models.QuerySet[Any]):
    def open(self) -> JoinRequestQuerySet:
        return self.filter(state__in=self.model.OPEN)

    def queue(self) -> JoinRequestQuerySet:
        """What waits for a coordinator, the oldest first."""
        return self.filter(state__in=self.model.QUEUE).order_by("confirmed_at", "pk")

    def visible_to(self, user: User | AnonymousUser) -> JoinRequestQuerySet:
        """Coordinators see requests whose address is confirmed; nobody sees those that are not."""
        return self.filter(confirmed_at__isnull=False) if may_coordinate(user) else self.none()


class MemberQuerySet(models.QuerySet[Any]):
    def active(self) -> MemberQuerySet:
        return self.filter(state="active", user__is_active=True)

    def of(self, user: User | AnonymousUser) -> Any:
        """The person's own active membership, or None."""
        return self.active().filter(user=user).first() if user.is_authenticated else None

    def in_directory(self) -> MemberQuerySet:
        """Those who chose to be seen by other members."""
        return self.active().filter(in_directory=True)

    def visible_to(self, user: User | AnonymousUser) -> MemberQuerySet:
        """All for coordinators; for members those in the directory and oneself; nobody for others."""
        if may_coordinate(user):
            return self.all()
        if self.of(user) is None:
            return self.none()
        return self.active().filter(models.Q(in_directory=True) | models.Q(user=user))

    def sharing(self, terms: Iterable[Any]) -> MemberQuerySet:
        """Those of the directory with some of these interests; ``shared`` of them, the most first."""
        shared = models.Count("interests", filter=models.Q(interests__in=list(terms)), distinct=True)
        found = self.in_directory().annotate(shared=shared).filter(shared__gt=0)
        return found.order_by("-shared", "user__display_name", "pk")


class ListExportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> ListExportQuerySet:
        """Coordinators see which lists were taken out, and by whom."""
        return self.all() if may_coordinate(user) else self.none()


class BulletinQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> BulletinQuerySet:
        """Drafts, too, for coordinators; for others those whose sending has begun."""
        return self.all() if may_coordinate(user) else self.public()

    def public(self) -> BulletinQuerySet:
        """What stands in the archive, the latest first."""
        return self.exclude(state="draft").order_by("-started_at", "-pk")

    def quiet_since(self, moment: datetime) -> BulletinQuerySet:
        """Those that are being sent, though nothing was sent of them since ``moment``."""
        sending = self.filter(state="sending", started_at__lt=moment)
        return sending.exclude(deliveries__at__gte=moment)


class MailTextQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> MailTextQuerySet:
        return self.all() if may_coordinate(user) else self.none()


class EventQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> EventQuerySet:
        """All for coordinators; what was published for members; of that what is public for everybody."""
        from .models import Member

        if may_coordinate(user):
            return self.all()
        published = self.exclude(state="draft")
        return published.filter(is_public=True) if Member.objects.of(user) is None else published

    def signed_up_by(self, user: User) -> EventQuerySet:
        """What the person comes to, or waits for a place in (``own_state``), and is not over."""
        signed_up = self.coming().filter(sign_ups__user=user, sign_ups__state__in=["going", "waiting"])
        return signed_up.annotate(own_state=models.F("sign_ups__state"))

    def coming(self) -> EventQuerySet:
        """Those that are not over, the next one first."""
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")

    def past(self) -> EventQuerySet:
        """Those that took place, the latest first."""
        return self.filter(ends_at__lte=timezone.now(), state="published").order_by("-starts_at", "-pk")


class SignUpQuerySet(models.QuerySet[Any]):
    def live(self) -> SignUpQuerySet:
        """Those who come or wait, without what was taken back."""
        return self.exclude(state="cancelled")
