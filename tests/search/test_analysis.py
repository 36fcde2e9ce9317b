import threading
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from common.search.analysis import (
    MAX_QUERY_LENGTH,
    MAX_QUERY_WORDS,
    Analyser,
    _voikko_is_available,
    analyser,
    query_terms,
)


@pytest.fixture(params=["simplemma", "voikko"])
def finnish(request: pytest.FixtureRequest, settings: Any) -> Analyser:
    if request.param == "voikko":
        request.getfixturevalue("voikko")
    settings.SEARCH_ANALYSER = request.param
    return analyser("fi")


def terms(language: str, text: str) -> set[str]:
    return set(analyser(language).index_terms(text).split())


# Words ----------------------------------------------------------------------


def test_compound_is_indexed_by_every_run_of_its_parts(finnish: Analyser) -> None:
    assert {
        "fimieli",
        "fiterveys",
        "fipalvelu",
        "fimielenterveys",
        "fiterveyspalvelu",
        "fimielenterveyspalvelu",
    } <= set(finnish.index_terms("mielenterveyspalveluissa").split())


def test_query_is_the_whole_base_form(finnish: Analyser) -> None:
    assert ("fimielenterveyspalvelu",) in finnish.query_terms("mielenterveyspalveluiden")[0]
    assert ("fipalvelu",) not in finnish.query_terms("mielenterveyspalveluiden")[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("verkostoissakin", "fiverkosto"),
        ("palveluitamme", "fipalvelu"),
        ("EU:n", "fieu"),
        ("Esimerkkilässä", "fiesimerkkilä"),
        ("chatbotilla", "fichatbot"),
        ("Etelä-Savon", "fieteläsavo"),
        ("Etelä-Savon", "fisavo"),
        ("EU-rahoituksen", "firahoitus"),
        ("kehittämistehtävä", "fitehtävä"),
        ("Helsingin", "fihelsinki"),
    ],
)
def test_finnish_words_are_reduced(text: str, expected: str, finnish: Analyser) -> None:
    assert expected in finnish.index_terms(text).split()


@pytest.mark.parametrize("name", ["esimerkki", "sairaala", "verkosto", "kehittäjä", "opettaja", "toiminta"])
def test_words_that_are_no_compounds_have_no_parts(name: str, finnish: Analyser) -> None:
    assert set(finnish.index_terms(name).split()) == {f"fi{name}"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("innovationsnätverket", {"svinnovation", "svnätverk", "svinnovationsnätverk"}),
        ("skolelever", {"svskola", "svelev", "svskolelev"}),
        ("handläggningstiden", {"svhandläggning", "svtid"}),
        ("e-tjänsterna", {"svetjänst", "svtjänst"}),
        ("EU:s", {"sveu"}),
    ],
)
def test_swedish_words_are_reduced(text: str, expected: set[str]) -> None:
    assert expected <= terms("sv", text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("cities", "city"), ("organised", "organize"), ("children's", "child"), ("centres", "center")],
)
def test_english_words_are_reduced(one: str, other: str) -> None:
    assert terms("en", one) & terms("en", other)


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert terms("fi", "pa\u0308a\u0308to\u0308s") == terms("fi", "päätös")
    assert terms("fi", "verk\u00adosto") == terms("fi", "verkosto")


# Queries --------------------------------------------------------------------


def test_query_does_without_words_that_say_nothing() -> None:
    english = analyser("en")
    assert len(english.query_terms("the digital twin of a harbour")) == 3
    assert english.query_terms("it") == [(("enit",),)]


def test_hyphenated_english_is_found_written_apart_too() -> None:
    (word,) = analyser("en").query_terms("real-time")
    assert {("enrealtime",), ("enreal", "entime")} == set(word)


def test_query_is_read_in_every_language() -> None:
    tags = {reading[0][0][0][:2] for reading in query_terms("data")}
    assert tags == {"fi", "sv", "en"}


def test_long_queries_are_cut() -> None:
    assert len(analyser("fi").query_terms("kunta " * 100)) == MAX_QUERY_WORDS
    assert analyser("fi").query_terms(" " * MAX_QUERY_LENGTH + "kunta") == []


# Marks and excerpts ---------------------------------------------------------


def test_spans_are_those_of_the_shown_words(finnish: Analyser) -> None:
    text = "Innovaatioverkoston jäsenet, EU:n verkostot."
    assert [text[start:end] for start, end in finnish.spans(text, "verkosto")] == [
        "Innovaatioverkoston",
        "verkostot",
    ]


def test_marked_text_is_the_text() -> None:
    text = "<b>Verkosto</b> & verkostot"
    pieces = analyser("fi").marked(text, "verkosto")
    assert pieces == [("<b>", False), ("Verkosto", True), ("</b> & ", False), ("verkostot", True)]
    assert analyser("fi").marked(text, "") == [(text, False)]


def test_excerpt_is_where_most_of_the_query_stands() -> None:
    filler = "Tässä kerrotaan muusta asiasta, joka ei kuulu tähän. " * 10
    text = f"{filler}Kunta kertoo. {filler}Kunnan verkosto kokoontuu kirjastossa. {filler}"
    pieces = analyser("fi").excerpt(text, "kunta verkosto kirjasto", 120)
    assert [piece for piece, is_match in pieces if is_match] == ["Kunnan", "verkosto", "kirjastossa"]
    assert pieces[0] == ("… ", False)
    assert pieces[-1] == (" …", False)
    assert len("".join(piece for piece, _ in pieces)) <= 125


def test_excerpt_begins_with_the_text_when_the_match_is_near_or_nowhere() -> None:
    text = "Verkosto kokoontuu. " + "Muuta tekstiä tulee tämän jälkeen. " * 20
    for query in ("verkosto", "avaruus", ""):
        pieces = analyser("fi").excerpt(text, query, 80)
        assert "".join(piece for piece, _ in pieces).startswith("Verkosto kokoontuu."), query
    assert analyser("fi").excerpt("Lyhyt teksti.", "avaruus", 80) == [("Lyhyt teksti.", False)]


FEW_WORDS = st.lists(
    st.sampled_from(["kunta", "verkosto-kunta", "ja", "x" * 70, ".", "\n"]), max_size=60
).map(" ".join)


@given(
    text=st.text(max_size=400) | FEW_WORDS,
    query=st.text(max_size=60) | FEW_WORDS,
    length=st.integers(20, 200),
)
@hypothesis_settings(deadline=None)
def test_any_text_can_be_marked_and_cut(text: str, query: str, length: int) -> None:
    for language in ("fi", "sv", "en"):
        marked = analyser(language).marked(text, query)
        assert "".join(piece for piece, _ in marked) == text
        pieces = analyser(language).excerpt(text, query, length)
        excerpt = "".join(piece for piece, _ in pieces)
        assert excerpt.removeprefix("… ").removesuffix(" …") in text
        assert any(is_match for _, is_match in marked) == any(is_match for _, is_match in pieces)


@given(word=st.text(min_size=1, max_size=30))
@hypothesis_settings(deadline=None)
def test_every_word_matches_itself(word: str) -> None:
    for language in ("fi", "sv", "en"):
        if analyser(language).query_terms(word):
            assert analyser(language).spans(word, word)


# Choice of the analyser -----------------------------------------------------


def test_identity_tells_analysers_apart(voikko: None, settings: Any) -> None:
    identities = []
    for choice in ("simplemma", "voikko"):
        settings.SEARCH_ANALYSER = choice
        identities.append(analyser("fi").identity)
    assert identities[0].startswith("simplemma ")
    assert identities[1].startswith("voikko ")
    # The table keeps it in 80 characters.
    assert max(map(len, identities)) <= 80


def test_voikko_is_taken_when_it_is_there(voikko: None, settings: Any) -> None:
    settings.SEARCH_ANALYSER = "auto"
    assert analyser("fi").name == "voikko"


def test_without_voikko_simplemma_is_taken_unless_voikko_is_demanded(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.search.analysis._voikko_is_available", lambda: False)
    settings.SEARCH_ANALYSER = "auto"
    assert analyser("fi").name == "simplemma"
    settings.SEARCH_ANALYSER = "voikko"
    with pytest.raises(ImproperlyConfigured):
        analyser("fi")


def test_unknown_choice_is_refused(settings: Any) -> None:
    settings.SEARCH_ANALYSER = "snowball"
    with pytest.raises(ImproperlyConfigured):
        analyser("fi")


def test_missing_voikko_library_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_library(*args: Any, **options: Any) -> None:
        raise OSError("libvoikko.so.1: cannot open shared object file")

    monkeypatch.setattr("libvoikko.VoikkoLibrary.open", no_library)
    _voikko_is_available.cache_clear()
    try:
        assert not _voikko_is_available()
    finally:
        _voikko_is_available.cache_clear()


def test_threads_can_share_voikko(voikko: None, settings: Any, texts: list[dict[str, str]]) -> None:
    settings.SEARCH_ANALYSER = "voikko"
    shared = analyser("fi")
    lines = [text["body"] for text in texts if text["language"] == "fi"]
    expected = [shared.index_terms(line) for line in lines]
    wrong = []

    def work() -> None:
        for _ in range(5):
            shared._analysed.cache_clear()
            if [shared.index_terms(line) for line in lines] != expected:
                wrong.append(threading.get_ident())

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
