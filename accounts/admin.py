from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from taxonomy.admin import NamesAdmin

from .models import Organisation, OrganisationDomain, User

# The provider is set in settings and accounts have one address: these tables of allauth stay empty.
for unused in (EmailAddress, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(unused)
admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):
    """For removing the second factor of somebody who lost it; its secret is not shown."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    fields = ["user", "type", "created_at", "last_used_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        return False


class UserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "display_name"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Only administrators give power: others with the permission to edit users cannot raise anybody."""

    form = UserChangeForm
    add_form = UserCreationForm
    ordering = ["display_name", "email"]
    list_display = ["email", "display_name", "organisation", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    list_select_related = ["organisation"]
    search_fields = ["email", "display_name"]
    autocomplete_fields = ["organisation"]
    readonly_fields = ["last_login", "date_joined", "is_demo"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Person"), {"fields": ["display_name", "language", "organisation"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined", "is_demo"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "display_name", "usable_password", "password1", "password2"]})
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        if not request.user.is_superuser:
            fields += ["is_staff", "is_superuser", "groups", "user_permissions"]
        return fields

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_staff and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)


class OrganisationDomainInline(admin.TabularInline):
    model = OrganisationDomain
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
