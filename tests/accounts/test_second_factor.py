"""Who may enter the admin, and by which steps."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.urls import reverse

from .factories import StaffFactory, UserFactory
from .sign_in import sign_in, sign_in_to_admin

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long password"


@pytest.fixture
def production(settings) -> None:
    settings.DEMO_STAFF_WITHOUT_SECOND_FACTOR = False


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def admin_is_open(client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200


def missing_step(client) -> str:
    """Where the admin leads somebody whom it does not let in."""
    first = client.get(reverse("admin:index"))
    assert first.status_code == 302
    second = client.get(first["Location"])
    return second["Location"].partition("?")[0] if second.status_code == 302 else str(second.status_code)


def test_stranger_is_led_to_the_staff_sign_in(client):
    assert missing_step(client) == reverse("account_login")


def test_contributor_is_refused(client):
    sign_in(client, UserFactory(), "code")
    assert missing_step(client) == "403"


def test_staff_with_a_password_alone_are_sent_to_add_a_second_factor(client):
    sign_in(client, StaffFactory(is_superuser=True, password=PASSWORD), "password")
    assert missing_step(client) == "403"
    page = client.get(reverse("admin:login"))
    assert reverse("mfa_index") in page.content.decode()


def test_staff_who_signed_in_by_code_are_asked_for_the_second_factor(client):
    user = StaffFactory(is_superuser=True, password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    sign_in(client, user, "code")
    assert missing_step(client) == reverse("mfa_reauthenticate")
    answer = client.post(
        reverse("mfa_reauthenticate"), {"code": code_now(secret), "next": reverse("admin:index")}
    )
    assert answer["Location"] == reverse("admin:index")
    assert admin_is_open(client)


def test_reader_of_a_staff_members_mail_cannot_add_a_second_factor(client):
    without_password = StaffFactory(is_superuser=True)
    sign_in(client, without_password, "code")
    assert client.get(reverse("mfa_activate_totp")).status_code == 403
    assert client.get(reverse("mfa_add_webauthn")).status_code == 403
    page = client.get(reverse("admin:login"))
    assert page.status_code == 403
    assert reverse("mfa_index") not in page.content.decode()

    with_password = StaffFactory(is_superuser=True, password=PASSWORD)
    client.force_login(with_password)
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(name))["Location"].startswith(reverse("account_reauthenticate"))


def test_staff_enter_after_password_and_app(client):
    user = StaffFactory(is_superuser=True, password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    answer = client.post(
        reverse("account_login"),
        {"login": user.email, "password": PASSWORD, "next": reverse("admin:index")},
    )
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not admin_is_open(client)
    assert "_auth_user_id" not in client.session
    before = client.session.session_key
    answer = client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert answer["Location"] == reverse("admin:index")
    assert client.session.session_key != before
    assert admin_is_open(client)


def test_code_of_the_app_works_once(client):
    user = StaffFactory(is_superuser=True, password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    with time_machine.travel("2026-11-24 12:00:00+00:00", tick=False):
        for attempt in range(2):
            client.logout()
            client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
            client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
            assert ("_auth_user_id" in client.session) == (attempt == 0)


def test_recovery_code_lets_in_once(client):
    user = StaffFactory(is_superuser=True, password=PASSWORD)
    TOTP.activate(user, generate_totp_secret())
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    for attempt in range(2):
        client.logout()
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert admin_is_open(client) == (attempt == 0)


def test_staff_add_an_app_and_are_told_by_mail(client):
    user = StaffFactory(is_superuser=True, password=PASSWORD)
    sign_in(client, user, "password")
    page = client.get(reverse("mfa_activate_totp"))
    assert b"<svg" in page.content
    assert b"data:" not in page.content
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_now(page.context["form"].secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    assert client.get(answer["Location"]).status_code == 200
    assert [message.to for message in mail.outbox] == [[user.email]] * len(mail.outbox) != []


def test_adding_a_second_factor_needs_the_password_once_more(client):
    user = StaffFactory(password=PASSWORD)
    client.force_login(user)
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert client.get(reverse("mfa_activate_totp")).status_code == 302
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_contributors_have_no_second_factor_pages(client):
    sign_in(client, UserFactory(), "code")
    for name in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        assert client.get(reverse(name)).status_code == 403


def test_records_of_another_account_in_the_session_open_nothing(client):
    sign_in_to_admin(client, StaffFactory(is_superuser=True, password=PASSWORD))
    other = StaffFactory(is_superuser=True, password=PASSWORD)
    session = client.session
    session["_auth_user_id"] = str(other.pk)
    session["_auth_user_hash"] = other.get_session_auth_hash()
    session.save()
    assert not admin_is_open(client)


def test_demo_staff_enter_with_a_password_in_the_embedded_default(client):
    user = StaffFactory(is_superuser=True, is_demo=True, password=PASSWORD)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert admin_is_open(client)


def test_demo_staff_do_not_enter_with_a_code_alone(client):
    sign_in(client, StaffFactory(is_superuser=True, is_demo=True, password=PASSWORD), "code")
    assert not admin_is_open(client)


def test_other_staff_need_a_second_factor_in_the_embedded_default_too(client):
    user = StaffFactory(is_superuser=True, password=PASSWORD)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert not admin_is_open(client)


@pytest.mark.usefixtures("production")
def test_demo_accounts_do_not_sign_in_to_production(client):
    user = StaffFactory(is_superuser=True, is_demo=True, password=PASSWORD)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert not client.session.get("_auth_user_id")


@pytest.mark.usefixtures("production")
def test_session_of_a_demo_account_is_nothing_in_production(client):
    sign_in_to_admin(client, StaffFactory(is_superuser=True, is_demo=True, password=PASSWORD))
    assert not admin_is_open(client)
    assert client.get(reverse("account_profile")).status_code == 302


@pytest.mark.parametrize("demo", [True, False])
def test_every_page_says_when_demo_staff_enter_without_a_second_factor(client, settings, demo):
    settings.DEMO_STAFF_WITHOUT_SECOND_FACTOR = demo
    page = client.get(reverse("account_request_login_code"))
    assert page.context["demo_banner"] is demo
