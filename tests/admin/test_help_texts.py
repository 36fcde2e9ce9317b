"""Every field of the administration says what it wants, unless its name does."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.forms import BaseForm, BaseFormSet, HiddenInput
from django.test import Client

from tests.reviewing.pages import client_of
from tests.reviewing.test_roles import admin_paths

from .site import ADMINISTRATOR, fill, somebody

pytestmark = pytest.mark.django_db

# Names that say it all, whichever form asks; and of some forms, what stands beside a field.
SELF_EVIDENT = {
    "DELETE",
    "action",
    "country",
    "ends_at",
    "events",
    "file_format",
    "kind",
    "language",
    "name",
    "old_password",
    "organisation",
    "organiser",
    "parent",
    "place",
    "principle",
    "region",
    "starts_at",
    "subject",
    "theme",
    "title",
    "EventForm.description",
}
# A place in the order, which the page's own words ask for.
NUMBERED = "place-"


def forms_of(client: Client, path: str) -> Iterator[BaseForm]:
    """The forms that a page shows; of inlines, one that is empty."""
    for layer in client.get(path).context or []:
        for value in layer.values() if isinstance(layer, dict) else layer.flatten().values():
            yield from _forms(value)


def _forms(value: Any) -> Iterator[BaseForm]:
    if isinstance(value, BaseForm):
        yield value
    elif isinstance(value, BaseFormSet):
        yield value.empty_form
    elif isinstance(getattr(value, "formset", None), BaseFormSet):
        yield value.formset.empty_form
    elif isinstance(getattr(value, "form", None), BaseForm):
        yield value.form
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _forms(one)


def says_what_it_wants(form: BaseForm, name: str) -> bool:
    """Of a text in three languages, the first does so for all."""
    field = form.fields[name]
    base, separator, language = name.rpartition("_")
    first = f"{base}_fi" if separator and language in ("sv", "en") else name
    told = base if separator and language in ("fi", "sv", "en") else name
    return bool(
        field.help_text
        or isinstance(field.widget, HiddenInput)
        or {told, f"{type(form).__name__}.{told}"} & SELF_EVIDENT
        or name.startswith(NUMBERED)
        or (first in form.fields and form.fields[first].help_text)
    )


def test_every_field_has_a_help_text_or_needs_none():
    fill()
    client = client_of(somebody(ADMINISTRATOR))
    lacking = {
        f"{type(form).__name__}.{name}"
        for path in admin_paths()
        for form in forms_of(client, path)
        for name in form.fields
        if not says_what_it_wants(form, name)
    }
    assert lacking == set()
