"""What the pages of the desk share: who may open them, and fields in three languages."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Model, QuerySet
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from barometer.queries import may_edit
from barometer.series import SEPARATOR
from barometer.workflow import LANGUAGE_NAMES
from common.admin.hints import HintedAdmin, Hints
from common.admin.pages import holding

# A form's fields in groups: the title, and the names; those with a star are in three languages.
Sections = tuple[tuple[str | Promise, tuple[str, ...]], ...]


def field_names(sections: Sections) -> list[str]:
    return [name for _title, names in sections for row in names for name in _in_languages(row)]


def _in_languages(name: str) -> list[str]:
    return [f"{name[:-1]}_{language}" for language in LANGUAGE_NAMES] if name.endswith("*") else [name]


def label_of(model: type[Model], name: str) -> str:
    """What a field is called, with its language: “Name, in Swedish”."""
    base, _separator, language = name.rpartition("_")
    if language in LANGUAGE_NAMES:
        field = model._meta.get_field(base)
        return _("%(field)s, %(language)s") % {
            "field": capfirst(str(field.verbose_name)),  # type: ignore[union-attr]
            "language": LANGUAGE_NAMES[language],
        }
    return capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def checked_key(key: str) -> str:
    """A key that can stand in the addresses of charts; raises ValidationError."""
    if SEPARATOR in key:
        raise forms.ValidationError(_("Two hyphens in a row are not possible: addresses of charts use them."))
    return key


class SectionedForm(forms.ModelForm):
    """A form in sections, in which a text stands in its three languages side by side."""

    sections: Sections = ()
    hints: Hints = {}
    # Raised by every action: who saves tells what was read.
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, field in self.fields.items():
            language = name.rpartition("_")[2]
            if language in LANGUAGE_NAMES:
                original = self._meta.model._meta.get_field(name.rpartition("_")[0])
                field.label = label_of(self._meta.model, name)
                # The hint stands once, by the first.
                field.help_text = original.help_text if language == "fi" else ""
                field.widget.attrs["lang"] = language
            if hint := self.hints.get(name.removesuffix("_fi")):
                field.help_text = hint
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4

    def rows(self) -> Iterator[tuple[str | Promise, list[list[BoundField]]]]:
        """The sections: titles, and rows of one field or of three."""
        for title, names in self.sections:
            yield title, [[self[name] for name in _in_languages(row)] for row in names]


class EditorsAdmin(HintedAdmin, admin.ModelAdmin):
    """For admins of what figures are made of: open to editors of the barometer, whoever else has rights.

    What figures use is not deleted, and the names in ``lasting`` do not change once it is used.
    """

    list_per_page = 50
    actions = None
    lasting: tuple[str, ...] = ()
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_edit(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_edit(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit(request.user) and (obj is None or not self.is_used(obj))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return holding(queryset, list(self.search_fields), search_term), False

    def is_used(self, row: Any) -> bool:
        """Whether an edition or a figure refers to it."""
        raise NotImplementedError

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.lasting if obj is not None and self.is_used(obj) else ()
