"""What the pages of a revision, an innovation and an adoption show."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile

from cases import actions
from common.uploads import prepare
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases import factories

from . import pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return pages.moderators_client()


def read(client, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


@pytest.mark.parametrize("make", [factories.draft, factories.submitted, factories.in_review])
def test_revision_shows_its_whole_text(client, make):
    page = read(client, pages.page(make())).get_text(" ", strip=True)
    assert "Joka kolmas hakemus palautui." in page
    assert "kirjaamo@example.org" in page


def test_buttons_are_those_that_the_workflow_allows_and_blocked_ones_say_why(client):
    revision = factories.in_review()
    content = {**revision.content, "owner": None, "owner_name": "Uusi virasto"}
    actions.save_content(revision, by=factories.moderator(), content=content)
    answer = client.get(pages.page(revision))
    buttons = {button["decision"].transition.name: button["decision"] for button in answer.context["buttons"]}
    assert set(buttons) == {"return", "reject", "publish"}
    assert [name for name, decision in buttons.items() if decision.allowed] == ["return", "reject"]
    page = BeautifulSoup(answer.content, "html.parser")
    assert buttons["publish"].reasons[0] in page.get_text(" ", strip=True)
    assert not page.select(f"a[href^='{pages.act(revision, 'publish')}']")


def test_change_stands_beside_what_is_public(client):
    case = factories.published()
    change = actions.open_revision(case, by=case.submitter)
    content = change.content
    content["texts"]["fi"]["problem"] = "Joka neljäs hakemus palautui."
    actions.save_content(change, by=case.submitter, content=content)
    page = read(client, pages.page(change))
    assert [gone.contents[-1] for gone in page.select("del")] == ["kolmas"]
    assert [come.contents[-1] for come in page.select("ins")] == ["neljäs"]
    assert page.find("a", href=case.get_absolute_url())


def test_any_two_revisions_are_compared(client):
    case = factories.published()
    for year in (2023, 2024):
        revision = actions.open_revision(case, by=case.submitter)
        actions.save_content(revision, by=case.submitter, content={**revision.content, "started_year": year})
        actions.discard(revision, by=case.submitter)
    last = case.revisions.get(number=3)
    for against, before in ((2, "2023"), (1, "2022"), ("public", "2022")):
        [difference] = client.get(pages.page(last), {"against": against}).context["differences"]
        assert "".join(piece.text for piece in difference.before) == before
        assert "".join(piece.text for piece in difference.after) == "2024"


def test_files_are_led_to_before_they_are_public(client):
    revision = factories.draft()
    upload = actions.add_upload(
        revision, by=revision.case.submitter, prepared=prepare(ContentFile(b"Ohje.", name="ohje.txt"))
    )
    content = {
        **revision.content,
        "materials": [{"kind": "attachment", "upload": upload.pk, "title": "Ohje muille"}],
    }
    actions.save_content(revision, by=revision.case.submitter, content=content)
    link = read(client, pages.page(revision)).find("a", href=upload.get_absolute_url())
    assert "Ohje muille" in link.text
    answer = client.get(upload.get_absolute_url())
    assert answer.getvalue() == b"Ohje."
    answer.close()


def test_case_lists_its_revisions_adoptions_and_history(client):
    case = factories.published()
    adoption = actions.report_adoption(
        case,
        by=UserFactory(),
        organisation=OrganisationFactory(name="Ottaja"),
        mode="copy",
        year=2024,
        result="",
    )
    page = read(client, pages.page(case))
    assert page.find("a", href=pages.page(case.published_revision))
    assert page.find("a", href=pages.page(adoption))
    assert len(page.select(".events tbody tr")) == case.events.count()


def test_moderator_edits_in_the_submitters_form(client):
    revision = factories.in_review()
    url = client.get(pages.page(revision)).context["edit_url"]
    assert client.get(url).status_code == 200
    assert not client.get(pages.page(factories.published().published_revision)).context["edit_url"]
