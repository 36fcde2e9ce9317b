"""Who sees what of the network in the administration: every address of it, opened as everybody."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS
from cases.models import Adoption, Case, CaseRevision
from network import actions
from network.models import JoinRequest, ListExport, Member, MembershipEvent
from tests.accounts.factories import OrganisationFactory, StaffFactory, UserFactory
from tests.cases import factories as case_factories
from tests.cases.factories import published, submitted
from tests.reviewing.pages import client_of, member_of
from tests.reviewing.test_roles import admin_paths

from . import factories, pages

pytestmark = pytest.mark.django_db

SECRET = "Salainen tieto verkoston henkilöstä"
OTHERS = [MODERATORS, BAROMETER_EDITORS, CONTENT_EDITORS]
ACTS = {"joinrequest": ["approve", "decline", "ask_more", "note"], "member": ["move", "note", "remove"]}


@pytest.fixture
def secret() -> JoinRequest:
    """A request and a member that tell something, and a list that was taken; innovations, too."""
    published()
    told = {"works_on": SECRET, "organisation_name": SECRET}
    member = factories.member(**told)
    request = factories.pending(name=SECRET, **told)
    by = factories.coordinator("other@example.org")
    actions.note(request, by=by, note=SECRET, seen_version=request.version)
    actions.note(member, by=by, note=SECRET, seen_version=member.version)
    ListExport.objects.create(purpose="bulletins", why=SECRET, file_format="csv", count=1, by=by)
    return request


def network_paths() -> Iterator[str]:
    """Every address of the desk, with rows that there are."""
    member, request = Member.objects.get(), JoinRequest.objects.get(state="pending")
    for subject in (request, member):
        yield pages.page(subject)
        for name in ACTS[subject._meta.model_name]:
            yield pages.act(subject, name)
    ended = OrganisationFactory(valid_to="2020-01-01")
    yield from (pages.changelist(model) for model in ("joinrequest", "member", "listexport"))
    yield pages.approve_many(request)
    yield reverse("admin:network_member_ended")
    yield reverse("admin:network_member_move_people", args=[ended.pk])
    yield reverse("admin:network_member_statistics")
    yield reverse("admin:network_member_statistics_file", args=["months", "csv"])
    yield reverse("admin:network_listexport_take")


def leaks(client: Client, path: str) -> bool:
    return SECRET in client.get(path).content.decode()


def test_coordinators_open_all_of_it(secret):
    client = pages.coordinators_client()
    for path in network_paths():
        assert client.get(path).status_code == 200, path
    assert leaks(client, pages.changelist("joinrequest"))
    assert leaks(client, pages.changelist("listexport"))


@pytest.mark.parametrize("group", OTHERS)
def test_others_see_nothing_of_the_network(secret, group):
    client = client_of(member_of(group))
    for path in network_paths():
        assert client.get(path).status_code == 403, path
    for path in admin_paths():
        for query in ("", "?q=Salainen", "?state=all"):
            assert not leaks(client, path + query), path
    assert client.get(reverse("admin:app_list", args=["network"])).status_code == 404
    index = client.get(reverse("admin:index"))
    assert not any("/network/" in counter.url for counter in index.context["counters"])
    assert not any("/network/" in happening.url for happening in index.context["happenings"])
    assert not [app for app in index.context["app_list"] if app["app_label"] == "network"]


@pytest.mark.parametrize("group", OTHERS)
def test_others_can_do_none_of_the_acts(secret, group):
    client = client_of(member_of(group))
    before = MembershipEvent.objects.count()
    for path in network_paths():
        typed = {"message": "x", "note": "x", "seen_version": 3, "why": "x", "purpose": "necessary"}
        assert client.post(path, {**typed, "take": "1", "pk": secret.pk}).status_code == 403, path
    assert MembershipEvent.objects.count() == before
    assert ListExport.objects.count() == 1
    secret.refresh_from_db()
    assert secret.state == "pending"


def test_rights_to_view_tables_do_not_replace_the_right_to_coordinate(secret):
    """Not even somebody who was given Django's own permissions by mistake sees who asks."""
    user = StaffFactory()
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["network", "accounts", "taxonomy"]).exclude(
            codename="coordinate_network"
        )
    )
    client = client_of(user)
    for path in network_paths():
        assert client.get(path).status_code == 403, path
    for path in admin_paths():
        assert not leaks(client, path), path


def test_the_right_to_coordinate_is_nothing_without_being_staff(secret):
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="coordinate_network"))
    client = Client()
    client.force_login(user)
    for path in network_paths():
        assert client.get(path).status_code in (302, 403), path


def completed(client: Client) -> Iterator[str]:
    """What every field of the network that names another row offers for the words of the secret."""
    for model in (JoinRequest, Member, ListExport, MembershipEvent):
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete:
                about = {"app_label": "network", "model_name": model._meta.model_name}
                asked = {**about, "field_name": field.name, "term": "Salainen"}
                answer = client.get(reverse("admin:autocomplete"), asked)
                assert answer.status_code in (200, 403, 404)
                if answer.status_code == 200:
                    yield str(answer.json()["results"])


@pytest.mark.parametrize("group", OTHERS)
def test_autocomplete_gives_nobody_of_the_network(secret, group):
    client = client_of(member_of(group))
    assert not [found for found in completed(client) if "Salainen" in found]


def test_autocomplete_gives_coordinators_nobody_who_has_not_confirmed():
    factories.unconfirmed(name="Salainen Hakija")
    assert not [found for found in completed(pages.coordinators_client()) if "Salainen" in found]


def test_coordinators_see_nothing_of_innovations_that_are_not_published():
    content = case_factories.complete_content()
    content["texts"]["fi"]["title"] = SECRET
    submitted(texts=content["texts"])
    factories.member()
    factories.pending()
    client = pages.coordinators_client()
    for path in {*admin_paths(), *network_paths()}:
        assert not leaks(client, path), path
    for model in (Case, CaseRevision, Adoption):
        path = reverse(f"admin:cases_{model._meta.model_name}_changelist")
        assert client.get(path).status_code == 403
    index = client.get(reverse("admin:index"))
    assert not any("/cases/" in counter.url for counter in index.context["counters"])
    assert not any("/cases/" in happening.url for happening in index.context["happenings"])


def test_nobody_comes_in_without_signing_in_or_without_a_second_factor(secret, settings):
    settings.DEMO_STAFF_WITHOUT_SECOND_FACTOR = False
    only_password = Client()
    only_password.force_login(factories.coordinator("third@example.org"))
    for path in network_paths():
        for client in (Client(), only_password):
            answer = client.get(path)
            assert answer.status_code in (302, 403), path
            assert SECRET not in answer.content.decode()


def test_nothing_is_added_changed_or_deleted_by_hand(secret):
    client = client_of(StaffFactory(is_superuser=True))
    for model, subject in (("joinrequest", secret), ("member", Member.objects.get())):
        path = pages.changelist(model)
        for address in (f"{path}add/", f"{path}{subject.pk}/delete/", f"{path}{subject.pk}/history/"):
            assert client.get(address).status_code == 404
        client.post(pages.page(subject), {"state": "left", "name": "Muu"})
        client.post(path, {"action": "delete_selected", "_selected_action": [subject.pk], "post": "yes"})
        assert type(subject).objects.get(pk=subject.pk).state == subject.state
