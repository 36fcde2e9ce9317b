from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import ManyToManyField, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from common.admin.hints import NAME_STATUS, HintedAdmin
from taxonomy.admin import NamesAdmin

from .models import Organisation, OrganisationDomain, SecondFactor, User
from .permissions import role_title

# The provider is set in settings and accounts have one address: these tables of allauth stay empty.
for unused in (EmailAddress, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(unused)
admin.site.unregister(Authenticator)
# What each role may do is set by migrations; who has it, by the person's account.
admin.site.unregister(Group)


def _moment(moment: datetime) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")


@admin.register(SecondFactor)
class SecondFactorAdmin(admin.ModelAdmin):
    """For removing the second factor of somebody who lost it; its secret is not shown."""

    list_display = ["person", "kind", "added", "last_used"]
    list_select_related = ["user"]
    search_fields = ["user__display_name", "user__email"]
    search_help_text = _("Words of the name or of the e-mail address")
    fields = ["person", "kind", "added", "last_used"]
    ordering = ["user__display_name", "pk"]

    # The model's own names are in English alone.

    @admin.display(description=_("person"), ordering="user__display_name")
    def person(self, factor: SecondFactor) -> User:
        return factor.user

    @admin.display(description=_("kind"), ordering="type")
    def kind(self, factor: SecondFactor) -> str:
        return factor.kind

    @admin.display(description=_("added"), ordering="created_at")
    def added(self, factor: SecondFactor) -> str:
        return _moment(factor.created_at)

    @admin.display(description=_("last used"), ordering="last_used_at", empty_value="–")
    def last_used(self, factor: SecondFactor) -> str | None:
        return _moment(factor.last_used_at) if factor.last_used_at else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SecondFactor | None = None) -> bool:
        return False


class RolesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, group: Group) -> str:
        return role_title(group.name)


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [(str(group.pk), role_title(group.name)) for group in Group.objects.order_by("pk")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        return queryset.filter(groups=int(value)) if value.isdecimal() else queryset


class UserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "display_name"]


@admin.register(User)
class UserAdmin(HintedAdmin, DjangoUserAdmin):
    """Only administrators give power: others with the permission to edit users cannot raise anybody."""

    form = UserChangeForm
    add_form = UserCreationForm
    ordering = ["display_name", "email"]
    list_display = ["email", "display_name", "organisation", "is_staff", "is_active", "shown_login"]
    list_filter = ["is_staff", RoleFilter, "is_superuser", "is_active"]
    list_select_related = ["organisation"]
    search_fields = ["email", "display_name"]
    search_help_text = _("Words of the name or of the e-mail address")
    filter_horizontal = ()
    hints = {"email": _("The person signs in with it.")}
    autocomplete_fields = ["organisation"]
    readonly_fields = ["last_login", "date_joined", "is_demo"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Person"), {"fields": ["display_name", "language", "organisation"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined", "is_demo"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "display_name", "usable_password", "password1", "password2"]})
    ]

    @admin.display(description=_("last signed in"), ordering="last_login", empty_value="–")
    def shown_login(self, user: User) -> str | None:
        return _moment(user.last_login) if user.last_login else None

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        if not request.user.is_superuser:
            fields += ["is_staff", "is_superuser", "groups"]
        return fields

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_staff and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField | None:
        if db_field.name == "groups":
            return RolesField(
                queryset=Group.objects.order_by("pk"),
                widget=forms.CheckboxSelectMultiple,
                label=_("Roles"),
                help_text=_("What the person works with. The account must belong to the staff, too."),
                required=False,
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class OrganisationDomainInline(HintedAdmin, admin.TabularInline):
    model = OrganisationDomain
    hints = {"domain": _("What stands after @: whoever has such an address is proposed this organisation.")}
    extra = 0


class EndedFilter(admin.SimpleListFilter):
    title = _("exists")
    parameter_name = "exists"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("yes", _("Exists now")), ("no", _("Ended or not yet begun"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        current = Organisation.objects.current()
        if self.value() == "yes":
            return queryset.filter(pk__in=current)
        if self.value() == "no":
            return queryset.exclude(pk__in=current)
        return queryset


@admin.register(Organisation)
class OrganisationAdmin(NamesAdmin):
    when_in_use = _("The organisation is in use. Tell the day on which it ended instead.")
    list_display = ["name", "kind", "country", "region", "valid_from", "valid_to", "name_status"]
    list_filter = ["name_status", "kind", EndedFilter, "is_example", "region"]
    list_select_related = ["region"]
    search_fields = ["name_fi", "name_sv", "name_en", "code", "domains__domain"]
    autocomplete_fields = ["successors"]
    readonly_fields = ["code"]
    inlines = [OrganisationDomainInline]
    hints = {
        "name_status": NAME_STATUS,
        "valid_from": _("Leave it empty when it is not known."),
        "valid_to": _("Leave it empty while the organisation exists."),
    }
    fields = [
        "name",
        "name_status",
        "kind",
        "country",
        "region",
        "valid_from",
        "valid_to",
        "successors",
        "is_example",
        "code",
    ]
