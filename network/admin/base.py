"""What all pages of coordinating share: who opens them, choosing an organisation, narrowing a list down."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.register import OrganisationField, Register
from common.admin.pages import ActAdmin
from network.filters import Filter
from network.queries import may_coordinate


def user_of(request: HttpRequest) -> User:
    """The person who is signed in: nobody else comes this far."""
    return cast(User, request.user)


class CoordinatedAdmin(ActAdmin):
    """Open to those who coordinate the network."""

    change_list_template = "admin/network/change_list.html"

    def may_open(self, user: Any) -> bool:
        return may_coordinate(user)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request) & self.model._default_manager.visible_to(request.user)


def list_filter(narrowing: Filter) -> type[admin.SimpleListFilter]:
    """The filter as Django's lists take it; shown as one choice of a form, for there may be many answers."""

    class ChosenFilter(admin.SimpleListFilter):
        title = narrowing.label  # type: ignore[assignment]
        parameter_name = narrowing.name
        template = "admin/network/filter.html"

        def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
            return narrowing.choices()

        def has_output(self) -> bool:
            return True

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            value = self.value()
            return narrowing.narrow(queryset, value) if value else queryset

        def choices(self, changelist: ChangeList) -> Iterator[Any]:
            for value, words in self.lookup_choices:
                yield {"value": value, "display": words, "selected": value == self.value()}

    return ChosenFilter


class RegisteredOrganisationField(OrganisationField):
    """The name of an organisation that is in the register, suggested as one types; gives the organisation.

    ``unregistered`` is a name that may stay as it was written; it gives None.
    """

    def __init__(self, *, unregistered: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.register = Register()
        self.unregistered = unregistered

    def clean(self, value: Any) -> Organisation | None:  # type: ignore[override]
        name = super().clean(value)
        found = self.register.find(name)
        if found is not None:
            return Organisation.objects.get(pk=found)
        if name and name.split() != self.unregistered.split():
            raise ValidationError(
                _("The register has no organisation by that name today. Choose one that is suggested."),
                code="unknown",
            )
        return None


class OrganisationForm(forms.Form):
    """One organisation of the register; its page needs ``register`` for the suggestions."""

    organisation: Any

    @property
    def register(self) -> Register:
        return self.fields["organisation"].register  # type: ignore[attr-defined,no-any-return]
