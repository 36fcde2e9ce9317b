"""Telling that an organisation took an innovation up."""

import pytest
from django.urls import reverse

from cases import actions
from cases.models import Adoption
from cases.views import adopting
from tests.accounts.factories import OrganisationFactory
from tests.cases import factories

from .pages import errors_of, form_data, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.published(owner=OrganisationFactory(name_fi="Omistaja").pk)


def report(client, case, **typed):
    address = reverse("cases:report_adoption", args=[case.pk])
    return client.post(address, {**form_data(client.get(address)), "mode": "copy", **typed})


def test_anyone_signed_in_tells_of_an_adoption_and_staff_confirm_it(client, teller, case):
    response = report(client, case, year="2024", result="Toimii täälläkin.")
    assert response.url == case.get_absolute_url()
    adoption = Adoption.objects.get()
    assert (adoption.organisation, adoption.state) == (teller.organisation, Adoption.State.REPORTED)
    assert "Toimii täälläkin." not in text_of(client.get(case.get_absolute_url()))


def test_the_second_report_of_the_same_is_explained(client, teller, case):
    for _time in range(2):
        response = report(client, case)
    assert response.status_code == 200
    assert errors_of(response)
    assert Adoption.objects.count() == 1


def test_the_owner_does_not_adopt_its_own(client, teller, case):
    assert errors_of(report(client, case, organisation="Omistaja"))
    assert not Adoption.objects.exists()


def test_an_organisation_outside_the_register_is_explained_and_the_rest_kept(client, teller, case):
    response = report(client, case, organisation="Tuntematon", result="Hyvin kävi")
    assert errors_of(response)
    assert form_data(response)["result"] == "Hyvin kävi"


def test_what_is_not_public_cannot_be_adopted(client, teller, case):
    actions.archive(case, by=factories.moderator(), message="Vanha")
    address = reverse("cases:report_adoption", args=[case.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {"organisation": "Esimerkkilän kunta", "mode": "copy"}).status_code == 404


def test_telling_leads_through_sign_in(client, case):
    address = reverse("cases:report_adoption", args=[case.pk])
    assert client.get(address).url == f"{reverse('account_request_login_code')}?next={address}"


def test_reports_that_wait_are_limited(client, teller, case, monkeypatch):
    monkeypatch.setattr(adopting, "MOST_OPEN_REPORTS", 1)
    OrganisationFactory(name_fi="Toinen kunta")
    report(client, case)
    assert errors_of(report(client, case, organisation="Toinen kunta"))
    assert Adoption.objects.count() == 1


def test_the_page_asks_the_database_a_few_times(client, teller, case, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        client.get(reverse("cases:report_adoption", args=[case.pk]))
