"""Atom feeds, as a feed reader reads them; and the addresses that name things for good."""

from xml.etree import ElementTree

import feedparser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from cases import actions
from cases.feeds import ITEMS
from cases.models import Case
from tests.accounts.factories import OrganisationFactory
from tests.cases import factories

ATOM = "{http://www.w3.org/2005/Atom}"


def titled(title: str, **changes) -> dict:
    content = factories.complete_content(**changes)
    content["texts"]["fi"]["title"] = title
    return content


def published(title: str, **changes) -> Case:
    return factories.published(**titled(title, **changes))


def read(client, query: str = "", language: str = "fi"):
    with override(language):
        answer = client.get(reverse("cases:feed") + query)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def titles(feed) -> list[str]:
    return [entry.title for entry in feed.entries]


def test_newest_come_first_and_each_leads_to_its_page(db, client, settings):
    first, second = published("Vanhempi"), published("Uudempi")
    feed = read(client)
    assert titles(feed) == ["Uudempi", "Vanhempi"]
    entry = feed.entries[1]
    assert entry.link.endswith(first.get_absolute_url())
    assert client.get(first.get_absolute_url()).status_code == 200
    assert entry.id == f"{settings.BASE_URL}/id/innovation/{first.pk}"
    assert entry.summary == first.text.summary
    assert entry.author == first.owner.name
    assert {tag.term for tag in entry.tags} == {term.name for term in first.terms.exclude(vocabulary="kind")}
    assert feed.feed.language == "fi"
    assert second.pk != first.pk


def test_an_edit_keeps_the_id_and_raises_the_time(db, client):
    case = published("Alkuperäinen nimi")
    before = read(client).entries[0]
    changed = titled("Uusi nimi", owner=case.owner_id)
    revision = actions.open_revision(case, by=case.submitter, content=changed)
    moderator = factories.moderator()
    actions.submit(revision, by=case.submitter)
    actions.start_review(revision, by=moderator)
    factories.publish(revision)
    after = read(client).entries[0]
    assert (after.title, after.id) == ("Uusi nimi", before.id)
    assert after.updated_parsed >= before.updated_parsed
    assert after.updated != before.updated
    assert after.published == before.published


def test_a_feed_follows_what_the_list_finds(db, client):
    organisation = OrganisationFactory()
    published("Neuvontabotti", owner=organisation.pk)
    published("Toinen", **factories.with_principles("4"))
    assert titles(read(client, f"?organisation={organisation.pk}")) == ["Neuvontabotti"]
    assert titles(read(client, "?principle=4")) == ["Toinen"]
    assert titles(read(client, "?q=neuvontabotin")) == ["Neuvontabotti"]
    assert titles(read(client, "?theme=07&q=toinen")) == ["Toinen"]
    narrowed = read(client, "?principle=4&page=2&sort=adopted")
    assert "principle=4" in narrowed.feed.id
    assert "page" not in narrowed.feed.id
    assert read(client).feed.id != narrowed.feed.id


def test_what_is_not_public_is_in_no_feed(db, client):
    factories.in_review(**titled("Salainen tarkistettavana"))
    gone = published("Salainen arkistoitu")
    actions.archive(gone, by=factories.moderator(), message="Vanhentunut.")
    content = client.get(reverse("cases:feed")).content.decode()
    assert "Salainen" not in content


def test_a_text_in_another_language_says_so(db, client):
    content = factories.complete_content("sv")
    content["texts"]["sv"]["title"] = "Tillståndsansökan"
    factories.published(**content)
    published("Lupahakemus")
    with override("sv"):
        root = ElementTree.fromstring(client.get(reverse("cases:feed")).content)
    languages = {
        entry.findtext(f"{ATOM}title"): entry.get("{http://www.w3.org/XML/1998/namespace}lang")
        for entry in root.iter(f"{ATOM}entry")
    }
    assert languages == {"Tillståndsansökan": "sv", "Lupahakemus": "fi"}


def test_a_feed_is_short_and_asks_as_often_whatever_it_holds(db, client):
    published("Eka")
    with CaptureQueriesContext(connection) as few:
        read(client)
    moderator = factories.moderator()
    for number in range(4):
        factories.publish(factories.in_review(reviewer=moderator, **titled(f"Nimi {number}")))
    read(client)
    with CaptureQueriesContext(connection) as many:
        assert len(read(client).entries) == 5 <= ITEMS
    assert len(many) <= len(few) <= 8


def test_a_feed_is_answered_304_while_nothing_changes(db, client):
    published("Eka")
    first = client.get(reverse("cases:feed"))
    assert not first.cookies
    again = client.get(reverse("cases:feed"), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_pages_tell_of_their_feeds(db, client):
    case = published("Eka")
    for path, query in (
        (reverse("cases:list"), ""),
        (reverse("cases:list") + "?q=eka&page=1", "?q=eka"),
        (reverse("cases:principle", args=["1"]), "?principle=1"),
        (
            reverse("cases:organisation", args=[case.owner_id, case.owner.slug]),
            f"?organisation={case.owner_id}",
        ),
    ):
        html = client.get(path).content.decode()
        assert html.count(f'href="{reverse("cases:feed")}{query}"') == 2, path


def test_an_identifier_leads_to_the_page_in_the_readers_language(db, client):
    case = published("Eka")
    for language in ("fi", "sv", "en"):
        answer = client.get(f"/id/innovation/{case.pk}", headers={"Accept-Language": language})
        assert answer.status_code == 303
        assert "Accept-Language" in answer["Vary"]
        with override(language):
            assert answer["Location"] == Case.objects.get(pk=case.pk).get_absolute_url()
    owner = client.get(f"/id/organisation/{case.owner_id}", headers={"Accept-Language": "fi"})
    assert client.get(owner["Location"]).status_code == 200


def test_an_identifier_leads_on_whatever_the_organisation_is_called(db, client):
    named = OrganisationFactory(name_fi="東京都", name_sv="", name_en="")
    answer = client.get(f"/id/organisation/{named.pk}", headers={"Accept-Language": "fi"})
    assert answer.status_code == 303
    assert answer["Location"].endswith(f"/{named.pk}--/")


def test_an_identifier_of_what_is_not_public_tells_nothing(db, client):
    draft = factories.in_review()
    assert client.get(f"/id/innovation/{draft.case_id}").status_code == 404
    gone = published("Eka")
    actions.archive(gone, by=factories.moderator(), message="Vanhentunut.")
    assert client.get(f"/id/innovation/{gone.pk}").status_code == 410
    assert client.get("/id/innovation/987654").status_code == 404
    assert client.get("/id/organisation/987654").status_code == 404
