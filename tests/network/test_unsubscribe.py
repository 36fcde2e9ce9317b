"""Stopping bulletins: by the page's button, and by the mail program's one click."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from network.bulletin_mails import secret_of, unsubscribe_url
from network.models import Consent, MembershipEvent

from . import factories

pytestmark = pytest.mark.django_db


def test_opening_the_link_changes_nothing():
    member, client = factories.member(), Client(enforce_csrf_checks=True)
    address = reverse("network:unsubscribe", args=[secret_of(member)])
    for method in (client.get, client.head):
        answer = method(address)
        assert answer.status_code == 200
        assert not answer.cookies
    member.refresh_from_db()
    assert member.wants_bulletins


def test_one_click_withdraws_the_consent():
    member = factories.member()
    client = Client(enforce_csrf_checks=True)
    address = reverse("network:unsubscribe", args=[secret_of(member)])
    for _press in range(2):
        answer = client.post(
            address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
    member.refresh_from_db()
    assert not member.wants_bulletins
    consents = Consent.objects.filter(member=member)
    assert consents.get(purpose=Consent.Purpose.BULLETINS).withdrawn_at is not None
    assert consents.get(purpose=Consent.Purpose.MEMBERSHIP).withdrawn_at is None
    assert MembershipEvent.objects.filter(member=member, act="stop_bulletins").count() == 1


def test_changed_secret_opens_nothing():
    first, second = factories.member(), factories.member()
    _number, signature = secret_of(first).split(".")
    client = Client()
    for secret in (f"{second.pk}.{signature}", secret_of(first)[:-1], "nothing"):
        answer = client.post(reverse("network:unsubscribe", args=[secret]))
        assert answer.status_code == 404
    second.refresh_from_db()
    assert second.wants_bulletins


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_link_is_in_the_members_language(language):
    member = factories.member(language=language)
    address = unsubscribe_url(secret_of(member), language)
    assert f"/{language}/" in address
    with override(language):
        assert Client().get(address).status_code == 200
