"""Bulletins to members, and to whom each was sent. ``network/bulletin_actions.py`` alone writes them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .. import queries
from .joining import Member


class Bulletin(models.Model):
    """One message to those members who want bulletins; public from when its sending begins."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("bulletin", "Draft")
        SENDING = "sending", pgettext_lazy("bulletin", "Being sent")
        SENT = "sent", pgettext_lazy("bulletin", "Sent")

        @property
        def tone(self) -> str:
            return {"sending": "amber", "sent": "green"}.get(self.value, "quiet")

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    events = models.ManyToManyField(
        "network.Event", verbose_name=_("events"), related_name="bulletins", blank=True
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    started_at = models.DateTimeField(_("sending began"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # Raised by every action: who changes a row tells which version was read.
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = queries.BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", started_at__isnull=True, sent_at__isnull=True)
                | Q(state="sending", started_at__isnull=False, sent_at__isnull=True)
                | Q(state="sent", started_at__isnull=False, sent_at__isnull=False),
                name="bulletin_state_with_times",
            ),
        ]

    def __str__(self) -> str:
        text = self.text(get_language() or settings.LANGUAGE_CODE)
        return text.subject if text else str(self.pk)

    def text(self, language: str) -> BulletinText | None:
        """What is read in ``language``; while that is not written yet, what there is."""
        texts = {text.language: text for text in self.texts.all()}
        return texts.get(language) or next(iter(texts.values()), None)


class BulletinText(models.Model):
    """A bulletin's subject and body in one language."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"), max_length=20_000)

    class Meta:
        verbose_name = _("text of a bulletin")
        verbose_name_plural = _("texts of bulletins")
        ordering = ["bulletin", "language"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "language"], name="bulletintext_one_in_a_language"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(body=""), name="bulletintext_written"),
        ]

    def __str__(self) -> str:
        return self.subject


class Delivery(models.Model):
    """One bulletin to one member: the list of recipients as it was when the sending began."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "Waits")
        SENT = "sent", pgettext_lazy("delivery", "Handed to the mail queue")
        FAILED = "failed", pgettext_lazy("delivery", "Failed")
        SKIPPED = "skipped", pgettext_lazy("delivery", "Left out: wants no bulletins any more")

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="deliveries")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="deliveries")
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    at = models.DateTimeField(_("at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["pk"]
        indexes = [models.Index(fields=["bulletin", "state"], name="delivery_bulletin_state")]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "member"], name="delivery_once_to_a_member"),
            models.CheckConstraint(
                condition=Q(state="waiting", at__isnull=True)
                | Q(state__in=["sent", "failed", "skipped"], at__isnull=False),
                name="delivery_state_with_time",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()
