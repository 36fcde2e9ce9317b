"""Shared vocabularies in three languages: what a case, an organisation or an event is tagged with."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NameStatus(models.TextChoices):
    """Whether a name has been seen in a source, or still waits for somebody to confirm it."""

    VERIFIED = "verified", _("Verified")
    TO_CHECK = "to_check", _("To be checked")


class Vocabulary(models.TextChoices):
    PRINCIPLE = "principle", _("Principle")
    THEME = "theme", _("Theme")
    SDG = "sdg", _("Sustainable development goal")
    KIND = "kind", _("Kind of innovation")
    OPSI_FACET = "opsi_facet", _("Direction of the innovation")
    TECHNOLOGY = "technology", _("Technology")
    REGION = "region", _("Region")
    TAG = "tag", _("Tag")


class TermQuerySet(models.QuerySet["Term"]):
    def of(self, vocabulary: str) -> "TermQuerySet":
        """The terms of one vocabulary that may be chosen, in their order."""
        return self.filter(vocabulary=vocabulary, is_active=True)


# The checker cannot follow the relation to a manager of an app above.
class Term(models.Model):  # type: ignore[django-manager-missing]
    """One entry of one vocabulary. ``code`` never changes; names are curated by staff.

    All vocabularies share this table, so that the terms of a case come in one query
    (docs/adr/0004).
    """

    vocabulary = models.CharField(_("vocabulary"), max_length=16, choices=Vocabulary)
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=160)
    description = models.TextField(_("description"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(
        _("may be chosen"),
        default=True,
        help_text=_("A term that is no longer chosen stays on the cases that have it."),
    )
    name_status = models.CharField(
        _("status of the names"), max_length=10, choices=NameStatus, default=NameStatus.TO_CHECK
    )

    objects = models.Manager.from_queryset(TermQuerySet)()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["vocabulary", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "code"], name="term_unique_code"),
            models.CheckConstraint(
                condition=Q(vocabulary__in=Vocabulary.values), name="term_vocabulary_known"
            ),
            models.CheckConstraint(
                condition=Q(name_status__in=NameStatus.values), name="term_name_status_known"
            ),
            models.CheckConstraint(condition=~Q(code=""), name="term_code_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """``vocabulary:code``, the name of the term in facets and addresses."""
        return f"{self.vocabulary}:{self.code}"
