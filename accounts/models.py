"""People who sign in, and the organisations that they and the innovations belong to."""

import datetime
from typing import Any, ClassVar, Self

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from taxonomy.models import NameStatus, Vocabulary


class OrganisationKind(models.TextChoices):
    MINISTRY = "ministry", _("Ministry")
    AGENCY = "agency", _("Government agency")
    PARLIAMENT_BODY = "parliament_body", _("Body of the parliament")
    REGION = "region", _("Regional council")
    WELLBEING_COUNTY = "wellbeing_county", _("Wellbeing services county")
    ELINVOIMAKESKUS = "elinvoimakeskus", _("Economic development centre")
    MUNICIPALITY = "municipality", _("Municipality")
    JOINT_AUTHORITY = "joint_authority", _("Joint authority")
    UNIVERSITY = "university", _("University or research institute")
    STATE_COMPANY = "state_company", _("State-owned company")
    ASSOCIATION = "association", _("Association or foundation")
    COMPANY = "company", _("Company")
    FOREIGN = "foreign", _("Foreign organisation")
    OTHER = "other", _("Other organisation")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def valid_on(self, day: datetime.date) -> Self:
        """Those that existed on ``day``; an unknown beginning or end excludes nothing."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        )

    def current(self) -> Self:
        return self.valid_on(timezone.localdate())

    def for_email(self, address: str) -> "Organisation | None":
        """The present organisation whose domain the address is under, the most exact domain first."""
        labels = address.rpartition("@")[2].lower().split(".")
        domains = [".".join(labels[start:]) for start in range(len(labels) - 1)]
        found = OrganisationDomain.objects.filter(domain__in=domains, organisation__in=self.current())
        best = max(found.select_related("organisation"), key=lambda row: len(row.domain), default=None)
        return best.organisation if best else None


class Organisation(models.Model):
    """A public organisation, or another one that innovations name.

    An organisation that ended keeps its row, so that old cases keep its name; ``successors``
    are those that took up its work.
    """

    Kind = OrganisationKind

    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    country: Any = CountryField(_("country"), default="FI")
    region = models.ForeignKey(
        "taxonomy.Term",
        verbose_name=_("region"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"vocabulary": Vocabulary.REGION},
        related_name="organisations",
    )
    code = models.SlugField(
        _("code"),
        max_length=60,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Set by the reference data; organisations that staff add have none."),
    )
    valid_from = models.DateField(_("began"), null=True, blank=True)
    valid_to = models.DateField(_("ended"), null=True, blank=True)
    successors = models.ManyToManyField(
        "self",
        verbose_name=_("successors"),
        symmetrical=False,
        blank=True,
        related_name="predecessors",
        help_text=_("The organisations that took up the work of this one."),
    )
    name_status = models.CharField(
        _("status of the names"), max_length=10, choices=NameStatus, default=NameStatus.TO_CHECK
    )
    is_example = models.BooleanField(
        _("example"), default=False, help_text=_("Invented, to show how the registry works.")
    )

    objects = models.Manager.from_queryset(OrganisationQuerySet)()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_fi="") & Q(name_fi__isnull=False)
                | ~Q(name_sv="") & Q(name_sv__isnull=False)
                | ~Q(name_en="") & Q(name_en__isnull=False),
                name="organisation_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values),
                name="organisation_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(name_status__in=NameStatus.values), name="organisation_name_status_known"
            ),
            models.CheckConstraint(condition=~Q(code=""), name="organisation_code_not_empty"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="organisation_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        """The name as the readable end of the organisation's address; “-” for one without Latin letters."""
        return slugify(self.name) or "-"

    @property
    def has_ended(self) -> bool:
        return self.valid_to is not None and self.valid_to < timezone.localdate()


class OrganisationDomain(models.Model):
    """A domain of e-mail addresses; an address under it proposes its organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(
        _("domain"),
        max_length=120,
        unique=True,
        validators=[
            RegexValidator(
                r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$",
                _("Enter a domain in lower case, such as example.fi."),
            )
        ],
    )

    class Meta:
        verbose_name = _("e-mail domain")
        verbose_name_plural = _("e-mail domains")
        ordering = ["domain"]
        constraints = [
            models.CheckConstraint(
                condition=Q(domain=Lower("domain")) & ~Q(domain=""), name="organisation_domain_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.domain


class UserManager(BaseUserManager["User"]):
    def _create(self, email: str, password: str | None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who signs in by e-mailed code, or by password if one is given."""
        return self._create(email, password, **fields)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self._create(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """The whole address in lower case: one person, one account, however the address is typed."""
        return (email or "").strip().lower()

    def for_address(self, address: str, display_name: str = "") -> "User":
        """The account of an address that is proven to be its owner's; made if there is none."""
        user, _created = self.get_or_create(
            email=self.normalize_email(address),
            defaults={
                "password": make_password(None),
                "display_name": display_name,
                "language": get_language(),
                "organisation": Organisation.objects.for_email(address),
            },
        )
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in; the e-mail address is the name."""

    email = models.EmailField(
        _("e-mail address"), unique=True, error_messages={"unique": _("This address already has an account.")}
    )
    display_name = models.CharField(
        _("name"), max_length=120, blank=True, help_text=_("How your name is shown to staff and co-authors.")
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        help_text=_("The language of the e-mails that you get."),
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="people",
    )
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May sign in to the admin."))
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Clear this instead of deleting the account.")
    )
    is_demo = models.BooleanField(
        _("demo account"),
        default=False,
        editable=False,
        help_text=_("Cannot sign in to a real installation."),
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["display_name", "pk"]
        constraints = [
            # With this, unique means unique whatever the case.
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(condition=~Q(email=""), name="user_email_not_empty"),
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _name in settings.LANGUAGES]),
                name="user_language_known",
            ),
        ]

    def clean(self) -> None:
        self.email = type(self).objects.normalize_email(self.email)

    def __str__(self) -> str:
        """The name that may be shown to others: never the address."""
        return self.display_name or gettext("User %(number)s") % {"number": self.pk}

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class AddressChange(models.Model):
    """Somebody wants another address for their account. It changes when both addresses have been confirmed.

    ``accounts/address_change.py`` alone writes these rows; a row goes when the change is made or given up.
    """

    user = models.OneToOneField(
        User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="address_change"
    )
    new_email = models.EmailField(_("new e-mail address"))
    # SHA-256 of the secrets in the two mailed links; empty once the link has been used.
    old_digest = models.CharField(max_length=64, blank=True, editable=False)
    new_digest = models.CharField(max_length=64, blank=True, editable=False)
    ends_at = models.DateTimeField(_("to be confirmed before"))

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")
        constraints = [
            models.CheckConstraint(
                condition=Q(new_email=Lower("new_email")) & ~Q(new_email=""), name="addresschange_email_lower"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class SecondFactor(Authenticator):
    """What somebody signs in with beside a password, named for those who may have to remove it."""

    class Meta:
        proxy = True
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return f"{self.kind} ({self.user})"

    @property
    def kind(self) -> str:
        kinds = {
            Authenticator.Type.TOTP: _("Authenticator app"),
            Authenticator.Type.WEBAUTHN: _("Passkey"),
            Authenticator.Type.RECOVERY_CODES: _("Recovery codes"),
        }
        return str(kinds[Authenticator.Type(self.type)])
