"""What members see of each other and of themselves; what others do not."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AddressChange, User
from network import actions, consents, own_data
from network.models import Consent, JoinRequest, Member, MembershipEvent
from taxonomy.models import Term, Vocabulary
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases.factories import term
from tests.submitting.pages import errors_of, form_data, soup, text_of

from . import factories
from .joining import address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_at_once")]

PAGES = ("own", "directory", "profile", "leave")


def listed(*terms: Term, **values) -> Member:
    """A member who let themselves be found."""
    purposes = {**factories.PURPOSES, Consent.Purpose.DIRECTORY: consents.VERSION}
    return factories.member(in_directory=True, interests=terms, consents=purposes, **values)


@pytest.fixture
def member(client) -> Member:
    member = factories.member(name="Aino Esimerkki")
    client.force_login(member.user)
    return member


def names_in(response) -> list[str]:
    return [card.get_text(strip=True) for card in soup(response).select(".member-card h3")]


# Who gets in ------------------------------------------------------------------


@pytest.mark.parametrize("name", [*PAGES, "data", "data_json"])
def test_who_is_not_signed_in_is_sent_to_sign_in(client, name):
    response = client.get(address(name))
    assert response.status_code == 302
    assert response.url == f"{reverse('account_request_login_code')}?next={address(name)}"


def test_a_member_is_not_asked_to_join(client, member):
    links = {link["href"] for link in soup(client.get(address("front"))).select("main a")}
    assert address("own") in links
    assert address("join") not in links


@pytest.mark.parametrize("name", PAGES)
def test_who_is_not_a_member_is_told_how_to_become_one(client, name):
    client.force_login(UserFactory())
    response = client.get(address(name))
    assert response.status_code == 403
    assert soup(response).select_one(f'main a[href="{address("join")}"]')


def test_who_has_left_gets_in_no_more(client, member):
    shown = listed()
    actions.leave(member, by=member.user)
    assert client.get(address("own")).status_code == 403
    assert client.get(address("member", shown.pk)).status_code == 403


def test_a_moderator_who_is_no_member_sees_nobody(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(address("directory")).status_code == 403


@pytest.mark.parametrize("name", [*PAGES, "data", "data_json"])
def test_members_pages_are_kept_by_nobody_else(client, member, name):
    assert "private" in client.get(address(name))["Cache-Control"]


# The directory ----------------------------------------------------------------


def test_only_those_who_chose_it_are_in_the_directory(client, member):
    shown, hidden, gone = listed(name="Näkyvä"), factories.member(name="Piilossa"), listed(name="Lähtenyt")
    actions.leave(gone, by=gone.user)
    assert names_in(client.get(address("directory"))) == ["Näkyvä"]
    assert client.get(address("member", shown.pk)).status_code == 200
    assert client.get(address("member", hidden.pk)).status_code == 404
    assert client.get(address("member", gone.pk)).status_code == 404


def test_one_sees_oneself_as_others_would(client, member):
    response = client.get(address("member", member.pk))
    assert response.status_code == 200
    assert member.user.email in text_of(response)


def test_a_closed_account_is_not_in_the_directory(client, member):
    shown = listed()
    User.objects.filter(pk=shown.user_id).update(is_active=False)
    assert names_in(client.get(address("directory"))) == []


def test_the_directory_is_narrowed_down(client, member):
    region = term(Vocabulary.REGION, "01")
    council = OrganisationFactory(region=region)
    first, second = term(Vocabulary.PRINCIPLE, "1"), term(Vocabulary.THEME, "07")
    listed(first, name="Yksi", organisation=council)
    listed(second, name="Kaksi", organisation=OrganisationFactory())
    listed(first, second, name="Kolme")
    directory = address("directory")
    for query, names in {
        "principle=1": ["Kolme", "Yksi"],
        "theme=07": ["Kaksi", "Kolme"],
        "principle=1&theme=07": ["Kolme"],
        f"organisation={council.pk}": ["Yksi"],
        "region=01": ["Yksi"],
        "q=ak": ["Kaksi"],
        "theme=99&region=x&organisation=0": ["Kaksi", "Kolme", "Yksi"],
        "q=xyzzy": [],
    }.items():
        assert names_in(client.get(f"{directory}?{query}")) == names, query


@pytest.mark.parametrize("words", ["äijälä", "ÄIJÄLÄ", "ÅSA", "Ala-äijälä åsa", "åsa ala", "-ÄIJ"])
def test_names_are_found_whatever_the_case_of_their_letters(client, member, words):
    listed(name="Åsa Ala-Äijälä")
    listed(name="Asa Ala-Aijala")
    assert names_in(client.get(address("directory"), {"q": words})) == ["Åsa Ala-Äijälä"]


@pytest.mark.parametrize("words", [".*", "%", "_", "[a", "(", "\\", "a" * 100])
def test_signs_are_looked_for_as_they_are(client, member, words):
    listed(name="Näkyvä")
    assert names_in(client.get(address("directory"), {"q": words})) == []


def test_organisations_of_those_who_do_not_want_to_be_found_are_not_offered(client, member):
    factories.member(organisation=OrganisationFactory(name_fi="Salainen virasto"))
    assert "Salainen virasto" not in text_of(client.get(address("directory")))


def test_pages_ask_the_same_few_things_however_many_members_there_are(client, member):
    interests = [term(Vocabulary.PRINCIPLE, "1"), term(Vocabulary.THEME, "07")]
    member.interests.set(interests)
    listed(*interests, organisation=OrganisationFactory())
    client.get(address("own"))  # What all pages share is remembered from here on.
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            for name in ("own", "directory", "profile"):
                assert client.get(address(name)).status_code == 200
        counts.append(len(queries))
        for _number in range(5):
            listed(*interests, organisation=OrganisationFactory())
    assert counts[0] == counts[1] <= 33


def test_long_directories_come_in_pages(client, member):
    for number in range(25):
        listed(name=f"Jäsen {number:02}")
    assert len(names_in(client.get(address("directory")))) == 24
    assert names_in(client.get(f"{address('directory')}?page=2")) == ["Jäsen 24"]


# People who work on the same --------------------------------------------------


def test_those_with_most_in_common_come_first(client, member):
    one, two, other = (term(Vocabulary.THEME, code) for code in ("01", "02", "03"))
    member.interests.set([one, two])
    listed(one, name="Yksi yhteinen")
    listed(one, two, other, name="Kaksi yhteistä")
    listed(other, name="Muu")
    factories.member(interests=[one, two], name="Piilossa")
    assert names_in(client.get(address("own"))) == ["Kaksi yhteistä", "Yksi yhteinen"]


# The profile ------------------------------------------------------------------


def test_a_member_edits_what_they_tell(client, member):
    chosen = term(Vocabulary.THEME, "07")
    data = {**form_data(client.get(address("profile"))), "role": "johtaja", "themes": [chosen.pk]}
    assert client.post(address("profile"), data).url == address("profile")
    member.refresh_from_db()
    assert (member.role, member.organisation_name) == ("johtaja", "Esimerkkilän kunta")
    assert list(member.interests.all()) == [chosen]
    assert MembershipEvent.objects.filter(member=member, act="edit_profile").exists()


def test_a_choice_in_the_profile_is_recorded_as_a_consent_and_its_withdrawal(client, member):
    data = form_data(client.get(address("profile")))
    assert "wants_bulletins" in data
    del data["wants_bulletins"]
    client.post(address("profile"), {**data, "in_directory": "on"})
    directory = member.consents.get(purpose=Consent.Purpose.DIRECTORY)
    assert (directory.text_version, directory.language, directory.withdrawn_at) == (
        consents.VERSION,
        "fi",
        None,
    )
    assert member.consents.get(purpose=Consent.Purpose.BULLETINS).withdrawn_at
    assert not member.consents.get(purpose=Consent.Purpose.MEMBERSHIP).withdrawn_at


def test_nothing_typed_in_the_profile_is_lost(client, member):
    data = {**form_data(client.get(address("profile"))), "organisation": "", "works_on": "x" * 1001}
    response = client.post(address("profile"), data)
    assert len(errors_of(response)) == 2
    assert form_data(response)["works_on"] == "x" * 1001


# Own data ---------------------------------------------------------------------


def test_own_data_is_complete_and_holds_nobody_elses(client, member):
    other = factories.member(name="Kanarialintu Muu", role="kanarialintu", works_on="kanarialintu")
    actions.ask_to_join(factories.application(email="third@example.org", name="Kanarialintu Kolmas"))
    response = client.get(address("data_json"))
    assert "attachment" in response["Content-Disposition"]
    data = response.json()
    assert data["account"][0]["email"] == member.user.email
    assert data["membership"][0]["state"] == "active"
    assert [row["email"] for row in data["requests"]] == [member.user.email]
    assert {row["purpose"] for row in data["consents"]} == {"membership", "bulletins"}
    assert [row["act"] for row in data["events"]] == ["ask", "confirm", "approve"]
    for text in (response.content.decode(), text_of(client.get(address("data")))):
        assert "kanarialintu" not in text.casefold()
        assert other.user.email not in text
        assert "coordinator@example.org" not in text
        assert member.user.email in text


def test_an_earlier_request_stays_in_own_data_when_the_address_changes(client, member):
    User.objects.filter(pk=member.user_id).update(email="new@example.org")
    assert len(client.get(address("data_json")).json()["requests"]) == 1


def test_who_is_not_a_member_sees_own_data_too(client):
    request = factories.pending()
    client.force_login(UserFactory(email=request.email))
    data = client.get(address("data_json")).json()
    assert (len(data["requests"]), data["membership"]) == (1, [])


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (Member, own_data.MEMBERSHIP),
        (JoinRequest, own_data.REQUEST),
        (Consent, own_data.CONSENT),
        (MembershipEvent, own_data.EVENT),
        (AddressChange, own_data.ADDRESS_CHANGE),
    ],
)
def test_every_field_is_in_own_data_or_left_out_on_purpose(model, names):
    fields = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}
    assert fields == set(names) | (fields & own_data.LEFT_OUT)


def test_own_data_is_written_as_json():
    member = factories.member(interests=[term(Vocabulary.THEME, "07")])
    text = json.dumps(own_data.as_json(own_data.sections(member.user)), cls=DjangoJSONEncoder)
    assert json.loads(text)["membership"][0]["interests"]


# Leaving ----------------------------------------------------------------------


def test_a_member_leaves_in_two_presses(client, member):
    page = client.get(address("leave"))
    assert Member.objects.get().is_active
    assert soup(page).select_one("main form button[type=submit]")
    assert client.post(address("leave")).url == address("front")
    left = Member.objects.get()
    assert (left.state, left.in_directory, left.wants_bulletins) == (Member.State.LEFT, False, False)
    assert left.erase_on > timezone.localdate() - timedelta(days=1)
    assert not left.consents.filter(withdrawn_at=None).exists()
    assert len(factories.sent_to(member.user.email)) == 4
    assert mail.outbox


def test_a_double_press_leaves_once(client, member):
    first, second = (client.post(address("leave")) for _time in range(2))
    assert first.status_code == 302
    assert second.status_code == 403
    assert MembershipEvent.objects.filter(act="leave").count() == 1
