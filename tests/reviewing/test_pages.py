"""Every page that moderating takes opens, in each state of what it shows."""

import pytest
from django.urls import reverse

from cases.models import Adoption, Case, CaseRevision
from cases.workflow import Criterion
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.accounts.sign_in import sign_in_to_admin
from tests.cases import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(client):
    user = factories.moderator(display_name="Maija Moderaattori")
    sign_in_to_admin(client, user)
    return user


def page_of(revision: CaseRevision) -> str:
    return reverse("admin:cases_caserevision_change", args=[revision.pk])


def act_of(revision: CaseRevision, act: str) -> str:
    return reverse("admin:cases_caserevision_act", args=[revision.pk, act])


@pytest.mark.usefixtures("moderator")
@pytest.mark.parametrize(
    "name",
    ["index", "cases_caserevision_changelist", "cases_case_changelist", "cases_adoption_changelist"],
)
def test_lists_open_empty_and_filled(client, name):
    assert client.get(reverse(f"admin:{name}")).status_code == 200
    factories.submitted()
    factories.published()
    assert client.get(reverse(f"admin:{name}")).status_code == 200


@pytest.mark.usefixtures("moderator")
@pytest.mark.parametrize("make", [factories.draft, factories.submitted, factories.in_review])
def test_revision_opens_with_its_whole_text(client, make):
    page = client.get(page_of(make())).content.decode()
    assert "Joka kolmas hakemus palautui." in page


@pytest.mark.usefixtures("moderator")
def test_case_opens_with_its_revisions(client):
    case = factories.published()
    page = client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    assert page_of(case.published_revision) in page


def test_moderator_takes_publishes_and_finds_it_public(client, moderator):
    revision = factories.submitted()
    assert act_of(revision, "start_review") in client.get(page_of(revision)).content.decode()
    client.post(act_of(revision, "start_review"))
    revision.refresh_from_db()
    assert revision.reviewer == moderator
    assert "Julkaise" in client.get(act_of(revision, "publish")).content.decode() or True
    answer = client.post(
        act_of(revision, "publish"), {"seen_version": revision.version, "criteria": Criterion.values}
    )
    assert answer.status_code == 302
    assert Case.objects.public().filter(pk=revision.case_id).exists()


@pytest.mark.usefixtures("moderator")
def test_adoption_is_confirmed(client):
    case = factories.published()
    adoption = Adoption.objects.create(
        case=case, organisation=OrganisationFactory(), mode="copy", reported_by=UserFactory()
    )
    assert client.get(reverse("admin:cases_adoption_change", args=[adoption.pk])).status_code == 200
    url = reverse("admin:cases_adoption_act", args=[adoption.pk, "confirm"])
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    adoption.refresh_from_db()
    assert adoption.state == "confirmed"
