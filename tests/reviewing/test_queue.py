"""The lists: what they show at first, how they are narrowed, and that a row costs no query."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Organisation
from cases import actions
from cases.models import Adoption, Case, CaseRevision
from taxonomy.models import NameStatus
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases import factories

from . import pages

pytestmark = pytest.mark.django_db
QUEUE = "cases_caserevision"


@pytest.fixture
def moderator():
    return factories.moderator()


@pytest.fixture
def client(moderator):
    return pages.client_of(moderator)


def rows(client, model: str, **query) -> list:
    answer = client.get(pages.changelist(model), query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def waited(revision: CaseRevision, days: int) -> CaseRevision:
    CaseRevision.objects.filter(pk=revision.pk).update(
        submitted_at=timezone.now() - datetime.timedelta(days=days)
    )
    return revision


def with_title(title: str) -> dict:
    content = factories.complete_content()
    content["texts"]["fi"]["title"] = title
    return {"texts": content["texts"]}


# The queue --------------------------------------------------------------------


def test_queue_shows_what_waits_the_oldest_first(client):
    young = waited(factories.submitted(), 1)
    old = waited(factories.in_review(), 9)
    factories.draft()
    factories.published()
    assert rows(client, QUEUE) == [old, young]


def test_queue_is_narrowed_by_state_and_to_ones_own(client, moderator):
    draft = factories.draft()
    mine = factories.in_review(reviewer=moderator)
    others = factories.in_review()
    assert rows(client, QUEUE, state="draft") == [draft]
    assert rows(client, QUEUE, state="mine") == [mine]
    assert set(rows(client, QUEUE, state="in_review")) == {mine, others}
    assert set(rows(client, QUEUE, state="all")) == {draft, mine, others}


def test_queue_says_how_long_each_has_waited_and_whether_it_is_new(client):
    waited(factories.submitted(), 3)
    case = factories.published()
    change = actions.open_revision(case, by=case.submitter)
    actions.submit(change, by=case.submitter)
    with override("en"):
        path = pages.changelist(QUEUE)
    page = client.get(path)
    text = page.content.decode()
    assert "3 days" in text
    assert "less than a day" in text
    assert "New</" in text
    assert "Change</" in text


@pytest.mark.parametrize("word", ["Äänestys", "äänestys", "ÄÄNESTYS", "nuorille", "Esimerkkilän"])
def test_queue_is_searched_by_title_and_owner(client, word):
    owner = OrganisationFactory(name_fi="Esimerkkilän kaupunki")
    found = factories.submitted(owner=owner.pk, **with_title("Äänestys nuorille"))
    factories.submitted(**with_title("Aivan muuta"))
    assert rows(client, QUEUE, q=word) == [found]


# Cases and adoptions ----------------------------------------------------------


def test_cases_without_a_principle_are_a_list_of_their_own(client):
    tagged = factories.published()
    bare = factories.published()
    bare.terms.clear()
    assert rows(client, "cases_case", principles="none") == [bare]
    assert set(rows(client, "cases_case")) == {tagged, bare}


def test_case_that_was_never_public_is_found_by_the_title_of_its_draft(client):
    draft = factories.submitted(**with_title("Salainen luonnos"))
    [found] = rows(client, "cases_case", q="salainen")
    assert found == draft.case
    assert found.title_shown == "Salainen luonnos"


def test_adoptions_that_wait_are_shown_first(client):
    case = factories.published()
    by = UserFactory()
    reported, confirmed = (
        actions.report_adoption(
            case, by=by, organisation=OrganisationFactory(), mode="copy", year=None, result=""
        )
        for _number in range(2)
    )
    actions.confirm_adoption(confirmed, by=factories.moderator())
    assert rows(client, "cases_adoption") == [reported]
    assert rows(client, "cases_adoption", state="confirmed") == [confirmed]
    assert set(rows(client, "cases_adoption", state="all")) == {reported, confirmed}


# The front page ---------------------------------------------------------------


def test_front_page_counts_what_waits_and_each_counter_leads_to_as_many_rows(client, moderator):
    factories.submitted()
    factories.in_review(reviewer=moderator)
    factories.in_review()
    case = factories.published()
    case.terms.clear()
    actions.report_adoption(
        case, by=UserFactory(), organisation=OrganisationFactory(), mode="copy", year=None, result=""
    )
    Organisation.objects.update(name_status=NameStatus.VERIFIED)
    Organisation.objects.filter(pk=case.owner_id).update(name_status=NameStatus.TO_CHECK)
    counters = client.get(reverse("admin:index")).context["counters"]
    assert [counter.count for counter in counters[:5]] == [1, 1, 1, 1, 1]
    for counter in counters:
        assert client.get(counter.url).context["cl"].result_count == counter.count


# Cost -------------------------------------------------------------------------


def make_some(number: int) -> None:
    for _number in range(number):
        factories.submitted()
        case = factories.published()
        Adoption.objects.create(
            case=case, organisation=OrganisationFactory(), mode="copy", reported_by=UserFactory()
        )


def queries(client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_lists_and_the_front_page_cost_the_same_with_three_rows_and_with_thirty(client):
    paths = [
        reverse("admin:index"),
        *(pages.changelist(model) for model in (QUEUE, "cases_case", "cases_adoption", "taxonomy_term")),
        pages.changelist(QUEUE) + "?state=all",
    ]
    make_some(3)
    for path in paths:
        client.get(path)
    before = {path: queries(client, path) for path in paths}
    make_some(27)
    assert {path: queries(client, path) for path in paths} == before
    assert max(before.values()) <= 16


def test_page_of_a_revision_costs_the_same_however_much_it_holds(client):
    case = factories.published()
    revision = actions.open_revision(case, by=case.submitter)
    client.get(pages.page(revision))
    before = queries(client, pages.page(revision))
    partners = [OrganisationFactory().pk for _number in range(10)]
    content = {**revision.content, "partners": partners}
    actions.save_content(revision, by=case.submitter, content=content)
    assert queries(client, pages.page(revision)) == before
    assert Case.objects.count() == 1
