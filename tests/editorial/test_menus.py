"""What the tree of pages gives to the header and the footer of every page."""

import pytest
from bs4 import BeautifulSoup
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from pages.editorial import actions, trees
from pages.models import Page

from . import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(django_capture_on_commit_callbacks, monkeypatch):
    """Tests do not commit: let the menus look each time."""
    monkeypatch.setattr(trees, "MENUS_MAY_WAIT", 0)


def soup_of(client, path: str = "/fi/") -> BeautifulSoup:
    return BeautifulSoup(client.get(path).content, "html.parser")


def header(soup: BeautifulSoup) -> list[str]:
    return [link.text for link in soup.select(".menu-pages-sheet a")]


def footer(soup: BeautifulSoup) -> list[str]:
    return [link.text for link in soup.select(".site-footer-group a")]


def in_menu(title: str, menu: str, parent: Page | None = None) -> Page:
    return factories.placed(factories.published(title, parent), menu=menu)


def test_without_pages_the_frame_is_as_it_was(client):
    soup = soup_of(client)
    assert soup.select(".menu-pages") == []
    assert header(soup) == []


def test_pages_stand_in_their_menus_in_the_order_of_the_tree(client):
    first = in_menu("Ensimmäinen", "header")
    in_menu("Kolmas", "header")
    in_menu("Toinen", "header", first)
    in_menu("Neljäs", "footer")
    in_menu("Missään", "none")
    soup = soup_of(client)
    assert header(soup) == ["Ensimmäinen fi", "Toinen fi", "Kolmas fi"]
    assert [title for title in footer(soup) if title.endswith(" fi")] == [
        "Ensimmäinen fi",
        "Toinen fi",
        "Kolmas fi",
        "Neljäs fi",
    ]
    assert header(soup_of(client, "/sv/")) == ["Ensimmäinen sv", "Toinen sv", "Kolmas sv"]
    # On a phone they stand in the one menu there is.
    flat = [link.text for link in soup.select("#phone-navigation li a")]
    assert flat[-3:] == ["Ensimmäinen fi", "Toinen fi", "Kolmas fi"]


def test_what_is_not_public_is_in_no_menu(client):
    draft = factories.draft("Luonnos")
    factories.placed(draft, menu="header")
    page = in_menu("Poistuva", "header")
    assert header(soup_of(client)) == ["Poistuva fi"]
    actions.withdraw(page, by=factories.editor(), seen_version=page.version, message="Pois")
    assert header(soup_of(client)) == []


def test_the_header_marks_where_one_is(client):
    top = in_menu("Ylin", "header")
    page = factories.published("Alla", parent=top)
    in_menu("Muu", "header")

    def marks(of: Page) -> list[str | None]:
        soup = soup_of(client, f"/fi/{of.slug('fi')}/")
        return [link.get("aria-current") for link in soup.select(".menu-pages-sheet a")]

    assert marks(top) == ["page", None]
    assert marks(page) == ["true", None]
    assert [link.get("aria-current") for link in soup_of(client).select(".menu-pages-sheet a")] == [
        None,
        None,
    ]


def test_another_process_learns_of_a_change_within_seconds(client, monkeypatch):
    path = reverse("cases:tell")  # the front page looks in any case
    in_menu("Ensin", "header")
    assert header(soup_of(client, path)) == ["Ensin fi"]
    monkeypatch.setattr(trees, "MENUS_MAY_WAIT", 3600)
    page = in_menu("Sitten", "header")
    assert header(soup_of(client, path)) == ["Ensin fi"]
    monkeypatch.setattr(trees, "MENUS_MAY_WAIT", 0)
    assert header(soup_of(client, path)) == ["Ensin fi", "Sitten fi"]
    # The page itself never waits.
    monkeypatch.setattr(trees, "MENUS_MAY_WAIT", 3600)
    actions.withdraw(page, by=factories.editor(), seen_version=page.version, message="Pois")
    assert client.get("/fi/sitten-fi/").status_code == 410


def test_who_publishes_sees_the_menu_at_once(client, monkeypatch, django_capture_on_commit_callbacks):
    path = reverse("cases:tell")
    monkeypatch.setattr(trees, "MENUS_MAY_WAIT", 3600)
    assert header(soup_of(client, path)) == []
    with django_capture_on_commit_callbacks(execute=True):
        in_menu("Uusi", "header")
    assert header(soup_of(client, path)) == ["Uusi fi"]


def test_menus_cost_most_pages_nothing(client, monkeypatch):
    monkeypatch.setattr(trees, "MENUS_MAY_WAIT", 3600)
    in_menu("Yksi", "header")
    with override("fi"):
        path = reverse("cases:tell")
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    assert not [query for query in captured.captured_queries if "pages_page" in query["sql"]]


def test_menus_cost_one_small_query_when_they_look_again(client):
    in_menu("Yksi", "header")
    with override("fi"):
        path = reverse("cases:tell")
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    assert len([query for query in captured.captured_queries if "pages_page" in query["sql"]]) == 1


def test_an_error_page_works_without_a_database(client, monkeypatch):
    def broken() -> trees.Tree:
        raise DatabaseError

    monkeypatch.setattr(trees, "recent", broken)
    response = client.get("/fi/ei/ole/")
    assert response.status_code == 404
    assert header(BeautifulSoup(response.content, "html.parser")) == []
