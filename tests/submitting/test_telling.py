"""From the start page to the receipt, as somebody who tells about an innovation walks it."""

import pytest
from django.urls import reverse

from cases.models import Case, CaseRevision
from cases.schema import Section
from cases.workflow import Criterion
from tests.cases import factories

from .pages import errors_of, form_data, soup

pytestmark = pytest.mark.django_db


def send(client, url, data, **changes):
    return client.post(url, {**data, **changes})


def test_start_page_tells_what_is_asked_and_sets_no_cookie(client, django_assert_num_queries):
    with django_assert_num_queries(1):  # the menus' look
        response = client.get(reverse("cases:tell"))
    text = soup(response).main.get_text(" ", strip=True)
    for label in [*Section.labels, *Criterion.labels]:
        assert str(label) in text
    assert not response.cookies


def test_beginning_leads_through_sign_in(client):
    response = client.get(reverse("cases:begin"))
    assert response.url == f"{reverse('account_request_login_code')}?next={reverse('cases:begin')}"


def test_opening_the_first_step_makes_no_draft(client, teller):
    response = client.get(reverse("cases:begin"))
    assert response.status_code == 200
    assert not Case.objects.exists()


def test_the_address_proposes_the_organisation(client, teller):
    assert form_data(client.get(reverse("cases:begin")))["owner"] == "Esimerkkilän kunta"


def test_a_case_is_told_from_beginning_to_receipt(
    client, teller, mailoutbox, django_capture_on_commit_callbacks
):
    told = factories.complete_content()
    data = form_data(client.get(reverse("cases:begin")))
    response = send(client, reverse("cases:begin"), data, **told["texts"]["fi"], then="next")
    case = Case.objects.get()
    assert response.url == reverse("cases:step_facts", args=[case.pk])

    facts = {**told["terms"], "level_of_government": "local", "life_cycle": "in_use", "started_year": "2022"}
    data = form_data(client.get(response.url))
    response = send(client, response.url, data, **facts, then="next")
    assert response.url == reverse("cases:step_story", args=[case.pk])
    data = form_data(client.get(response.url))
    response = send(client, response.url, data, results="Jono katosi.", then="next")
    assert response.url == reverse("cases:step_effects", args=[case.pk])
    data = form_data(client.get(response.url))
    response = send(client, response.url, data, then="next")
    assert response.url == reverse("cases:step_contact", args=[case.pk])
    data = form_data(client.get(response.url))
    response = send(client, response.url, data, role="Kirjaamo", email="kirjaamo@example.org", then="next")
    assert response.url == reverse("cases:check", args=[case.pk])

    page = client.get(response.url)
    assert not errors_of(page)
    with django_capture_on_commit_callbacks(execute=True):
        response = send(client, response.url, form_data(page))
    assert response.url == reverse("cases:submitted", args=[case.pk])
    assert str(case.pk) in soup(client.get(response.url)).select_one(".receipt-number").get_text()
    revision = case.revisions.get()
    assert revision.state == CaseRevision.State.SUBMITTED
    assert revision.content["texts"]["fi"]["results"] == "Jono katosi."
    assert revision.content["owner"] == teller.organisation.pk
    assert teller.email in [message.to[0] for message in mailoutbox]
