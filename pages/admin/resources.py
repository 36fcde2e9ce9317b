"""Where staff keep resources, and see which links of the site do not work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from modeltranslation.admin import TranslationAdmin
from simple_history.admin import SimpleHistoryAdmin

from common.admin.counters import Counter
from common.admin.hints import ORDER, HintedAdmin
from common.admin.pages import holding, status_pill
from pages.link_checks.places import Place, places
from pages.models import RESOURCE_VOCABULARIES, LinkCheck, Resource
from pages.resources.catalogue import language_name
from taxonomy.models import Term

from .ties import TermsField

# Languages to tick: the site's own, and those in which its sources are written.
LANGUAGES = ("fi", "sv", "en", "da", "nb", "is", "et", "fr", "de", "es")


class ResourceForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        """The public reads every resource in its own language: none is published without all of them."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_public"):
            for language, _name in settings.LANGUAGES:
                for name in (f"title_{language}", f"description_{language}"):
                    if name in cleaned and not cleaned[name]:
                        self.add_error(name, _told_in(language))
        return cleaned


def _told_in(language: str) -> str:
    name = get_language_info(language)["name_translated"]
    return _("Before it is shown to the public, tell this in %(language)s.") % {"language": name}


class LanguageFilter(admin.SimpleListFilter):
    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        used = {code for codes in Resource.objects.values_list("languages", flat=True) for code in codes}
        return [(code, language_name(code)) for code in sorted(used)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Resource]) -> QuerySet[Resource]:
        if not (code := self.value()):
            return queryset
        # Looked up here: SQLite cannot ask what a list of JSON holds.
        rows = Resource.objects.values_list("pk", "languages")
        return queryset.filter(pk__in=[pk for pk, codes in rows if code in codes])


class LinkStateFilter(admin.SimpleListFilter):
    title = gettext_lazy("link")
    parameter_name = "link"
    NOT_YET = "not_yet"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*LinkCheck.State.choices, (self.NOT_YET, _("Not asked yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Resource]) -> QuerySet[Resource]:
        if (value := self.value()) is None:
            return queryset
        # The column comes with the list's own queryset.
        return queryset.filter(Q(("link_state", None if value == self.NOT_YET else value)))


@admin.register(Resource)
class ResourceAdmin(HintedAdmin, SimpleHistoryAdmin, TranslationAdmin):
    form = ResourceForm
    list_display = ["title", "kind", "publisher", "is_public", "link"]
    list_filter = ["kind", "is_public", LanguageFilter, LinkStateFilter]
    search_fields = [
        "title_fi",
        "title_sv",
        "title_en",
        "publisher_fi",
        "publisher_sv",
        "publisher_en",
        "url",
    ]
    hints = {
        "kind": gettext_lazy("By this readers narrow the list down."),
        "description": gettext_lazy("What it is, and whom it helps, in own words."),
        "publisher": gettext_lazy("Who is behind it, as they write their name."),
        "url": gettext_lazy("Where it lies, in the language in which most can read it."),
        "year": gettext_lazy("When it was published; empty when it is kept up to date."),
        "order": ORDER,
        "is_public": gettext_lazy("Before that, only staff see it."),
    }
    fields = [
        "kind",
        "url",
        "title",
        "description",
        "publisher",
        "languages",
        "year",
        "branch",
        "terms",
        "order",
        "is_public",
    ]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resource]:
        checked = LinkCheck.objects.filter(url=OuterRef("url")).values("state")
        return super().get_queryset(request).annotate(link_state=Subquery(checked))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Resource], search_term: str
    ) -> tuple[QuerySet[Resource], bool]:
        return holding(queryset, self.search_fields, search_term), False

    @admin.display(description=gettext_lazy("link"), ordering="link_state")
    def link(self, resource: Any) -> SafeString | str:
        return status_pill(LinkCheck.State(resource.link_state)) if resource.link_state else "–"

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "terms":
            return TermsField(
                queryset=Term.objects.filter(vocabulary__in=RESOURCE_VOCABULARIES, is_active=True),
                widget=forms.CheckboxSelectMultiple,
                label=_("Principles and themes"),
                help_text=_("What it is about: readers find it by these."),
                required=False,
            )
        if db_field.name == "languages":
            used = {code for codes in Resource.objects.values_list("languages", flat=True) for code in codes}
            return forms.MultipleChoiceField(
                choices=[
                    (code, language_name(code)) for code in [*LANGUAGES, *sorted(used - set(LANGUAGES))]
                ],
                widget=forms.CheckboxSelectMultiple,
                label=_("Languages"),
                help_text=db_field.help_text,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


# Links ------------------------------------------------------------------------


class FailingFilter(admin.SimpleListFilter):
    title = gettext_lazy("for how long")
    parameter_name = "failing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Has not worked three times in a row or more"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LinkCheck]) -> QuerySet[LinkCheck]:
        return queryset.filter(failures__gte=LinkCheck.NEWS) if self.value() == "yes" else queryset


class LinkList(ChangeList):
    """Tells each shown link where it is used."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        uses = places({link.url for link in self.result_list})
        for link in self.result_list:
            link.uses = uses.get(link.url, [])


@admin.register(LinkCheck)
class LinkCheckAdmin(admin.ModelAdmin):
    """What ``check_links`` has found, to read: nobody but the command writes it."""

    list_display = ["address", "shown_state", "status", "failures", "checked_at", "used_in"]
    list_display_links = None
    readonly_fields = ("address", "shown_state", "status", "failures", "checked_at", "used_in")
    fields = readonly_fields
    list_filter = [FailingFilter, "state"]
    search_fields = ["url"]
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LinkCheck | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LinkCheck | None = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LinkList

    @admin.display(description=gettext_lazy("address"), ordering="url")
    def address(self, link: LinkCheck) -> SafeString:
        shown = _external(link.url)
        if link.leads_to:
            return format_html("{}<br>→ {}", shown, _external(link.leads_to))
        return shown

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, link: LinkCheck) -> SafeString:
        return status_pill(LinkCheck.State(link.state))

    @admin.display(description=gettext_lazy("used in"))
    def used_in(self, link: Any) -> SafeString | str:
        # The list has looked all of its links up at once.
        uses = link.uses if hasattr(link, "uses") else places({link.url}).get(link.url, [])
        return format_html_join("", "{}<br>", ((_use(place),) for place in uses)) or "–"


def _external(url: str) -> SafeString:
    return format_html('<a href="{}" rel="external noreferrer">{}</a>', url, url)


def _use(place: Place) -> SafeString:
    title = format_html('<a href="{}">{}</a>', place.edit_url, place.title) if place.edit_url else place.title
    return format_html("{}: {}", place.kind, title)


def waiting_for(user: Any) -> Iterator[Counter]:
    """Links that have long not worked; nothing for those who do not keep content."""
    if not user.has_perm("pages.view_linkcheck"):
        return
    yield Counter(
        _("Links that have not worked three times in a row or more"),
        LinkCheck.objects.filter(failures__gte=LinkCheck.NEWS).count(),
        reverse("admin:pages_linkcheck_changelist") + "?failing=yes",
    )
