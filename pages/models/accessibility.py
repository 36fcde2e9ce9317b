"""The accessibility statement, after Commission Implementing Decision (EU) 2018/1523."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AccessibilityStatement(models.Model):  # type: ignore[django-manager-missing]
    """The one statement of this service. Without a row the page says that it has not been assessed yet."""

    class Status(models.TextChoices):
        FULL = "full", pgettext_lazy("accessibility", "Fully in conformance")
        PARTIAL = "partial", pgettext_lazy("accessibility", "Partially in conformance")
        NONE = "none", pgettext_lazy("accessibility", "Not in conformance")

    class Method(models.TextChoices):
        SELF = "self", pgettext_lazy("accessibility", "Own assessment")
        THIRD_PARTY = "third_party", pgettext_lazy("accessibility", "Assessment by a third party")

    status = models.CharField(_("conformance"), max_length=8, choices=Status)
    method = models.CharField(_("method"), max_length=12, choices=Method)
    method_note = models.TextField(_("how it was assessed"), max_length=2000, blank=True)
    assessed_on = models.DateField(_("assessed on"))
    reviewed_on = models.DateField(
        _("statement reviewed on"), help_text=_("The statement has to be reviewed every year.")
    )

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statement")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="accessibilitystatement_single_row"),
            models.CheckConstraint(
                condition=Q(status__in=["full", "partial", "none"]),
                name="accessibilitystatement_status_known",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_on__gte=models.F("assessed_on")),
                name="accessibilitystatement_reviewed_after_assessment",
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def review_due_on(self) -> date:
        """A year after the last review (on the last day of February, when that day is no more)."""
        last = self.reviewed_on
        try:
            return last.replace(year=last.year + 1)
        except ValueError:
            return date(last.year + 1, 2, 28)

    @property
    def is_review_due(self) -> bool:
        return self.review_due_on <= timezone.localdate()


class AccessibilityException(models.Model):  # type: ignore[django-manager-missing]
    """Something that is not accessible, why, and what to use instead."""

    class Reason(models.TextChoices):
        NON_COMPLIANCE = "non_compliance", pgettext_lazy("accessibility", "Does not meet the requirements")
        BURDEN = "burden", pgettext_lazy("accessibility", "Disproportionate burden")
        OUT_OF_SCOPE = "out_of_scope", pgettext_lazy("accessibility", "Outside the law’s scope")

    statement = models.ForeignKey(AccessibilityStatement, on_delete=models.CASCADE, related_name="exceptions")
    reason = models.CharField(_("ground"), max_length=16, choices=Reason)
    what = models.TextField(_("what is not accessible"), max_length=1000)
    why = models.TextField(_("why, and until when"), max_length=1000)
    alternative = models.TextField(_("what to use instead"), max_length=1000, blank=True)
    # Success criterion of the WCAG, as in “1.4.11”.
    criterion = models.CharField(_("requirement"), max_length=20, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("exception from accessibility")
        verbose_name_plural = _("exceptions from accessibility")
        ordering = ["statement", "order", "pk"]

    def __str__(self) -> str:
        return self.what[:60]
