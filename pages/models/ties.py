"""What ties the apps beneath together: a factor of the barometer to what has helped with it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from barometer.models import Factor
from cases.models import Case
from pages import queries
from taxonomy.models import Term, Vocabulary

# What a factor can be tied to.
TIED_VOCABULARIES = (Vocabulary.PRINCIPLE, Vocabulary.THEME)


# The checker cannot follow managers whose querysets look back at these models.
class FactorTie(models.Model):  # type: ignore[django-manager-missing]
    """What helps with one factor, in the registry's own judgement: principles, themes and cases.

    A barrier is a factor that hinders and a motive one that sets innovation going, so one row serves both.
    """

    factor = models.OneToOneField(
        Factor, verbose_name=_("factor"), on_delete=models.CASCADE, related_name="tie"
    )
    meaning = models.TextField(_("what it is"), blank=True, help_text=_("In a sentence or two."))
    note = models.TextField(
        _("what helps, and why"),
        help_text=_("Shown as the registry’s own view. A blank line parts paragraphs."),
    )
    terms = models.ManyToManyField(
        Term,
        verbose_name=_("principles and themes"),
        related_name="factor_ties",
        limit_choices_to={"vocabulary__in": TIED_VOCABULARIES},
        blank=True,
    )
    cases = models.ManyToManyField(Case, through="TiedCase", related_name="factor_ties", blank=True)

    class Meta:
        verbose_name = _("what helps with a factor")
        verbose_name_plural = _("what helps with factors")
        ordering = ["factor__order", "factor__key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"note_{language}__isnull": False}) & ~Q(**{f"note_{language}": ""}),
                name=f"factortie_note_told_{language}",
            )
            for language in ("fi", "sv", "en")
        ]

    def __str__(self) -> str:
        return str(self.factor)


class TiedCase(models.Model):
    """An innovation that has helped with a factor. One that is not public is not shown, but stays tied."""

    tie = models.ForeignKey(FactorTie, on_delete=models.CASCADE, related_name="tied_cases")
    case = models.ForeignKey(Case, verbose_name=_("innovation"), on_delete=models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = queries.TiedCaseQuerySet.as_manager()  # type: ignore[django-manager-missing]

    class Meta:
        verbose_name = _("tied innovation")
        verbose_name_plural = _("tied innovations")
        ordering = ["tie", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["tie", "case"], name="tiedcase_unique")]

    def __str__(self) -> str:
        # Never the title: this is shown also to those who may not see an innovation that is not public.
        return gettext("Innovation %(number)s") % {"number": self.case_id}
