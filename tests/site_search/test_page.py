"""The page of results: its headings, ways on and cost; and the index, read anew when something changes."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Organisation
from common.search.analysis import Analyser
from network import event_actions
from pages.site_search import index
from tests.finding.cases import publish, titled

from . import content
from .content import address, found, texts, titles

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


def everything(number: int) -> None:
    """One more of each kind."""
    publish(titled(f"Majakka {number}"))
    content.page({"fi": f"Majakan sivu {number}"})
    content.organisation(fi=f"Majakkavirasto {number}")
    content.question({"fi": f"Majakkakysymys {number}"}, answer={"fi": "Majakka"})
    content.resource({"fi": f"Majakkaopas {number}"})
    content.event({"fi": f"Majakkatapahtuma {number}"})


def test_results_stand_under_headings_with_counts_to_jump_to(client):
    for number in range(7):
        content.organisation(fi=f"Majakkavirasto {number}")
    content.page({"fi": "Majakasta"})

    page = found(client, "majakka")

    jumps = {link["href"]: link.get_text(" ", strip=True) for link in page.select(".site-search-kinds a")}
    assert list(jumps) == ["#pages", "#organisations"]
    assert [words.split()[-1] for words in jumps.values()] == ["1", "7"]
    assert [heading["id"] for heading in page.select("main section h2")] == ["pages", "organisations"]
    assert len(titles(page)["organisations"]) == 5
    assert page.select_one(".site-search-rows mark").text == "Majakasta"
    more = page.select_one('a[href*="kind=organisations"]')
    assert "7" in more.text


def test_all_of_one_kind_come_by_pages(client):
    for number in range(23):
        content.resource({"fi": f"Majakka {number:02}"})

    first = found(client, "majakka", kind="resources")
    second = found(client, "majakka", kind="resources", page="2")

    assert titles(first)["resources"] == [f"Majakka {number:02}" for number in range(20)]
    assert len(titles(second)["resources"]) == 3
    assert first.select_one(".site-search-kinds [aria-current=page]")["href"].endswith("kind=resources")
    assert first.select_one(".site-search-kinds a")["href"] == address("majakka")
    # What is no kind, or finds nothing of its kind, shows all kinds.
    assert len(titles(found(client, "majakka", kind="xyz"))["resources"]) == 5
    assert len(titles(found(client, "majakka", kind="events"))["resources"]) == 5


def test_innovations_are_the_best_of_their_own_list_and_lead_there(client):
    publish(*[titled("Muu", summary="Majakka") for _number in range(6)], titled("Majakka"))

    page = found(client, "majakka")
    link = page.select_one("#innovations + a")

    assert len(titles(page)["innovations"]) == 5
    assert titles(page)["innovations"][0] == "Majakka"
    with override("fi"):
        assert link["href"] == f"{reverse('cases:list')}?q=majakka"
    own = BeautifulSoup(client.get(link["href"]).content, "html.parser")
    assert texts(own.select(".results h3"))[:5] == titles(page)["innovations"]


def test_list_of_innovations_leads_to_the_whole_site_with_the_same_words(client):
    with override("fi"):
        listing = reverse("cases:list")
    page = BeautifulSoup(client.get(f"{listing}?q=majakka+valo").content, "html.parser")

    with override("fi"):
        assert page.select_one(f'main a[href="{reverse("pages:search")}?q=majakka%20valo"]')


def test_resource_says_that_it_is_elsewhere(client):
    content.resource({"fi": "Majakkaopas"})

    link = found(client, "majakkaopas").select_one("main h3 a")

    assert link["href"] == "https://example.org/guide"
    assert "external" in link["rel"]


def test_text_is_escaped_around_the_marks(client):
    content.page({"fi": "<b>Majakka</b> & muuta"}, {"fi": "## Majakka\n\nValo & `<script>alert(1)</script>`"})

    page = found(client, "majakka")

    assert titles(page)["pages"] == ["<b>Majakka</b> & muuta"]
    assert not page.select("main h3 b, main li script")
    assert "Majakka · Valo & <script>alert(1)</script>" in page.select_one(".site-search-rows p").text


def test_misspelt_word_gets_a_suggestion_from_any_kind_of_text(client):
    publish(titled("Katuvalot himmenevät"))
    content.page({"fi": "Majakanvartija"})

    for misspelt, meant in (("majakanvatrija", "majakanvartija"), ("katuvlaot", "katuvalot")):
        link = found(client, misspelt).select_one("main p a")
        assert (link.text, link["href"]) == (meant, address(meant))
        assert titles(BeautifulSoup(client.get(link["href"]).content, "html.parser"))
    both = found(client, "majakanvatrija katuvalot").select_one("main p a")
    assert both is None  # Mended it would find nothing: no text holds both.


def test_nothing_found_and_nothing_asked_lead_on(client):
    for words in ("xyzzyxyzzy", "", "  "):
        page = found(client, words)
        with override("fi"):
            ways = {link["href"] for link in page.select(".site-search-ways a")}
            assert {reverse("cases:list"), reverse("barometer:questions")} < ways
    assert found(client, "xyzzyxyzzy").select_one(".empty-state")
    assert not found(client, "").select_one(".empty-state")


def test_title_tells_the_query_and_search_engines_stay_away(client):
    page = found(client, "majakka & valo", "en")

    assert page.title.text.strip().startswith("majakka & valo: search")
    assert page.select_one('meta[name="robots"]')["content"] == "noindex"


def test_page_sets_no_cookie_and_answers_a_repeated_request_with_304(client):
    everything(1)
    response = client.get(address("majakka"))

    assert not response.cookies
    again = client.get(address("majakka"), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("words", "more"),
    [("majakka", {}), ("majakka", {"kind": "organisations"}), ("majaka", {}), ("xyzzyxyzzy", {})],
)
def test_queries_are_few_and_as_many_however_much_is_found(client, words, more):
    def queries() -> int:
        client.get(address(words, **more))
        # The same words spelt anew, of which nothing is remembered.
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address(words + ".", **more))
        return len(captured)

    everything(1)
    few = queries()
    for number in range(2, 9):
        everything(number)
    many = queries()

    assert many <= few <= MOST_QUERIES


def test_every_page_has_the_search_in_its_header_and_the_page_of_results_once(client):
    with override("sv"):
        front, search = reverse("pages:front"), reverse("pages:search")
    page = BeautifulSoup(client.get(front).content, "html.parser")
    assert {form["action"] for form in page.select("header form[role=search]")} == {search}
    results = BeautifulSoup(client.get(search).content, "html.parser")
    assert not results.select("header .top-bar form[role=search]")
    for shown in (page, results):
        fields = [field["id"] for field in shown.select("input[name=q]")]
        assert len(set(fields)) == len(fields)


# The index --------------------------------------------------------------------


def test_only_texts_that_are_new_are_analysed_anew(client, monkeypatch):
    everything(1)
    found(client, "majakka")
    analysed = []
    original = Analyser.index_terms
    monkeypatch.setattr(
        Analyser, "index_terms", lambda self, text: analysed.append(text) or original(self, text)
    )

    content.resource({"fi": "Uusi majakkaopas"})
    found(client, "majakka")

    assert analysed == ["Uusi majakkaopas"]


def test_index_is_kept_while_nothing_public_changes(client):
    everything(1)
    before = index.current()[0]
    found(client, "majakka")
    found(client, "virasto")

    assert index.current()[0] is before


def test_change_of_a_name_a_text_or_an_event_is_found_at_once(client):
    organisation = content.organisation(fi="Vanha virasto")
    resource = content.resource({"fi": "Vanha opas"})
    event = content.event({"fi": "Vanha tapahtuma"})
    assert set(titles(found(client, "vanha"))) == {"organisations", "resources", "events"}

    organisation.name_fi = "Majakkavirasto"
    organisation.save()
    resource.title_fi = "Majakkaopas"
    resource.save()
    event_actions.change(event, {"title_fi": "Majakkailta"}, seen_version=event.version, by=None)

    assert titles(found(client, "vanha")) == {}
    assert set(titles(found(client, "majakka"))) == {"organisations", "resources", "events"}


def test_organisation_that_becomes_a_former_one_is_found_by_its_name(client):
    new = content.organisation(fi="Väylälaitos")
    old = Organisation.objects.create(name_fi="Majakkahallitus", kind="agency", valid_to="2020-01-01")
    assert titles(found(client, "majakka")) == {}

    old.successors.add(new)

    assert titles(found(client, "majakka")) == {"organisations": ["Väylälaitos"]}
