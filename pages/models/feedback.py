"""What readers say of a page, and what was done about it. ``pages/feedback/actions.py`` alone writes it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pages import queries


class Feedback(models.Model):
    """One answer to “was this useful?”, with own words if any."""

    class Kind(models.TextChoices):
        PAGE = "page", pgettext_lazy("feedback", "Of a page")
        ACCESSIBILITY = "accessibility", pgettext_lazy("feedback", "Of accessibility")

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("feedback", "New")
        IN_WORK = "in_work", pgettext_lazy("feedback", "Being dealt with")
        CLOSED = "closed", pgettext_lazy("feedback", "Dealt with")

        @property
        def tone(self) -> str:
            return {"new": "blue", "in_work": "amber", "closed": "green"}[self.value]

    kind = models.CharField(_("kind"), max_length=13, choices=Kind, default=Kind.PAGE)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.NEW)
    path = models.CharField(_("page"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    is_useful = models.BooleanField(_("useful"), null=True, blank=True)
    words = models.TextField(_("own words"), max_length=5000, blank=True)
    email = models.EmailField(_("e-mail address for an answer"), blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    # Accessibility feedback is answered within 14 days (Act on the Provision of Digital Services, 306/2019).
    due_on = models.DateField(_("to be answered by"), null=True, blank=True)
    closed_at = models.DateTimeField(_("dealt with"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = queries.FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-received_at", "-pk"]
        permissions = [("handle_feedback", "Can read and answer feedback")]
        indexes = [
            models.Index(fields=["state", "due_on"], name="feedback_queue"),
            # What is counted by page is read from the index alone.
            models.Index(fields=["path", "is_useful"], name="feedback_by_page"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["page", "accessibility"]), name="feedback_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(is_useful__isnull=False) | ~Q(words=""), name="feedback_says_something"
            ),
            models.CheckConstraint(
                condition=Q(kind="page") | Q(due_on__isnull=False), name="feedback_accessibility_has_due_date"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["new", "in_work"], closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="feedback_closed_with_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_overdue(self) -> bool:
        """Whether an answer was due before today and it has not been dealt with."""
        return (
            self.state != self.State.CLOSED and self.due_on is not None and self.due_on < timezone.localdate()
        )


class FeedbackEvent(models.Model):
    """One act on a piece of feedback: who did what, when, and what was noted or answered."""

    class Act(models.TextChoices):
        TELL = "tell", pgettext_lazy("feedback", "Given")
        TAKE_UP = "take_up", pgettext_lazy("feedback", "Taken up")
        NOTE = "note", pgettext_lazy("feedback", "Note written")
        ANSWER = "answer", pgettext_lazy("feedback", "Answered")
        CLOSE = "close", pgettext_lazy("feedback", "Closed")
        REOPEN = "reopen", pgettext_lazy("feedback", "Opened again")

    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="events")
    act = models.CharField(_("act"), max_length=40, choices=Act)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    message = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("event of feedback")
        verbose_name_plural = _("events of feedback")
        ordering = ["feedback", "-at", "-pk"]

    def __str__(self) -> str:
        return self.get_act_display()
