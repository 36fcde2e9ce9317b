"""Asking to join, being a member, and what a person consented to.

``network/actions.py`` alone moves requests and members between states.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from taxonomy.models import Term, Vocabulary

from .. import queries

INTERESTS = {"vocabulary__in": (Vocabulary.PRINCIPLE, Vocabulary.THEME)}


class Person(models.Model):
    """What somebody tells of their work, as an applicant and as a member."""

    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    organisation_name = models.CharField(
        _("organisation, when it is not in the register"), max_length=300, blank=True
    )
    role = models.CharField(_("role or task"), max_length=160, blank=True)
    works_on = models.TextField(_("what I work on"), max_length=1000, blank=True)
    wants_to_learn = models.TextField(_("what I want to learn"), max_length=1000, blank=True)
    interests = models.ManyToManyField(
        Term,
        verbose_name=_("principles and themes"),
        related_name="+",
        blank=True,
        limit_choices_to=INTERESTS,
    )
    in_directory = models.BooleanField(
        _("shown in the members’ directory"),
        default=False,
        help_text=_("Other members see what is told here, with the address; nobody else does."),
    )
    # From this day on the row is erased by ``erase_expired``; None as long as it is needed.
    erase_on = models.DateField(_("to be erased on"), null=True, blank=True, editable=False)
    # Raised by every action: who changes a row tells which version was read.
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def organisation_words(self) -> str:
        """The organisation's name, from the register where it is there."""
        return str(self.organisation) if self.organisation else self.organisation_name


class JoinRequest(Person):
    """Somebody asks to join. Until the address is confirmed nobody but its owner knows of it."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Address not confirmed")
        PENDING = "pending", pgettext_lazy("request", "Waits for a coordinator")
        MORE_ASKED = "more_asked", _("More information asked")
        APPROVED = "approved", pgettext_lazy("request", "Approved")
        DECLINED = "declined", pgettext_lazy("request", "Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")
        EXPIRED = "expired", pgettext_lazy("request", "Expired")

        @property
        def tone(self) -> str:
            return {"pending": "amber", "more_asked": "amber", "approved": "green"}.get(self.value, "quiet")

    OPEN = (State.UNCONFIRMED, State.PENDING, State.MORE_ASKED)
    QUEUE = (State.PENDING, State.MORE_ASKED)

    email = models.EmailField(_("work e-mail"))
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.UNCONFIRMED)
    # SHA-256 of the secret in the link that was mailed last. What the link leads to follows from the state:
    # confirming the address, answering the coordinator, withdrawing. Each use needs a new one.
    secret_digest = models.CharField(max_length=64, blank=True, editable=False)
    secret_ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    # What the applicant answered when more was asked.
    answer = models.TextField(_("answer to the coordinator"), max_length=2000, blank=True)
    note = models.TextField(
        _("coordinators’ note"),
        blank=True,
        help_text=_("Coordinators see it, and the person in the copy of their own data."),
    )

    objects = queries.JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["confirmed_at", "pk"]
        permissions = [("coordinate_network", "Can coordinate the innovation network")]
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")) & ~Q(email=""), name="joinrequest_email_lower"
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(state__in=["unconfirmed", "pending", "more_asked"]),
                name="joinrequest_one_open_for_address",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "unconfirmed",
                        "pending",
                        "more_asked",
                        "approved",
                        "declined",
                        "withdrawn",
                        "expired",
                    ]
                ),
                name="joinrequest_state_known",
            ),
            models.CheckConstraint(
                condition=Q(secret_digest="")
                | Q(state__in=["unconfirmed", "pending", "more_asked"], secret_ends_at__isnull=False),
                name="joinrequest_secret_only_while_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["unconfirmed", "expired", "withdrawn"])
                | Q(confirmed_at__isnull=False),
                name="joinrequest_confirmed_before_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "declined"]) | Q(decided_at__isnull=False),
                name="joinrequest_decided_with_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class Member(Person):
    """Somebody in the network. Name, address and language are those of the account."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Member")
        LEFT = "left", pgettext_lazy("member", "Left")

        @property
        def tone(self) -> str:
            return "green" if self is type(self).ACTIVE else "quiet"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.CASCADE,
        related_name="membership",
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    wants_bulletins = models.BooleanField(_("gets bulletins"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    left_at = models.DateTimeField(_("left"), null=True, blank=True, editable=False)
    note = models.TextField(
        _("coordinators’ note"),
        blank=True,
        help_text=_("Coordinators see it, and the person in the copy of their own data."),
    )

    # SHA-256 of the secret in the address of the member's own calendar; empty until one is asked for.
    calendar_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = queries.MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["user__display_name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["active", "left"]), name="member_state_known"),
            models.CheckConstraint(
                condition=Q(state="active", left_at__isnull=True) | Q(state="left", left_at__isnull=False),
                name="member_left_with_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class Consent(models.Model):
    """What somebody agreed to: the purpose, the version and language of the text they read, and when."""

    class Purpose(models.TextChoices):
        MEMBERSHIP = "membership", _("Handling the membership")
        DIRECTORY = "directory", _("Being shown in the members’ directory")
        BULLETINS = "bulletins", _("Bulletins by e-mail")

    request = models.ForeignKey(
        JoinRequest, on_delete=models.CASCADE, related_name="consents", null=True, blank=True
    )
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="consents", null=True, blank=True
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    text_version = models.CharField(_("version of the text"), max_length=20)
    language = models.CharField(_("language of the text"), max_length=2, choices=settings.LANGUAGES)
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=False) | Q(member__isnull=False), name="consent_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["membership", "directory", "bulletins"]),
                name="consent_purpose_known",
            ),
            models.CheckConstraint(condition=~Q(text_version=""), name="consent_text_version_told"),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()


class MembershipEvent(models.Model):
    """One act on a request or a member. Never changed afterwards; erased with whom it is about."""

    request = models.ForeignKey(
        JoinRequest, on_delete=models.CASCADE, related_name="events", null=True, blank=True
    )
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="events", null=True, blank=True)
    act = models.CharField(_("act"), max_length=40)
    from_state = models.CharField(_("from"), max_length=12, blank=True)
    to_state = models.CharField(_("to"), max_length=12, blank=True)
    by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    # As it was sent to the person.
    message = models.TextField(_("message"), blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=False) | Q(member__isnull=False),
                name="membershipevent_of_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.get_act_display()

    def get_act_display(self) -> str:
        from ..workflow import act_label

        return str(act_label(self.act))
