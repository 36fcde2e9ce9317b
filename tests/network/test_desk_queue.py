"""The queue and the page of one request: what coordinators see, and what they are pointed to."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from network import actions
from network.hints import Kind, hints
from network.models import JoinRequest
from taxonomy.models import Vocabulary
from tests.accounts.factories import OrganisationFactory
from tests.cases.factories import term

from . import factories, pages

pytestmark = pytest.mark.django_db
QUEUE = "joinrequest"


@pytest.fixture
def client() -> Client:
    return pages.coordinators_client()


def names(client: Client, query: str = "") -> list[str]:
    answer = client.get(pages.changelist(QUEUE) + query)
    return [request.name for request in answer.context["cl"].result_list]


def waited(request: JoinRequest, days: int) -> JoinRequest:
    JoinRequest.objects.filter(pk=request.pk).update(confirmed_at=timezone.now() - timedelta(days=days))
    return request


# The list ---------------------------------------------------------------------


def test_queue_has_the_oldest_first_and_says_how_long_they_waited(client):
    waited(factories.pending(name="Uusi"), 1)
    waited(factories.pending(name="Vanha"), 12)
    answer = client.get(pages.changelist(QUEUE), headers={"accept-language": "en"})
    assert names(client) == ["Vanha", "Uusi"]
    rows = BeautifulSoup(answer.content, "html.parser").select("#result_list .field-age")
    assert ["12" in rows[0].text, "1 " in rows[1].text] == [True, True]


def test_queue_begins_with_what_waits_and_others_are_a_choice_away(client):
    by = factories.coordinator("other@example.org")
    factories.pending(name="Odottaa")
    actions.approve(factories.pending(name="Hyväksytty"), by=by)
    actions.ask_more(factories.pending(name="Kysytty"), by=by, message="Kerro lisää.")
    assert names(client) == ["Odottaa", "Kysytty"]
    assert names(client, "?state=approved") == ["Hyväksytty"]
    assert names(client, "?state=all") == ["Odottaa", "Hyväksytty", "Kysytty"]


def test_who_has_not_confirmed_is_never_seen(client):
    request = factories.unconfirmed(name="Vahvistamaton", email="salainen@esimerkki.example")
    expired = factories.unconfirmed(name="Vanhentunut")
    actions.expire(expired)
    twin = factories.pending(name="Vahvistamaton")
    for query in ("", "?state=all", "?state=unconfirmed", "?state=expired", "?q=salainen"):
        assert request.name not in names(client, query)[1:]
        assert expired.name not in names(client, query)
        assert b"salainen@" not in client.get(pages.changelist(QUEUE) + query).content.replace(
            b'value="salainen"', b""
        )
    for subject in (request, expired):
        assert client.get(pages.page(subject)).status_code == 404
        assert client.get(pages.act(subject, "approve")).status_code == 404
        assert client.post(pages.act(subject, "note"), {"note": "x", "seen_version": 1}).status_code == 404
    assert client.get(pages.page(twin)).context["hints"] == []
    assert client.get(pages.approve_many(request)).context["rows"] == []


@pytest.mark.parametrize("words", ["aino", "Äijälä", "äijälä", "keksitty.example", "aino äijälä", "Säätiö"])
def test_search_finds_name_address_and_organisation(client, words):
    factories.pending(name="Aino Äijälä", email="aino@keksitty.example", organisation_name="Keksitty säätiö")
    factories.pending(name="Muu")
    assert names(client, f"?q={words}") == ["Aino Äijälä"]


def test_queue_is_narrowed_down_by_kind_region_and_language(client):
    region = term("region", "06")
    town = OrganisationFactory(kind=Organisation.Kind.MUNICIPALITY, region=region)
    factories.pending(name="Kunnasta", organisation=town, language="sv")
    factories.pending(name="Virastosta", organisation=OrganisationFactory())
    for query in ("?kind=municipality", "?region=06", "?language=sv"):
        assert names(client, query) == ["Kunnasta"]


def test_a_value_that_nobody_offers_finds_nothing_and_breaks_nothing(client):
    factories.pending()
    for query in ("?kind=x", "?region=x", "?state=x"):
        assert names(client, query) == []


def test_list_takes_the_same_queries_however_long_it_is(client):
    def fill(count: int) -> None:
        for _number in range(count):
            factories.pending(name="Sama Nimi", organisation=OrganisationFactory())

    fill(2)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(pages.changelist(QUEUE))
    fill(10)
    with CaptureQueriesContext(connection) as many:
        client.get(pages.changelist(QUEUE))
    assert len(many) == len(few)


# Hints ------------------------------------------------------------------------


def kinds(request: JoinRequest) -> list[Kind]:
    return [hint.kind for hint in hints([request])[request.pk]]


def test_same_name_is_hinted_whatever_its_case():
    factories.pending(name="Aino Äijälä", organisation_name="Toinen")
    assert kinds(factories.pending(name="AINO ÄIJÄLÄ")) == [Kind.REQUEST_OF_NAME]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("Aino  Äijälä", "Aino Äijälä"), ("Aino Äijälä", " aino\u00a0 ÄIJÄLÄ"), ("A. (x) B+", "a.  (X) b+")],
)
def test_names_of_people_and_organisations_are_alike_whatever_the_spaces_between_words(earlier, later):
    factories.member(name=earlier, organisation_name="Keksitty   säätiö")
    request = factories.pending(name=later, organisation_name="keksitty säätiö")
    assert kinds(request)[0] == Kind.MEMBER_OF_NAME_AND_ORGANISATION


def test_name_that_is_only_a_part_is_no_hint():
    factories.member(name="Aino Äijälä-Toinen")
    factories.member(name="Ainoa Äijälä")
    assert kinds(factories.pending(name="Aino Äijälä")) == []


def test_organisation_is_the_same_in_whichever_language_it_was_written():
    organisation = OrganisationFactory(name_fi="Keksitty virasto", name_sv="Påhittade ämbetsverket")
    factories.member(name="Aino Mallinen", organisation=organisation)
    request = factories.pending(name="Aino Mallinen", organisation_name="påhittade  Ämbetsverket")
    assert kinds(request)[0] == Kind.MEMBER_OF_NAME_AND_ORGANISATION


def test_same_name_and_organisation_weighs_more_than_the_name():
    organisation = OrganisationFactory()
    factories.pending(name="Aino Mallinen", organisation_name="Muu")
    factories.pending(name="Aino Mallinen", organisation=organisation)
    request = factories.pending(name="Aino Mallinen", organisation=organisation)
    assert kinds(request) == [Kind.REQUEST_OF_NAME_AND_ORGANISATION, Kind.REQUEST_OF_NAME]


def test_member_with_another_address_and_earlier_requests_are_hinted():
    factories.member(name="Aino Mallinen", organisation_name="Keksitty säätiö")
    by = factories.coordinator("other@example.org")
    earlier = factories.pending(email="aino@example.org", name="A. M.")
    actions.decline(earlier, by=by, message="Ei nyt.")
    request = factories.pending(
        email="aino@example.org", name="Aino Mallinen", organisation_name="keksitty säätiö"
    )
    found = hints([request])[request.pk]
    assert [hint.kind for hint in found] == [
        Kind.EARLIER_REQUEST,
        Kind.MEMBER_OF_NAME_AND_ORGANISATION,
        Kind.REQUEST_OF_NAME_AND_ORGANISATION,
    ]
    assert found[0].subject == earlier


def test_who_left_and_asks_again_is_hinted_as_a_former_member():
    member = factories.member(email="aino@example.org")
    actions.leave(member, by=member.user)
    request = factories.pending(email="aino@example.org", name="Aino")
    assert kinds(request)[0] == Kind.MEMBER_OF_ADDRESS


def test_a_later_request_and_whom_the_request_made_a_member_are_no_hints():
    by = factories.coordinator()
    first = factories.pending(email="aino@example.org", name="Aino")
    actions.approve(first, by=by)
    assert kinds(first) == []


# The page ---------------------------------------------------------------------


def test_page_tells_everything(client):
    Organisation.objects.all().delete()
    organisation = OrganisationFactory(name="Keksitty kunta")
    organisation.domains.create(domain="keksitty.example")
    request = factories.pending(
        name="Aino Äijälä",
        email="aino@keksitty.example",
        organisation_name="Keksityn kunnan hyte",
        works_on="Neuvontaa\nuudella tavalla",
        wants_to_learn="Miten muut mittaavat",
        interests=[term(Vocabulary.PRINCIPLE, "1"), term(Vocabulary.THEME, "07")],
    )
    actions.note(request, by=factories.coordinator("o@example.org"), note="Soitettu.", seen_version=2)
    answer = client.get(pages.page(request))
    words = BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)
    for told in (
        "aino@keksitty.example",
        "Keksityn kunnan hyte",
        "Keksitty kunta",
        "uudella tavalla",
        "Miten muut mittaavat",
        "kehittäjä",
        "2026-11",
        "Soitettu.",
    ):
        assert told in words
    assert answer.context["organisation_of_address"] == organisation
    assert [event.act for event in answer.context["events"]] == ["note", "confirm", "ask"]
    acts = [button["decision"].transition.name for button in answer.context["buttons"]]
    assert acts == ["approve", "decline", "ask_more", "note"]


def test_what_was_typed_is_shown_as_text(client):
    request = factories.pending(name="<script>alert(1)</script>", works_on="<img src=x onerror=y>")
    for path in (pages.page(request), pages.act(request, "approve"), pages.approve_many(request)):
        content = client.get(path).content
        assert b"<script>alert" not in content
        assert b"<img src=x" not in content


def test_closed_account_blocks_approval_and_says_why(client):
    request = factories.pending(email="aino@example.org")
    member = factories.member()
    member.user.is_active = False
    member.user.save()
    JoinRequest.objects.filter(pk=request.pk).update(email=member.user.email)
    buttons = client.get(pages.page(request)).context["buttons"]
    assert not buttons[0]["decision"].allowed
    assert buttons[0]["decision"].reasons


def test_page_takes_the_same_queries_however_much_is_hinted(client):
    request = factories.pending(name="Sama Nimi")
    client.get(pages.page(request))
    with CaptureQueriesContext(connection) as few:
        client.get(pages.page(request))
    for _number in range(5):
        factories.pending(name="Sama Nimi", organisation=OrganisationFactory())
        factories.member(name="Sama Nimi")
    with CaptureQueriesContext(connection) as many:
        client.get(pages.page(request))
    assert len(many) == len(few)


# The start page ---------------------------------------------------------------


def test_start_page_counts_what_waits_and_how_long_the_oldest_has(client):
    waited(factories.pending(), 9)
    factories.pending()
    factories.unconfirmed()
    answer = client.get(reverse("admin:index"))
    counters = answer.context["counters"]
    assert [counter.count for counter in counters[:2]] == [2, 0]
    assert "9" in counters[0].note
    assert len(client.get(counters[0].url).context["cl"].result_list) == 2


def test_start_page_tells_what_happened_lately_but_nothing_of_the_unconfirmed(client):
    factories.unconfirmed(name="Vahvistamaton")
    factories.member(name="Uusi jäsen")
    content = client.get(reverse("admin:index")).content.decode()
    assert "Uusi jäsen" in content
    assert "Vahvistamaton" not in content
