"""Where staff keep whom to ask: roles, never the names of persons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin
from simple_history.admin import SimpleHistoryAdmin

from common.admin.hints import ORDER, HintedAdmin
from common.admin.pages import holding
from pages.models import Contact, ContactTopic

HINTS = {
    "unit": gettext_lazy("The ministry, and within it the unit that answers."),
    "email": gettext_lazy("A mailbox of the unit, not of one person."),
    "phone": gettext_lazy("A number of the unit, not of one person."),
    "address": gettext_lazy("For letters; leave it empty when there is none."),
    "is_public": gettext_lazy("Before that, only staff see it."),
    "order": ORDER,
}


class ContactForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        """A contact that cannot be reached is none."""
        cleaned = super().clean() or self.cleaned_data
        ways = ("email", "phone", "address_fi")
        if not set(ways) & set(self.errors) and not any(cleaned.get(way) for way in ways):
            self.add_error("email", _("Give an e-mail address, a telephone number or a postal address."))
        return cleaned


@admin.register(Contact)
class ContactAdmin(HintedAdmin, SimpleHistoryAdmin, TranslationAdmin):
    form = ContactForm
    hints = HINTS
    list_display = ["role", "unit", "email", "phone", "shown_topics", "is_public"]
    list_filter = ["is_public"]
    search_fields = [
        *(f"{name}_{language}" for name in ("role", "unit") for language in ("fi", "sv", "en")),
        "email",
        "phone",
    ]
    fields = ["role", "unit", "email", "phone", "address", "topics", "order", "is_public"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Contact], search_term: str
    ) -> tuple[QuerySet[Contact], bool]:
        return holding(queryset, self.search_fields, search_term), False

    @admin.display(description=gettext_lazy("topics"))
    def shown_topics(self, contact: Contact) -> str:
        return ", ".join(str(ContactTopic(topic).label) for topic in contact.topics) or "–"

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "topics":
            return forms.MultipleChoiceField(
                choices=ContactTopic.choices,
                widget=forms.CheckboxSelectMultiple,
                label=_("Topics"),
                required=False,
                help_text=_(
                    "The contact is shown where the site tells of these, and on the page of contacts."
                ),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)
