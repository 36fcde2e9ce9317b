"""What readers see of editorial pages, and what they do not."""

import re

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from pages.models import Contact, Page, PageAddress, PageRevision, Resource
from tests.accounts.factories import StaffFactory
from tests.reviewing.pages import client_of

from . import factories

pytestmark = pytest.mark.django_db
LANGUAGES = ("fi", "sv", "en")


def url(page: Page, language: str = "fi") -> str:
    with override(language):
        return page.get_absolute_url()


def read(client, page: Page, language: str = "fi") -> BeautifulSoup:
    response = client.get(url(page, language))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_public_page_is_read_in_each_language(client, language):
    page = factories.published("Tieto")
    soup = read(client, page, language)
    assert soup.h1.text == f"Tieto {language}"
    assert soup.select_one(".lead").text == f"Lyhyesti Tieto {language}"
    assert f"Leipäteksti Tieto {language}" in soup.select_one(".prose").text
    assert soup.find("meta", {"name": "description"})["content"] == f"Lyhyesti Tieto {language}"
    alternates = {link["hreflang"]: link["href"] for link in soup.select('link[rel="alternate"]')}
    assert {code: alternates[code].partition("/" + code + "/")[2] for code in LANGUAGES} == {
        code: f"tieto-{code}/" for code in LANGUAGES
    }


def test_a_draft_is_not_there_for_anybody(client):
    page = factories.draft("Luonnos")
    for reader in (client, client_of(factories.editor())):
        assert reader.get("/fi/luonnos-fi/").status_code == 404
    factories.placed(page, slugs={"fi": "luonnos"})
    for reader in (client, client_of(factories.editor())):
        assert reader.get("/fi/luonnos/").status_code == 404


def test_a_draft_of_a_public_page_leaks_nowhere(client):
    page = factories.placed(factories.published("Julkinen"), menu="header")
    factories.edited(page, "Salainen")
    for path in (url(page), "/fi/", reverse("pages:search") + "?q=Salainen"):
        response = client.get(path)
        assert "Salainen fi" not in response.content.decode()
    assert read(client, page).h1.text == "Julkinen fi"


def test_a_withdrawn_page_is_gone_in_each_language(client):
    page = factories.withdrawn("Poissa")
    for language in LANGUAGES:
        response = client.get(f"/{language}/poissa-{language}/")
        assert response.status_code == 410
        html = response.content.decode()
        assert "Poissa" not in html
        assert "Vanhentunut" not in html, "the reason is for the history"
        assert f'<html lang="{language}">' in html
    assert page.pk not in Page.objects.public().values_list("pk", flat=True)


def test_a_former_address_leads_to_the_present_one_for_good(client):
    page = factories.published("Vanha")
    factories.placed(page, slugs={"fi": "uusi"})
    response = client.get("/fi/vanha-fi/?a=1")
    assert (response.status_code, response["Location"]) == (301, "/fi/uusi/?a=1")
    assert client.get("/sv/vanha-sv/").status_code == 200


def test_a_former_address_of_a_withdrawn_page_is_gone(client):
    page = factories.placed(factories.published("Vanha"), slugs={"fi": "uusi"})
    from pages.editorial import actions

    actions.withdraw(page, by=factories.editor(), seen_version=page.version, message="Pois")
    assert client.get("/fi/vanha-fi/").status_code == 410


@pytest.mark.parametrize("slug", ["ei-ole", "luonnos", "x" * 90])
def test_an_unknown_address_is_not_there_and_leads_to_front_pages(client, slug):
    response = client.get(f"/fi/{slug}/")
    assert response.status_code == 404
    links = BeautifulSoup(response.content, "html.parser").select(".language-links a")
    assert [link["href"] for link in links] == ["/fi/", "/sv/", "/en/"]


def test_the_slug_of_one_language_means_nothing_in_another(client):
    factories.published("Tieto")
    assert client.get("/sv/tieto-fi/").status_code == 404


def test_pages_take_only_what_nothing_else_takes(client):
    """The rest of the site answers as before."""
    for language in LANGUAGES:
        with override(language):
            for name in ("cases:list", "barometer:overview", "network:front", "cases:tell", "pages:front"):
                assert client.get(reverse(name)).status_code == 200, (language, name)
            assert client.get(reverse("admin:index")).status_code == 302


def test_a_text_in_another_language_says_so(client):
    page = factories.published("Tieto")
    page.published_revision.texts.filter(language="sv").delete()
    soup = read(client, page, "sv")
    assert soup.h1["lang"] == "fi"
    assert soup.select_one(".language-note")
    assert soup.select_one(".prose")["lang"] == "fi"
    assert read(client, page, "en").select_one(".language-note") is None


BODY = "## Yksi\n\nTeksti.\n\n## Kaksi\n\n### Alempi\n\nTeksti.\n\n## Kolme & *muut*\n\nTeksti."


def test_three_headings_make_a_table_of_contents(client):
    soup = read(client, factories.published("Pitkä", body=BODY))
    links = soup.select(".page-contents a")
    assert [link.text for link in links] == ["Yksi", "Kaksi", "Kolme & muut"]
    for link in links:
        assert soup.find(id=link["href"][1:]).text == link.text
    assert [tag.name for tag in soup.select(".prose h2, .prose h3")] == ["h2", "h2", "h3", "h2"]


def test_two_headings_make_none(client):
    soup = read(client, factories.published("Lyhyt", body="## Yksi\n\nA\n\n## Kaksi\n\nB"))
    assert soup.select(".page-contents") == []


def test_markdown_of_a_page_is_safe(client):
    body = "<script>alert(1)</script>\n\n## <img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))"
    prose = read(client, factories.published("Paha", body=body)).select_one(".prose")
    assert prose.select("script, img, a") == []
    assert not re.search(r"<[^>]+\son\w+=", str(prose))


# Ways through the tree ----------------------------------------------------------


def test_the_side_shows_the_branch_and_where_one_is(client):
    top = factories.published("Ylin")
    first, second = (factories.published(name, parent=top) for name in ("Eka", "Toka"))
    factories.published("Syvä", parent=second)
    factories.published("Muualla")
    factories.draft("Luonnos", parent=top)
    soup = read(client, first)
    links = soup.select(".editorial-branch a")
    assert [link.text for link in links] == ["Ylin fi", "Eka fi", "Toka fi"]
    assert [link.get("aria-current") for link in links] == ["true", "page", None]
    assert [link.text for link in read(client, second).select(".editorial-branch a")][-1] == "Syvä fi"
    crumbs = soup.select(".breadcrumbs li")
    assert [" ".join(crumb.span.text.split()) for crumb in crumbs][1:] == ["Ylin fi", "Eka fi"]


def test_a_page_under_one_that_is_not_public_stands_higher_up(client):
    hidden = factories.draft("Piilossa")
    page = factories.published("Näkyvä", parent=hidden)
    soup = read(client, page)
    assert "Piilossa" not in soup.text
    assert soup.select(".editorial-branch") == []


def test_a_menu_title_stands_for_a_long_title(client):
    top = factories.published("Ylin")
    page = factories.published("Pitkä nimi", parent=top, menu_title="Lyhyt")
    soup = read(client, page)
    assert [link.text for link in soup.select(".editorial-branch a")] == ["Ylin fi", "Lyhyt"]
    assert soup.h1.text == "Pitkä nimi fi"


# What stands beneath ------------------------------------------------------------


def with_companion(companion: str) -> Page:
    return factories.placed(factories.published(), companion=companion)


def test_the_principles_stand_beneath(client):
    call_command("load_reference_data", verbosity=0)
    soup = read(client, with_companion("principles"))
    assert len(soup.select(".principle-card")) == 5


def test_the_barometer_stands_beneath(client):
    call_command("load_barometer", verbosity=0)
    soup = read(client, with_companion("barometer"))
    assert soup.select(".series")
    assert soup.select("a[href*='fi-state-2022']")


def test_public_analyses_stand_beneath(client):
    told = {
        f"{name}_{language}": text
        for name, text in (("title", "Analyysi"), ("description", "Kuvaus"), ("publisher", "VM"))
        for language in LANGUAGES
    }
    page = with_companion("analyses")
    assert read(client, page).select(".resource") == []
    public = {"kind": "analysis", "url": "https://example.org/a", "is_public": True, **told}
    Resource.objects.create(**public)
    Resource.objects.create(**{**public, "url": "https://example.org/b", "is_public": False})
    Resource.objects.create(**{**public, "url": "https://example.org/c", "kind": "guide"})
    found = read(client, page).select(".resource h3 a")
    assert [link["href"] for link in found] == ["https://example.org/a"]


def test_public_contacts_stand_beneath(client):
    roles = {f"role_{language}": "Kirjaamo" for language in LANGUAGES}
    Contact.objects.create(email="kirjaamo@example.org", **roles)
    Contact.objects.create(email="salainen@example.org", is_public=False, **roles)
    html = str(read(client, with_companion("contacts")))
    assert "kirjaamo@example.org" in html
    assert "salainen@example.org" not in html


def test_events_and_the_way_to_join_stand_beneath(client):
    soup = read(client, with_companion("network"))
    assert soup.select(f"a[href='{reverse('network:join')}']")


def queries_of(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
        return len(captured)


@pytest.mark.parametrize("companion", Page.Companion.values)
def test_queries_are_few_and_constant(client, companion):
    page = with_companion(companion)
    path = url(page)
    few = queries_of(client, path)
    assert few <= 6
    for _ in range(5):
        factories.published(parent=page)
    assert queries_of(client, path) == few


# Preview ------------------------------------------------------------------------


def preview(page: Page, *number: int) -> str:
    return reverse("admin:pages_page_preview", args=[page.pk, *number])


def test_those_who_edit_preview_the_draft_and_nobody_keeps_it():
    page = factories.edited(factories.published("Julkinen"), "Tuleva")
    for language in LANGUAGES:
        with override(language):
            response = client_of(factories.editor()).get(preview(page))
        soup = BeautifulSoup(response.content, "html.parser")
        assert soup.h1.text == f"Tuleva {language}"
        assert soup.select_one(".page-head .notice--warning")
        assert "no-store" in response["Cache-Control"]
        assert soup.find("meta", {"name": "robots"})["content"] == "noindex"


def test_a_preview_stands_where_the_page_will_stand():
    top = factories.published("Ylin")
    page = factories.draft("Tuleva", parent=top)
    factories.published("Sisar", parent=top)
    response = client_of(factories.editor()).get(preview(page))
    links = BeautifulSoup(response.content, "html.parser").select(".editorial-branch a")
    assert [(link.text, link.get("aria-current")) for link in links] == [
        ("Ylin fi", "true"),
        ("Tuleva fi", "page"),
        ("Sisar fi", None),
    ]


def test_any_revision_can_be_read():
    page = factories.edited(factories.published("Ensin"), "Sitten")
    response = client_of(factories.editor()).get(preview(page, 1))
    assert "Ensin fi" in response.content.decode()
    assert client_of(factories.editor()).get(preview(page, 9)).status_code == 404


def test_for_others_there_is_no_preview(client):
    page = factories.edited(factories.published("Julkinen"), "Tuleva")
    for reader in (client, client_of(StaffFactory())):
        for path in (preview(page), preview(page, 2), preview(page, 1)):
            response = reader.get(path)
            assert response.status_code == 404
            assert "Tuleva" not in response.content.decode()


# What the database holds ----------------------------------------------------------


def test_a_page_has_one_draft_and_one_current_address_in_a_language():
    from django.db import IntegrityError, transaction

    page = factories.edited(factories.published("Yksi"))
    with pytest.raises(IntegrityError), transaction.atomic():
        PageRevision.objects.create(page=page, number=99)
    with pytest.raises(IntegrityError), transaction.atomic():
        PageAddress.objects.create(page=page, language="fi", slug="toinen")
    with pytest.raises(IntegrityError), transaction.atomic():
        PageAddress.objects.create(page=factories.draft(), language="fi", slug="yksi-fi")
