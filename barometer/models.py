"""What an innovation barometer is: editions, questions that run across them, and figures.

A :class:`Survey` is one edition in one country and sector. A :class:`Question` runs across editions; what an
edition asked, of whom and in which words, is a :class:`SurveyQuestion`. A :class:`Figure` is one number.
``barometer/actions.py`` alone writes figures and moves a survey between states.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import get_language, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from . import queries

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# No figure whose base is smaller is shown.
SMALLEST_BASE = 5


class Sector(models.TextChoices):
    """Which part of the public sector an edition covers."""

    ALL = "all", _("Whole public sector")
    STATE = "state", _("State administration")
    REGIONAL = "regional", _("Regional administration")
    MUNICIPAL = "municipal", _("Municipalities")


class UnitAsked(models.TextChoices):
    """What one answer stands for. Shares of different units cannot be compared as such."""

    ORGANISATION = "organisation", _("Organisation")
    WORKPLACE = "workplace", _("Workplace")
    UNIT = "unit", _("Unit within an organisation")
    MUNICIPALITY = "municipality", _("Municipality or joint authority")
    LEADER = "leader", _("Leader")


class Design(models.TextChoices):
    """Whether all were asked, or a random sample; only samples have intervals."""

    CENSUS = "census", _("All were asked")
    SAMPLE = "sample", _("A random sample was asked")
    UNKNOWN = "unknown", _("Not known")


# The checker cannot follow managers whose querysets look back at these models.
class Source(models.Model):  # type: ignore[django-manager-missing]
    """Where figures come from: a publication, a page, or the project's own computation."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200)
    url = models.URLField(_("address"), max_length=500, blank=True)
    published = models.CharField(
        _("published"), max_length=40, blank=True, help_text=_("A day, a month or a year, as far as known.")
    )

    class Meta:
        verbose_name = _("source of figures")
        verbose_name_plural = _("sources of figures")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=~Q(key="") & ~Q(title=""), name="source_key_and_title_told")
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}" if self.publisher else self.title


class Survey(models.Model):  # type: ignore[django-manager-missing]
    """One edition of a barometer in one country and sector."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", pgettext_lazy("survey", "Published")
        WITHDRAWN = "withdrawn", pgettext_lazy("survey", "Withdrawn")

        @property
        def tone(self) -> str:
            return {"draft": "quiet", "published": "green", "withdrawn": "amber"}[self.value]

    # Identity; the key is in addresses and never changes once published.
    key = models.SlugField(_("key"), max_length=60, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    name = models.CharField(_("name"), max_length=200)
    country: Any = CountryField(_("country"), default="FI")
    sector = models.CharField(_("sector"), max_length=12, choices=Sector)
    year = models.PositiveSmallIntegerField(
        _("year"),
        validators=[MinValueValidator(1990), MaxValueValidator(2100)],
        help_text=_("By which editions of one country are put in order, and called in charts."),
    )

    # Who was asked, of what time
    period = models.CharField(
        _("reference period"),
        max_length=120,
        blank=True,
        help_text=_("The time that answers are about, as shown: “2020–2021”."),
    )
    period_years = models.DecimalField(
        _("length of the period in years"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.1"))],
        help_text=_("Shares of periods of different lengths are marked as not comparable."),
    )
    fieldwork = models.CharField(_("when it was asked"), max_length=120, blank=True)
    unit_asked = models.CharField(_("unit asked"), max_length=12, choices=UnitAsked, blank=True)
    who_asked = models.TextField(_("who was asked"), blank=True)
    design = models.CharField(_("design"), max_length=8, choices=Design, default=Design.UNKNOWN)
    invited = models.PositiveIntegerField(_("invited"), null=True, blank=True)
    answered = models.PositiveIntegerField(_("answered"), null=True, blank=True)
    respondents = models.PositiveIntegerField(
        _("persons who answered"),
        null=True,
        blank=True,
        help_text=_("When several persons could answer for one unit."),
    )
    response_rate = models.DecimalField(
        _("response rate, %"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    # What a reader has to know
    findings = models.TextField(
        _("key findings"),
        blank=True,
        help_text=_("In words; Markdown. No percentage that is not among the figures."),
    )
    method = models.TextField(_("method"), blank=True, help_text=_("Markdown."))
    weighting = models.TextField(_("weighting"), blank=True)
    caveat = models.TextField(
        _("caveat"), blank=True, help_text=_("What the figures do not allow to be said. Shown beside them.")
    )
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    source = models.ForeignKey(
        Source,
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        related_name="surveys",
        null=True,
        blank=True,
    )
    questions: Any = models.ManyToManyField(
        "Question", through="SurveyQuestion", related_name="surveys", blank=True
    )

    published_at = models.DateTimeField(_("first published"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("figures changed"), default=timezone.now, editable=False)
    # Raised by every action; who changes a survey tells which version was read.
    version = models.PositiveIntegerField(default=0, editable=False)

    objects: Any = queries.SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of the barometer")
        verbose_name_plural = _("editions of the barometer")
        ordering = ["country", "sector", "-year", "key"]
        permissions = [("edit_barometer", "Can edit and publish the barometer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "withdrawn"]), name="survey_state_known"
            ),
            models.CheckConstraint(condition=Q(sector__in=Sector.values), name="survey_sector_known"),
            models.CheckConstraint(
                condition=Q(unit_asked="") | Q(unit_asked__in=UnitAsked.values), name="survey_unit_known"
            ),
            models.CheckConstraint(condition=Q(design__in=Design.values), name="survey_design_known"),
            models.CheckConstraint(
                condition=Q(answered__isnull=True) | Q(invited__isnull=True) | Q(answered__lte=F("invited")),
                name="survey_answers_among_invited",
            ),
            models.CheckConstraint(
                condition=Q(response_rate__isnull=True) | Q(response_rate__gte=0) & Q(response_rate__lte=100),
                name="survey_response_rate_is_share",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | (
                    Q(source__isnull=False)
                    & ~Q(unit_asked="")
                    & ~Q(period_fi="")
                    & ~Q(period_sv="")
                    & ~Q(period_en="")
                    & ~Q(caveat_fi="")
                    & ~Q(caveat_sv="")
                    & ~Q(caveat_en="")
                    & Q(published_at__isnull=False)
                ),
                name="survey_published_with_what_readers_need",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("barometer:survey", args=[self.key])

    def clean(self) -> None:
        """No address under the edition's may be another page's, in any language, as "charts" would be."""
        if not self.key:
            return
        for language, _name in settings.LANGUAGES:
            with override(language):
                for name, arguments in (("survey", [self.key]), ("asked", [self.key, "any-question"])):
                    path = reverse(f"barometer:{name}", args=arguments)
                    if resolve(path).view_name != f"barometer:{name}":
                        raise ValidationError(
                            {"key": _("Another page has this address. Choose another key.")}
                        )

    @property
    def is_public(self) -> bool:
        return self.state == self.State.PUBLISHED

    def is_visible_to(self, user: User | AnonymousUser) -> bool:
        """The rule of ``queries.SurveyQuerySet.visible_to`` for one survey."""
        return self.is_public or queries.may_edit(user)

    @property
    def why_withdrawn(self) -> str:
        """What readers were told when it was taken away, in the page's language; one query."""
        event = self.events.filter(act="withdraw").first()
        return str(event.note.get(get_language(), "")) if event else ""

    @property
    def response_percent(self) -> Decimal | None:
        """The response rate in per cent: as told, or reckoned to one decimal; None when not known."""
        if self.response_rate is not None:
            return self.response_rate
        if self.invited and self.answered is not None:
            return (Decimal(100) * self.answered / self.invited).quantize(Decimal("0.1"))
        return None


class Question(models.Model):  # type: ignore[django-manager-missing]
    """A question that runs across editions: one of the Copenhagen Manual's, or an edition's own."""

    class Kind(models.TextChoices):
        """How it is answered; it says which sums are possible."""

        SINGLE = "single", _("One answer")
        MULTI = "multi", _("Several answers")
        SCALE = "scale", _("A scale, one answer")
        FACTOR = "factor", _("Factors that promote and hinder")
        TEXT = "text", _("Own words")

    key = models.SlugField(_("key"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    title = models.CharField(_("subject"), max_length=160, help_text=_("The title of its charts."))
    wording = models.TextField(
        _("wording"), help_text=_("In our own words; an edition may have asked in others.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    in_bank = models.BooleanField(
        _("in the question bank"), default=False, help_text=_("A new edition begins with these questions.")
    )
    most_answers = models.PositiveSmallIntegerField(
        _("most answers"),
        null=True,
        blank=True,
        help_text=_("When one may choose several, but not all."),
    )

    objects = queries.QuestionQuerySet.as_manager()  # type: ignore[django-manager-missing]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["single", "multi", "scale", "factor", "text"]),
                name="question_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("barometer:question", args=[self.key])

    @property
    def sums_to_all(self) -> bool:
        """Whether the shares of one group's options make 100 % together."""
        return self.kind in (self.Kind.SINGLE, self.Kind.SCALE)


class Factor(models.Model):  # type: ignore[django-manager-missing]
    """Something that sets innovation going, promotes it or holds it back; the same thing can do all three."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("factor")
        verbose_name_plural = _("factors")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.name


class Option(models.Model):  # type: ignore[django-manager-missing]
    """One answer that can be given to a question.

    An option of a ``FACTOR`` question is a factor with a direction and a degree. An option of another
    question may name the factor that it is about, as a motive does.
    """

    class Direction(models.TextChoices):
        PROMOTES = "promotes", _("Promoted")
        HINDERS = "hinders", _("Hindered")
        NEITHER = "neither", _("Neither")

    class Degree(models.TextChoices):
        ANY = "any", _("to any degree")
        HIGH = "high", _("to a high degree")
        SOME = "some", _("to some degree")

    class Role(models.TextChoices):
        """What an answer is that says nothing of the matter; such shares stand apart."""

        ANSWER = "answer", _("Answer")
        DONT_KNOW = "dont_know", _("Don’t know")
        NOT_RELEVANT = "not_relevant", _("Not relevant")
        NONE = "none", _("None of these")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    code = models.SlugField(_("code"), max_length=80)
    label = models.CharField(_("label"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.ANSWER)
    factor = models.ForeignKey(
        Factor,
        verbose_name=_("factor"),
        on_delete=models.PROTECT,
        related_name="options",
        null=True,
        blank=True,
    )
    direction = models.CharField(_("direction"), max_length=8, choices=Direction, blank=True)
    degree = models.CharField(_("degree"), max_length=4, choices=Degree, blank=True)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["question", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["question", "code"], name="option_unique_code"),
            models.CheckConstraint(
                condition=Q(role__in=["answer", "dont_know", "not_relevant", "none"]),
                name="option_role_known",
            ),
            models.CheckConstraint(
                condition=Q(direction="", degree="")
                | Q(
                    factor__isnull=False,
                    direction__in=["promotes", "hinders"],
                    degree__in=["any", "high", "some"],
                )
                | Q(factor__isnull=False, direction="neither", degree=""),
                name="option_direction_of_factor",
            ),
            models.UniqueConstraint(
                fields=["question", "factor", "direction", "degree"],
                condition=~Q(direction=""),
                name="option_unique_factor_direction_degree",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Dimension(models.Model):  # type: ignore[django-manager-missing]
    """What figures are broken down by: sector, size, region. Its groups do not overlap."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("breakdown")
        verbose_name_plural = _("breakdowns")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.name


class Group(models.Model):  # type: ignore[django-manager-missing]
    """One group of a breakdown."""

    dimension = models.ForeignKey(Dimension, on_delete=models.CASCADE, related_name="groups")
    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=160)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["dimension", "order", "key"]
        constraints = [models.UniqueConstraint(fields=["dimension", "key"], name="group_unique_key")]

    def __str__(self) -> str:
        return self.name


class SurveyQuestion(models.Model):  # type: ignore[django-manager-missing]
    """A question as one edition asked it."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="asked")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="asked")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    wording = models.TextField(
        _("wording"), blank=True, help_text=_("As this edition asked; empty when it is the question’s own.")
    )
    is_verbatim = models.BooleanField(
        _("word for word"),
        default=False,
        help_text=_("The wording is the questionnaire’s own. Otherwise the page says that it is ours."),
    )
    asked_of = models.CharField(
        _("asked of"),
        max_length=200,
        blank=True,
        help_text=_("When not everybody was asked: “Those with at least one innovation”."),
    )
    note = models.TextField(_("note"), blank=True, help_text=_("Shown under its charts."))

    class Meta:
        verbose_name = _("question of an edition")
        verbose_name_plural = _("questions of an edition")
        ordering = ["survey", "order", "question__order", "question__key"]
        constraints = [models.UniqueConstraint(fields=["survey", "question"], name="surveyquestion_unique")]

    def __str__(self) -> str:
        return f"{self.survey}: {self.question}"

    @property
    def words(self) -> str:
        """The question as asked, as far as it is known."""
        return self.wording or self.question.wording


class Figure(models.Model):
    """One number: which share of a group gave an answer.

    ``share`` is in per cent, of the group's weighted answers where the survey is weighted, and None when it
    is not known. ``base`` is the number of answers behind it, unweighted; None when the source does not tell.
    """

    class Precision(models.TextChoices):
        """What the source says of the number; ``words`` hold how it says it."""

        EXACT = "exact", _("As counted")
        ROUNDED = "rounded", _("Rounded to a whole number")
        ABOUT = "about", _("About")
        OVER = "over", _("More than")
        UNDER = "under", _("Less than")
        WORDED = "worded", _("Told in words")

    class Suppression(models.TextChoices):
        """Why a figure is not shown."""

        NONE = "", _("Shown")
        SMALL = "small", _("Too few answers")
        COMPLEMENTARY = "complementary", _("Would tell another that is not shown")
        BY_EDITOR = "by_editor", _("Kept back by the editor")

    asked = models.ForeignKey(SurveyQuestion, on_delete=models.CASCADE, related_name="figures")
    option = models.ForeignKey(Option, on_delete=models.PROTECT, related_name="figures")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="figures", null=True, blank=True)
    share = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    unweighted_share = models.DecimalField(
        _("unweighted share, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    base = models.PositiveIntegerField(_("answers behind it"), null=True, blank=True)
    low = models.DecimalField(_("lower limit, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(_("upper limit, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    precision = models.CharField(_("precision"), max_length=8, choices=Precision, default=Precision.ROUNDED)
    words = models.CharField(
        _("in the source’s words"), max_length=80, blank=True, help_text=_("“Four of five”.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    source = models.ForeignKey(
        Source,
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        related_name="figures",
        null=True,
        blank=True,
        help_text=_("When it is another than the edition’s."),
    )
    is_verified = models.BooleanField(
        _("seen in the source"), default=False, help_text=_("A figure that is not is never shown.")
    )
    suppression = models.CharField(
        _("suppression"), max_length=13, choices=Suppression, blank=True, default=Suppression.NONE
    )

    objects = queries.FigureQuerySet.as_manager()  # type: ignore[django-manager-missing]

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["asked", "group", "option"]
        constraints = [
            models.UniqueConstraint(
                fields=["asked", "option", "group"],
                condition=Q(group__isnull=False),
                name="figure_one_for_option_and_group",
            ),
            models.UniqueConstraint(
                fields=["asked", "option"],
                condition=Q(group__isnull=True),
                name="figure_one_for_option_in_total",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True})
                    | Q(**{f"{name}__gte": 0}) & Q(**{f"{name}__lte": 100}),
                    name=f"figure_{name}_is_share",
                )
                for name in ("share", "unweighted_share", "low", "high")
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True, high__isnull=True)
                | Q(low__lte=F("share"), high__gte=F("share")),
                name="figure_between_its_limits",
            ),
            models.CheckConstraint(
                condition=Q(base__isnull=True) | Q(base__gte=0), name="figure_base_is_count"
            ),
            models.CheckConstraint(
                condition=~Q(suppression="") | Q(base__isnull=True) | Q(base__gte=SMALLEST_BASE),
                name="figure_of_few_not_shown",
            ),
            models.CheckConstraint(
                condition=Q(precision__in=["exact", "rounded", "about", "over", "under", "worded"]),
                name="figure_precision_known",
            ),
            models.CheckConstraint(
                condition=Q(suppression__in=["", "small", "complementary", "by_editor"]),
                name="figure_suppression_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option}: {self.share} %"


class OwnWords(models.Model):
    """An answer in own words. Nothing ties it to who gave it or to another answer; only editors read it."""

    asked = models.ForeignKey(SurveyQuestion, on_delete=models.CASCADE, related_name="own_words")
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("answer in own words")
        verbose_name_plural = _("answers in own words")
        # By the text itself: the order of the rows would follow that of the respondents.
        ordering = ["asked", "text"]

    def __str__(self) -> str:
        return self.text


class SurveyEvent(models.Model):
    """One act on a survey: who did what, when, and what was said. Never changed afterwards."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="events")
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
    # Of a correction of what was public already, in each language; readers see it.
    note = models.JSONField(_("public note"), default=dict, blank=True)
    # Figures before and after: [{"question", "option", "group", "before": {…}, "after": {…}}].
    changes = models.JSONField(_("changes"), default=list, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["survey", "-at", "-pk"]
        indexes = [models.Index(fields=["survey", "-at"], name="surveyevent_of_survey")]

    def __str__(self) -> str:
        return self.get_act_display()

    def get_act_display(self) -> str:
        from .workflow import act_label

        return str(act_label(self.act))


class SelfTest(models.Model):
    """A test of one's own organisation that somebody asked to be kept: answers, no name, no person.

    Its address is a secret that only a hash of is kept, so that nobody who reads the table can open it.
    ``barometer/kept_tests.py`` alone makes and reads them.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    # Codes chosen, by the names of barometer/self_test.py.
    answers = models.JSONField(_("answers"))
    # Keys of the editions that they are compared with.
    editions = models.JSONField(_("editions compared with"), default=list, blank=True)
    created_at = models.DateTimeField(_("kept since"), default=timezone.now)
    expires_at = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        verbose_name = _("kept test")
        verbose_name_plural = _("kept tests")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="selftest_expires_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(token_hash=""), name="selftest_has_token"),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
