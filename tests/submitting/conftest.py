import pytest
from django.test import Client

from accounts.models import User
from cases.models import CaseRevision
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases import factories


@pytest.fixture
def teller(client: Client) -> User:
    """Somebody signed in, whose organisation the register has."""
    user = UserFactory(organisation=OrganisationFactory(name_fi="Esimerkkilän kunta"))
    client.force_login(user)
    return user


@pytest.fixture
def draft(teller: User) -> CaseRevision:
    """A draft of the person signed in, with everything that submitting needs."""
    return factories.draft(by=teller)
