"""The address of an account changes when both the old and the new one have been confirmed."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import address_change
from accounts.models import AddressChange, User
from tests.accounts.factories import UserFactory
from tests.submitting.pages import errors_of, form_data, soup, text_of

from .factories import sent_to
from .test_joining import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_at_once")]

OLD, NEW = "aino@vanha.example", "aino@uusi.example"


@pytest.fixture
def user(client):
    user = UserFactory(email=OLD)
    client.force_login(user)
    return user


def ask(client, new: str = NEW):
    page = reverse("account_change_address")
    return client.post(page, {**form_data(client.get(page)), "new_email": new})


def link_to(email: str) -> str:
    return re.search(r"http://[^/\s]+(/\S+/[\w-]{43}/)", sent_to(email)[-1].body)[1]


def press(client, link, act="confirm"):
    return client.post(link, {"act": act})


def address_of(user) -> str:
    return User.objects.get(pk=user.pk).email


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
def test_the_address_changes_when_both_are_confirmed_in_either_order(client, user, order):
    assert ask(client, "  Aino@UUSI.example ").url == reverse("account_change_address_asked")
    first, second = (link_to(email) for email in order)
    assert press(client, first).url == reverse("account_address_confirmed")
    assert address_of(user) == OLD
    assert press(client, second).url == reverse("account_address_changed")
    assert address_of(user) == NEW
    assert not AddressChange.objects.exists()
    assert len(sent_to(OLD)) == 2


def test_links_work_without_being_signed_in(client, user):
    ask(client)
    client.logout()
    press(client, link_to(OLD))
    press(client, link_to(NEW))
    assert address_of(user) == NEW


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_links_changes_nothing(client, user, method):
    ask(client)
    for link in (link_to(OLD), link_to(NEW)):
        response = getattr(client, method)(link)
        assert response.status_code == 200
        assert response["Referrer-Policy"] == "no-referrer"
    assert address_of(user) == OLD
    assert AddressChange.objects.get().old_digest


def test_one_link_pressed_twice_is_one_confirmation(client, user):
    ask(client)
    link = link_to(NEW)
    press(client, link)
    assert press(client, link).status_code == 404
    assert address_of(user) == OLD


def test_the_owner_of_the_old_address_can_refuse(client, user):
    ask(client)
    old, new = link_to(OLD), link_to(NEW)
    press(client, new)
    assert press(client, old, "keep").url == reverse("account_address_kept")
    assert {press(client, link).status_code for link in (old, new)} == {404}
    assert address_of(user) == OLD


def test_links_end_after_two_days(client, user, clock):
    client.force_login(user)
    ask(client)
    press(client, link_to(OLD))
    clock.shift(timedelta(hours=48, seconds=1))
    assert press(client, link_to(NEW)).status_code == 404
    assert address_of(user) == OLD


def test_a_newer_wish_makes_the_older_links_worthless(client, user):
    ask(client, "typo@uusi.example")
    older = [link_to(OLD), link_to("typo@uusi.example")]
    ask(client)
    assert {press(client, link).status_code for link in older} == {404}
    press(client, link_to(OLD))
    press(client, link_to(NEW))
    assert address_of(user) == NEW


def test_the_page_does_not_tell_that_an_address_has_an_account(client, user):
    UserFactory(email="taken@uusi.example")
    free, taken = ask(client), ask(client, "taken@uusi.example")
    assert free.url == taken.url
    assert not re.search(r"/[\w-]{43}/", sent_to("taken@uusi.example")[-1].body)


def test_an_address_that_meanwhile_got_an_account_is_not_taken_from_it(client, user):
    ask(client)
    press(client, link_to(OLD))
    other = UserFactory(email=NEW)
    assert press(client, link_to(NEW)).status_code == 409
    assert (address_of(user), address_of(other)) == (OLD, NEW)


def test_the_same_address_is_no_change(client, user):
    assert errors_of(ask(client, OLD.upper()))
    assert not mail.outbox


def test_nobody_asks_for_changes_all_day(client, user):
    for number in range(5):
        ask(client, f"n{number}@uusi.example")
    assert errors_of(ask(client, "n6@uusi.example"))


def test_secrets_are_not_kept_and_leave_the_page_nowhere(client, user):
    ask(client)
    link = link_to(OLD)
    secret = link.rstrip("/").rpartition("/")[2]
    assert secret not in str(list(AddressChange.objects.values()))
    page = client.get(link)
    assert NEW in text_of(page)
    assert all(
        found["href"].endswith(f"{secret}/")
        for found in soup(page).select("a[href]")
        if secret in found["href"]
    )


def test_an_empty_secret_finds_nothing(user):
    address_change.ask(user, NEW)
    AddressChange.objects.update(new_digest="")
    assert address_change.find("") is None


@pytest.mark.django_db(transaction=True)
def test_both_links_pressed_at_the_same_moment_change_the_address_once():
    user = UserFactory(email=OLD)
    address_change.ask(user, NEW)
    links = [link_to(OLD), link_to(NEW)]
    answers = at_once(*[lambda link=link: press(Client(), link) for link in links * 2])
    assert sorted(answer.status_code for answer in answers)[:2] == [302, 302]
    assert reverse("account_address_changed") in {getattr(answer, "url", "") for answer in answers}
    assert address_of(user) == NEW
    assert len(sent_to(OLD)) == 2
