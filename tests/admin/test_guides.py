"""Guides for the staff: one for each role in each language, whose links work."""

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.permissions import GROUPS
from pages.administration.guides import FOLDER, GUIDES, text_of
from tests.reviewing.pages import client_of

from .site import ADMINISTRATOR, NOBODY, ROLES, fill, somebody

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in settings.LANGUAGES]
EVERY = [(guide, language) for guide in GUIDES for language in LANGUAGES]
NAMES = [f"{guide.key} {language}" for guide, language in EVERY]


def shown(client, guide, language: str) -> BeautifulSoup:
    with translation.override(language):
        answer = client.get(reverse("admin:guide", args=[guide.key]))
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_there_is_a_guide_for_every_role_and_no_other_file():
    assert {guide.role for guide in GUIDES} == {*GROUPS, ""}
    files = {f"{guide.key}.{language}.md" for guide, language in EVERY}
    assert {file.name for file in FOLDER.iterdir()} == files


@pytest.mark.parametrize(("guide", "language"), EVERY, ids=NAMES)
def test_a_guide_is_about_a_page_long_with_a_title_and_the_same_parts(guide, language):
    text = text_of(guide, language)
    assert text.startswith("# ")
    assert len(re.findall(r"^## ", text, re.MULTILINE)) == 4
    assert 250 <= len(text.split()) <= 600


@pytest.mark.parametrize(("guide", "language"), EVERY, ids=NAMES)
def test_links_of_a_guide_lead_to_pages_that_open(guide, language):
    fill()
    client = client_of(somebody(ADMINISTRATOR))
    main = shown(client, guide, language).select_one("main .prose")
    assert not re.search(r"\]\(|\badmin:", main.get_text())
    links = [link["href"] for link in main.select("a")]
    assert len(links) >= 3
    for link in links:
        assert link.startswith(f"/{language}/")
        assert client.get(link, follow=True).status_code == 200, link


@pytest.mark.parametrize(("guide", "language"), EVERY, ids=NAMES)
def test_files_that_a_guide_names_exist_in_the_repository(guide, language):
    for path in re.findall(r"\]\((\.\.?/[^)]+)\)", text_of(guide, language)):
        assert (FOLDER / path).exists(), path


@pytest.mark.parametrize("role", ROLES)
def test_the_start_page_leads_to_the_guides_of_the_role(role):
    html = client_of(somebody(role)).get(reverse("admin:index")).content.decode()
    for guide in GUIDES:
        is_theirs = role == ADMINISTRATOR or (role != NOBODY and guide.role == role)
        assert (f'"{reverse("admin:guide", args=[guide.key])}"' in html) == is_theirs, guide.key


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("cases_caserevision", "moderator"),
        ("network_member", "network-coordinator"),
        ("barometer_survey", "barometer-editor"),
        ("pages_feedback", "content-editor"),
        ("accounts_user", "operator"),
    ],
)
def test_the_head_of_a_page_leads_to_the_guide_of_those_who_work_there(path, key):
    page = client_of(somebody(ADMINISTRATOR)).get(reverse(f"admin:{path}_changelist"))
    head = BeautifulSoup(page.content, "html.parser").select_one("header .admin-help")
    assert reverse("admin:guide", args=[key]) in [link["href"] for link in head.select("a")]


def test_guides_are_for_staff_and_an_unknown_one_is_not_there(client):
    assert client.get(reverse("admin:guide", args=["moderator"])).status_code == 302
    staff = client_of(somebody(NOBODY))
    assert staff.get(reverse("admin:guides")).status_code == 200
    assert staff.get(reverse("admin:guide", args=["moderator"])).status_code == 200
    assert staff.get(reverse("admin:guide", args=["nobody"])).status_code == 404


def test_the_image_of_a_container_has_the_guides():
    ignored = (settings.BASE_DIR / ".dockerignore").read_text().splitlines()
    assert "docs/" not in ignored
    assert ignored.index("docs/*") < ignored.index("!docs/guides")
