"""What an innovation case is.

The :class:`Case` row and its related rows are what the public sees. People edit a
:class:`CaseRevision`; ``cases/actions.py`` alone moves either from state to state and writes the
content of a reviewed revision to the public rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from common.numbers import with_unit
from taxonomy.models import Term, Vocabulary

from . import queries

if TYPE_CHECKING:
    from accounts.models import User

# Units that are written differently in each language; any other is shown as it is.
UNITS = {"d": pgettext_lazy("unit", "days"), "min": pgettext_lazy("unit", "min")}
FIRST_YEAR = 1990
LAST_YEAR = 2100


class Language(models.TextChoices):
    FI = "fi", _("Finnish")
    SV = "sv", _("Swedish")
    EN = "en", _("English")


class Level(models.TextChoices):
    """Level of government, as in OPSI's form."""

    NATIONAL = "national", _("National")
    REGIONAL = "regional", _("Regional")
    LOCAL = "local", _("Local")
    OTHER = "other", _("Other or international")


class Novelty(models.TextChoices):
    """How new the innovation was when taken into use; the Copenhagen Manual's three degrees."""

    FIRST = "first", _("First of its kind, as far as is known")
    ADAPTED = "adapted", _("Inspired by others and substantially adapted")
    COPY = "copy", _("Largely a copy of others")


class Phase(models.TextChoices):
    """Where the work is now; OPSI's six phases."""

    IDENTIFYING = "identifying", _("Identifying problems or opportunities")
    IDEAS = "ideas", _("Generating ideas")
    DEVELOPING = "developing", _("Developing proposals")
    IMPLEMENTATION = "implementation", _("Implementation")
    EVALUATION = "evaluation", _("Evaluation")
    DIFFUSING = "diffusing", _("Spreading what was learnt")


class LifeCycle(models.TextChoices):
    PLANNED = "planned", _("Planned")
    PILOT = "pilot", _("Trial")
    IN_USE = "in_use", _("In use")
    DISCONTINUED = "discontinued", _("Discontinued")

    @property
    def tone(self) -> str:
        """Name of the tone in which components show the status; the words are always there too."""
        return {"planned": "quiet", "pilot": "amber", "in_use": "green", "discontinued": "amber"}[self.value]


class Established(models.TextChoices):
    """How an effect is known. Sums never mix these."""

    ESTIMATED = "estimated", _("Estimated")
    MEASURED = "measured", _("Measured")
    EVALUATED = "evaluated", _("Independently evaluated")


class ImportSource(models.Model):
    """Another register or a public source that cases were taken from, with the terms of its licence."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("address"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=60)
    licence_url = models.URLField(_("address of the licence"), max_length=500, blank=True)
    attribution = models.CharField(_("attribution"), max_length=300)
    is_compiled = models.BooleanField(
        _("compiled here"),
        default=False,
        help_text=_("The texts were written in this registry from the source’s facts, not copied from it."),
    )

    class Meta:
        verbose_name = _("source of imported cases")
        verbose_name_plural = _("sources of imported cases")
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(licence=""), name="importsource_licence_told")]

    def __str__(self) -> str:
        return self.name


class Case(models.Model):
    """One innovation, as the public sees it. Its identity never changes."""

    class State(models.TextChoices):
        """Whether the public sees the case. How its next text is reviewed is the revision's state."""

        UNPUBLISHED = "unpublished", _("Not published")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")
        WITHDRAWN = "withdrawn", _("Withdrawn")

        @property
        def tone(self) -> str:
            return {"unpublished": "quiet", "published": "green", "archived": "amber", "withdrawn": "amber"}[
                self
            ]

    state = models.CharField(_("publication"), max_length=12, choices=State, default=State.UNPUBLISHED)
    original_language = models.CharField(
        _("original language"), max_length=2, choices=Language, default=Language.FI
    )
    owner = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("owner organisation"),
        on_delete=models.PROTECT,
        related_name="cases",
        null=True,
        blank=True,
    )
    partners = models.ManyToManyField(
        "accounts.Organisation",
        verbose_name=_("partner organisations"),
        through="CasePartner",
        related_name="partnered_cases",
        blank=True,
    )
    country: Any = CountryField(_("country"), default="FI")
    level_of_government = models.CharField(_("level of government"), max_length=10, choices=Level, blank=True)
    terms = models.ManyToManyField(Term, through="CaseTerm", related_name="cases", blank=True)
    novelty = models.CharField(_("novelty"), max_length=10, choices=Novelty, blank=True)
    phase = models.CharField(_("phase"), max_length=16, choices=Phase, blank=True)
    life_cycle = models.CharField(_("life cycle"), max_length=12, choices=LifeCycle, blank=True)
    started_year = models.PositiveSmallIntegerField(
        _("started"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )
    ended_year = models.PositiveSmallIntegerField(
        _("ended"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )
    website = models.URLField(_("website"), max_length=500, blank=True)

    contact_role = models.CharField(_("contact: unit or role"), max_length=160, blank=True)
    contact_email = models.EmailField(_("contact: e-mail"), blank=True)
    contact_phone = models.CharField(_("contact: telephone"), max_length=40, blank=True)
    contact_name = models.CharField(_("contact: person"), max_length=120, blank=True)
    contact_name_until = models.DateField(_("contact: the person is shown until"), null=True, blank=True)

    source = models.ForeignKey(
        ImportSource,
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        related_name="cases",
        null=True,
        blank=True,
    )
    external_id = models.CharField(_("identifier in the source"), max_length=120, blank=True)
    is_example = models.BooleanField(_("invented example"), default=False)

    submitter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitter"),
        on_delete=models.SET_NULL,
        related_name="cases",
        null=True,
        blank=True,
    )
    published_revision = models.ForeignKey(
        "CaseRevision",
        verbose_name=_("published revision"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    published_at = models.DateTimeField(_("first published"), null=True, blank=True)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now)
    featured_at = models.DateTimeField(_("featured since"), null=True, blank=True)
    # Organisations with a confirmed adoption; kept by the actions so that lists need no count per row.
    adopter_count = models.PositiveIntegerField(_("organisations that adopted it"), default=0)

    objects = queries.CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("innovation")
        verbose_name_plural = _("innovations")
        ordering = ["-published_at", "-pk"]
        permissions = [("review_case", _("Can review, publish and archive innovations"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["unpublished", "published", "archived", "withdrawn"]),
                name="case_state_known",
            ),
            models.CheckConstraint(
                condition=Q(original_language__in=Language.values), name="case_language_known"
            ),
            models.CheckConstraint(
                condition=Q(level_of_government__in=["", *Level.values]), name="case_level_known"
            ),
            models.CheckConstraint(condition=Q(novelty__in=["", *Novelty.values]), name="case_novelty_known"),
            models.CheckConstraint(condition=Q(phase__in=["", *Phase.values]), name="case_phase_known"),
            models.CheckConstraint(
                condition=Q(life_cycle__in=["", *LifeCycle.values]), name="case_life_cycle_known"
            ),
            models.CheckConstraint(
                condition=Q(started_year__isnull=True) | Q(started_year__range=(FIRST_YEAR, LAST_YEAR)),
                name="case_started_year_in_range",
            ),
            models.CheckConstraint(
                condition=Q(ended_year__isnull=True) | Q(ended_year__range=(FIRST_YEAR, LAST_YEAR)),
                name="case_ended_year_in_range",
            ),
            models.CheckConstraint(
                condition=Q(ended_year__isnull=True)
                | Q(started_year__isnull=True)
                | Q(ended_year__gte=F("started_year")),
                name="case_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(owner__isnull=False, published_revision__isnull=False, published_at__isnull=False),
                name="case_published_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="archived") | Q(published_at__isnull=False),
                name="case_archived_was_published",
            ),
            models.CheckConstraint(
                condition=~Q(state="unpublished")
                | Q(published_at__isnull=True, published_revision__isnull=True),
                name="case_unpublished_never_published",
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=True, external_id="")
                | (Q(source__isnull=False) & ~Q(external_id="")),
                name="case_source_and_external_id_together",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=Q(source__isnull=False),
                name="case_unique_in_source",
            ),
            models.CheckConstraint(
                condition=Q(contact_name="", contact_name_until__isnull=True)
                | (~Q(contact_name="") & Q(contact_name_until__isnull=False)),
                name="case_named_contact_expires",
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="case_newest"),
            models.Index(fields=["owner", "state"], name="case_owner_state"),
        ]

    def __str__(self) -> str:
        text = self.text
        return text.title if text else _("Innovation %(number)s") % {"number": self.pk}

    def get_absolute_url(self) -> str:
        return reverse("cases:detail", kwargs={"pk": self.pk, "slug": self.text.slug if self.text else "-"})

    @property
    def is_public(self) -> bool:
        """The rule of :meth:`CaseQuerySet.public`, for one case."""
        return self.state == self.State.PUBLISHED

    @property
    def is_gone(self) -> bool:
        """Was public once and is no more: its address answers 410 with an explanation."""
        return self.published_at is not None and not self.is_public

    def is_visible_to(self, user: User) -> bool:
        """The rule of :meth:`CaseQuerySet.visible_to`, for one case."""
        return self.is_public or self.is_edited_by(user) or queries.may_review(user)

    def is_edited_by(self, user: User) -> bool:
        """The rule of :meth:`CaseQuerySet.edited_by`, for one case."""
        return bool(user.is_authenticated and self.submitter_id is not None and self.submitter_id == user.pk)

    def text_in(self, language: str | None) -> CaseText | None:
        """The text in ``language``, else in the original language, else any; None without texts."""
        texts = {text.language: text for text in self.texts.all()}
        return (
            texts.get(language or self.original_language)
            or texts.get(self.original_language)
            or next(iter(texts.values()), None)
        )

    @cached_property
    def text(self) -> CaseText | None:
        """The text to show on a page in the active language."""
        return self.text_in(get_language())

    def terms_of(self, vocabulary: Vocabulary | str) -> list[Term]:
        """The case's terms of one vocabulary; makes no query where ``terms`` is prefetched."""
        return [term for term in self.terms.all() if term.vocabulary == vocabulary]

    @property
    def opsi_address(self) -> str:
        """Where OPSI's case library shows it; "" when it does not."""
        handover: Handover | None = getattr(self, "handover", None)
        return handover.url if handover else ""

    @property
    def principles(self) -> list[Term]:
        return self.terms_of(Vocabulary.PRINCIPLE)

    @property
    def themes(self) -> list[Term]:
        return self.terms_of(Vocabulary.THEME)


class CasePartner(models.Model):  # noqa: DJ008 (never shown)
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "organisation"], name="casepartner_unique"),
        ]


class CaseTerm(models.Model):  # noqa: DJ008 (never shown)
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    term = models.ForeignKey(Term, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "term"], name="caseterm_unique")]


class CaseText(models.Model):
    """The public texts of a case in one language."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=2, choices=Language)
    slug = models.SlugField(_("slug"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    problem = models.TextField(_("problem"), blank=True)
    solution = models.TextField(_("solution"), blank=True)
    newness = models.TextField(_("what is new"), blank=True)
    users = models.TextField(_("users and stakeholders"), blank=True)
    partnerships = models.TextField(_("partnerships"), blank=True)
    results = models.TextField(_("results"), blank=True)
    challenges = models.TextField(_("challenges and failures"), blank=True)
    conditions = models.TextField(_("conditions for success"), blank=True)
    lessons = models.TextField(_("lessons"), blank=True)
    replication = models.TextField(_("replication"), blank=True)
    discontinued_reason = models.TextField(_("why it was discontinued"), blank=True)

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        ordering = ["case", "language"]
        constraints = [
            models.UniqueConstraint(fields=["case", "language"], name="casetext_unique_language"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="casetext_language_known"),
            models.CheckConstraint(condition=~Q(title=""), name="casetext_title_not_empty"),
            models.CheckConstraint(condition=~Q(slug=""), name="casetext_slug_not_empty"),
        ]

    def __str__(self) -> str:
        return self.title


class Evidence(models.Model):
    """One effect in numbers, with how it is known."""

    class Kind(models.TextChoices):
        HOURS_SAVED = "hours_saved", _("Working hours saved a year")
        EUROS_SAVED = "euros_saved", _("Euros saved a year")
        ONE_OFF_COST = "one_off_cost", _("One-off cost")
        THROUGHPUT_TIME = "throughput_time", _("Throughput time")
        SATISFACTION = "satisfaction", _("Satisfaction of customers or staff")
        OTHER = "other", _("Other effect")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind of effect"), max_length=16, choices=Kind)
    label = models.JSONField(_("what was counted"), default=dict, blank=True)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=40)
    period = models.CharField(_("period"), max_length=60, blank=True)
    baseline = models.CharField(_("baseline"), max_length=200, blank=True)
    established = models.CharField(_("how it is known"), max_length=10, choices=Established)
    respondents = models.PositiveIntegerField(_("number of respondents"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["case", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "hours_saved",
                        "euros_saved",
                        "one_off_cost",
                        "throughput_time",
                        "satisfaction",
                        "other",
                    ]
                ),
                name="evidence_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(established__in=Established.values), name="evidence_established"
            ),
            models.CheckConstraint(condition=~Q(unit=""), name="evidence_unit_told"),
            # A figure without a source may be somebody's estimate, never a measurement.
            models.CheckConstraint(
                condition=Q(established="estimated") | ~Q(source=""), name="evidence_measured_has_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value} {self.unit}"

    @property
    def display_value(self) -> str:
        """Value and unit as written in the active language, such as “3 200 h” or “−21 pv”."""
        number = self.value.normalize()
        written = number_format(f"{abs(number):f}", use_l10n=True, force_grouping=True)
        unit = UNITS.get(self.unit, self.unit)
        return with_unit(f"{'−' if number < 0 else ''}{written}", str(unit))

    @property
    def tone(self) -> str:
        """Tone of the component: what is only estimated, and what it cost, are quiet."""
        is_quiet = self.established == Established.ESTIMATED or self.kind == self.Kind.ONE_OFF_COST
        return "quiet" if is_quiet else "green"

    def label_in(self, language: str | None) -> str:
        """What was counted, in ``language`` if told in it, else in any; the kind's name when not told."""
        return (
            self.label.get(language) or next(filter(None, self.label.values()), "") or self.get_kind_display()
        )


class Adoption(models.Model):
    """Another organisation took the innovation up."""

    class Mode(models.TextChoices):
        COPY = "copy", _("Copied almost as it was")
        ADAPTED = "adapted", _("Adapted")
        INSPIRED = "inspired", _("Was inspired by it")

    class State(models.TextChoices):
        REPORTED = "reported", _("Reported")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")

        @property
        def tone(self) -> str:
            return {"reported": "amber", "confirmed": "green", "declined": "quiet"}[self]

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="adoptions")
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="adoptions",
    )
    mode = models.CharField(_("how it was taken up"), max_length=10, choices=Mode)
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )
    result = models.TextField(_("result"), max_length=1000, blank=True)
    follows = models.ForeignKey(
        "self",
        verbose_name=_("learnt from"),
        on_delete=models.SET_NULL,
        related_name="followers",
        null=True,
        blank=True,
        help_text=_("The adoption from which this one took it; empty when from the owner."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REPORTED)
    told_by_owner = models.BooleanField(
        _("told by the owner"),
        default=False,
        help_text=_("Came with the owner’s own reviewed text, not as a report of its own."),
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reported by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    reported_at = models.DateTimeField(_("reported at"), default=timezone.now)

    objects = queries.AdoptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        ordering = ["case", "year", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=["copy", "adapted", "inspired"]), name="adoption_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reported", "confirmed", "declined"]), name="adoption_state_known"
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                name="adoption_year_in_range",
            ),
            models.CheckConstraint(
                condition=Q(follows__isnull=True) | ~Q(follows=F("id")), name="adoption_not_after_itself"
            ),
            models.UniqueConstraint(
                fields=["case", "organisation"],
                condition=~Q(state="declined"),
                name="adoption_once_per_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_mode_display()}"


class Upload(models.Model):
    """A file of a case, re-encoded or kept for download only. Public when a public material shows it."""

    class Kind(models.TextChoices):
        IMAGE = "image", _("Image")
        ATTACHMENT = "attachment", _("Attachment")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="uploads")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    file = models.FileField(_("file"), upload_to="cases/%Y/%m/")
    name = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = queries.UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["image", "attachment"]), name="upload_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="image") | Q(width__isnull=False, height__isnull=False),
                name="upload_image_has_size",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cases:upload", kwargs={"pk": self.pk, "name": self.name})


class Material(models.Model):
    """A link, an image or an attachment shown with a public case."""

    class Kind(models.TextChoices):
        LINK = "link", _("Link")
        IMAGE = "image", _("Image")
        ATTACHMENT = "attachment", _("Attachment")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="materials")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    url = models.URLField(_("address"), max_length=500, blank=True)
    upload = models.ForeignKey(
        Upload, on_delete=models.PROTECT, related_name="materials", null=True, blank=True
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    alt = models.JSONField(_("alternative text"), default=dict, blank=True)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["case", "position"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="link", upload__isnull=True) & ~Q(url=""))
                | Q(kind__in=["image", "attachment"], upload__isnull=False, url=""),
                name="material_link_or_file",
            ),
            models.CheckConstraint(condition=~Q(kind="image") | ~Q(alt={}), name="material_image_has_alt"),
            models.CheckConstraint(condition=Q(kind="image") | ~Q(title=""), name="material_has_title"),
        ]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def shown_alt(self) -> str:
        """The alternative text in the active language if told in it, else in any."""
        return self.alt.get(get_language()) or next(filter(None, self.alt.values()), "")


class CaseRevision(models.Model):
    """What people edit: the whole content of a case, in the shape of ``cases/content.py``."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        IN_REVIEW = "in_review", _("In review")
        RETURNED = "returned", _("Returned for changes")
        REJECTED = "rejected", _("Rejected")
        PUBLISHED = "published", _("Published")
        DISCARDED = "discarded", _("Discarded")

        @property
        def tone(self) -> str:
            return {
                "draft": "quiet",
                "submitted": "blue",
                "in_review": "blue",
                "returned": "amber",
                "rejected": "amber",
                "published": "green",
                "discarded": "quiet",
            }[self]

    OPEN = (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.RETURNED)
    QUEUE = (State.SUBMITTED, State.IN_REVIEW)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    content = models.JSONField(_("content"), default=dict)
    # Raised by every save; whoever acts says which version they saw.
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    saved_at = models.DateTimeField(_("saved at"), default=timezone.now)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    # The row of another register that told the content, as it came: column → cell; of imports alone.
    source_row = models.JSONField(null=True, blank=True, editable=False)
    # Acceptance criteria that the reviewer ticked: codes of cases/workflow.py.
    criteria = models.JSONField(_("acceptance criteria met"), default=list, blank=True)

    objects = queries.RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("review queue")
        ordering = ["case", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="revision_unique_number"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=["draft", "submitted", "in_review", "returned"]),
                name="revision_one_open_per_case",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "submitted",
                        "in_review",
                        "returned",
                        "rejected",
                        "published",
                        "discarded",
                    ]
                ),
                name="revision_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "in_review", "rejected", "published"])
                | Q(submitted_at__isnull=False),
                name="revision_reviewed_was_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "published"]) | Q(decided_at__isnull=False),
                name="revision_decided_has_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="revision_queue")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def title(self) -> str:
        """The title in the original language, else in any; a neutral name for an empty draft."""
        texts = self.content.get("texts", {})
        original = texts.get(self.content.get("original_language"), {})
        return (
            original.get("title")
            or next((text["title"] for text in texts.values() if text.get("title")), "")
            or str(_("Untitled draft"))
        )

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class CaseEvent(models.Model):
    """One act on a case: who did what, when, and what was said. Never changed afterwards."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    revision = models.ForeignKey(
        CaseRevision, on_delete=models.CASCADE, related_name="events", null=True, blank=True
    )
    act = models.CharField(_("act"), max_length=40)
    from_state = models.CharField(_("from"), max_length=12, blank=True)
    to_state = models.CharField(_("to"), max_length=12, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    message = models.TextField(_("message to the submitter"), blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["case", "-at", "-pk"]
        indexes = [models.Index(fields=["case", "-at"], name="caseevent_of_case")]

    def __str__(self) -> str:
        return self.get_act_display()

    def get_act_display(self) -> str:
        from .workflow import act_label

        return str(act_label(self.act))


class Handover(models.Model):
    """How far a case is on its way to OPSI's case library. Who did what and when is in its events."""

    class State(models.TextChoices):
        NOT_OFFERED = "not_offered", pgettext_lazy("OPSI", "Not offered")
        OFFERED = "offered", pgettext_lazy("OPSI", "Offered, waits to be sent")
        SENT = "sent", pgettext_lazy("OPSI", "Sent")
        PUBLISHED = "published", pgettext_lazy("OPSI", "Published by OPSI")

        @property
        def tone(self) -> str:
            return {"not_offered": "quiet", "offered": "amber", "sent": "blue", "published": "green"}[self]

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="handover")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.NOT_OFFERED)
    since = models.DateTimeField(_("since"), default=timezone.now)
    url = models.URLField(_("address in OPSI’s case library"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("handing over to OPSI")
        verbose_name_plural = _("handing over to OPSI")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["not_offered", "offered", "sent", "published"]),
                name="handover_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="published") & ~Q(url="") | ~Q(state="published") & Q(url=""),
                name="handover_address_when_published",
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="handover_address_is_of_the_web",
            ),
        ]
        indexes = [models.Index(fields=["state", "since"], name="handover_queue")]

    def __str__(self) -> str:
        return str(self.case)

    @classmethod
    def of(cls, case: Case) -> Handover:
        """The case's row; one that is not saved for a case that was never offered."""
        return getattr(case, "handover", None) or cls(case=case)


class OpsiCandidate(Case):
    """A case as the list of handing over to OPSI shows it."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("innovation for OPSI")
        verbose_name_plural = _("handing over to OPSI")


class SearchEntry(models.Model):
    """Analysed words of a public case in one language; there is none for what is not public."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=2, choices=Language)
    title = models.TextField()
    summary = models.TextField()
    body = models.TextField()
    # Name and version of the analyser: words of another one cannot be compared.
    analyser = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "language"], name="searchentry_unique")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.language}"


class PublicVersion(models.Model):
    """The one row whose number rises whenever what the public sees has changed."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="publicversion_single_row")]

    def __str__(self) -> str:
        return str(self.number)
