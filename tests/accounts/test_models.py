import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.models import Organisation, OrganisationDomain, User

from .factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except IntegrityError:
        return True
    return False


def test_address_is_kept_in_lower_case():
    assert UserFactory(email=" Matti.Meikäläinen@VM.example ").email == "matti.meikäläinen@vm.example"


def test_database_refuses_the_same_address_in_another_case():
    UserFactory(email="matti@vm.example")
    assert refused(lambda: User(email="matti@vm.example").save())
    assert refused(lambda: User(email="Matti@vm.example").save())


def test_form_names_the_address_that_is_taken_whatever_its_case():
    UserFactory(email="matti@vm.example")
    with pytest.raises(ValidationError) as caught:
        User(email="MATTI@vm.example", password="x").full_clean()
    assert list(caught.value.message_dict) == ["email"]


@pytest.mark.parametrize(
    "fields", [{"email": ""}, {"language": "de"}], ids=["without address", "unknown language"]
)
def test_database_refuses_user(fields):
    assert refused(lambda: User(**{"email": "matti@vm.example", **fields}).save())


def test_name_shown_to_others_never_holds_the_address():
    user = UserFactory(email="matti@vm.example", display_name="")
    assert "matti" not in str(user)
    assert str(UserFactory(display_name="Matti M")) == "Matti M"


def test_account_of_an_address_is_made_once_in_the_language_of_the_page():
    vm = OrganisationFactory()
    OrganisationDomain.objects.create(organisation=vm, domain="vm.example")
    with translation.override("sv"):
        user = User.objects.for_address("New@vm.example", display_name="Nina Ny")
    assert User.objects.for_address("new@VM.example", display_name="Other") == user
    assert (user.email, user.language, user.display_name) == ("new@vm.example", "sv", "Nina Ny")
    assert user.organisation == vm
    assert not user.has_usable_password()
    assert not user.is_staff


def test_first_administrator_is_made_on_the_command_line(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long password")
    call_command("createsuperuser", email="Admin@VM.example", interactive=False, verbosity=0)
    user = User.objects.get(email="admin@vm.example")
    assert user.is_staff
    assert user.is_superuser
    assert user.check_password("a long password")


def test_deleting_an_organisation_keeps_its_people():
    user = UserFactory(organisation=OrganisationFactory())
    user.organisation.delete()
    user.refresh_from_db()
    assert user.organisation is None


@pytest.mark.parametrize(
    "fields",
    [
        {"name_fi": "", "name_sv": None, "name_en": ""},
        {"kind": "club"},
        {"name_status": "maybe"},
        {"code": ""},
        {"valid_from": datetime.date(2026, 1, 1), "valid_to": datetime.date(2025, 12, 31)},
    ],
    ids=["without a name", "unknown kind", "unknown name status", "empty code", "ends before it began"],
)
def test_database_refuses_organisation(fields):
    assert refused(
        lambda: Organisation(
            **{"name_fi": "Virasto", "kind": "agency", "name_status": "verified", **fields}
        ).save()
    )


def test_organisation_name_falls_back_to_a_language_that_it_has():
    organisation = Organisation.objects.create(name_en="Nesta", kind="foreign", country="GB")
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            assert (organisation.name, organisation.slug) == ("Nesta", "nesta")


def test_history_holds_names_in_three_languages():
    organisation = OrganisationFactory(name_fi="Virasto", name_sv="Verk", name_en="Agency")
    organisation.name_sv = "Ämbetsverk"
    organisation.save()
    assert list(organisation.history.order_by("history_id").values_list("name_sv", flat=True)) == [
        "Verk",
        "Ämbetsverk",
    ]


def test_address_proposes_the_organisation_with_the_most_exact_domain():
    city, service = OrganisationFactory(), OrganisationFactory()
    OrganisationDomain.objects.create(organisation=city, domain="tampere.example")
    OrganisationDomain.objects.create(organisation=service, domain="edu.tampere.example")
    propose = Organisation.objects.for_email
    assert propose("a@Tampere.example") == city
    assert propose("a@posti.tampere.example") == city
    assert propose("a@edu.tampere.example") == service
    assert propose("a@uusitampere.example") is None
    assert propose("a@example") is None
    assert propose("nonsense") is None


def test_organisation_that_ended_is_not_proposed():
    today = timezone.localdate()
    ended = OrganisationFactory(valid_to=today - datetime.timedelta(days=1))
    OrganisationDomain.objects.create(organisation=ended, domain="avi.example")
    assert ended.has_ended
    assert Organisation.objects.for_email("a@avi.example") is None
    assert ended not in Organisation.objects.current()
    assert ended in Organisation.objects.valid_on(ended.valid_to)


def test_database_refuses_a_domain_twice_or_in_upper_case():
    organisation = OrganisationFactory()
    OrganisationDomain.objects.create(organisation=organisation, domain="vm.example")
    for domain in ("vm.example", "VM.example", ""):
        assert refused(lambda: OrganisationDomain(organisation=organisation, domain=domain).save())  # noqa: B023


@pytest.mark.parametrize("domain", ["VM.fi", "vm", "@vm.fi", "vm.fi/", "-vm.fi"])
def test_domain_that_is_not_one_is_refused(domain):
    with pytest.raises(ValidationError):
        OrganisationDomain(organisation=OrganisationFactory(), domain=domain).full_clean()
