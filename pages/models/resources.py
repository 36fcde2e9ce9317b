"""Resources that lead elsewhere, and whether the links of the site still work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pages import queries
from taxonomy.models import Term, Vocabulary

# What a resource can be about.
RESOURCE_VOCABULARIES = (Vocabulary.PRINCIPLE, Vocabulary.THEME)


def check_languages(codes: Any) -> None:
    """Codes of two letters, each once; raises ValidationError."""
    well_formed = isinstance(codes, list) and all(isinstance(code, str) and len(code) == 2 for code in codes)
    if not well_formed or len(set(codes)) != len(codes):
        raise ValidationError(_("Give each language once, by its code of two letters."), code="invalid")


class Resource(models.Model):  # type: ignore[django-manager-missing]
    """Something worth reading or using that stands elsewhere."""

    class Kind(models.TextChoices):
        RESEARCH = "research", pgettext_lazy("resource", "Research")
        TOOLKIT = "toolkit", pgettext_lazy("resource", "Tools")
        COLLECTION = "collection", pgettext_lazy("resource", "Collection of innovations")
        NEWSLETTER = "newsletter", pgettext_lazy("resource", "Newsletter")
        BAROMETER = "barometer", pgettext_lazy("resource", "Publication of the barometer")
        DECLARATION = "declaration", pgettext_lazy("resource", "Declaration")
        ANALYSIS = "analysis", pgettext_lazy("resource", "Productivity analysis")
        GUIDE = "guide", pgettext_lazy("resource", "Guide")
        SITE = "site", pgettext_lazy("resource", "Site")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=1000)
    publisher = models.CharField(_("publisher"), max_length=200)
    url = models.URLField(_("address"), max_length=500)
    languages = models.JSONField(
        _("languages"), default=list, validators=[check_languages], help_text=_("In which it can be read.")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, validators=[MinValueValidator(1950), MaxValueValidator(2100)]
    )
    branch = models.CharField(
        _("administrative branch"), max_length=200, blank=True, help_text=_("Of a productivity analysis.")
    )
    terms = models.ManyToManyField(
        Term,
        verbose_name=_("principles and themes"),
        related_name="resources",
        limit_choices_to={"vocabulary__in": RESOURCE_VOCABULARIES},
        blank=True,
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_public = models.BooleanField(_("shown to the public"), default=False)
    # By this the registry's own data know it; empty for what staff have added.
    key = models.SlugField(_("key"), max_length=60, blank=True, editable=False)

    objects = queries.ResourceQuerySet.as_manager()  # type: ignore[django-manager-missing]

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="resource_unique_key"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "research",
                        "toolkit",
                        "collection",
                        "newsletter",
                        "barometer",
                        "declaration",
                        "analysis",
                        "guide",
                        "site",
                    ]
                ),
                name="resource_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="resource_leads_to_the_web",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(is_public=False)
                    | Q(
                        **{
                            f"title_{language}__isnull": False,
                            f"description_{language}__isnull": False,
                        }
                    )
                    & ~Q(**{f"title_{language}": ""})
                    & ~Q(**{f"description_{language}": ""}),
                    name=f"resource_public_told_in_{language}",
                )
                for language, _name in settings.LANGUAGES
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LinkCheck(models.Model):
    """What an address of another site answered when it was last asked. Rows are ``check_links``'s alone."""

    class State(models.TextChoices):
        WORKS = "works", pgettext_lazy("link", "Works")
        MOVED = "moved", pgettext_lazy("link", "Has moved for good")
        BROKEN = "broken", pgettext_lazy("link", "Is not there")
        UNREACHABLE = "unreachable", pgettext_lazy("link", "Did not answer")
        NOT_ASKED = "not_asked", pgettext_lazy("link", "Its site wants no machines")

        @property
        def tone(self) -> str:
            return {"works": "green", "moved": "amber", "broken": "red", "unreachable": "amber"}.get(
                self.value, "quiet"
            )

    # So many checks in a row that it has not worked are for staff to look into.
    NEWS = 3

    url = models.URLField(_("address"), max_length=500, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=State)
    status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    leads_to = models.URLField(_("leads to"), max_length=1000, blank=True)
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)
    # How many checks in a row it has not worked: one bad night is no news.
    failures = models.PositiveSmallIntegerField(_("times in a row"), default=0)

    class Meta:
        verbose_name = _("checked link")
        verbose_name_plural = _("checked links")
        ordering = ["-failures", "url"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["works", "moved", "broken", "unreachable", "not_asked"]),
                name="linkcheck_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.url
