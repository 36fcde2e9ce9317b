"""Sign-in in a browser: accessible and valid pages, passkeys, and all but passkeys without JavaScript."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import expect

from .factories import OrganisationFactory, StaffFactory

pytestmark = pytest.mark.browser

PASSWORD = "a long password"
SUBMIT = "main form:has(.error-summary, .field) button[type=submit]"


def send(page) -> None:
    page.locator(SUBMIT).first.click()
    page.wait_for_load_state()


def sign_in_by_password(page, user) -> None:
    page.goto(reverse("account_login"))
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    send(page)


def last_code() -> str:
    return re.search(r"\b\d{4}-\d{4}\b", mail.outbox[-1].body)[0]


def faults(page, axe, nu) -> list[str]:
    return [f"{page.url}: {fault}" for fault in [*axe(page), *nu(page.request.get(page.url).body())]]


@pytest.mark.parametrize("java_script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_contributor_signs_in_by_code_and_out(new_page, language, java_script):
    page = new_page(java_script_enabled=java_script)
    with translation.override(language):
        page.goto(reverse("account_request_login_code"))
        page.fill("[name=email]", "matti@vm.example")
        send(page)
        page.fill("[name=code]", last_code())
        send(page)
        expect(page).to_have_url(reverse("account_profile"))
        page.fill("[name=display_name]", "Matti M")
        send(page)
        assert "Matti M" in page.content()
        page.goto(reverse("account_logout"))
        page.locator(f"main form[action='{reverse('account_logout')}'] button").click()
        page.wait_for_load_state()
        page.goto(reverse("account_profile"))
        assert page.url.split("?")[0].endswith(reverse("account_request_login_code"))


def test_pages_for_everybody_are_accessible_and_valid(page, axe, nu):
    OrganisationFactory.create_batch(3)
    found = []
    for name in (
        "account_request_login_code",
        "account_login",
        "account_inactive",
        "socialaccount_login_cancelled",
    ):
        page.goto(reverse(name))
        found += faults(page, axe, nu)
    page.goto(reverse("account_request_login_code"))
    page.fill("[name=email]", "nonsense")
    send(page)
    found += axe(page)
    page.fill("[name=email]", "matti@vm.example")
    send(page)
    found += faults(page, axe, nu)
    page.fill("[name=code]", "1")
    send(page)
    found += axe(page)
    page.fill("[name=code]", last_code())
    send(page)
    found += faults(page, axe, nu)
    page.goto(reverse("account_logout"))
    found += faults(page, axe, nu)
    assert found == []


def test_pages_for_staff_are_accessible_and_valid(page, axe, nu):
    user = StaffFactory(password=PASSWORD)
    sign_in_by_password(page, user)
    found = []
    page.goto(reverse("admin:login"))
    found += axe(page)
    page.goto(reverse("mfa_activate_totp"))
    found += faults(page, axe, nu)
    page.fill("[name=password]", PASSWORD)
    send(page)
    secret = page.locator("code").inner_text()
    found += axe(page)
    page.fill("[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    send(page)
    for name in (
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "mfa_reauthenticate",
    ):
        page.goto(reverse(name))
        found += faults(page, axe, nu)
    assert found == []


def test_second_factor_page_is_accessible_and_valid(page, axe, nu):
    user = StaffFactory(password=PASSWORD)
    TOTP.activate(user, generate_totp_secret())
    sign_in_by_password(page, user)
    expect(page).to_have_url(reverse("mfa_authenticate"))
    assert faults(page, axe, nu) == []


@pytest.mark.parametrize("path", ["account_request_login_code", "account_login"])
def test_page_fits_a_narrow_screen(new_page, path):
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto(reverse(path))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_staff_add_a_passkey_and_enter_the_admin_with_it_alone(new_page, live_server):
    # Passkeys belong to a name, not to a number.
    page = new_page(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    user = StaffFactory(is_superuser=True, password=PASSWORD)
    sign_in_by_password(page, user)
    page.goto(reverse("mfa_add_webauthn"))
    page.fill("[name=password]", PASSWORD)
    send(page)
    page.check("[name=passwordless]")
    page.click("#passkey-button")
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    page.goto(reverse("account_logout"))
    page.locator(f"main form[action='{reverse('account_logout')}'] button").click()
    page.wait_for_load_state()
    page.goto(reverse("admin:index"))
    page.click("#passkey-button")
    page.wait_for_url(f"**{reverse('admin:index')}")
    assert page.request.get(reverse("admin:index"), max_redirects=0).status == 200
