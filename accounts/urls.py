"""Sign-in and the profile: allauth's views under our addresses, only those that people need.

What is not listed here does not exist: signing up, several addresses, resetting passwords, connecting
accounts. Names stay allauth's, since its code reverses them.
"""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as identity_provider
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.urls import path
from django.utils.translation import pgettext_lazy

from . import addresses, views
from .second_factor import staff_with_password

urlpatterns = [
    path(pgettext_lazy("url", "profile/"), views.ProfileView.as_view(), name="account_profile"),
    path(pgettext_lazy("url", "address/"), addresses.change_address, name="account_change_address"),
    path(pgettext_lazy("url", "address/sent/"), addresses.asked, name="account_change_address_asked"),
    path(pgettext_lazy("url", "address/changed/"), addresses.changed, name="account_address_changed"),
    path(pgettext_lazy("url", "address/other-one/"), addresses.confirmed, name="account_address_confirmed"),
    path(pgettext_lazy("url", "address/kept/"), addresses.kept, name="account_address_kept"),
    path(
        pgettext_lazy("url", "address/<str:secret>/"),
        addresses.address_link,
        name="account_address_link",
    ),
    path(
        pgettext_lazy("url", "sign-in/"), views.RequestCodeView.as_view(), name="account_request_login_code"
    ),
    path(
        pgettext_lazy("url", "sign-in/code/"),
        views.ConfirmCodeView.as_view(),
        name="account_confirm_login_code",
    ),
    path(pgettext_lazy("url", "sign-in/password/"), account.login, name="account_login"),
    path(pgettext_lazy("url", "sign-in/passkey/"), passkeys.login_webauthn, name="mfa_login_webauthn"),
    path(pgettext_lazy("url", "sign-in/second-factor/"), second_factor.authenticate, name="mfa_authenticate"),
    path(pgettext_lazy("url", "sign-out/"), account.logout, name="account_logout"),
    path(pgettext_lazy("url", "closed/"), account.account_inactive, name="account_inactive"),
    # Once more, before something sensitive.
    path(pgettext_lazy("url", "confirm/password/"), account.reauthenticate, name="account_reauthenticate"),
    path(
        pgettext_lazy("url", "confirm/second-factor/"),
        second_factor.reauthenticate,
        name="mfa_reauthenticate",
    ),
    path(
        pgettext_lazy("url", "confirm/passkey/"),
        passkeys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    # Second factors of staff.
    path(pgettext_lazy("url", "second-factor/"), staff_with_password(second_factor.index), name="mfa_index"),
    path(
        pgettext_lazy("url", "second-factor/app/add/"),
        staff_with_password(totp.activate_totp),
        name="mfa_activate_totp",
    ),
    path(
        pgettext_lazy("url", "second-factor/app/remove/"),
        staff_with_password(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path(
        pgettext_lazy("url", "second-factor/passkeys/"),
        staff_with_password(passkeys.list_webauthn),
        name="mfa_list_webauthn",
    ),
    path(
        pgettext_lazy("url", "second-factor/passkeys/add/"),
        staff_with_password(passkeys.add_webauthn),
        name="mfa_add_webauthn",
    ),
    path(
        pgettext_lazy("url", "second-factor/passkeys/<int:pk>/edit/"),
        staff_with_password(passkeys.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path(
        pgettext_lazy("url", "second-factor/passkeys/<int:pk>/remove/"),
        staff_with_password(passkeys.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        pgettext_lazy("url", "second-factor/recovery-codes/"),
        staff_with_password(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        pgettext_lazy("url", "second-factor/recovery-codes/new/"),
        staff_with_password(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        pgettext_lazy("url", "second-factor/recovery-codes/download/"),
        staff_with_password(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    # The identity provider. Its name in the address is the one that settings give it.
    path("oidc/<slug:provider_id>/login/", openid_connect.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", openid_connect.callback, name="openid_connect_callback"),
    path("oidc/cancelled/", identity_provider.login_cancelled, name="socialaccount_login_cancelled"),
    path("oidc/error/", identity_provider.login_error, name="socialaccount_login_error"),
]
