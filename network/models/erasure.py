"""What was erased, told without personal data, so that it can be erased again after a backup was restored."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """One erased thing: its kind, its former primary key and the day; nothing tells who it was."""

    class Kind(models.TextChoices):
        REQUEST = "request", _("Request to join")
        MEMBER = "member", _("Member")
        ACCOUNT = "account", _("Account")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    key = models.PositiveBigIntegerField(_("key"))
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["day", "kind", "key"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="erasure_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["request", "member", "account"]), name="erasure_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
