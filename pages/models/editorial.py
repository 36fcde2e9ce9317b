"""Editorial pages: a tree of pages whose text staff write, preview and publish.

A :class:`Page` is its place in the tree and what the public sees. People edit a :class:`PageRevision`, and
what is published is exactly the revision that was looked at. Only ``pages/editorial/actions.py`` writes them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pages import queries


class Page(models.Model):  # type: ignore[django-manager-missing]
    """One page, in its place in the tree."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("page", "Not published")
        PUBLISHED = "published", pgettext_lazy("page", "Published")
        WITHDRAWN = "withdrawn", pgettext_lazy("page", "Withdrawn")

        @property
        def tone(self) -> str:
            return {"published": "green", "withdrawn": "amber"}.get(self.value, "quiet")

    class Menu(models.TextChoices):
        NONE = "none", pgettext_lazy("menu", "In no menu")
        FOOTER = "footer", pgettext_lazy("menu", "At the foot of every page")
        HEADER = "header", pgettext_lazy("menu", "At the head and at the foot of every page")

    class Companion(models.TextChoices):
        """What the site shows beneath the text, always as it is now."""

        NONE = "none", pgettext_lazy("companion", "Nothing")
        PRINCIPLES = "principles", _("The five principles and how many innovations show each")
        BAROMETER = "barometer", _("The barometer’s chart and editions")
        NETWORK = "network", _("The network’s next events and how to join")
        ANALYSES = "analyses", _("The potential analyses among the resources")
        CONTACTS = "contacts", _("Contacts of the responsible unit")
        PRODUCTIVITY = "productivity", _("What innovations have saved, and the potential analyses")
        OPEN_DATA = "open_data", _("Everything that can be downloaded")

    # By this the site's own code and data know the page; it is in no address.
    key = models.SlugField(_("key"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("under the page"),
        on_delete=models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    menu = models.CharField(_("menu"), max_length=8, choices=Menu, default=Menu.NONE)
    companion = models.CharField(
        _("shown beneath the text"), max_length=12, choices=Companion, default=Companion.NONE
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    published_revision = models.ForeignKey(
        "PageRevision", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    published_at = models.DateTimeField(_("first published"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    # Raised by every action: who changes a row tells which version was read.
    version = models.PositiveIntegerField(default=0, editable=False)
    # The version that the site's own data made it; with another one, somebody has acted on it since.
    loaded_version = models.PositiveIntegerField(null=True, editable=False)

    objects = queries.PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["order", "key"]
        permissions = [("edit_pages", "Can edit and publish pages")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "withdrawn"]), name="page_state_known"
            ),
            models.CheckConstraint(
                condition=Q(menu__in=["none", "footer", "header"]), name="page_menu_known"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_revision__isnull=True, published_at__isnull=True)
                | Q(
                    state__in=["published", "withdrawn"],
                    published_revision__isnull=False,
                    published_at__isnull=False,
                ),
                name="page_published_with_revision",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="page_not_under_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.key

    @property
    def title(self) -> str:
        """The published title, else that of the draft; "" while there is neither.

        Reads ``published_revision.texts``, or ``revisions`` and their texts: prefetch what is listed.
        """
        text = self.text
        return text.title if text else ""

    @property
    def text(self) -> PageText | None:
        """The text that readers of the active language get; an unpublished page's newest one."""
        revision = self.published_revision or max(
            self.revisions.all(), key=lambda one: one.number, default=None
        )
        return revision.text(get_language() or settings.LANGUAGE_CODE) if revision else None

    @property
    def draft(self) -> PageRevision | None:
        """What waits to be published. Reads ``revisions``: prefetch what is listed."""
        drafts = (one for one in self.revisions.all() if one.state == PageRevision.State.DRAFT)
        return next(drafts, None)

    def slug(self, language: str) -> str:
        """The page's present slug in a language; "" before it has one."""
        addresses = (one for one in self.addresses.all() if one.is_current and one.language == language)
        return next((one.slug for one in addresses), "")

    def get_absolute_url(self) -> str:
        return reverse("editorial:page", args=[self.slug(get_language() or settings.LANGUAGE_CODE)])


class PageAddress(models.Model):
    """A slug by which a page is, or was once, found in one language. It never leads to another page."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="addresses")
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    slug = models.SlugField(_("address"), max_length=80)
    is_current = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("address of a page")
        verbose_name_plural = _("addresses of pages")
        ordering = ["page", "language", "-is_current", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["language", "slug"], name="pageaddress_unique_in_language"),
            models.UniqueConstraint(
                fields=["page", "language"],
                condition=Q(is_current=True),
                name="pageaddress_one_current_in_language",
            ),
            models.CheckConstraint(condition=~Q(slug=""), name="pageaddress_slug_told"),
        ]

    def __str__(self) -> str:
        return f"{self.language}/{self.slug}"


class PageRevision(models.Model):
    """The whole text of a page as somebody wrote it."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("revision of a page", "Draft")
        PUBLISHED = "published", pgettext_lazy("revision of a page", "Published")
        DISCARDED = "discarded", pgettext_lazy("revision of a page", "Discarded")

        @property
        def tone(self) -> str:
            return {"draft": "blue", "published": "green"}.get(self.value, "quiet")

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    # Published ones stay so when a newer one takes their place: they are the history.
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    # Raised by every save; whoever acts says which version they saw.
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("revision of a page")
        verbose_name_plural = _("revisions of pages")
        ordering = ["page", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="pagerevision_unique_number"),
            models.UniqueConstraint(
                fields=["page"], condition=Q(state="draft"), name="pagerevision_one_draft_of_page"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"], published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
                name="pagerevision_published_with_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id}/{self.number}"

    def text(self, language: str) -> PageText | None:
        """What is read in ``language``; while that is not written, what there is, Finnish first."""
        texts = {text.language: text for text in self.texts.all()}
        in_order = (language, *(code for code, _name in settings.LANGUAGES))
        return next((texts[code] for code in in_order if code in texts), None)


class PageText(models.Model):
    """A revision's words in one language."""

    revision = models.ForeignKey(PageRevision, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=120)
    menu_title = models.CharField(
        _("title in menus"), max_length=40, blank=True, help_text=_("When the title is too long for them.")
    )
    lead = models.TextField(
        _("in short"), max_length=400, help_text=_("The first sentences, also shown by search engines.")
    )
    body = models.TextField(_("text"), max_length=40_000, blank=True)

    class Meta:
        verbose_name = _("text of a page")
        verbose_name_plural = _("texts of pages")
        ordering = ["revision", "language"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "language"], name="pagetext_one_in_a_language"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(lead=""), name="pagetext_title_and_lead_told"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def short_title(self) -> str:
        return self.menu_title or self.title


class PageEvent(models.Model):
    """One act on a page: who did what, and when. Never changed afterwards."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="events")
    revision = models.ForeignKey(
        PageRevision, on_delete=models.CASCADE, related_name="events", null=True, blank=True
    )
    act = models.CharField(_("act"), max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    message = models.TextField(_("why"), blank=True)

    class Meta:
        verbose_name = _("event of a page")
        verbose_name_plural = _("events of pages")
        ordering = ["page", "-at", "-pk"]
        indexes = [models.Index(fields=["page", "-at"], name="pageevent_of_page")]

    def __str__(self) -> str:
        return self.act
