"""The pages of sign-in: all of them open, and no others exist."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import translation

from accounts import urls
from accounts.models import OrganisationDomain

from .factories import OrganisationFactory, StaffFactory, UserFactory
from .sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
def staff(client):
    user = StaffFactory(password="a long password")
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    sign_in(client, user, "password", "mfa")
    return user


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name",
    [
        "account_request_login_code",
        "account_login",
        "account_inactive",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
    ],
)
def test_page_opens_for_strangers(client, name, language):
    with translation.override(language):
        expected = 401 if name == "socialaccount_login_error" else 200
        assert client.get(reverse(name)).status_code == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name",
    [
        "account_profile",
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_deactivate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    ],
)
@pytest.mark.usefixtures("staff")
def test_page_opens_for_staff(client, name, language):
    with translation.override(language):
        assert client.get(reverse(name)).status_code == 200


def test_pages_of_one_passkey_open_for_its_owner_only(client, staff):
    passkey = Authenticator.objects.create(
        user=staff, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": {}}
    )
    stranger = StaffFactory(password="a long password")
    theirs = Authenticator.objects.create(
        user=stranger, type=Authenticator.Type.WEBAUTHN, data={"name": "Laptop", "credential": {}}
    )
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, args=[passkey.pk])).status_code == 200
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_reset_password",
        "account_change_password",
        "account_set_password",
        "account_confirm_email",
        "socialaccount_signup",
        "socialaccount_connections",
        "mfa_trust",
        "mfa_signup_webauthn",
    ],
)
def test_what_nobody_needs_does_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_allauth_is_reached_only_by_the_addresses_listed_here():
    listed = {pattern.name for pattern in urls.urlpatterns}

    def names(resolver):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                yield from names(pattern)
            elif pattern.lookup_str.startswith("allauth."):
                yield pattern.name

    assert set(names(get_resolver())) <= listed


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_pages_about_oneself_are_refused_to_strangers(client, pattern):
    open_to_strangers = {
        "account_request_login_code",
        "account_login",
        "account_inactive",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
        # What follows after a mailed link, which whoever has it may open.
        "account_address_changed",
        "account_address_confirmed",
        "account_address_kept",
    }
    arguments = {"pk": 1} if "pk" in pattern.pattern.converters else {}
    if "provider_id" in pattern.pattern.converters:
        arguments = {"provider_id": "absent"}
    if "secret" in pattern.pattern.converters:
        arguments = {"secret": "absent"}
    answer = client.get(reverse(pattern.name, kwargs=arguments))
    assert answer.status_code in ((200, 401) if pattern.name in open_to_strangers else (302, 404))


def test_profile_keeps_what_is_told(client):
    user = UserFactory(display_name="", language="fi")
    organisation = OrganisationFactory()
    sign_in(client, user, "code")
    answer = client.post(
        reverse("account_profile"),
        {"display_name": "Matti M", "language": "sv", "organisation": organisation.pk},
    )
    assert answer.status_code == 302
    user.refresh_from_db()
    assert (user.display_name, user.language, user.organisation) == ("Matti M", "sv", organisation)


def test_profile_changes_neither_address_nor_rights(client):
    user = UserFactory()
    sign_in(client, user, "code")
    client.post(
        reverse("account_profile"),
        {
            "display_name": "M",
            "language": "fi",
            "email": "other@vm.example",
            "is_staff": "on",
            "is_superuser": "on",
        },
    )
    email = user.email
    user.refresh_from_db()
    assert (user.email, user.is_staff, user.is_superuser) == (email, False, False)


def test_profile_proposes_the_organisation_of_the_address(client):
    organisation = OrganisationFactory()
    OrganisationDomain.objects.create(organisation=organisation, domain="vm.example")
    sign_in(client, UserFactory(email="matti@vm.example"), "code")
    page = client.get(reverse("account_profile"))
    assert f'<option value="{organisation.pk}" selected>' in page.content.decode()


def test_profile_costs_the_same_however_many_organisations_there_are(client, django_assert_max_num_queries):
    OrganisationFactory.create_batch(20)
    sign_in(client, UserFactory(), "code")
    with django_assert_max_num_queries(8):
        client.get(reverse("account_profile"))
