"""Mailing lists that coordinators took out: who, when, why, whose and how many."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import queries


class ListExport(models.Model):
    """One mailing list as it was taken out. It names nobody that was on it, and is never changed."""

    class Purpose(models.TextChoices):
        BULLETINS = "bulletins", _("A bulletin: to those who want bulletins")
        NECESSARY = "necessary", _("A necessary message: to every member")

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    why = models.CharField(_("what it is for"), max_length=300)
    # Names of network/filters.py with the chosen values.
    filters = models.JSONField(_("narrowed down by"), default=dict, blank=True)
    file_format = models.CharField(_("file"), max_length=4, choices=Format)
    count = models.PositiveIntegerField(_("how many"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = queries.ListExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing list")
        verbose_name_plural = _("mailing lists")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["bulletins", "necessary"]), name="listexport_purpose_known"
            ),
            models.CheckConstraint(
                condition=Q(file_format__in=["csv", "xlsx"]), name="listexport_file_known"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="listexport_why_told"),
        ]

    def __str__(self) -> str:
        return self.why
