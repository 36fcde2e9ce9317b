import json

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts.models import Organisation, OrganisationDomain, User
from accounts.permissions import MODERATORS

from .factories import OrganisationFactory, StaffFactory, UserFactory
from .sign_in import sign_in_to_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = StaffFactory(is_superuser=True, password="a long password")
    sign_in_to_admin(client, user)
    return user


@pytest.fixture
def moderator(client):
    user = StaffFactory(password="a long password")
    user.groups.add(Group.objects.get(name=MODERATORS))
    sign_in_to_admin(client, user)
    return user


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize("model", ["accounts_user", "accounts_organisation", "accounts_secondfactor"])
def test_lists_open(client, model):
    OrganisationFactory()
    assert client.get(reverse(f"admin:{model}_changelist")).status_code == 200


@pytest.mark.usefixtures("administrator")
def test_forms_and_histories_open(client):
    for model, thing in (("user", UserFactory()), ("organisation", OrganisationFactory())):
        assert client.get(reverse(f"admin:accounts_{model}_add")).status_code == 200
        for page in ("change", "history"):
            assert client.get(reverse(f"admin:accounts_{model}_{page}", args=[thing.pk])).status_code == 200


@pytest.mark.usefixtures("administrator")
def test_allauths_unused_tables_are_not_in_the_admin(client):
    page = client.get(reverse("admin:index")).content.decode()
    assert "socialaccount" not in page
    assert "emailaddress" not in page


@pytest.mark.usefixtures("administrator")
def test_secret_of_an_authenticator_is_not_shown(client):
    from allauth.mfa.totp.internal.auth import TOTP

    authenticator = TOTP.activate(StaffFactory(password="x"), "SECRETSECRET").instance
    page = client.get(reverse("admin:accounts_secondfactor_change", args=[authenticator.pk]))
    assert page.status_code == 200
    assert b"SECRETSECRET" not in page.content


@pytest.mark.usefixtures("administrator")
def test_administrator_adds_somebody_without_a_password(client):
    client.post(
        reverse("admin:accounts_user_add"),
        {"email": "New@VM.example", "display_name": "Nina", "usable_password": "false"},
    )
    user = User.objects.get(email="new@vm.example")
    assert not user.has_usable_password()


@pytest.mark.usefixtures("administrator")
def test_address_taken_in_another_case_is_an_error_in_the_form(client):
    UserFactory(email="matti@vm.example")
    page = client.post(
        reverse("admin:accounts_user_add"), {"email": "Matti@VM.example", "usable_password": "false"}
    )
    assert page.status_code == 200
    assert User.objects.filter(email__iexact="matti@vm.example").count() == 1


@pytest.mark.usefixtures("moderator")
def test_moderator_learns_no_addresses_of_users(client):
    target = UserFactory(email="hidden@vm.example")
    assert client.get(reverse("admin:accounts_user_changelist"), {"q": "hidden"}).status_code == 403
    assert client.get(reverse("admin:accounts_user_change", args=[target.pk])).status_code == 403
    answer = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "accounts", "model_name": "secondfactor", "field_name": "user", "term": "hidden"},
    )
    assert answer.status_code == 403


def test_staff_who_edit_users_cannot_raise_themselves_or_others(client):
    user = StaffFactory(password="a long password")
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="accounts", codename__contains="user")
    )
    sign_in_to_admin(client, user)
    target = UserFactory()
    client.post(
        reverse("admin:accounts_user_change", args=[target.pk]),
        {
            "email": target.email,
            "display_name": "N",
            "language": "fi",
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
        },
    )
    target.refresh_from_db()
    assert (target.display_name, target.is_staff, target.is_superuser) == ("N", False, False)
    administrator = StaffFactory(is_superuser=True, password="a long password")
    answer = client.post(
        reverse("admin:accounts_user_change", args=[administrator.pk]), {"email": "x@vm.example"}
    )
    assert answer.status_code == 403
    assert (
        client.post(reverse("admin:auth_user_password_change", args=[administrator.pk]), {}).status_code
        == 403
    )


@pytest.mark.usefixtures("moderator")
def test_organisation_is_found_by_any_of_its_names_and_domains(client):
    organisation = OrganisationFactory(
        name_fi="Verohallinto", name_sv="Skatteförvaltningen", name_en="Tax Administration"
    )
    OrganisationDomain.objects.create(organisation=organisation, domain="vero.example")
    OrganisationFactory(name_fi="Tulli")
    for word in ("verohal", "Skatte", "tax", "vero.example"):
        page = client.get(reverse("admin:accounts_organisation_changelist"), {"q": word})
        assert list(page.context["cl"].result_list) == [organisation]


@pytest.mark.usefixtures("moderator")
def test_organisations_that_ended_are_filtered(client):
    OrganisationFactory(name_fi="Now")
    OrganisationFactory(name_fi="Then", valid_to="2020-01-01")
    for value, names in (("yes", ["Now"]), ("no", ["Then"])):
        page = client.get(reverse("admin:accounts_organisation_changelist"), {"exists": value})
        assert [organisation.name_fi for organisation in page.context["cl"].result_list] == names


@pytest.mark.usefixtures("moderator")
def test_edit_in_the_admin_names_its_author_in_the_history(client, moderator):
    organisation = OrganisationFactory(name_fi="Verotoimisto")
    client.post(
        reverse("admin:accounts_organisation_change", args=[organisation.pk]),
        {
            "name_fi": "Verohallinto",
            "name_status": "verified",
            "kind": "agency",
            "country": "FI",
            "domains-TOTAL_FORMS": "0",
            "domains-INITIAL_FORMS": "0",
        },
    )
    assert Organisation.objects.get().name_fi == "Verohallinto"
    assert organisation.history.latest().history_user == moderator


@pytest.mark.usefixtures("moderator")
def test_autocomplete_of_organisations_answers(client):
    organisation = OrganisationFactory(name_fi="Verohallinto")
    answer = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "accounts", "model_name": "organisation", "field_name": "successors", "term": "vero"},
    )
    assert [found["id"] for found in json.loads(answer.content)["results"]] == [str(organisation.pk)]
