"""Deciding on requests: the mail is read first, and no other is sent; nothing is sent twice."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from zeal import zeal_ignore

from network import actions
from network.admin import requests
from network.models import JoinRequest, Member, MembershipEvent
from tests.accounts.factories import OrganisationFactory

from . import factories, pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_at_once")]


@pytest.fixture
def client() -> Client:
    return pages.coordinators_client()


def mails(request: JoinRequest) -> list:
    """What the applicant got after the request was received."""
    return factories.sent_to(request.email)[2:]


# One at a time ------------------------------------------------------------------


def test_mail_that_is_sent_is_the_one_that_was_shown(client):
    request = factories.pending(language="sv")
    shown = client.get(pages.act(request, "approve")).context["form"].mail
    answer = pages.press(client, pages.act(request, "approve"))
    assert answer.status_code == 302
    [sent] = mails(request)
    assert (sent.to, sent.subject, sent.body) == (shown.to, shown.subject, shown.body)
    assert sent.alternatives[0][0] == shown.alternatives[0][0]
    assert Member.objects.active().get().user.email == request.email


def test_changed_message_is_shown_before_it_is_sent(client):
    request = factories.pending()
    path = pages.act(request, "approve")
    changed = pages.typed(client.get(path), message="Tervetuloa mukaan, Aino!")
    answer = client.post(path, changed)
    assert answer.status_code == 200
    assert "Tervetuloa mukaan, Aino!" in answer.context["form"].mail.body
    assert mails(request) == []
    assert client.post(path, pages.typed(answer)).status_code == 302
    [sent] = mails(request)
    assert "Tervetuloa mukaan, Aino!" in sent.body
    assert MembershipEvent.objects.get(act="approve").message == "Tervetuloa mukaan, Aino!"


def test_button_alone_without_having_read_the_mail_sends_nothing(client):
    request = factories.pending()
    for name in ("approve", "decline", "ask_more"):
        answer = client.post(pages.act(request, name), {"message": "Viesti", "seen": "0" * 64})
        assert answer.status_code == 200
    request.refresh_from_db()
    assert request.state == "pending"
    assert mails(request) == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_message_is_proposed_in_the_applicants_language_whatever_the_coordinators(client, language):
    request = factories.pending(language=language)
    with override("en"):
        form = client.get(pages.act(request, "approve")).context["form"]
    assert form.fields["message"].widget.attrs["lang"] == language
    assert f"/{language}/" in form.mail.body


def test_declining_and_asking_need_a_message_and_begin_without_one(client):
    request = factories.pending()
    for name in ("decline", "ask_more"):
        answer = client.get(pages.act(request, name))
        assert answer.context["form"].mail is None
        answer = client.post(pages.act(request, name), {"message": " "})
        assert answer.context["form"].errors.keys() == {"message"}
    request.refresh_from_db()
    assert request.state == "pending"


def test_declined_applicant_reads_why(client):
    request = factories.pending()
    pages.press(client, pages.act(request, "decline"), message="Verkosto on julkiselle sektorille.")
    request.refresh_from_db()
    assert request.state == "declined"
    [sent] = mails(request)
    assert "Verkosto on julkiselle sektorille." in sent.body


def test_asked_applicant_gets_a_link_that_the_page_did_not_show(client):
    request = factories.pending()
    path = pages.act(request, "ask_more")
    answer = client.post(path, {"message": "Missä työskentelet?"})
    shown = answer.context["form"].mail.body
    assert client.post(path, pages.typed(answer)).status_code == 302
    [sent] = mails(request)
    [shown_link] = [line for line in shown.splitlines() if "xxxxxxxx" in line]
    secret = next(
        line.removeprefix(shown_link.partition("xxxxxxxx")[0]).rstrip("/")
        for line in sent.body.splitlines()
        if line.startswith(shown_link.partition("xxxxxxxx")[0])
    )
    assert sent.body == shown.replace("xxxxxxxx", secret)
    assert actions.find_by_secret(secret) == request


def test_pressing_twice_sends_once_and_says_so(client):
    request = factories.pending()
    path = pages.act(request, "approve")
    typed = pages.typed(client.get(path))
    assert client.post(path, typed).status_code == 302
    again = client.post(path, typed)
    assert again.status_code == 409
    assert len(mails(request)) == 1
    assert Member.objects.count() == 1


def test_another_coordinator_was_quicker_and_what_was_written_is_kept_on_the_page(client):
    request = factories.pending()
    path = pages.act(request, "decline")
    answer = client.post(path, {"message": "Perustelu, jonka kirjoitin."})
    actions.approve(request, by=factories.coordinator("other@example.org"))
    answer = client.post(path, pages.typed(answer))
    assert answer.status_code == 409
    assert "Perustelu, jonka kirjoitin." in answer.content.decode()
    assert [event.act for event in request.events.all()] == ["approve", "confirm", "ask"]


# The organisation ---------------------------------------------------------------


def test_organisation_is_corrected_when_approving(client):
    organisation = OrganisationFactory(name="Keksitty kunta")
    request = factories.pending(organisation_name="Keksityn kunnan hyte")
    answer = pages.press(client, pages.act(request, "approve"), organisation="keksitty  KUNTA")
    assert answer.status_code == 302
    member = Member.objects.get()
    assert (member.organisation, member.organisation_name) == (organisation, "")
    assert member.user.organisation == organisation


def test_organisation_that_the_register_lacks_stays_as_it_was_written(client):
    request = factories.pending(organisation_name="Uusi säätiö")
    pages.press(client, pages.act(request, "approve"))
    member = Member.objects.get()
    assert (member.organisation, member.organisation_name) == (None, "Uusi säätiö")


def test_organisation_of_the_address_is_proposed_where_the_written_one_is_unknown(client):
    organisation = OrganisationFactory(name="Keksitty kunta")
    organisation.domains.create(domain="keksitty.example")
    told = OrganisationFactory(name="Toinen kunta")
    unknown = factories.pending(email="a@keksitty.example", organisation_name="Hyte")
    known = factories.pending(email="b@keksitty.example", organisation_name="", organisation=told)
    for request, proposed in ((unknown, "Keksitty kunta"), (known, "Toinen kunta")):
        form = client.get(pages.act(request, "approve")).context["form"]
        assert form["organisation"].value() == proposed


def test_name_that_is_neither_in_the_register_nor_written_is_refused(client):
    ended = OrganisationFactory(name="Lopetettu virasto", valid_to="2020-12-31")
    request = factories.pending()
    for name in ("Olematon", ended.name):
        answer = pages.press(client, pages.act(request, "approve"), organisation=name)
        assert answer.context["form"].errors.keys() == {"organisation"}
    assert not Member.objects.exists()


# The note -----------------------------------------------------------------------


def test_note_is_written_and_the_history_says_by_whom_but_not_what(client):
    request = factories.pending()
    pages.press(client, pages.act(request, "note"), note="Soitettu 24.11.")
    request.refresh_from_db()
    assert request.note == "Soitettu 24.11."
    event = request.events.first()
    assert (event.act, event.message, event.by.email) == ("note", "", "coordinator@example.org")
    assert mails(request) == []


def test_note_that_somebody_wrote_meanwhile_is_not_written_over(client):
    request = factories.pending()
    path = pages.act(request, "note")
    typed = pages.typed(client.get(path), note="Minun.")
    actions.note(
        request, by=factories.coordinator("other@example.org"), note="Toisen.", seen_version=request.version
    )
    answer = client.post(path, typed)
    assert answer.status_code == 409
    content = answer.content.decode()
    assert "Minun." in content
    assert "Toisen." in content
    request.refresh_from_db()
    assert request.note == "Toisen."
    assert client.post(path, pages.typed(answer)).status_code == 302


# Several at once ----------------------------------------------------------------


def test_chosen_ones_are_approved_each_in_their_language(client):
    finnish, swedish = factories.pending(language="fi"), factories.pending(language="sv")
    chosen = client.post(
        pages.changelist("joinrequest"),
        {"action": "approve_selected", "_selected_action": [finnish.pk, swedish.pk]},
    )
    assert chosen.status_code == 302
    page = client.get(chosen.url)
    assert [row for row, _decision, _hints in page.context["rows"]] == [finnish, swedish]
    typed = pages.typed(page, pk=[finnish.pk, swedish.pk], message_fi="Tervetuloa!", message_sv="Välkommen!")
    page = client.post(chosen.url, typed)
    assert mails(finnish) == []
    # Each is approved in a transaction of its own.
    with zeal_ignore():
        answer = client.post(chosen.url, pages.typed(page, pk=[finnish.pk, swedish.pk]))
    assert answer.status_code == 302
    [to_finnish], [to_swedish] = mails(finnish), mails(swedish)
    assert "Tervetuloa!" in to_finnish.body
    assert "Välkommen!" in to_swedish.body
    assert Member.objects.active().count() == 2


def test_defaults_are_sent_with_one_press_and_no_more_than_was_shown(client):
    request = factories.pending()
    path = pages.approve_many(request)
    page = client.get(path)
    shown = page.context["form"].mails
    answer = client.post(path, pages.typed(page, pk=[request.pk]), follow=True)
    assert [sent.body for sent in mails(request)] == [mail.body for mail in shown]
    assert len(answer.context["messages"]) == 1


def test_one_that_cannot_be_approved_does_not_stop_the_others_and_is_told(client):
    first, second = factories.pending(name="Ensimmäinen"), factories.pending(name="Toinen")
    path = pages.approve_many(first, second)
    typed = pages.typed(client.get(path), pk=[first.pk, second.pk])
    actions.withdraw(first)
    answer = client.post(path, typed, follow=True)
    told = [str(message) for message in answer.context["messages"]]
    assert len(told) == 2
    assert "Ensimmäinen" in told[0]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("withdrawn", "approved")


def test_page_says_who_will_not_be_approved(client):
    request = factories.pending()
    actions.withdraw(request)
    page = client.get(pages.approve_many(request))
    [(row, decision, _hints)] = page.context["rows"]
    assert row == request
    assert not decision.allowed
    assert page.context["form"].requests == []


def test_too_many_are_refused(client, monkeypatch):
    monkeypatch.setattr(requests, "_AT_ONCE", 2)
    chosen = [factories.pending().pk for _number in range(3)]
    answer = client.post(
        pages.changelist("joinrequest"),
        {"action": "approve_selected", "_selected_action": chosen},
        follow=True,
    )
    assert len(answer.context["messages"]) == 1
    assert not Member.objects.exists()


def test_queue_offers_no_deletion(client):
    request = factories.pending()
    answer = client.get(pages.changelist("joinrequest"))
    offered = [value for value, _label in answer.context["action_form"].fields["action"].choices]
    assert offered == ["", "approve_selected"]
    path = reverse("admin:network_joinrequest_changelist")
    for address in (f"{path}{request.pk}/delete/", f"{path}{request.pk}/history/", f"{path}add/"):
        assert client.get(address).status_code == 404


def test_many_are_shown_in_the_same_number_of_queries(client):
    few, many = [factories.pending()], [factories.pending() for _number in range(8)]
    client.get(pages.approve_many(*few))
    counts = []
    for chosen in (few, many):
        with CaptureQueriesContext(connection) as queries:
            client.get(pages.approve_many(*chosen))
        counts.append(len(queries))
    # Of each is asked whether its account was closed, and of its mail whether staff have worded it.
    assert counts[1] - counts[0] == 2 * (len(many) - len(few))
