"""What the site-wide search finds: words as people inflect them, of every kind, in the best order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.search.morphology import VoikkoMorphology
from tests.accounts.factories import OrganisationFactory
from tests.conftest import missing
from tests.finding.cases import publish, titled

from . import content
from .content import found, titles

pytestmark = pytest.mark.django_db

# Each word as a reader asks for it, and the title that holds it otherwise inflected or within a compound.
ASKED = {
    "fi": ("verkosto", "Kuntien innovaatioverkostot"),
    "sv": ("nätverk", "Innovationsnätverket i kommunen"),
    "en": ("city", "Networks between cities"),
}


def make(kind: str, language: str, title: str) -> None:
    match kind:
        case "innovations":
            publish(titled(title, language))
        case "organisations":
            content.organisation(**{language: title})
        case "questions":
            content.question({language: title})
        case "pages":
            content.page({language: title})
        case "resources":
            content.resource({language: title})
        case "events":
            content.event({language: title})


@pytest.fixture(params=["simplemma", "voikko"])
def analyser(request, settings):
    if request.param == "voikko" and not VoikkoMorphology.is_available():
        missing("Voikko (libvoikko1, voikko-fi)")
    settings.SEARCH_ANALYSER = request.param


@pytest.mark.usefixtures("analyser")
@pytest.mark.parametrize("language", ASKED)
@pytest.mark.parametrize(
    "kind", ["innovations", "organisations", "questions", "pages", "resources", "events"]
)
def test_base_form_finds_what_inflects_in_every_language_and_kind(client, kind, language):
    words, title = ASKED[language]
    make(kind, language, title)

    assert titles(found(client, words, language)) == {kind: [title]}
    # Whoever reads in another language finds it, too.
    assert titles(found(client, words, "sv" if language == "fi" else "fi")) == {kind: [title]}


def test_answers_former_names_bodies_and_descriptions_are_searched(client):
    content.question({"fi": "Kumppanit"}, wording={"fi": "Kenen kanssa?"}, answer={"fi": "Majakanvartijat"})
    content.page({"fi": "Palvelusta"}, {"fi": "Täällä **majakka** näyttää suunnan."})
    content.resource({"fi": "Opas"}, {"fi": "Majakoiden hoitajille."})
    content.event({"fi": "Iltapäivä"}, {"fi": "Puhutaan majakoista."}, place_fi="Utö")
    new = content.organisation(fi="Väylälaitos")
    old = OrganisationFactory(name_fi="Majakkahallitus", valid_to=timezone.localdate())
    older = OrganisationFactory(name_fi="Majakkavirasto", valid_to=timezone.localdate() - timedelta(days=9))
    old.successors.add(new)
    older.successors.add(old)

    page = found(client, "majakka")

    assert titles(page) == {
        "pages": ["Palvelusta"],
        "organisations": ["Väylälaitos"],
        "questions": ["Kumppanit"],
        "resources": ["Opas"],
        "events": ["Iltapäivä"],
    }
    marks = [mark.text for mark in page.select("mark")]
    assert marks == [
        "majakka",
        "Majakkahallitus",
        "Majakkavirasto",
        "Majakanvartijat",
        "Majakoiden",
        "majakoista",
    ]
    assert titles(found(client, "Utö")) == {"events": ["Iltapäivä"]}


def test_title_comes_before_body_and_the_readers_language_before_others(client):
    content.page({"fi": "Alku"}, {"fi": "Innovation on ruotsia ja englantia."})
    content.page({"fi": "Suomeksi", "sv": "Innovation på svenska"})
    content.page({"fi": "Muu", "en": "Innovation in English"})

    assert titles(found(client, "innovation", "en"))["pages"] == [
        "Innovation in English",
        "Innovation på svenska",
        "Alku",
    ]
    assert titles(found(client, "innovation", "sv"))["pages"] == [
        "Innovation på svenska",
        "Innovation in English",
        "Alku",
    ]


def test_all_words_must_be_in_one_text(client):
    content.page({"fi": "Kunta", "sv": "Stad"}, {"fi": "Verkosto"})

    assert titles(found(client, "kunta verkosto")) == {"pages": ["Kunta"]}
    assert titles(found(client, "kunta stad")) == {}


def test_organisation_with_most_innovations_comes_first(client):
    content.organisation(fi="Majakka A")
    most = content.organisation(fi="Majakka B")
    publish({"owner": most.pk})

    assert titles(found(client, "majakka"))["organisations"] == ["Majakka B", "Majakka A"]


def test_text_in_another_language_than_the_page_says_so(client):
    content.page({"sv": "Fyr"}, {"sv": "En fyr lyser."})

    page = found(client, "fyr", "fi")

    assert page.select_one("main h3 [lang]")["lang"] == "sv"
    assert page.select_one(".site-search-rows p[lang]")["lang"] == "sv"
    assert page.select_one("main h3 a")["href"] == "/fi/zzz/"


def test_shown_text_is_the_one_that_holds_the_words(client):
    content.page({"fi": "Majakka", "sv": "Fyr"}, {"fi": "Majakka valaisee.", "sv": "Den lyser."})

    assert titles(found(client, "majakka", "sv"))["pages"] == ["Majakka"]
    assert titles(found(client, "fyr", "sv"))["pages"] == ["Fyr"]


@pytest.mark.parametrize(
    "words",
    ["!?", "%", "' OR 1=1 --", '"', "AND", "NEAR(", "*", "a" * 5000, "\x00", "<script>", "ä" * 300, "- - -"],
)
def test_odd_queries_find_nothing_and_break_nothing(client, words):
    content.page({"fi": "Majakka"})

    assert titles(found(client, words)) == {}


def test_words_beyond_the_longest_query_are_left_out(client):
    content.page({"fi": "Majakka"})

    page = found(client, f"majakka {' ' * 500} {'x' * 250}")

    assert len(page.select_one("main input[name=q]")["value"]) == 200
