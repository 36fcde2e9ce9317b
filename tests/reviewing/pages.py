"""Addresses of moderating, and people who open them."""

from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.factories import StaffFactory
from tests.accounts.sign_in import sign_in_to_admin
from tests.cases import factories


def page(subject: Model) -> str:
    return reverse(f"admin:{subject._meta.app_label}_{subject._meta.model_name}_change", args=[subject.pk])


def act(subject: Model, name: str) -> str:
    return reverse(f"admin:cases_{subject._meta.model_name}_act", args=[subject.pk, name])


def changelist(model: str) -> str:
    return reverse(f"admin:{model}_changelist")


def client_of(user: User) -> Client:
    client = Client()
    sign_in_to_admin(client, user)
    return client


def moderators_client(**fields) -> Client:
    return client_of(factories.moderator(**fields))


def member_of(group: str) -> User:
    """A member of staff in one of the groups that migrations make."""
    user = StaffFactory()
    user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)
