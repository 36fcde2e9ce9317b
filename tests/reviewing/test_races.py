"""Two moderators press at the same moment: one wins, the other is told on a page and not by an error."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from cases.models import Case, CaseEvent, CaseRevision
from cases.workflow import Criterion
from tests.cases import factories

from . import pages

pytestmark = pytest.mark.django_db(transaction=True)


def answers(*requests) -> list[int]:
    """The status of each request; all are sent at the same moment, each from a thread of its own."""
    barrier = Barrier(len(requests))

    def send(request) -> int:
        client, path, typed = request
        barrier.wait(timeout=20)
        try:
            return client.post(path, typed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


def test_one_of_two_decisions_is_kept():
    revision = factories.in_review()
    publishing = {"seen_version": revision.version, "criteria": Criterion.values}
    statuses = answers(
        (pages.moderators_client(), pages.act(revision, "publish"), publishing),
        (pages.moderators_client(), pages.act(revision, "reject"), {"message": "Ei."}),
    )
    assert sorted(statuses) == [302, 409]
    revision.refresh_from_db()
    assert revision.state == ("published" if statuses[0] == 302 else "rejected")
    assert CaseEvent.objects.filter(case=revision.case, act__in=["publish", "reject"]).count() == 1


def test_one_of_two_takes_a_revision_into_review():
    revision = factories.submitted()
    statuses = answers(
        *((pages.moderators_client(), pages.act(revision, "start_review"), {}) for _number in range(2))
    )
    assert sorted(statuses) == [302, 409]
    assert CaseRevision.objects.get(pk=revision.pk).reviewer is not None


def test_one_of_two_tags_a_case():
    for code in "12":
        factories.term("principle", code)
    case = factories.published()
    path = reverse("admin:cases_case_principles", args=[case.pk])
    seen = case.published_revision_id
    statuses = answers(
        *((pages.moderators_client(), path, {"principles": ["2"], "seen": seen}) for _number in range(2))
    )
    assert sorted(statuses) in ([302, 302], [302, 409])
    assert case.revisions.filter(state="published").count() == 2
    assert [term.code for term in Case.objects.get(pk=case.pk).principles] == ["2"]
