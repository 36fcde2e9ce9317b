"""What the public may not read is not found: not before it is published, not after it is taken away."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from barometer import actions as barometer_actions
from barometer.models import Question
from cases import actions as case_actions
from cases.models import Case
from network import event_actions
from pages.editorial import actions as page_actions
from pages.models import Page
from pages.site_search import index
from tests.accounts.factories import OrganisationFactory
from tests.barometer import factories as barometer
from tests.cases import factories as cases

from . import content
from .content import address, found, titles

pytestmark = pytest.mark.django_db

CANARY = "majakkalaiva"
TEXT = {"fi": CANARY}


def shown(client) -> dict[str, list[str]]:
    """What is found by the canary; it stands nowhere else on the page but where it was asked."""
    return titles(found(client, CANARY))


def case_with_canary() -> Case:
    texts = cases.complete_content()["texts"]
    texts["fi"]["title"] = CANARY
    return cases.published(texts=texts)


def test_innovation(client):
    texts = cases.complete_content()["texts"]
    texts["fi"]["title"] = CANARY
    cases.in_review(texts=texts)
    assert shown(client) == {}
    case = case_with_canary()
    assert list(shown(client)) == ["innovations"]
    case_actions.archive(case, by=cases.moderator(), message="Vanha")
    assert shown(client) == {}


def test_organisation(client):
    owner = OrganisationFactory(name_fi=CANARY)
    cases.in_review(owner=owner.pk)
    assert shown(client) == {}
    case = cases.published(owner=owner.pk)
    assert list(shown(client)) == ["organisations"]
    case_actions.withdraw(case, by=case.submitter)
    assert shown(client) == {}


def test_name_of_an_organisation_that_has_not_ended_is_no_former_name(client):
    successor = content.organisation(fi="Uusi")
    OrganisationFactory(name_fi=CANARY).successors.add(successor)

    assert shown(client) == {}


def test_question(client):
    draft = barometer.survey()
    of = barometer.asked(draft, barometer.question(**content.in_three("title", TEXT)))
    yes = barometer.option(of.question, "yes")
    barometer_actions.enter_figures(draft, [barometer.figure(of, yes, 40)], by=None)
    assert shown(client) == {}
    barometer_actions.publish(draft, by=None)
    assert list(shown(client)) == ["questions"]
    barometer_actions.withdraw(draft, by=None)
    assert shown(client) == {}


def test_question_of_which_no_figure_is_verified(client):
    draft = barometer.survey()
    secret = barometer.asked(draft, barometer.question(**content.in_three("title", TEXT)))
    told = barometer.asked(draft, barometer.question())
    figures = [
        barometer.figure(of, barometer.option(of.question, "yes"), 40, is_verified=of == told)
        for of in (secret, told)
    ]
    barometer_actions.enter_figures(draft, figures, by=None)
    barometer_actions.publish(draft, by=None)

    assert shown(client) == {}


def test_answer_that_only_a_draft_of_an_edition_has(client):
    content.question({"fi": "Kumppanit"}, answer={"fi": "Kunnat"})
    (question,) = index.current()[0].find("kumppani")["questions"]
    draft = barometer.survey()
    what = Question.objects.get(key=question.key)
    new = barometer.option(what, "new", **content.in_three("label", TEXT))
    barometer_actions.enter_figures(draft, [barometer.figure(barometer.asked(draft, what), new, 5)], by=None)
    assert shown(client) == {}
    barometer_actions.publish(draft, by=None)
    assert list(shown(client)) == ["questions"]


def test_page(client):
    page = content.page_draft(TEXT)
    assert shown(client) == {}
    page_actions.publish(page, by=None, seen_version=page.version)
    assert list(shown(client)) == ["pages"]
    page = Page.objects.get(pk=page.pk)
    page_actions.withdraw(page, by=None, seen_version=page.version, message="Vanha")
    assert shown(client) == {}


def test_draft_of_a_published_page(client):
    page = content.page({"fi": "Palvelusta"})
    page_actions.save(page, content.page_texts(TEXT, TEXT), by=None, seen_version=page.version)

    assert shown(client) == {}


def test_resource(client):
    resource = content.resource(TEXT, is_public=False)
    assert shown(client) == {}
    resource.is_public = True
    resource.save()
    assert list(shown(client)) == ["resources"]
    resource.is_public = False
    resource.save()
    assert shown(client) == {}


def test_event(client):
    event = content.event_draft(TEXT)
    assert shown(client) == {}
    event = event_actions.publish(event, by=None)
    assert list(shown(client)) == ["events"]
    event_actions.cancel(event, by=None)
    assert shown(client) == {}


def test_event_for_members_alone(client):
    content.event(TEXT, is_public=False)

    assert shown(client) == {}


def test_event_is_not_found_when_it_is_over(client):
    content.event(TEXT)
    assert list(shown(client)) == ["events"]
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert shown(client) == {}


def test_online_link_of_an_event_is_not_searched(client):
    content.event({"fi": "Iltapäivä"}, online_url=f"https://example.org/{CANARY}")

    assert shown(client) == {}


def test_nothing_that_is_not_public_is_suggested(client):
    content.page_draft({"fi": "majakkalaiva"})
    content.resource({"fi": "majakkalaiva"}, is_public=False)
    content.event({"fi": "majakkalaiva"}, is_public=False)

    assert "majakkalaiva" not in client.get(address("majakalaiva")).content.decode()
