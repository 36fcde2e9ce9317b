"""Contacts of the responsible unit: roles, never the names of persons."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pages import queries


class ContactTopic(models.TextChoices):
    """What somebody wants to ask about: where on the site a contact is shown."""

    SERVICE = "service", pgettext_lazy("contact", "This service")
    INNOVATIONS = "innovations", pgettext_lazy("contact", "Innovations in the registry")
    BAROMETER = "barometer", pgettext_lazy("contact", "The innovation barometer")
    NETWORK = "network", pgettext_lazy("contact", "The innovation network")
    PRODUCTIVITY = "productivity", pgettext_lazy("contact", "Productivity")
    ACCESSIBILITY = "accessibility", pgettext_lazy("contact", "Accessibility")
    PRIVACY = "privacy", pgettext_lazy("contact", "Personal data")
    SECURITY = "security", pgettext_lazy("contact", "Weak spots in security")


def check_topics(topics: Any) -> None:
    """Known topics, each once; raises ValidationError."""
    if not isinstance(topics, list) or len(set(topics)) != len(topics) or set(topics) - set(ContactTopic):
        raise ValidationError(_("Choose each topic once."), code="invalid")


class Contact(models.Model):
    """Whom to ask, by role."""

    role = models.CharField(_("role"), max_length=200, help_text=_("A task, not the name of a person."))
    unit = models.CharField(_("unit"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.TextField(_("postal address"), max_length=500, blank=True)
    topics = models.JSONField(_("topics"), default=list, validators=[check_topics], blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_public = models.BooleanField(_("shown to the public"), default=True)

    objects = models.Manager.from_queryset(queries.ContactQuerySet)()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(email="") | ~Q(phone="") | Q(address_fi__isnull=False) & ~Q(address_fi=""),
                name="contact_can_be_reached",
            ),
        ]

    def __str__(self) -> str:
        return self.role

    @property
    def dialled(self) -> str:
        """The telephone number as a link has it: no spaces, hyphens or brackets."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")
