"""Two coordinators press at the same moment: one decision is kept and one mail is sent, on any database."""

import pytest

from network.models import JoinRequest, Member, MembershipEvent
from tests.reviewing.test_races import answers

from . import factories, pages

pytestmark = pytest.mark.django_db(transaction=True)
TWO = ["first@example.org", "second@example.org"]


def test_one_of_two_who_approve_sends_the_mail():
    request = factories.pending()
    path = pages.act(request, "approve")
    clients = [pages.coordinators_client(email) for email in TWO]
    pressed = [(client, path, pages.typed(client.get(path))) for client in clients]
    assert sorted(answers(*pressed)) == [302, 409]
    assert len(factories.sent_to(request.email)) == 3
    assert Member.objects.count() == 1
    assert MembershipEvent.objects.filter(act="approve").count() == 1


def test_one_of_two_decisions_is_kept():
    request = factories.pending()
    pressed = []
    for email, name in zip(TWO, ["approve", "decline"], strict=True):
        client = pages.coordinators_client(email)
        path = pages.act(request, name)
        pressed.append((client, path, pages.typed(client.post(path, {"message": "Näin päätin."}))))
    statuses = answers(*pressed)
    assert sorted(statuses) == [302, 409]
    kept = "approved" if statuses[0] == 302 else "declined"
    assert JoinRequest.objects.get().state == kept
    assert len(factories.sent_to(request.email)) == 3
    assert Member.objects.count() == (kept == "approved")


def test_one_person_who_presses_twice_sends_one_mail():
    request = factories.pending()
    path = pages.act(request, "approve")
    client = pages.coordinators_client()
    typed = pages.typed(client.get(path))
    assert sorted(answers((client, path, typed), (client, path, typed))) == [302, 409]
    assert len(factories.sent_to(request.email)) == 3


def test_two_who_approve_the_same_ones_at_once_approve_each_once(settings):
    # Each is approved in a transaction of its own.
    settings.ZEAL_ALLOWLIST = [*settings.ZEAL_ALLOWLIST, {"model": "*", "field": "*"}]
    requests = [factories.pending() for _number in range(3)]
    path = pages.approve_many(*requests)
    pressed = []
    for email in TWO:
        client = pages.coordinators_client(email)
        typed = pages.typed(client.get(path), pk=[request.pk for request in requests])
        pressed.append((client, path, typed))
    assert answers(*pressed) == [302, 302]
    assert Member.objects.count() == 3
    for request in requests:
        assert len(factories.sent_to(request.email)) == 3
