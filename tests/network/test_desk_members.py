"""The members' list, the page of one, and moving the people of an organisation that ended."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from accounts.models import Organisation
from network import actions
from network.models import Member
from tests.accounts.factories import OrganisationFactory
from tests.cases.factories import term

from . import factories, pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_at_once")]


@pytest.fixture
def client() -> Client:
    return pages.coordinators_client()


def names(client: Client, query: str = "") -> list[str]:
    answer = client.get(pages.changelist("member") + query)
    return [str(member) for member in answer.context["cl"].result_list]


# The list ---------------------------------------------------------------------


def test_list_is_narrowed_down_by_everything_that_is_known(client):
    town = OrganisationFactory(kind=Organisation.Kind.MUNICIPALITY, region=term("region", "06"))
    found = factories.member(
        name="Haettu",
        organisation=town,
        interests=[term("principle", "4"), term("theme", "07"), term("principle", "2")],
        in_directory=True,
    )
    other = factories.member(
        name="Muu", organisation=OrganisationFactory(), consents={"membership": "2026-11"}
    )
    Member.objects.filter(pk=found.pk).update(joined_at=datetime(2025, 5, 1, tzinfo=UTC))
    for query in (
        "kind=municipality",
        f"organisation={town.pk}",
        "region=06",
        "principle=4",
        "theme=07",
        "directory=yes",
        "bulletins=yes",
        "joined=2025",
        "kind=municipality&principle=4&joined=2025",
    ):
        assert names(client, f"?{query}") == ["Haettu"], query
    for query in ("directory=no", "bulletins=no", "joined=2026"):
        assert names(client, f"?{query}") == ["Muu"], query
    actions.leave(other, by=other.user)
    assert names(client, "?state=left") == ["Muu"]
    assert names(client, "?state=active") == ["Haettu"]


def test_theme_and_principle_of_the_same_code_are_not_confused(client):
    factories.member(name="Teema", interests=[term("theme", "4")])
    assert names(client, "?principle=4") == []
    assert names(client, "?theme=4") == ["Teema"]


@pytest.mark.parametrize("query", ["joined=x", "organisation=x", "kind=x", "theme=x", "region=x", "state=x"])
def test_a_value_that_nobody_offers_finds_nothing_and_breaks_nothing(client, query):
    factories.member()
    assert names(client, f"?{query}") == []


@pytest.mark.parametrize("words", ["äijälä", "kunta keksitty", "aino@esimerkki"])
def test_search_finds_name_address_and_organisation(client, words):
    town = OrganisationFactory(name="Keksitty kunta")
    factories.member(name="Aino Äijälä", email="aino@esimerkki.example", organisation=town)
    factories.member(name="Muu")
    assert names(client, f"?q={words}") == ["Aino Äijälä"]


def test_filters_that_are_in_use_stand_open_and_are_cleared_by_a_link(client):
    page = BeautifulSoup(client.get(pages.changelist("member") + "?kind=agency").content, "html.parser")
    assert page.select_one(".narrowing details").has_attr("open")
    assert page.select_one(".narrowing option[selected][value=agency]")
    assert page.select_one(".narrowing a[href='?']")


def test_list_takes_the_same_queries_however_long_it_is(client):
    counts = []
    for more in (2, 8):
        for _number in range(more):
            factories.member(organisation=OrganisationFactory())
        with CaptureQueriesContext(connection) as queries:
            client.get(pages.changelist("member"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# The page of one ----------------------------------------------------------------


def test_page_tells_what_is_known_and_what_was_done(client):
    member = factories.member(works_on="Neuvontaa uudella tavalla", interests=[term("theme", "07")])
    actions.note(
        member, by=factories.coordinator("o@example.org"), note="Puhui päivillä.", seen_version=member.version
    )
    answer = client.get(pages.page(member))
    words = BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)
    for told in (member.user.email, "Neuvontaa uudella tavalla", "Puhui päivillä.", "2026-11"):
        assert told in words
    assert [event.act for event in answer.context["events"]] == ["note", "approve"]
    assert [request.email for request in answer.context["requests"]] == [member.user.email]
    acts = [button["decision"].transition.name for button in answer.context["buttons"]]
    assert acts == ["move", "note", "remove"]


def test_removed_member_reads_why_and_is_gone_at_once(client):
    member = factories.member(in_directory=True)
    path = pages.act(member, "remove")
    answer = client.post(path, {"message": "Toiminta verkostossa on päättynyt."})
    assert len(factories.sent_to(member.user.email)) == 3
    shown = answer.context["form"].mail
    assert client.post(path, pages.typed(answer)).status_code == 302
    sent = factories.sent_to(member.user.email)[-1]
    assert sent.body == shown.body
    member.refresh_from_db()
    assert (member.state, member.in_directory, member.wants_bulletins) == ("left", False, False)
    assert client.post(path, pages.typed(answer)).status_code == 409
    assert len(factories.sent_to(member.user.email)) == 4


def test_member_is_moved_to_an_organisation_of_the_register(client):
    target = OrganisationFactory(name="Uusi virasto")
    member = factories.member(organisation_name="Vanha nimi")
    answer = pages.press(client, pages.act(member, "move"), organisation="uusi virasto")
    assert answer.status_code == 302
    member.refresh_from_db()
    assert (member.organisation, member.organisation_name) == (target, "")
    answer = pages.press(client, pages.act(member, "move"), organisation="Olematon")
    assert answer.context["form"].errors.keys() == {"organisation"}


# An organisation that ended -----------------------------------------------------


@pytest.fixture
def ended() -> Organisation:
    return OrganisationFactory(name="Vanha virasto", valid_to=timezone.localdate() - timedelta(days=1))


def move_people(organisation: Organisation) -> str:
    return reverse("admin:network_member_move_people", args=[organisation.pk])


def test_only_ended_organisations_that_have_people_are_listed(client, ended):
    factories.member(organisation=ended)
    left = factories.member(organisation=OrganisationFactory(valid_to="2020-01-01"))
    actions.leave(left, by=left.user)
    factories.member(organisation=OrganisationFactory())
    OrganisationFactory(valid_to="2020-01-01")
    rows = client.get(reverse("admin:network_member_ended")).context["rows"]
    assert rows == [(ended, 1)]


def test_people_are_moved_to_the_successor_and_their_accounts_follow(client, ended):
    successor = OrganisationFactory(name="Uusi virasto")
    ended.successors.add(successor)
    people = [factories.member(organisation=ended) for _number in range(2)]
    path = move_people(ended)
    page = client.get(path)
    assert page.context["people"] == people
    typed = pages.typed(page)
    assert typed["target"] == str(successor.pk)
    with zeal_ignore():
        answer = client.post(path, typed)
    assert answer.status_code == 302
    for member in Member.objects.all():
        assert member.organisation == successor
        assert member.user.organisation == successor
        assert member.events.first().act == "move"


def test_only_those_who_are_ticked_are_moved(client, ended):
    target = OrganisationFactory(name="Toinen virasto")
    stays, goes = factories.member(organisation=ended), factories.member(organisation=ended)
    answer = client.post(move_people(ended), {"people": [goes.pk], "organisation": target.name})
    assert answer.status_code == 302
    assert list(Member.objects.filter(organisation=target)) == [goes]
    assert list(Member.objects.filter(organisation=ended)) == [stays]


def test_target_has_to_be_chosen_and_to_exist(client, ended):
    first, second = OrganisationFactory(), OrganisationFactory()
    ended.successors.set([first, second])
    member = factories.member(organisation=ended)
    path = move_people(ended)
    assert "target" not in pages.typed(client.get(path))
    for typed, wrong in (
        ({"people": [member.pk]}, "target"),
        ({"people": [member.pk], "target": "other"}, "organisation"),
        ({"people": [member.pk], "target": "other", "organisation": "Olematon"}, "organisation"),
        ({"people": [], "target": first.pk}, "people"),
        ({"people": [member.pk + 99], "target": first.pk}, "people"),
    ):
        assert client.post(path, typed).context["form"].errors.keys() == {wrong}
    member.refresh_from_db()
    assert member.organisation == ended


def test_an_organisation_that_exists_has_no_such_page(client):
    assert client.get(move_people(OrganisationFactory())).status_code == 404


def test_all_are_moved_or_nobody(client, ended, monkeypatch):
    target = OrganisationFactory(name="Toinen virasto")
    people = [factories.member(organisation=ended) for _number in range(2)]
    record = actions._record

    def leaves_meanwhile(act, by, **about):
        record(act, by, **about)
        Member.objects.filter(pk=people[1].pk).update(version=99)

    monkeypatch.setattr(actions, "_record", leaves_meanwhile)
    with zeal_ignore():
        answer = client.post(
            move_people(ended), {"people": [member.pk for member in people], "organisation": target.name}
        )
    assert answer.status_code == 409
    assert not Member.objects.filter(organisation=target).exists()
