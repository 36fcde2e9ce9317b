"""A site with something of everything, for tests of the administration as a whole."""

from django.utils import timezone

from accounts.models import User
from accounts.permissions import GROUPS
from network.models import Bulletin, BulletinText
from pages.models import Contact, Feedback, Resource
from tests.accounts.factories import OrganisationFactory, StaffFactory, UserFactory
from tests.barometer import factories as barometer
from tests.cases import factories as cases
from tests.editorial import factories as editorial
from tests.network import factories as network
from tests.reviewing.pages import member_of

SECRET = "Salaisuus"
ADMINISTRATOR, NOBODY = "administrator", "nobody"
ROLES = (*GROUPS, ADMINISTRATOR, NOBODY)


def somebody(role: str) -> User:
    """A member of staff with the role, with every right, or with none."""
    if role == ADMINISTRATOR:
        return StaffFactory(is_superuser=True)
    return StaffFactory() if role == NOBODY else member_of(role)


def fill(word: str = SECRET) -> None:
    """A row of each thing that staff work with, of which the name has ``word``; each waits where it can."""
    content = cases.complete_content()
    content["texts"]["fi"]["title"] = f"{word} innovaatio"
    cases.submitted(texts=content["texts"])
    cases.published(texts=content["texts"])
    network.pending(name=f"{word} Hakija")
    network.member(name=f"{word} Jäsen")
    barometer.survey(**barometer.in_three("name", f"{word} kierros"))
    barometer.question(**barometer.in_three("title", f"{word} kysymys"))
    UserFactory(display_name=f"{word} Henkilö")
    OrganisationFactory(name_fi=f"{word} virasto")
    Feedback.objects.create(
        kind="accessibility",
        words=f"{word} palaute",
        language="fi",
        due_on=timezone.localdate() + timezone.timedelta(days=2),
    )
    Resource.objects.create(
        kind="guide",
        title_fi=f"{word} opas",
        description_fi="Opas",
        publisher="Virasto",
        url="https://example.org/",
        languages=["fi"],
    )
    Contact.objects.create(role_fi=f"{word} rooli", email="rooli@example.org")
    editorial.published(f"{word} sivu")
    bulletin = Bulletin.objects.create()
    BulletinText.objects.create(bulletin=bulletin, language="fi", subject=f"{word} tiedote", body="Teksti")
