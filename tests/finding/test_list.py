"""The page: what it shows of what was found, to whom, and at what cost."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from cases import actions
from cases.models import Case, ImportSource
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases.factories import complete_content, draft, moderator, published

from .cases import publish, tagged, titled

pytestmark = pytest.mark.django_db


def address(query: str = "", language: str = "fi") -> str:
    with override(language):
        return reverse("cases:list") + query


def page_of(client: Client, query: str = "", language: str = "fi") -> BeautifulSoup:
    response = client.get(address(query, language))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(page: BeautifulSoup) -> list[str]:
    return [title.get_text().strip() for title in page.select(".results h3")]


def counts(page: BeautifulSoup, facet: str) -> dict[str, str]:
    return {
        option.input["value"]: option.select_one(".facet-count").text
        for option in page.select(f'[data-facet="{facet}"] .facet-option')
    }


# What is found ----------------------------------------------------------------


def test_list_shows_the_newest_first_with_what_a_copier_wants_to_know(client):
    owner = OrganisationFactory(name_fi="Esimerkkilän kunta", kind="municipality")
    publish(titled("Vanha"))
    (new,) = publish(
        {
            **titled("Uusi", summary="Tiivis kuvaus."),
            **tagged(principle=["3"], theme=["10"]),
            "owner": owner.pk,
            "started_year": 2023,
            "life_cycle": "pilot",
            "evidence": [
                {
                    "kind": "hours_saved",
                    "value": "1900",
                    "unit": "h",
                    "established": "measured",
                    "source": "Mittaus",
                }
            ],
        }
    )
    Case.objects.filter(pk=new.pk).update(adopter_count=4)

    page = page_of(client)

    assert titles(page) == ["Uusi", "Vanha"]
    row = page.select_one(".result-row").get_text(" ", strip=True)
    for told in ("Esimerkkilän kunta", "2023", "Tiivis kuvaus.", "theme 10", "4", "1\xa0900\xa0h"):
        assert told in row
    assert page.select_one(".result-row .principle-3")


def test_search_finds_inflected_forms_and_marks_them(client):
    publish(
        titled("Lähiverkko", summary="Naapurit toimivat auttajaverkostossa."), titled("Muu", summary="Muuta.")
    )

    page = page_of(client, "?q=verkosto")

    assert titles(page) == ["Lähiverkko"]
    assert [mark.text for mark in page.select("mark")] == ["auttajaverkostossa"]


def test_title_weighs_more_than_summary_and_summary_more_than_body(client):
    publish(
        titled("Verkosto kantaa"),
        titled("Toinen", summary="Verkosto kantaa."),
        titled("Kolmas", summary="Muuta.", lessons="Tärkein oppi oli, että verkosto kantaa."),
    )

    assert titles(page_of(client, "?q=verkosto")) == ["Verkosto kantaa", "Toinen", "Kolmas"]
    assert titles(page_of(client, "?q=verkosto&sort=newest")) == ["Kolmas", "Toinen", "Verkosto kantaa"]


def test_match_in_the_body_is_shown_in_place_of_the_summary(client):
    publish(titled("Kokeilu", summary="Muuta.", lessons=f"{'Alku. ' * 100}Tärkein oppi: verkosto kantaa."))

    page = page_of(client, "?q=verkosto")

    summary = page.select_one(".card-summary")
    assert summary.mark.text == "verkosto"
    assert "Tärkein oppi" in summary.text
    assert len(summary.text) < 300


def test_match_is_marked_in_the_beginning_that_stands_for_a_missing_summary(client):
    publish(titled("Verkosto", solution="Verkosto kantaa."))

    page = page_of(client, "?q=verkosto")

    assert [mark.text for mark in page.select("mark")] == ["Verkosto", "Verkosto"]


def test_every_word_must_be_found_somewhere_in_the_case(client):
    publish(titled("Verkosto", solution="Chat neuvoo."), titled("Verkosto", solution="Kirje neuvoo."))

    assert len(titles(page_of(client, "?q=verkosto+chat"))) == 1


def test_text_of_a_case_is_escaped_around_the_marks(client):
    publish(titled("<b>Verkosto</b>", summary='"Verkosto" & <script>alert(1)</script>'))

    page = page_of(client, "?q=verkosto")

    assert titles(page) == ["<b>Verkosto</b>"]
    assert not page.select(".results script, .results b")


def test_misspelt_word_gets_a_suggestion_that_finds_something(client):
    publish(titled("Innovaatioverkosto kantaa"), titled("Verkosto"), titled("Muu"))

    page = page_of(client, "?q=verkotso&life_cycle=in_use")

    link = page.select_one("[data-results] > p a")
    assert link.text == "verkosto"
    assert titles(page_of(client, link["href"])) != []
    assert "life_cycle=in_use" in link["href"]


def test_nothing_found_says_what_to_do(client):
    publish(titled("Kokeilu"))

    page = page_of(client, "?q=majakkalaiva&life_cycle=in_use")

    assert titles(page) == []
    assert [link["href"] for link in page.select(".empty-state a")] == [
        "?q=majakkalaiva",
        "?life_cycle=in_use",
    ]


def test_empty_registry_invites_to_tell(client):
    page = page_of(client)

    with override("fi"):
        assert page.select_one(".empty-state a")["href"] == reverse("cases:tell")


def test_words_without_letters_find_nothing(client):
    publish(titled("Kokeilu"))

    assert titles(page_of(client, "?q=%21%3F")) == []
    assert titles(page_of(client, "?q=++")) == ["Kokeilu"]


# Languages and sources --------------------------------------------------------


def test_text_in_another_language_says_so(client):
    publish(titled("An experiment", language="en", summary="Summary."))

    page = page_of(client)

    assert page.select_one(".results h3")["lang"] == "en"
    assert page.select_one(".card-summary")["lang"] == "en"
    with override("fi"):
        assert gettext("In English") in page.select_one(".result-row").text


def test_match_in_another_language_shows_the_text_that_matches(client):
    text = {"fi": {"title": "Verkosto"}, "sv": {"title": "Nätverk"}}
    publish({"texts": text})

    page = page_of(client, "?q=verkosto", "sv")

    assert titles(page) == ["Verkosto"]
    assert page.select_one(".results h3")["lang"] == "fi"
    assert page.select_one(".results h3 a")["href"].endswith("-natverk/")


def test_example_and_imported_case_are_marked_as_what_they_are(client):
    source = ImportSource.objects.create(
        key="register", name="Another register", licence="CC BY 4.0", attribution="Another register"
    )
    actions.import_cases(
        [actions.Incoming("7", complete_content(**titled("Tuotu")))], source=source, publish=True
    )
    (example,) = publish(titled("Esimerkki"))
    Case.objects.filter(pk=example.pk).update(is_example=True)
    actions.public_changed()

    page = page_of(client)

    shown, imported = page.select(".result-row")
    with override("fi"):
        assert gettext("Example") in [pill.get_text(strip=True) for pill in shown.select(".pill")]
    assert "Another register" in imported.text
    assert counts(page, "source") == {"example": "1", "register": "1"}


# Facets, chips, order, pages --------------------------------------------------


def test_facets_are_counted_as_if_each_alone_were_not_chosen(client):
    publish(
        {**tagged(principle=["1"]), "life_cycle": "in_use"},
        {**tagged(principle=["2"]), "life_cycle": "in_use"},
        {**tagged(principle=["1"]), "life_cycle": "pilot"},
        tagged(theme=["07"]),
    )

    page = page_of(client, "?principle=1&life_cycle=in_use")

    assert len(titles(page)) == 1
    assert counts(page, "principle") == {"1": "1", "2": "1", "untagged": "1"}
    assert counts(page, "life_cycle") == {"pilot": "1", "in_use": "1"}
    assert [box["value"] for box in page.select(".facet-option input[checked]")] == ["1", "in_use"]


def test_each_choice_can_be_taken_back_alone_and_all_at_once(client):
    publish({**tagged(principle=["1"]), "life_cycle": "in_use", "started_year": 2020})

    page = page_of(client, "?q=lupa&principle=1&life_cycle=in_use&started=2020&sort=adopted")

    chips = {chip["href"] for chip in page.select(".filter-chips a.chip")}
    assert chips == {
        "?q=lupa&life_cycle=in_use&started=2020&sort=adopted",
        "?q=lupa&principle=1&started=2020&sort=adopted",
        "?q=lupa&principle=1&life_cycle=in_use&sort=adopted",
    }
    assert page.select_one(".filter-chips-clear")["href"] == "?q=lupa&sort=adopted"


def test_form_keeps_what_only_the_address_can_choose(client):
    owner = OrganisationFactory(name_fi="Esimerkkilän kunta")
    publish({"owner": owner.pk}, {})

    page = page_of(client, f"?organisation={owner.pk}&sort=started")

    assert len(titles(page)) == 1
    kept = {
        (box["name"], box["value"])
        for box in page.select("form#filters input[checked], form#filters input[type=hidden]")
    }
    assert kept == {("organisation", str(owner.pk)), ("sort", "started")}
    assert "Esimerkkilän kunta" in page.select_one(".filter-chips").text


def test_organisation_without_public_cases_finds_none(client):
    publish({})
    empty = OrganisationFactory(name_fi="Tyhjä virasto")

    page = page_of(client, f"?organisation={empty.pk}")

    assert titles(page) == []
    assert "Tyhjä virasto" in page.select_one(".filter-chips").text


def test_unknown_value_is_left_out_and_told(client):
    publish(titled("Kokeilu"))

    page = page_of(client, "?theme=99&organisation=abc&country=XX&sort=cheapest&life_cycle=in_use")

    assert titles(page) == ["Kokeilu"]
    for value in ("99", "abc", "XX", "cheapest"):
        assert value in page.select_one(".notice").text


def test_pages_hold_twenty_and_a_page_too_far_is_the_last(client):
    publish(*[titled(f"Kokeilu {number:02}") for number in range(45)])

    assert len(titles(page_of(client))) == 20
    assert titles(page_of(client, "?page=2"))[0] == "Kokeilu 24"
    assert len(titles(page_of(client, "?page=3"))) == 5
    assert titles(page_of(client, "?page=99")) == titles(page_of(client, "?page=3"))
    assert titles(page_of(client, "?page=first")) == titles(page_of(client))
    following = page_of(client, "?q=kokeilu&life_cycle=in_use").select_one('a[rel="next"]')
    assert following["href"] == "?q=kokeilu&life_cycle=in_use&page=2"


def test_order_can_be_chosen_by_a_link(client):
    publish({**titled("Vanha"), "started_year": 2010}, {**titled("Nuori"), "started_year": 2024})
    publish({**titled("Tuntematon"), "started_year": None})

    page = page_of(client)

    links = {link.text: link["href"] for link in page.select(".results-tools a")}
    assert list(links.values()) == ["?sort=adopted", "?sort=started"]
    assert titles(page_of(client, "?sort=started")) == ["Nuori", "Vanha", "Tuntematon"]


# Visibility -------------------------------------------------------------------


@pytest.fixture
def hidden() -> list[Case]:
    """One case of each state that the public does not see, all holding the word *verkosto*."""
    texts = complete_content()["texts"]
    texts["fi"]["title"] = "Innovaatioverkosto"
    archived, withdrawn = published(texts=texts), published(texts=texts)
    actions.archive(archived, by=moderator(), message="Vanhentunut")
    actions.withdraw(withdrawn, by=withdrawn.submitter)
    return [archived, withdrawn, draft(texts=texts).case]


@pytest.mark.usefixtures("hidden")
@pytest.mark.parametrize("query", ["", "?q=innovaatioverkosto", "?life_cycle=in_use", "?sort=adopted"])
def test_what_is_not_public_is_in_no_list_and_no_count(client, query):
    page = page_of(client, query)

    assert titles(page) == []
    assert page.select(".facet-option input:not([checked])") == []


@pytest.mark.usefixtures("hidden")
def test_what_is_not_public_is_never_suggested(client):
    assert page_of(client, "?q=innovaatioverkotso").select("[data-results] > p a") == []


def test_submitter_and_moderator_see_the_public_list_as_everybody(client, hidden):
    for user in (hidden[0].submitter, moderator()):
        client.force_login(user)
        assert titles(page_of(client)) == []


def test_remembered_row_of_a_case_that_is_no_longer_public_is_not_shown(client):
    case = published()
    assert len(titles(page_of(client))) == 1

    # Not by an action, so that the version does not tell.
    Case.objects.filter(pk=case.pk).update(state=Case.State.ARCHIVED)

    assert titles(page_of(client)) == []


def test_change_of_a_name_is_shown_at_once(client):
    owner = OrganisationFactory(name_fi="Vanha nimi")
    publish({"owner": owner.pk})
    page_of(client)

    owner.name_fi = "Uusi nimi"
    owner.save()

    assert "Uusi nimi" in page_of(client).select_one(".card-owner").text


# Cost -------------------------------------------------------------------------


EVERYTHING = (
    "?q=kokeilu&principle=1&principle=2&theme=07&owner_kind=agency&life_cycle=in_use&country=FI&level=local"
    "&kind=service&started=2022&language=fi&source=own&sort=started"
)


def _numbered(number: int) -> dict[str, Any]:
    return titled(f"Kokeilu {number}", summary="Kokeilu kunnassa.")


@pytest.mark.parametrize("query", ["", "?q=kokeilu", EVERYTHING, "?page=2"])
def test_page_costs_few_queries_however_many_cases(client, django_assert_max_num_queries, query):
    publish(*map(_numbered, range(5)))
    counted = []
    for more in (0, 45):
        if more:
            publish(*map(_numbered, range(5, 5 + more)))
        page_of(client)
        caches["cards"].clear()
        with django_assert_max_num_queries(8) as captured:
            page_of(client, query)
        counted.append(len(captured))

    assert counted[0] == counted[1]


def test_remembered_rows_cost_two_queries(client, django_assert_num_queries):
    publish(*map(_numbered, range(30)))
    first = page_of(client)

    with django_assert_num_queries(2):
        again = page_of(client)

    assert again.select_one(".results") == first.select_one(".results")


def test_organisation_filter_stays_within_the_queries(client, django_assert_max_num_queries):
    owner = OrganisationFactory()
    publish(*({**_numbered(number), "owner": owner.pk} for number in range(30)))
    page_of(client)

    others = "".join(f"&organisation={OrganisationFactory().pk}" for _number in range(20))

    with django_assert_max_num_queries(8):
        page_of(client, f"{EVERYTHING}&organisation={owner.pk}{others}")


def test_list_sets_no_cookie_and_answers_a_repeated_request_with_304(client):
    publish(titled("Kokeilu"))
    first = client.get(address("?q=kokeilu"))

    again = client.get(address("?q=kokeilu"), headers={"If-None-Match": first["ETag"]})

    assert not first.cookies
    assert again.status_code == 304


def test_full_page_is_light_over_the_wire(client):
    publish(*map(_numbered, range(40)))

    response = client.get(address("?q=kokeilu"), headers={"Accept-Encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 30_000


def test_signed_in_reader_pays_no_more_than_their_session(client, django_assert_max_num_queries):
    publish(*map(_numbered, range(5)))
    client.force_login(UserFactory())
    page_of(client)

    with django_assert_max_num_queries(8):
        page_of(client)
