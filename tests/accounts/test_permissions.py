import pytest
from django.apps import apps
from django.contrib.auth.models import Group

from accounts.permissions import GROUPS, MODERATORS, grant

from .factories import StaffFactory

pytestmark = pytest.mark.django_db


def test_migrations_made_the_groups():
    assert set(Group.objects.values_list("name", flat=True)) >= set(GROUPS)


def test_moderators_curate_organisations_and_terms_but_not_people():
    user = StaffFactory()
    user.groups.add(Group.objects.get(name=MODERATORS))
    assert user.has_perms(
        [
            "accounts.change_organisation",
            "accounts.add_organisation",
            "taxonomy.change_term",
            "taxonomy.add_term",
        ]
    )
    assert not user.has_perm("accounts.view_user")
    assert not user.has_perm("accounts.delete_organisation")


def test_granting_twice_is_granting_once():
    grant(apps, MODERATORS, "accounts", ["delete_organisation"])
    grant(apps, MODERATORS, "accounts", ["delete_organisation"])
    assert Group.objects.get(name=MODERATORS).permissions.filter(codename="delete_organisation").count() == 1


def test_granting_what_does_not_exist_is_an_error():
    with pytest.raises(LookupError, match="fly_organisation"):
        grant(apps, MODERATORS, "accounts", ["fly_organisation"])
