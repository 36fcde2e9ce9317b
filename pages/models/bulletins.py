"""Which innovations a bulletin tells about."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from network.models import Bulletin


class BulletinCase(models.Model):
    """An innovation chosen for a bulletin. One that is not public any more is left out of mails and pages."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="chosen_cases")
    case = models.ForeignKey(Case, verbose_name=_("innovation"), on_delete=models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("innovation of a bulletin")
        verbose_name_plural = _("innovations of bulletins")
        ordering = ["bulletin", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "case"], name="bulletincase_unique")]

    def __str__(self) -> str:
        # Never the title: the innovation may not be public any more.
        return gettext("Innovation %(number)s") % {"number": self.case_id}
