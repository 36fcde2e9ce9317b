"""What strangers, other members, moderators and scripted clients try on the network, in vain."""

import csv
import io
import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.permissions import MODERATORS
from common.tabular import as_csv
from network import actions
from network.models import JoinRequest, Member
from tests.accounts.sign_in import sign_in_to_admin
from tests.submitting.pages import soup

from . import factories, pages
from .joining import address, filled, opened, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_answers")]

OWN = ("own", "directory", "profile", "data", "data_json", "leave")
MARKUP = '<script>alert("x")</script>'


def client_of(member: Member, **options) -> Client:
    client = Client(**options)
    client.force_login(member.user)
    return client


def asked(clock, **typed):
    client = Client()
    page = opened(client)
    clock.shift(10)
    return send(client, filled(page, **typed))


def link_in(message) -> str:
    return re.search(r"http://[^/]+(/\S+)", message.body)[1]


# Finding out who is there -----------------------------------------------------


def test_answers_to_members_applicants_and_strangers_cannot_be_told_apart(clock):
    member, waiting = factories.member(), factories.pending()
    answers = [
        asked(clock, email=email) for email in (member.user.email, waiting.email, "uusi@esimerkki.example")
    ]
    assert len({(answer.status_code, answer["Location"], str(answer.headers)) for answer in answers}) == 1


def test_hidden_member_and_nobody_are_the_same_to_another_member():
    hidden, curious = factories.member(), factories.member()
    client = client_of(curious)
    for pk in (hidden.pk, 987654, 0):
        assert client.get(address("member", pk)).status_code == 404


@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "delete", "patch"])
@pytest.mark.parametrize("name", OWN)
def test_stranger_gets_nothing_of_members_pages_by_any_method(name, method):
    shown = factories.member(name="Salainen Sanni", in_directory=True)
    for path in (address(name), address("member", shown.pk)):
        answer = getattr(Client(), method)(path)
        assert answer.status_code in (302, 403, 405)
        assert b"Salainen" not in answer.content


def test_who_left_or_whose_account_was_closed_sees_nobody():
    gone, closed = factories.member(), factories.member()
    shown = factories.member(name="Salainen Sanni", in_directory=True)
    clients = [client_of(gone), client_of(closed)]
    actions.leave(gone, by=gone.user)
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    for client in clients:
        for path in (address("directory"), address("member", shown.pk)):
            answer = client.get(path)
            assert answer.status_code in (302, 403)
            assert b"Salainen" not in answer.content


def test_directory_cannot_be_asked_for_what_is_not_shown():
    member = factories.member(name="Sanni", in_directory=True)
    actions.note(
        member, by=User.objects.get(is_staff=True), note="arkaluonteinen", seen_version=member.version
    )
    client = client_of(factories.member(in_directory=True))
    for query in (
        "q=arkaluonteinen",
        f"q={member.user.email}",
        "user__email=x",
        "note__contains=a",
        "page=-1",
    ):
        answer = client.get(f"{address('directory')}?{query}")
        assert answer.status_code == 200
        assert b"arkaluonteinen<" not in answer.content
    assert b"Sanni" not in client.get(f"{address('directory')}?q=arkaluonteinen").content


# Others' things ---------------------------------------------------------------


def test_profile_form_changes_only_ones_own():
    victim, attacker = factories.member(role="ennallaan"), factories.member()
    client = client_of(attacker)
    page = client.get(address("profile"))
    data = {
        "role": "muutettu",
        "organisation": "Esimerkkilän kunta",
        "pk": victim.pk,
        "id": victim.pk,
        "user": victim.user_id,
        "state": "left",
        "note": "oma",
        "is_staff": "on",
    }
    assert page.status_code == 200
    client.post(address("profile"), data)
    victim.refresh_from_db(), attacker.refresh_from_db()
    assert (victim.role, attacker.role, attacker.note, attacker.state) == (
        "ennallaan",
        "muutettu",
        "",
        "active",
    )


def test_form_of_joining_takes_no_more_than_it_asks_for(clock):
    asked(clock, state="approved", note="minä", decided_by="1", version="9", confirmed_at="2026-01-01")
    request = JoinRequest.objects.get()
    assert (request.state, request.note, request.decided_by) == ("unconfirmed", "", None)


@pytest.mark.parametrize("secret", ["x", "0" * 43, "%00", "' OR 1=1 --", "a" * 5000, "ä" * 43])
def test_guessed_secret_opens_nothing(secret):
    request = factories.pending()
    answer = Client().post(address("request", secret), {"act": "withdraw"})
    assert answer.status_code == 404
    request.refresh_from_db()
    assert request.state == "pending"
    # Nor does the digest, which whoever reads the database would have.
    assert Client().get(address("request", request.secret_digest)).status_code == 404


def test_closed_request_has_no_link_and_an_unknown_act_does_nothing(mail_at_once):
    request = factories.pending()
    path = link_in(factories.sent_to(request.email)[-1])
    assert Client().post(path, {"act": "approve"}).status_code == 200
    request.refresh_from_db()
    assert request.state == "pending"
    actions.withdraw(request)
    assert Client().get(path).status_code == 404


def test_another_site_cannot_make_a_member_leave_or_change():
    member = factories.member()
    client = client_of(member, enforce_csrf_checks=True)
    for name in ("leave", "profile"):
        assert client.post(address(name), {"role": "x"}).status_code == 403
    for method in ("get", "head"):
        getattr(client, method)(address("leave"))
    member.refresh_from_db()
    assert member.is_active


def test_moderator_sees_nothing_of_the_network():
    factories.pending(name="Salainen Sanni")
    member = factories.member(name="Salainen Seppo")
    moderator = User.objects.create_user(email="moderator@example.org", display_name="M", is_staff=True)
    moderator.groups.add(Group.objects.get(name=MODERATORS))
    client = Client()
    sign_in_to_admin(client, moderator)
    paths = [
        pages.changelist("joinrequest"),
        pages.changelist("member"),
        pages.page(member),
        pages.act(member, "remove"),
        address("directory"),
    ]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code in (302, 403, 404), path
        assert b"Salainen" not in answer.content
    assert b"network" not in b"".join(
        link["href"].encode() for link in soup(client.get("/fi/hallinta/")).select("#content a[href]")
    )


# What is typed ----------------------------------------------------------------


@pytest.mark.parametrize("field", ["name", "organisation", "role"])
def test_line_breaks_in_what_was_typed_make_no_mail_headers(clock, mail_at_once, field):
    asked(clock, **{field: "Aino\r\nBcc: joku@muualla.example\r\n\r\nTeksti"})
    for request in JoinRequest.objects.all():
        actions.confirm(request)
    for message in mail.outbox:
        assert message.recipients() in ([message.to[0]],)
        assert "bcc" not in {header.lower() for header in message.message()}
        assert "\n" not in str(message.subject)


@pytest.mark.parametrize(
    "email", ["a@b.example\nBcc: c@d.example", "a@b.example,c@d.example", "<a@b.example>"]
)
def test_address_that_is_more_than_one_is_refused(clock, email):
    assert asked(clock, email=email).status_code == 200
    assert not JoinRequest.objects.exists()


def test_markup_is_shown_as_text_everywhere(mail_at_once):
    told = {
        "name": MARKUP,
        "organisation_name": MARKUP,
        "role": MARKUP,
        "works_on": MARKUP,
        "wants_to_learn": MARKUP,
    }
    request = factories.pending(**told)
    by_link = Client().get(link_in(factories.sent_to(request.email)[-1]))
    shown = factories.member(**told, in_directory=True)
    client, desk = client_of(shown), pages.coordinators_client()
    answers = [
        by_link,
        *(client.get(address(name)) for name in ("own", "directory", "profile", "data")),
        client.get(address("member", shown.pk)),
        *(
            desk.get(path)
            for path in (
                pages.changelist("joinrequest"),
                pages.changelist("member"),
                pages.page(request),
                pages.page(shown),
            )
        ),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert MARKUP.encode() not in answer.content
    for message in mail.outbox:
        assert MARKUP not in message.alternatives[0][0]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "|"])
def test_names_in_lists_are_no_formulas(start):
    formula = f'{start}HYPERLINK("http://x.example")'
    cell = list(csv.reader(io.StringIO(as_csv(["name"], [[formula]]).decode("utf-8-sig")), delimiter=","))[
        -1
    ][0]
    assert not cell.startswith(("=", "+", "-", "@", "|"))


# What leaks -------------------------------------------------------------------


def test_members_pages_are_kept_by_no_cache():
    client = client_of(factories.member(in_directory=True))
    for path in (*map(address, OWN), address("member", Member.objects.get().pk)):
        control = client.get(path)["Cache-Control"]
        assert "private" in control
        assert "no-store" in control, path


def test_page_of_a_secret_tells_nobody_where_it_was(mail_at_once):
    request = factories.pending()
    path = link_in(factories.sent_to(request.email)[-1])
    answer = Client().get(path)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    secret = path.rstrip("/").rpartition("/")[2]
    away = [link["href"] for link in soup(answer).select("a[href], link[href]") if secret in link["href"]]
    # Only the same page in other languages, here.
    assert all(href.startswith("/") and not href.startswith("//") for href in away), away


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_sign_in_leads_to_no_other_site(there):
    member = factories.member()
    answer = client_of(member).get("/fi/tili/kirjaudu/", {"next": there})
    assert "evil.example" not in answer.headers.get("Location", "")
    assert not answer.headers.get("Location", "").startswith("javascript")
    stranger = Client().get("/fi/tili/kirjaudu/", {"next": there}, follow=True)
    assert all(
        not form.get("action", "").startswith(("http", "//", "javascript"))
        for form in soup(stranger).select("form")
    )


def test_many_requests_from_one_machine_are_stopped(clock):
    answers = [asked(clock, email="sama@esimerkki.example").status_code for _ in range(7)]
    assert answers[0] == 302
    assert answers[-1] == 200
