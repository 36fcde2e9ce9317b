"""Bulletins: to whom, in which words, once each; and that it is seen when one stands still."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from cases.models import Case
from common.workflow import TransitionRefused
from network import actions, bulletin_actions
from network.models import Bulletin, Delivery
from pages import bulletins as joined
from tests.cases.factories import published

from . import factories, pages
from .bulletins import TEXTS, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator() -> User:
    return factories.coordinator()


def send(bulletin: Bulletin, by: User, capture) -> None:
    with capture(execute=True):
        bulletin_actions.start(bulletin, by=by, send=joined.enqueue_sending)
    bulletin.refresh_from_db()


def test_each_who_wants_bulletins_gets_one_in_their_language(coordinator, django_capture_on_commit_callbacks):
    members = {language: factories.member(language=language) for language in TEXTS}
    unwilling = factories.member()
    actions.stop_bulletins(unwilling)
    gone = factories.member()
    actions.leave(gone, by=gone.user)
    bulletin = draft(by=coordinator)
    assert bulletin_actions.recipients() == {"fi": 1, "sv": 1, "en": 1}
    mail.outbox.clear()
    send(bulletin, coordinator, django_capture_on_commit_callbacks)
    assert bulletin.state == Bulletin.State.SENT
    assert len(mail.outbox) == 3
    for language, member in members.items():
        (message,) = factories.sent_to(member.user.email)
        assert message.subject == TEXTS[language][0]
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f"/{language}/" in message.extra_headers["List-Unsubscribe"]
        assert message.extra_headers["List-Unsubscribe"][1:-1] in message.body
        html = message.alternatives[0][0]
        assert "<strong>" in html
        assert "example" not in message.extra_headers["List-Unsubscribe"].rpartition("/network/")[2]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_second_start_is_refused(coordinator, django_capture_on_commit_callbacks):
    factories.member()
    bulletin = draft(by=coordinator)
    twin = Bulletin.objects.get(pk=bulletin.pk)
    send(bulletin, coordinator, django_capture_on_commit_callbacks)
    count = len(mail.outbox)
    with pytest.raises(TransitionRefused):
        bulletin_actions.start(twin, by=coordinator, send=joined.enqueue_sending)
    with pytest.raises(TransitionRefused):
        bulletin_actions.start(bulletin, by=coordinator, send=joined.enqueue_sending)
    assert len(mail.outbox) == count


def test_draft_without_all_languages_is_not_sent(coordinator):
    bulletin = draft(by=coordinator, texts={"fi": TEXTS["fi"]})
    with pytest.raises(TransitionRefused, match="ruotsi"):
        bulletin_actions.start(bulletin, by=coordinator, send=joined.enqueue_sending)
    assert not Delivery.objects.exists()


def test_others_send_nothing(coordinator):
    bulletin = draft(by=coordinator)
    with pytest.raises(TransitionRefused):
        bulletin_actions.start(bulletin, by=factories.member().user, send=joined.enqueue_sending)


def test_whoever_stops_bulletins_meanwhile_is_left_out(coordinator, django_capture_on_commit_callbacks):
    member = factories.member()
    bulletin = draft(by=coordinator)
    bulletin_actions.start(bulletin, by=coordinator, send=lambda number: None)
    actions.stop_bulletins(member)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        joined.send_bulletin.enqueue(bulletin.pk)
    assert Delivery.objects.get().state == Delivery.State.SKIPPED
    assert mail.outbox == []


def test_innovation_that_is_not_public_any_more_is_left_out(
    coordinator, client, django_capture_on_commit_callbacks
):
    stays, goes = published(), published()
    bulletin = draft(by=coordinator)
    joined.choose_cases(bulletin, [goes, stays])
    Case.objects.filter(pk=goes.pk).update(state="archived")
    member = factories.member()
    send(bulletin, coordinator, django_capture_on_commit_callbacks)
    body = factories.sent_to(member.user.email)[-1].body
    assert reverse("cases:detail", args=[stays.pk, stays.text.slug]) in body
    assert f"/{goes.pk}-" not in body
    page = client.get(reverse("pages:bulletin", args=[bulletin.pk])).content.decode()
    assert f"/{goes.pk}-" not in page
    assert member.user.email not in page


def test_innovation_in_another_language_than_the_mail_says_so(coordinator):
    bulletin = draft(by=coordinator)
    joined.choose_cases(bulletin, [published()])
    assert '<h3 lang="fi">' in joined.mail_in(bulletin, "en").html
    assert "<h3 >" in joined.mail_in(bulletin, "fi").html


def test_test_goes_to_oneself_alone(coordinator, django_capture_on_commit_callbacks):
    factories.member()
    bulletin = draft(by=coordinator)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        bulletin_actions.send_test(bulletin, by=coordinator, mail_in=joined.mail_in)
    assert {address for message in mail.outbox for address in message.to} == {coordinator.email}
    assert not Delivery.objects.exists()


def test_draft_is_not_in_the_archive(coordinator, client, django_assert_max_num_queries):
    bulletin = draft(by=coordinator)
    assert client.get(reverse("pages:bulletin", args=[bulletin.pk])).status_code == 404
    bulletin_actions.start(bulletin, by=coordinator, send=lambda number: None)
    with django_assert_max_num_queries(8):
        answer = client.get(reverse("pages:bulletins"))
    assert TEXTS["fi"][0] in answer.content.decode()
    assert not answer.cookies


def test_database_refuses_a_second_delivery(coordinator):
    member, bulletin = factories.member(), draft(by=coordinator)
    Delivery.objects.create(bulletin=bulletin, member=member, language="fi")
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(bulletin=bulletin, member=member, language="fi")


# The desk -----------------------------------------------------------------------


def test_coordinator_writes_previews_and_sends(django_capture_on_commit_callbacks):
    client = pages.coordinators_client()
    case, member = published(), factories.member(language="sv")
    told = {
        "seen_version": 0,
        "cases": f"https://x.example{reverse('cases:detail', args=[case.pk, case.text.slug])}",
    }
    for language, (subject, body) in TEXTS.items():
        told |= {f"subject_{language}": subject, f"body_{language}": body}
    answer = client.post(reverse("admin:network_bulletin_write"), told)
    bulletin = Bulletin.objects.get()
    assert answer.url == pages.page(bulletin)
    assert joined.chosen_cases(bulletin) == [case]
    preview = client.get(pages.page(bulletin)).content.decode()
    assert (
        "<strong>"
        in client.get(reverse("admin:network_bulletin_html", args=[bulletin.pk, "fi"])).content.decode()
    )
    for subject, _body in TEXTS.values():
        assert subject in preview
    assert client.get(reverse("admin:network_bulletin_edit", args=[bulletin.pk])).status_code == 200
    confirm = client.get(pages.act(bulletin, "start"))
    assert confirm.status_code == 200
    assert bulletin.state == "draft"
    stale = client.post(pages.act(bulletin, "start"), {"seen_version": bulletin.version + 1})
    assert stale.status_code == 409
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(pages.act(bulletin, "start"), {"seen_version": bulletin.version})
    assert [message.to for message in mail.outbox] == [[member.user.email]]
    assert client.get(pages.page(bulletin)).status_code == 200
    assert client.get(pages.changelist("bulletin")).status_code == 200


def test_only_public_innovations_are_chosen():
    client = pages.coordinators_client()
    case = published()
    address = reverse("cases:detail", args=[case.pk, case.text.slug])
    Case.objects.filter(pk=case.pk).update(state="archived")
    told = {"seen_version": 0, "subject_fi": "x", "body_fi": "y", "cases": address}
    answer = client.post(reverse("admin:network_bulletin_write"), told)
    assert answer.status_code == 200
    assert not Bulletin.objects.exists()
