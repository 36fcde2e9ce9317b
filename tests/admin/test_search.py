"""One search over all that a person may open in the administration, and over nothing else."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS, NETWORK_COORDINATORS
from cases.models import Case
from pages.administration.search import SHOWN
from pages.editorial import actions
from tests.cases import factories as cases
from tests.editorial import factories as editorial
from tests.reviewing.pages import client_of, member_of

from .site import ADMINISTRATOR, NOBODY, ROLES, SECRET, fill, somebody

pytestmark = pytest.mark.django_db

# In the addresses of what a role finds.
FOUND = {
    MODERATORS: {"cases/caserevision", "cases/case", "accounts/organisation"},
    NETWORK_COORDINATORS: {"network/joinrequest", "network/member", "network/bulletin"},
    BAROMETER_EDITORS: {"barometer/survey", "barometer/question"},
    CONTENT_EDITORS: {
        "pages/page",
        "pages/feedback",
        "pages/resource",
        "pages/contact",
        "accounts/organisation",
    },
    NOBODY: set(),
}


def search(client, words: str):
    return client.get(reverse("admin:search"), {"q": words})


def lists_of(answer) -> set[str]:
    return {"/".join(group.url.split("/")[3:5]) for group in answer.context["found"]}


@pytest.mark.parametrize("role", list(FOUND))
def test_each_role_finds_what_it_works_with_and_nothing_else(role):
    fill()
    answer = search(client_of(somebody(role)), SECRET)
    assert answer.status_code == 200
    assert lists_of(answer) == FOUND[role]


def test_an_administrator_finds_everything_grouped_in_the_order_of_the_start_page():
    fill()
    answer = search(client_of(somebody(ADMINISTRATOR)), SECRET)
    everything = set().union(*FOUND.values())
    assert everything | {"accounts/user"} <= lists_of(answer)
    assert [group.url.split("/")[3] for group in answer.context["found"]][:2] == ["cases", "cases"]


@pytest.mark.parametrize("role", ROLES)
def test_all_that_is_found_opens(role):
    fill()
    client = client_of(somebody(role))
    for group in search(client, SECRET).context["found"]:
        listed = client.get(group.url).content.decode()
        assert listed.count(SECRET) >= len(group.rows), group.url
        for row in group.rows:
            assert SECRET in row.title
            assert client.get(row.url).status_code == 200, row.url


def test_an_innovation_is_found_by_its_number_and_by_its_owner():
    case = cases.published()
    client = client_of(member_of(MODERATORS))
    address = reverse("admin:cases_case_change", args=[case.pk])
    for words in (str(case.pk), case.owner.name):
        rows = [row.url for group in search(client, words).context["found"] for row in group.rows]
        assert address in rows, words
    assert not Case.objects.filter(pk=987654).exists()
    for words in ("987654", "9" * 40, "²", "\x00", " ", ""):
        assert search(client, words).context["found"] == [], words


def test_a_page_is_found_by_its_draft_and_its_public_text_but_not_by_an_earlier_one():
    page = editorial.edited(editorial.published("Vanha nimi"), "Uusi nimi")
    client = client_of(member_of(CONTENT_EDITORS))
    found = {words: str(search(client, words).context["found"]) for words in ("vanha", "uusi", "UUSI nimi")}
    assert all("pages/page" in rows for rows in found.values())
    page.refresh_from_db()
    actions.publish(page, by=editorial.editor(), seen_version=page.version)
    assert search(client, "vanha").context["found"] == []
    tree = client.get(reverse("admin:pages_page_changelist"), {"q": "uusi"})
    assert [row.page.pk for row in tree.context["rows"]] == [page.pk]
    assert client.get(reverse("admin:pages_page_changelist"), {"q": "vanha"}).context["rows"] == []


def test_a_list_shows_a_few_and_leads_to_the_rest():
    for _number in range(SHOWN + 1):
        cases.submitted()
    answer = search(client_of(member_of(MODERATORS)), cases.complete_content()["texts"]["fi"]["title"])
    queue = next(group for group in answer.context["found"] if "caserevision" in group.url)
    assert len(queue.rows) == SHOWN
    assert queue.has_more


@pytest.mark.parametrize("role", ROLES)
def test_search_takes_the_same_queries_however_much_is_found(role):
    for number in range(2):
        fill(f"{SECRET} {number}")
    client = client_of(somebody(role))
    search(client, SECRET)
    with CaptureQueriesContext(connection) as few:
        search(client, SECRET)
    for number in range(2, SHOWN):
        fill(f"{SECRET} {number}")
    with CaptureQueriesContext(connection) as many:
        search(client, SECRET)
    assert len(many) == len(few)


def test_what_is_typed_stays_and_is_only_shown():
    answer = search(client_of(member_of(MODERATORS)), "<b>x</b>")
    assert b"<b>x</b>" not in answer.content
    assert b"&lt;b&gt;x&lt;/b&gt;" in answer.content


def test_search_is_closed_to_those_who_are_not_staff(client):
    assert search(client, SECRET).status_code == 302


def test_what_can_be_searched_in_a_list_is_searched_here():
    searched = {model._meta.label for model, one in admin.site._registry.items() if one.search_fields}
    assert {
        "cases.Case",
        "network.Member",
        "network.JoinRequest",
        "barometer.Survey",
        "barometer.Question",
        "network.Bulletin",
        "pages.Page",
        "pages.Resource",
        "pages.Contact",
        "pages.Feedback",
        "accounts.Organisation",
        "accounts.User",
    } <= searched
