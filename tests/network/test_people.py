"""People who work on the same as a member's own innovations."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from network.models import Member
from taxonomy.models import Vocabulary
from tests.cases import factories as cases
from tests.cases.factories import term
from tests.submitting.pages import text_of

from . import factories
from .test_members import listed, names_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client) -> Member:
    member = factories.member(interests=[term(Vocabulary.THEME, "01")])
    client.force_login(member.user)
    return member


def people(client, query=""):
    return client.get(reverse("pages:people") + query)


def test_interests_and_own_innovations_both_count(client, member):
    case = cases.published(by=member.user)
    of_case = case.terms.filter(vocabulary__in=["principle", "theme"])
    assert of_case
    listed(term(Vocabulary.THEME, "01"), name="Kiinnostus yhteinen")
    listed(*of_case, name="Innovaatio yhteinen")
    listed(term(Vocabulary.THEME, "09"), name="Muu")
    assert set(names_in(people(client))) == {"Kiinnostus yhteinen", "Innovaatio yhteinen"}


def test_innovations_of_others_do_not_count(client, member):
    case = cases.published()
    listed(*case.terms.filter(vocabulary="principle"), name="Muun periaate")
    assert names_in(people(client)) == []


def test_who_wrote_an_innovation_is_not_told(client, member):
    writer = listed(name="Kirjoittaja")
    case = cases.published(by=writer.user)
    member.interests.set(case.terms.filter(vocabulary="principle"))
    assert "Kirjoittaja" not in text_of(people(client))


def test_who_has_told_nothing_is_led_to_the_profile(client, member):
    member.interests.clear()
    assert reverse("network:profile") in people(client).content.decode()


def test_the_page_asks_the_same_few_things_however_many_there_are(client, member):
    listed(*member.interests.all())
    people(client)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            people(client)
        counts.append(len(queries))
        for _number in range(4):
            listed(*member.interests.all())
    assert counts[0] == counts[1] <= 12
