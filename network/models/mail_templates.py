"""Words of the network's mails that staff have written over the site's own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .. import queries


class MailText(models.Model):
    """One mail in one language. Without a row, the mail says what its file says."""

    # A key of ``network.mail_texts.KINDS``.
    mail = models.CharField(_("mail"), max_length=40)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"), max_length=5000)

    objects = queries.MailTextQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("words of a mail")
        verbose_name_plural = _("words of mails")
        ordering = ["mail", "language"]
        constraints = [
            models.UniqueConstraint(fields=["mail", "language"], name="mailtext_one_in_a_language"),
            models.CheckConstraint(
                condition=~models.Q(subject="") & ~models.Q(text=""), name="mailtext_written"
            ),
        ]

    def __str__(self) -> str:
        return self.subject
