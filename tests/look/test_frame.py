"""What every page has around its content."""

import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from common import navigation
from common.management.commands.build_assets import Command

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def page(path: str = "/fi/", user: object | None = None, **context: object) -> BeautifulSoup:
    request = RequestFactory().get(path)
    request.user = user or AnonymousUser()
    request.session = {}
    request._messages = []
    with override(path.split("/")[1]):
        return BeautifulSoup(render_to_string("base.html", context, request), "html.parser")


def test_the_first_link_skips_to_the_content() -> None:
    soup = page()
    link = soup.body.find("a")
    assert link["href"] == "#content"
    assert soup.find(id="content").name == "main"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_page_says_its_language(language: str) -> None:
    assert page(f"/{language}/").html["lang"] == language


def test_language_links_keep_page_and_query() -> None:
    with override("fi"):
        path = render_url("cases:list")
    links = page(f"{path}?q=verkosto&theme=07").select(".language-links a")
    assert [link["lang"] for link in links] == ["fi", "sv", "en"]
    with override("en"):
        assert links[2]["href"] == f"{render_url('cases:list')}?q=verkosto&theme=07"
    assert links[0]["aria-current"] == "true"


def render_url(name: str) -> str:
    return engines["django"].from_string(f'{{% url "{name}" %}}').render()


def test_language_links_follow_what_the_view_says() -> None:
    addresses = {"fi": "/fi/a/1-nimi/", "sv": "/sv/a/1-namn/", "en": "/en/a/1-name/"}
    soup = page("/fi/a/1-nimi/", alternates=addresses)
    assert [link["href"] for link in soup.select(".language-links a")] == list(addresses.values())
    alternates = soup.select('link[rel="alternate"]')
    assert [link["hreflang"] for link in alternates] == ["fi", "x-default", "sv", "en"]
    assert all(link["href"].startswith("http") for link in alternates)


def test_page_that_exists_in_no_other_language_leads_to_the_front_page_there() -> None:
    links = page("/fi/olematon/sivu/").select(".language-links a")
    assert [link["href"] for link in links[1:]] == ["/sv/", "/en/"]


def test_every_entry_of_the_navigation_leads_somewhere() -> None:
    entries = [*navigation.HEADER, navigation.ACT, *navigation.OWN, navigation.ADMINISTRATION]
    entries += [
        entry for group in navigation.FOOTER for entry in group.entries if isinstance(entry, navigation.Entry)
    ]
    for entry in entries:
        assert render_url(entry.url_name), entry


def test_navigation_marks_the_present_page() -> None:
    with override("fi"):
        path = render_url("cases:list")
    assert {link["href"] for link in page(path).select('.wide-menu [aria-current="page"]')} == {path}
    assert {link["href"] for link in page(f"{path}1-nimi/").select('.wide-menu [aria-current="true"]')} == {
        path
    }


def test_reader_gets_a_link_to_sign_in_and_no_form() -> None:
    soup = page("/fi/")
    assert soup.select_one(".sign-in")
    # Only searching and saying whether a page was useful, which ask and change nothing.
    assert {form.get("method", "get") for form in soup.find_all("form")} <= {"get"}


def test_staff_find_the_administration_in_their_menu() -> None:
    user = SimpleNamespace(is_authenticated=True, is_staff=True, display_name="Maija", email="m@esimerkki.fi")
    menu = page("/fi/", user=user).select_one(".own-menu")
    assert "Maija" in menu.text
    with override("fi"):
        assert menu.find("a", href=render_url("admin:index"))
    assert menu.form["method"] == "post"


def test_contributor_does_not_find_the_administration_there() -> None:
    user = SimpleNamespace(is_authenticated=True, is_staff=False, display_name="", email="m@esimerkki.fi")
    menu = page("/fi/", user=user).select_one(".own-menu")
    assert "m@esimerkki.fi" in menu.text
    with override("fi"):
        assert not menu.find("a", href=render_url("admin:index"))


def test_title_of_a_form_with_errors_says_so_first() -> None:
    with override("en"):
        assert not page("/en/", form=SimpleNamespace(errors={})).title.text.startswith("Error:")
        assert page("/en/", form=SimpleNamespace(errors={"a": "b"})).title.text.startswith("Error:")


def test_breadcrumbs_are_marked_up_for_machines_and_mark_the_present_page() -> None:
    crumbs = page("/fi/", breadcrumbs=[("Innovaatiot", "/fi/innovaatiot/"), ("Nimi", "")]).select_one(
        ".breadcrumbs"
    )
    assert [item["content"] for item in crumbs.select('[itemprop="position"]')] == ["1", "2", "3"]
    assert crumbs.select_one('[aria-current="page"]').text == "Nimi"
    assert [link["href"] for link in crumbs.find_all("a")] == ["/fi/", "/fi/innovaatiot/"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_has_inline_script_or_style(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=[\"']|javascript:", text)
    # What machines read of a page is data, which no browser executes: one include writes it.
    if template.relative_to(ROOT / "templates") == Path("components/linked_data.html"):
        text = text.replace('<script type="application/ld+json">', "")
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", text)


def test_the_typeface_is_cut_to_one_small_file(settings, tmp_path: Path) -> None:
    settings.REGISTRY_HOME = tmp_path
    Command().handle()
    assert (tmp_path / "built" / "fonts" / "source-sans-3.woff2").stat().st_size < 30_000


def test_frame_is_a_small_part_of_what_a_page_may_weigh() -> None:
    sheets = ["tokens.css", "base.css", "components.css"]
    weights = [len(gzip.compress((ROOT / "static" / "css" / name).read_bytes())) for name in sheets]
    scripts = [len(gzip.compress(path.read_bytes())) for path in (ROOT / "static" / "js").glob("*.js")]
    document = len(gzip.compress(str(page()).encode()))
    assert sum(weights) + sum(scripts) + document < 30_000
