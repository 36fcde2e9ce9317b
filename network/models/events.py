"""Events of the network, their materials, who signed up, and what was done.

``network/event_actions.py`` alone writes these rows.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .. import queries


def new_uid() -> str:
    """The name by which calendars know the event, for ever."""
    return str(uuid.uuid4())


class Event(models.Model):
    """Something one can come to, on the spot or online."""

    class Kind(models.TextChoices):
        MEETING = "meeting", pgettext_lazy("event", "Meeting")
        LEARNING = "learning", pgettext_lazy("event", "Learning session")
        VISIT = "visit", pgettext_lazy("event", "Visit")
        OPSI_WEBINAR = "opsi_webinar", pgettext_lazy("event", "OPSI webinar")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("event", "Draft")
        PUBLISHED = "published", pgettext_lazy("event", "Published")
        CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")

        @property
        def tone(self) -> str:
            return {"published": "green", "cancelled": "red"}.get(self.value, "quiet")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    organiser = models.CharField(_("organiser"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    online_url = models.URLField(
        _("online link"), blank=True, help_text=_("Members and those who signed up see it; nobody else does.")
    )
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("Leave it empty when everybody fits in.")
    )
    sign_up_ends_at = models.DateTimeField(
        _("sign-up closes"),
        null=True,
        blank=True,
        help_text=_("Leave it empty when one can sign up until it begins."),
    )
    is_public = models.BooleanField(
        _("open to everybody"), default=False, help_text=_("Otherwise only members see it.")
    )
    is_example = models.BooleanField(_("invented example"), default=False, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    uid = models.CharField(max_length=64, unique=True, default=new_uid, editable=False)
    # Raised by each change that calendars are to notice (RFC 5545, 3.8.7.4).
    sequence = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = models.Manager.from_queryset(queries.EventQuerySet)()

    class Meta:
        verbose_name = pgettext_lazy("network", "event")
        verbose_name_plural = pgettext_lazy("network", "events")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(sign_up_ends_at__isnull=True) | Q(sign_up_ends_at__lte=F("ends_at")),
                name="event_sign_up_closes_in_time",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gt=0), name="event_has_places"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["meeting", "learning", "visit", "opsi_webinar"]),
                name="event_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "cancelled"]), name="event_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        return slugify(self.title) or "-"

    def get_absolute_url(self) -> str:
        return reverse("network:event", args=[self.pk, self.slug])

    @property
    def address(self) -> str:
        """Where mails and calendars lead: by way of signing in where only members see the event."""
        path = self.get_absolute_url()
        if not self.is_public:
            path = f"{reverse('account_login')}?{urlencode({'next': path})}"
        return settings.BASE_URL + path

    @property
    def sign_up_closes(self) -> datetime:
        """The last moment for signing up: never later than the beginning."""
        return min(self.sign_up_ends_at or self.starts_at, self.starts_at)

    @property
    def is_open_for_sign_up(self) -> bool:
        return self.state == self.State.PUBLISHED and timezone.now() < self.sign_up_closes

    @property
    def ends_on_same_day(self) -> bool:
        """Whether one date tells of both times."""
        return timezone.localdate(self.starts_at) == timezone.localdate(self.ends_at)

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()


class EventMaterial(models.Model):
    """Something to read or watch, for whoever may see the event: a link, or a file to download."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"), blank=True)
    file = models.FileField(_("file"), upload_to="network/%Y/%m/", blank=True)
    name = models.CharField(_("file name"), max_length=120, blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), null=True, blank=True)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="eventmaterial_told"),
            models.CheckConstraint(
                condition=(~Q(url="") & Q(file="", name="", content_type="", size=None))
                | (Q(url="", size__isnull=False) & ~Q(file="") & ~Q(name="") & ~Q(content_type="")),
                name="eventmaterial_link_or_file",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.url or reverse("network:material", args=[self.pk, self.name])

    @property
    def ending(self) -> str:
        """What kind of file it is, as people call it: PDF, DOCX."""
        return PurePath(self.name).suffix[1:].upper()


class SignUp(models.Model):
    """Somebody comes, or waits for a place."""

    class State(models.TextChoices):
        GOING = "going", pgettext_lazy("sign-up", "Comes")
        WAITING = "waiting", pgettext_lazy("sign-up", "Waits for a place")
        CANCELLED = "cancelled", pgettext_lazy("sign-up", "Taken back")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sign_ups")
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="event_sign_ups"
    )
    state = models.CharField(_("state"), max_length=10, choices=State)
    # The place in the queue: who took the sign-up back and signs up again goes to the end.
    at = models.DateTimeField(_("signed up"), default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = queries.SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="signup_once_an_event"),
            models.CheckConstraint(
                condition=Q(state__in=["going", "waiting", "cancelled"]), name="signup_state_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class EventChange(models.Model):
    """One act of a coordinator on an event. Never changed afterwards."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="changes")
    act = models.CharField(_("act"), max_length=40)
    by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("change of an event")
        verbose_name_plural = _("changes of events")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(act=""), name="eventchange_act_told")]

    def __str__(self) -> str:
        return self.act
