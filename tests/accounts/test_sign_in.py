import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import OrganisationDomain, User

from .factories import OrganisationFactory, StaffFactory, UserFactory
from .sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def ask(client: Client, address: str, language: str = "fi", **extra):
    with translation.override(language):
        url = reverse("account_request_login_code")
    return client.post(url, {"email": address, **extra})


def code_in(message) -> str:
    return re.search(r"\b\d{4}-\d{4}\b", message.body)[0]


def confirm(client: Client, code: str, **extra):
    with translation.override("fi"):
        return client.post(reverse("account_confirm_login_code"), {"code": code, **extra})


def other(code: str) -> str:
    return "0000-0001" if code == "0000-0000" else "0000-0000"


def signed_in_as(client: Client) -> str | None:
    user_id = client.session.get("_auth_user_id")
    return User.objects.get(pk=user_id).email if user_id else None


def test_known_address_signs_in_with_the_code(client):
    user = UserFactory()
    assert ask(client, user.email).status_code == 302
    assert signed_in_as(client) is None
    confirm(client, code_in(mail.outbox[0]))
    assert signed_in_as(client) == user.email
    assert mail.outbox[0].to == [user.email]


def test_unknown_address_gets_an_account_when_the_code_comes_back(client):
    vm = OrganisationFactory()
    OrganisationDomain.objects.create(organisation=vm, domain="vm.example")
    ask(client, "Uusi@VM.example", language="sv")
    assert not User.objects.exists()
    confirm(client, code_in(mail.outbox[0]))
    user = User.objects.get()
    assert signed_in_as(client) == "uusi@vm.example" == user.email
    assert user.organisation == vm
    assert not user.is_staff
    assert not user.has_usable_password()


def test_code_may_be_typed_without_the_dash(client):
    user = UserFactory()
    ask(client, user.email)
    confirm(client, code_in(mail.outbox[0]).replace("-", " "))
    assert signed_in_as(client) == user.email


def test_mail_is_in_the_language_of_the_page(client):
    user = UserFactory(language="fi")
    bodies = {}
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            expected = translation.gettext("Enter this code on the page where you asked for it:")
        ask(Client(), user.email, language=language)
        bodies[language] = mail.outbox[-1].body
        assert expected in bodies[language]


def without_secrets(content: bytes, *values: str) -> str:
    text = re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", content.decode())
    for value in values:
        text = text.replace(value, "")
    return text


def test_known_unknown_and_closed_addresses_get_the_same_pages_and_mails(client):
    UserFactory(email="known@vm.example")
    UserFactory(email="closed@vm.example", is_active=False)
    StaffFactory(email="staff@vm.example", password="a long password")
    seen = []
    for address in ("known@vm.example", "absent@vm.example", "closed@vm.example", "staff@vm.example"):
        mail.outbox.clear()
        visitor = Client()
        answer = ask(visitor, address)
        page = visitor.get(answer["Location"])
        wrong = confirm(visitor, other(code_in(mail.outbox[0])))
        message = mail.outbox[0]
        code = code_in(message)
        seen.append(
            (
                answer.status_code,
                answer["Location"],
                sorted(answer.cookies),
                without_secrets(page.content, address),
                wrong.status_code,
                without_secrets(wrong.content, address),
                len(mail.outbox),
                message.subject,
                message.body.replace(code, ""),
            )
        )
    assert all(what == seen[0] for what in seen)


def test_known_and_unknown_addresses_cost_the_same_queries():
    UserFactory(email="known@vm.example")
    costs = []
    for address in ("known@vm.example", "absent@vm.example"):
        with CaptureQueriesContext(connection) as queries:
            ask(Client(), address)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_closed_account_is_told_so_only_after_the_code(client):
    user = UserFactory(is_active=False)
    ask(client, user.email)
    answer = confirm(client, code_in(mail.outbox[0]))
    assert signed_in_as(client) is None
    with translation.override("fi"):
        assert answer["Location"] == reverse("account_inactive")


def test_session_key_changes_at_sign_in(client):
    user = UserFactory()
    ask(client, user.email)
    before = client.session.session_key
    confirm(client, code_in(mail.outbox[0]))
    assert client.session.session_key != before
    assert not client.session.exists(before)


def test_code_works_once(client):
    user = UserFactory()
    ask(client, user.email)
    code = code_in(mail.outbox[0])
    confirm(client, code)
    client.logout()
    confirm(client, code)
    assert signed_in_as(client) is None


def test_code_works_only_in_the_browser_that_asked(client):
    user = UserFactory()
    ask(client, user.email)
    stranger = Client()
    confirm(stranger, code_in(mail.outbox[0]))
    assert signed_in_as(stranger) is None


def test_code_stops_working_after_five_wrong_ones(client):
    user = UserFactory()
    ask(client, user.email)
    code = code_in(mail.outbox[0])
    for _attempt in range(5):
        confirm(client, other(code))
    confirm(client, code)
    assert signed_in_as(client) is None


def test_code_stops_working_after_15_minutes(client):
    user = UserFactory()
    with time_machine.travel("2026-11-24 12:00:00+00:00", tick=False) as clock:
        ask(client, user.email)
        clock.shift(15 * 60 + 1)
        confirm(client, code_in(mail.outbox[0]))
    assert signed_in_as(client) is None


def test_new_code_replaces_the_old_one(client):
    user = UserFactory()
    ask(client, user.email)
    with translation.override("fi"):
        client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    old, new = (code_in(message) for message in mail.outbox)
    confirm(client, old)
    assert signed_in_as(client) is None
    confirm(client, new)
    assert signed_in_as(client) == user.email


def test_address_gets_three_codes_a_minute_and_more_later(client):
    with time_machine.travel("2026-11-24 12:00:00+00:00", tick=False) as clock:
        for _request in range(5):
            ask(Client(), "somebody@vm.example")
        assert len(mail.outbox) == 3
        clock.shift(61)
        ask(Client(), "somebody@vm.example")
        assert len(mail.outbox) == 4


def test_new_codes_count_towards_the_limit(client):
    ask(client, "somebody@vm.example")
    with translation.override("fi"):
        for _request in range(2):
            client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    ask(Client(), "somebody@vm.example")
    assert len(mail.outbox) == 3


def test_computer_gets_twenty_codes_a_minute_whatever_it_claims_about_its_address(client):
    for number in range(25):
        visitor = Client(headers={"X-Forwarded-For": f"192.0.2.{number}"})
        ask(visitor, f"person{number}@vm.example")
    assert len(mail.outbox) == 20


def test_behind_a_proxy_the_limit_is_on_the_address_that_the_proxy_tells(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(25):
        visitor = Client(headers={"X-Forwarded-For": f"198.51.100.1, 192.0.2.{number}"})
        ask(visitor, f"person{number}@vm.example")
    assert len(mail.outbox) == 25


def test_limits_are_shared_by_all_processes(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}
    }
    call_command("createcachetable")
    for _request in range(5):
        caches.close_all()
        ask(Client(), "somebody@vm.example")
    assert len(mail.outbox) == 3
    cache.clear()


def test_limits_can_be_reset_by_emptying_the_cache():
    for _request in range(4):
        ask(Client(), "somebody@vm.example")
    cache.clear()
    ask(Client(), "somebody@vm.example")
    assert len(mail.outbox) == 4


def test_page_asked_for_follows_sign_in(client):
    user = UserFactory()
    answer = ask(client, user.email, next="/fi/tili/?a=1")
    assert "next=" in answer["Location"]
    assert b'name="next"' in client.get(answer["Location"]).content
    answer = confirm(client, code_in(mail.outbox[0]), next="/fi/tili/?a=1")
    assert answer["Location"] == "/fi/tili/?a=1"


@pytest.mark.parametrize(("name", "url_name"), [("", "account_profile"), ("Matti M", "cases:own")])
def test_without_a_page_asked_for_sign_in_leads_to_ones_own(client, name, url_name):
    user = UserFactory(display_name=name)
    ask(client, user.email)
    answer = confirm(client, code_in(mail.outbox[0]))
    with translation.override("fi"):
        assert answer["Location"] == reverse(url_name)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_leads_nowhere_else(client, target):
    user = UserFactory()
    ask(client, user.email, next=target)
    answer = confirm(client, code_in(mail.outbox[0]), next=target)
    assert answer["Location"].startswith("/fi/")


@pytest.mark.parametrize("name", ["account_request_login_code", "account_login", "account_logout"])
def test_forms_demand_the_csrf_token(name):
    visitor = Client(enforce_csrf_checks=True)
    assert visitor.post(reverse(name), {"email": "a@vm.example"}).status_code == 403


def test_opening_the_sign_out_page_signs_nobody_out(client):
    user = UserFactory()
    sign_in(client, user, "code")
    assert client.get(reverse("account_logout")).status_code == 200
    assert signed_in_as(client) == user.email
    client.post(reverse("account_logout"))
    assert signed_in_as(client) is None


def test_opening_the_code_page_sends_and_confirms_nothing(client):
    ask(client, "somebody@vm.example")
    client.get(reverse("account_request_login_code"))
    client.get(reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[0])})
    assert len(mail.outbox) == 1
    assert signed_in_as(client) is None


def test_contributor_does_not_sign_in_by_password(client):
    user = UserFactory(password="a long password")
    answer = client.post(reverse("account_login"), {"login": user.email, "password": "a long password"})
    assert answer.status_code == 200
    assert signed_in_as(client) is None


def test_failed_passwords_are_limited_by_address(client):
    StaffFactory(email="staff@vm.example", password="a long password")
    for _attempt in range(5):
        client.post(reverse("account_login"), {"login": "staff@vm.example", "password": "wrong"})
    client.post(reverse("account_login"), {"login": "staff@vm.example", "password": "a long password"})
    assert signed_in_as(client) is None


def test_wrong_password_reads_the_same_for_known_and_unknown_addresses():
    StaffFactory(email="staff@vm.example", password="a long password")
    pages = {
        without_secrets(
            Client().post(reverse("account_login"), {"login": address, "password": "wrong"}).content, address
        )
        for address in ("staff@vm.example", "absent@vm.example")
    }
    assert len(pages) == 1


def test_allauth_keeps_no_addresses_of_its_own(client):
    ask(client, "somebody@vm.example")
    confirm(client, code_in(mail.outbox[0]))
    assert signed_in_as(client) == "somebody@vm.example"
    assert not EmailAddress.objects.exists()


def test_neither_address_nor_code_is_logged(client, caplog):
    caplog.set_level("DEBUG")
    ask(client, "somebody@vm.example")
    confirm(client, other(code_in(mail.outbox[0])))
    confirm(client, code_in(mail.outbox[0]))
    assert "somebody@" not in caplog.text
    assert code_in(mail.outbox[0]) not in caplog.text
