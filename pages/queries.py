"""Which ties may be shown: those to what the public may read."""

from __future__ import annotations

from typing import Any

from django.db import models

from cases.models import Case


class TiedCaseQuerySet(models.QuerySet[Any]):
    def public(self) -> TiedCaseQuerySet:
        """Ties to innovations that everybody may read."""
        return self.filter(case__in=Case.objects.public())
