"""The page of resources: who sees what, facets, words, empty states."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from pages.models import Resource

from .factories import principle, resource, theme

pytestmark = pytest.mark.django_db


def page(client, query: str = "", language: str = "fi") -> BeautifulSoup:
    with override(language):
        response = client.get(reverse("pages:resources") + query)
    assert response.status_code == 200
    assert not response.cookies
    return BeautifulSoup(response.content, "html.parser")


def titles(soup: BeautifulSoup) -> list[str]:
    return [link.span.get_text() for link in soup.select(".resource .card-title a")]


def counts(soup: BeautifulSoup, facet: str) -> dict[str, str]:
    options = soup.select(f'[data-facet="{facet}"] .facet-option')
    return {option.input["value"]: option.select_one(".facet-count").get_text() for option in options}


def test_what_is_not_public_is_on_no_page_in_no_facet_and_in_no_search(client):
    resource("Julkinen")
    resource(
        "Salainen",
        is_public=False,
        kind="toolkit",
        languages=["da"],
        publisher_fi="Piilo",
        url="https://piilo.example/",
    )
    for query in ("", "?q=Salainen", "?kind=toolkit", "?language=da", "?publisher=piilo"):
        html = str(page(client, query).select_one("main"))
        results = str(page(client, query).select_one("[data-results] .results") or "")
        assert "Salainen" not in results, query
        assert "piilo.example" not in html, query
        assert "facet-kind-toolkit" not in html, query
    assert counts(page(client), "kind") == {"guide": "1"}


def test_values_of_a_facet_mean_or_and_facets_mean_and(client):
    resource("Opas yksi", kind="guide", languages=["fi"])
    resource("Opas kaksi", kind="guide", languages=["sv"])
    resource("Tutkimus", kind="research", languages=["sv", "en"])
    assert len(titles(page(client, "?kind=guide&kind=research"))) == 3
    assert titles(page(client, "?kind=guide&language=sv")) == ["Opas kaksi fi"]
    assert titles(page(client, "?language=en&language=fi")) == ["Opas yksi fi", "Tutkimus fi"]


def test_counts_are_as_if_that_facet_alone_were_not_chosen(client):
    resource("Opas yksi", kind="guide", languages=["fi"])
    resource("Opas kaksi", kind="guide", languages=["sv"])
    resource("Tutkimus", kind="research", languages=["sv"])
    soup = page(client, "?kind=guide")
    assert counts(soup, "kind") == {"research": "1", "guide": "2"}
    assert counts(soup, "language") == {"fi": "1", "sv": "1"}


def test_principles_and_themes_narrow_down(client):
    resource("Eka", terms=(principle("1"), theme("07", "Terveys")))
    resource("Toka", terms=(principle("2"),))
    assert titles(page(client, "?principle=1")) == ["Eka fi"]
    assert titles(page(client, "?theme=07")) == ["Eka fi"]
    assert counts(page(client), "principle") == {"1": "1", "2": "1"}


def test_a_term_out_of_use_is_no_facet(client):
    term = theme("07", "Terveys")
    resource("Eka", terms=(term,))
    term.is_active = False
    term.save()
    assert counts(page(client), "theme") == {}
    assert "Terveys" not in page(client).get_text()


def test_each_choice_can_be_taken_back_alone(client):
    resource("Opas", kind="guide", languages=["fi"])
    soup = page(client, "?q=opas&kind=guide&language=fi")
    chips = [link["href"] for link in soup.select(".filter-chips .chip")]
    assert chips == ["?q=opas&language=fi", "?q=opas&kind=guide"]
    assert soup.select_one(".filter-chips-clear")["href"] == "?q=opas"


def test_words_are_found_inflected_in_any_language_and_marked(client):
    resource("Verkostojen käsikirja")
    resource("Muu")
    soup = page(client, "?q=verkosto")
    assert titles(soup) == ["Verkostojen käsikirja fi"]
    assert soup.select_one(".card-title mark").get_text() == "Verkostojen"
    resource("Kolmas", description_sv="Handbok i försök")
    assert titles(page(client, "?q=handboken")) == ["Kolmas fi"]


def test_titles_that_hold_the_words_come_before_descriptions(client):
    resource("Aivan muu", description_fi="Kertoo kokeilusta", order=1)
    resource("Kokeilu", order=2)
    assert titles(page(client, "?q=kokeilu")) == ["Kokeilu fi", "Aivan muu fi"]


def test_of_equals_those_in_the_readers_language_come_first(client):
    resource("A på svenska", languages=["sv"])
    resource("B suomeksi", languages=["fi"])
    assert titles(page(client)) == ["B suomeksi fi", "A på svenska fi"]
    assert titles(page(client, language="sv")) == ["A på svenska sv", "B suomeksi sv"]


def test_the_order_of_staff_stands_before_all(client):
    resource("Toinen", order=2, languages=["fi"])
    resource("Ensimmäinen", order=1, languages=["is"])
    assert titles(page(client)) == ["Ensimmäinen fi", "Toinen fi"]


def test_a_resource_says_that_it_leads_elsewhere_where_and_in_which_language(client):
    resource("Manual", url="https://www.manual.example/a", languages=["da"], year=2021)
    article = page(client).select_one(".resource")
    link = article.select_one(".card-title a")
    assert link["rel"] == ["external"]
    assert link["hreflang"] == "da"
    assert link.select_one(".visually-hidden").get_text(strip=True)
    assert article.select_one("dd").get_text() == "manual.example"
    assert "tanska" in article.get_text()
    assert "2021" in article.get_text()


def test_a_resource_in_several_languages_promises_none_by_its_link(client):
    resource(languages=["fi", "sv"])
    assert not page(client).select_one(".resource .card-title a").has_attr("hreflang")


def test_a_works_own_name_is_told_in_its_language(client):
    resource(title_fi="The Manual", title_sv="The Manual", title_en="The Manual", languages=["en"])
    assert page(client).select_one(".resource .card-title span")["lang"] == "en"
    assert not page(client, language="en").select_one(".resource .card-title span").has_attr("lang")


def test_what_no_resource_has_is_left_out_and_told(client):
    resource()
    soup = page(client, "?kind=guide&kind=spell&theme=<x>")
    assert len(titles(soup)) == 1
    assert "spell, <x>" in soup.select_one(".notice").get_text()


@pytest.mark.parametrize("query", ["?page=0", "?page=99", "?page=x", "?q=%00", "?q=" + "a" * 500, "?kind="])
def test_odd_addresses_are_answered(client, query):
    resource()
    page(client, query)


def test_nothing_found_and_nothing_there_are_told_apart(client):
    assert "No resources yet" in page(client, language="en").get_text()
    resource()
    soup = page(client, "?q=xyzzyxyzzy", language="en")
    assert "No resource matches" in soup.get_text()
    assert "No resources yet" not in soup.get_text()


def test_a_long_list_has_pages_that_keep_what_was_asked(client):
    for number in range(25):
        resource(f"Opas {number:02}")
    soup = page(client, "?kind=guide")
    assert len(titles(soup)) == 20
    assert soup.select_one("a[rel=next]")["href"] == "?kind=guide&page=2"
    assert len(titles(page(client, "?kind=guide&page=2"))) == 5


def test_queries_do_not_grow_with_the_resources(client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, "?q=opas&principle=1")
        return len(captured)

    resource(terms=(principle("1"),))
    queries()
    few = queries()
    for _number in range(15):
        resource(terms=(principle("1"), theme("07", "Terveys")))
    assert queries() == few <= 8


def test_the_language_switch_keeps_the_publisher(client):
    resource(publisher_fi="Valtiovarainministeriö", publisher_sv="Finansministeriet")
    value = next(iter(counts(page(client), "publisher")))
    soup = page(client, f"?publisher={value}", language="sv")
    assert len(titles(soup)) == 1
    assert "Finansministeriet" in soup.select_one(".chip").get_text()


def test_markup_in_texts_is_shown_as_text(client):
    resource("<b>Opas</b>", description_fi="<script>alert(1)</script> opas")
    html = str(page(client, "?q=opas").select_one(".resource"))
    assert not re.search(r"<(b|script)>", html)


def test_the_page_of_a_principle_leads_to_its_resources(client):
    code = principle("3").code
    html = client.get(reverse("cases:principle", args=[code])).content.decode()
    with override("fi"):
        assert f"{reverse('pages:resources')}?principle=3" in html


def test_the_database_refuses_a_public_one_that_lacks_a_language():
    from django.db import IntegrityError, transaction

    for name in ("title_sv", "description_en"):
        for nothing in ("", None):
            with pytest.raises(IntegrityError), transaction.atomic():
                resource(**{name: nothing})
    assert not Resource.objects.exists()


def test_names_of_languages_are_written_as_the_pages_language_does(client):
    resource(languages=["en", "fr"])
    names = {
        code: page(client, language=code).select(".resource-facts dd")[1].get_text()
        for code in ("fi", "sv", "en")
    }
    assert names == {"fi": "englanti ja ranska", "sv": "engelska och franska", "en": "English and French"}
