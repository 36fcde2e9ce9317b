"""Asking to join, confirming by the mailed link, following one's request."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from babel.messages.pofile import read_po
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import OrganisationDomain
from common.logs import mask
from common.spam_guard import QUICKEST
from common.workflow import TransitionRefused
from network import actions, consents
from network.models import Consent, JoinRequest, MembershipEvent
from network.views import joining
from taxonomy.models import Vocabulary
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases.factories import term
from tests.submitting.pages import errors_of, form_data, soup, text_of, title_of

from . import factories
from .joining import TYPED, address, filled, opened, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_answers", "mail_at_once")]

State = JoinRequest.State
LANGUAGES = [code for code, _name in django_settings.LANGUAGES]


def link_in(message) -> str:
    """The path of the secret link in a mail."""
    return re.search(r"http://[^/\s]+(/\S+/[\w-]{43}/)", message.body)[1]


def asked(client, clock, **typed):
    page = opened(client)
    clock.shift(QUICKEST + 1)
    return send(client, filled(page, **typed))


def press(client, link: str, act: str, **typed):
    return client.post(link, {"act": act, **typed})


# The public page --------------------------------------------------------------


def test_the_network_tells_how_many_members_it_has_of_how_many_organisations(client):
    known = OrganisationFactory()
    for values in (
        {"organisation": known, "organisation_name": ""},
        {"organisation": known, "organisation_name": ""},
        {"organisation_name": "Esimerkkilän kunta"},
        {"organisation_name": "esimerkkilän kunta"},
    ):
        factories.member(**values)
    left = factories.member(organisation_name="Toinen kunta")
    actions.leave(left, by=left.user)
    assert joining.figures() == {"members": 4, "organisations": 2}
    assert soup(client.get(address("front"))).select_one(".stat-value").get_text(strip=True) == "4"


def test_public_pages_ask_the_same_few_things_however_many_members_there_are(client):
    client.get(address("front"))  # What all pages share is remembered from here on.
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            for name in ("front", "join", "asked"):
                client.get(address(name))
        counts.append(len(queries))
        for _number in range(3):
            factories.member(organisation=OrganisationFactory())
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("name", ["front", "join", "asked", "confirmed", "answered", "withdrawn"])
def test_public_pages_set_no_cookie(client, name):
    response = client.get(address(name))
    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_there_in_every_language(client, language):
    for name in ("front", "join", "asked", "confirmed", "answered", "withdrawn"):
        assert client.get(address(name, language=language)).status_code == 200


# The form ---------------------------------------------------------------------


def test_everything_that_was_told_is_in_the_request(client, clock):
    organisation = OrganisationFactory(name_fi="Esimerkkivirasto")
    chosen = [term(Vocabulary.PRINCIPLE, "1"), term(Vocabulary.THEME, "07")]
    asked(
        client,
        clock,
        organisation="esimerkkivirasto",
        wants_to_learn="Mittaamista.",
        principles=[chosen[0].pk],
        themes=[chosen[1].pk],
        language="sv",
        in_directory="on",
    )
    request = JoinRequest.objects.get()
    assert (request.organisation, request.organisation_name) == (organisation, "")
    assert (request.name, request.role, request.works_on, request.wants_to_learn, request.language) == (
        TYPED["name"],
        TYPED["role"],
        TYPED["works_on"],
        "Mittaamista.",
        "sv",
    )
    assert set(request.interests.all()) == set(chosen)
    assert request.in_directory
    assert set(request.consents.values_list("purpose", "text_version", "language")) == {
        # The text was read in Finnish, though mail comes in Swedish.
        (Consent.Purpose.MEMBERSHIP, consents.VERSION, "fi"),
        (Consent.Purpose.DIRECTORY, consents.VERSION, "fi"),
    }


@pytest.mark.parametrize("missing", ["name", "email", "organisation", "language", "membership"])
def test_what_is_missing_is_told_first_and_nothing_typed_is_lost(client, clock, missing):
    response = asked(client, clock, **{missing: None})
    assert len(errors_of(response)) == 1
    assert title_of(response).startswith(("Virhe:", "Error:"))
    kept = form_data(response)
    assert kept["works_on"] == TYPED["works_on"]
    assert not JoinRequest.objects.exists()


def test_the_address_tells_the_organisation(client, clock):
    organisation = OrganisationFactory()
    OrganisationDomain.objects.create(organisation=organisation, domain="virasto.example")
    asked(client, clock, email="aino@osasto.virasto.example", organisation="")
    assert JoinRequest.objects.get().organisation == organisation


def test_what_is_known_of_somebody_signed_in_is_filled_in(client):
    user = UserFactory(language="sv", organisation=OrganisationFactory(name_fi="Esimerkkivirasto"))
    client.force_login(user)
    data = form_data(opened(client))
    assert (data["name"], data["email"], data["organisation"], data["language"]) == (
        user.display_name,
        user.email,
        "Esimerkkivirasto",
        ["sv"],
    )


def answers_to(client, clock, who: list[str]):
    return [asked(client, clock, email=email) for email in who]


def test_members_applicants_and_strangers_read_the_same(client, clock):
    member, applicant = factories.member(), factories.pending()
    responses = answers_to(client, clock, [member.user.email, applicant.email.upper(), "new@example.org"])
    assert {response.url for response in responses} == {address("asked")}
    assert {bytes(client.get(response.url).content) for response in responses}.__len__() == 1
    words = {factories.sent_to(email)[-1].subject for email in (member.user.email, applicant.email)}
    assert len(words) == 2
    assert JoinRequest.objects.open().count() == 2


def test_every_answer_takes_as_long_as_the_longest(client, clock, monkeypatch):
    slept = []
    monkeypatch.setattr(joining, "ASKING_TAKES", 0.4)
    monkeypatch.setattr(joining.time, "sleep", slept.append)
    answers_to(client, clock, [factories.member().user.email, "new@example.org"])
    assert len(slept) == 2
    # The clock of the test stands still.
    assert all(seconds == pytest.approx(0.4, abs=0.3) for seconds in slept)


def test_the_first_mail_holds_nothing_that_a_stranger_typed(client, clock):
    """Otherwise the form would carry anybody's words to anybody."""
    asked(client, clock, name="Buy at spam.example", role="BUY", works_on="BUY", organisation="BUY")
    message = mail.outbox[-1]
    assert "buy" not in (message.subject + message.body).casefold()


@pytest.mark.parametrize("language", LANGUAGES)
def test_mails_come_in_the_language_that_was_chosen(client, clock, language):
    asked(client, clock, language=language)
    assert f"/{language}/" in link_in(mail.outbox[-1])


# The mailed link --------------------------------------------------------------


@pytest.fixture
def link(client, clock):
    asked(client, clock)
    return link_in(mail.outbox[-1])


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_link_changes_nothing(client, link, method):
    before = list(JoinRequest.objects.values())
    for _time in range(3):
        getattr(client, method)(link)
        getattr(client, method)(f"{link}?withdraw=1")
        getattr(client, method)(f"{link}?act=confirm")
    assert list(JoinRequest.objects.values()) == before
    assert len(mail.outbox) == 1


def test_a_press_without_an_act_changes_nothing(client, link):
    assert press(client, link, "").status_code == 200
    assert press(client, link, "approve").status_code == 200
    assert JoinRequest.objects.get().state == State.UNCONFIRMED


def test_the_page_shows_what_was_told_and_a_button_confirms_it(client, link):
    page = client.get(link)
    assert all(TYPED[name] in text_of(page) for name in ("name", "email", "organisation", "works_on"))
    assert press(client, link, "confirm").url == address("confirmed")
    assert JoinRequest.objects.get().state == State.PENDING
    assert len(factories.sent_to(TYPED["email"])) == 2


def test_the_page_tells_nobody_its_address(client, link):
    page = client.get(link)
    assert page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"]
    assert soup(page).select_one("meta[name=robots]")["content"] == "noindex"
    assert "no-store" in page["Cache-Control"]
    assert not page.cookies
    secret = link.rstrip("/").rpartition("/")[2]
    others = [found for found in soup(page).select("a[href]") if secret in found["href"]]
    # Only the page itself in other languages, and its own second page.
    assert all(found["href"].split("?")[0].endswith(f"{secret}/") for found in others)
    assert not soup(page).select_one("link[rel=canonical]")


def test_the_secret_is_in_no_log(client, link, caplog):
    secret = link.rstrip("/").rpartition("/")[2]
    client.get(link)
    press(client, link, "confirm")
    client.get(link)
    assert secret not in caplog.text
    assert secret not in mask(f"Forbidden (Origin checking failed): {link}")
    for wording in ("a-_Bc" * 8, secret):
        assert wording not in mask(f"GET /fi/verkosto/{wording}/ 404")


def test_the_secret_is_not_kept(client, link):
    secret = link.rstrip("/").rpartition("/")[2]
    assert secret not in str(list(JoinRequest.objects.values()))
    assert JoinRequest.objects.get().secret_digest == hashlib.sha256(secret.encode()).hexdigest()


@pytest.mark.parametrize("made_up", ["x", "A" * 43, "ä" * 10, "%00"])
def test_a_link_that_was_never_sent_is_told_of_kindly(client, made_up):
    response = client.get(address("join").replace("join/", "request/") + f"{made_up}/")
    assert response.status_code == 404


def test_a_used_link_is_told_of_kindly(client, link):
    press(client, link, "confirm")
    for response in (client.get(link), press(client, link, "confirm"), press(client, link, "withdraw")):
        assert response.status_code == 404
        assert soup(response).select_one(f'a[href="{address("join")}"]')
    assert JoinRequest.objects.get().state == State.PENDING


def test_a_link_older_than_two_days_confirms_nothing_but_a_new_one_can_be_asked_for(client, clock, link):
    clock.shift(timedelta(hours=48, seconds=1))
    assert "confirm" not in {button.get("value") for button in soup(client.get(link)).select("button")}
    assert press(client, link, "confirm").status_code == 409
    assert JoinRequest.objects.get().state == State.UNCONFIRMED
    assert press(client, link, "renew").url == address("asked")
    assert client.get(link).status_code == 404
    newer = link_in(mail.outbox[-1])
    assert press(client, newer, "confirm").url == address("confirmed")


def test_a_newer_request_makes_the_older_link_worthless(client, clock, link):
    asked(client, clock, name="Aino Toinen")
    assert press(client, link, "confirm").status_code == 404
    newer = link_in(mail.outbox[-1])
    assert "Aino Toinen" in text_of(client.get(newer))


@pytest.fixture
def later_link(client, link):
    """The link that comes with the confirmation."""
    press(client, link, "confirm")
    return link_in(factories.sent_to(TYPED["email"])[-1])


def test_the_later_link_shows_the_request_that_waits(client, later_link):
    page = client.get(later_link)
    assert page.status_code == 200
    assert TYPED["works_on"] in text_of(page)
    assert not soup(page).select("main button")


def test_a_request_is_withdrawn_in_two_presses(client, later_link):
    second = client.get(f"{later_link}?withdraw=1")
    assert JoinRequest.objects.get().state == State.PENDING
    assert soup(second).select_one("main button")["value"] == "withdraw"
    assert press(client, later_link, "withdraw").url == address("withdrawn")
    assert JoinRequest.objects.get().state == State.WITHDRAWN
    assert client.get(later_link).status_code == 404


def test_who_did_not_ask_can_withdraw_before_confirming(client, link):
    assert press(client, link, "withdraw").url == address("withdrawn")
    assert JoinRequest.objects.get().state == State.WITHDRAWN


def test_the_applicant_answers_what_the_coordinator_asked(client, later_link):
    actions.ask_more(JoinRequest.objects.get(), by=factories.coordinator(), message="Mitä kokeilette?")
    assert client.get(later_link).status_code == 404
    link = link_in(factories.sent_to(TYPED["email"])[-1])
    assert "Mitä kokeilette?" in text_of(client.get(link))
    empty = press(client, link, "answer", text=" ")
    assert errors_of(empty)
    assert press(client, link, "answer", text="Neuvontaa.").url == address("answered")
    request = JoinRequest.objects.get()
    assert (request.state, request.answer) == (State.PENDING, "Neuvontaa.")


def test_a_decided_request_has_no_page_any_more(client, later_link):
    actions.approve(JoinRequest.objects.get(), by=factories.coordinator())
    assert client.get(later_link).status_code == 404


# At the same moment -----------------------------------------------------------


def at_once(*acts):
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait(timeout=20)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_of_requests_of_one_address_at_the_same_moment_one_stays_open():
    told = [
        factories.application(email=email)
        for email in ("aino@example.org", "AINO@example.org", "Aino@Example.org", "aino@EXAMPLE.org")
    ]
    at_once(*[lambda one=one: actions.ask_to_join(one) for one in told])
    assert JoinRequest.objects.get().email == "aino@example.org"
    assert JoinRequest.objects.get().consents.count() == len(factories.PURPOSES)


@pytest.mark.django_db(transaction=True)
def test_a_double_press_confirms_once():
    request = factories.unconfirmed()
    link = link_in(mail.outbox[-1])
    answers = at_once(*[lambda: press(Client(), link, "confirm")] * 3)
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 302
    assert set(codes[1:]) <= {404, 409}
    assert MembershipEvent.objects.filter(act="confirm").count() == 1
    assert len(factories.sent_to(request.email)) == 2


@pytest.mark.django_db(transaction=True)
def test_asking_again_while_the_first_request_is_being_confirmed_never_undoes_it():
    told = factories.application(email="aino@example.org")
    actions.ask_to_join(told)
    request = JoinRequest.objects.get()

    def confirm():
        try:
            actions.confirm(request)
        except TransitionRefused:
            return False
        return True

    _asked, is_confirmed = at_once(lambda: actions.ask_to_join(told), confirm)
    assert JoinRequest.objects.get().state == (State.PENDING if is_confirmed else State.UNCONFIRMED)


# The words of consents --------------------------------------------------------

WORDS_OF_VERSIONS = {"2026-11": "e4248f4e925c5085"}


def test_the_words_of_a_consent_change_only_with_their_version():
    words = []
    with override("en"):
        english = [str(text) for text in consents.TEXTS.values()]
    for language in ("fi", "sv"):
        file = django_settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
        with file.open("rb") as source:
            catalogue = read_po(source, locale=language)
        words += [str(catalogue[text].string) if text in catalogue else "" for text in english]
    digest = hashlib.sha256("\n".join([*english, *words]).encode()).hexdigest()[:16]
    assert WORDS_OF_VERSIONS[consents.VERSION] == digest, "give the changed words a new version"
