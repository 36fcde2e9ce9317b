"""Several people act at the same moment: one wins, the others are told, and nothing is done twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from cases import actions
from cases.models import Case, CaseEvent, CaseRevision, PublicVersion
from common.workflow import TransitionRefused

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 4


def at_once(*acts):
    """Run the acts in threads of their own that start together; returns each one's refusal or None."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait(timeout=20)
        try:
            act()
        except TransitionRefused as refused:
            return refused
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_several_moderators_who_decide_at_once_one_wins():
    revision = factories.in_review()
    moderators = [factories.moderator() for _number in range(RIVALS)]

    def publish(moderator):
        actions.publish(
            CaseRevision.objects.get(pk=revision.pk),
            by=moderator,
            seen_version=revision.version,
            criteria=factories.ALL_CRITERIA,
        )

    def reject(moderator):
        actions.reject(CaseRevision.objects.get(pk=revision.pk), by=moderator, message="Ei.")

    refusals = at_once(
        *(
            lambda moderator=moderator, act=(publish if number % 2 else reject): act(moderator)
            for number, moderator in enumerate(moderators)
        )
    )
    assert refusals.count(None) == 1
    assert all(str(refused) for refused in refusals if refused)
    decided = CaseEvent.objects.filter(case=revision.case, act__in=["publish", "reject"])
    assert decided.count() == 1


def test_a_revision_is_opened_once_though_it_is_asked_for_several_times():
    case = factories.published()
    refusals = at_once(
        *(lambda: actions.open_revision(Case.objects.get(pk=case.pk), by=case.submitter),) * RIVALS
    )
    assert refusals.count(None) == 1
    assert case.revisions.open().count() == 1


def test_every_change_of_what_is_public_raises_the_version():
    cases = [factories.published() for _number in range(RIVALS)]
    before = PublicVersion.objects.get().number
    moderator = factories.moderator()
    refusals = at_once(*(lambda case=case: actions.feature(case, by=moderator) for case in cases))
    assert refusals == [None] * RIVALS
    assert PublicVersion.objects.get().number == before + RIVALS
