"""Where staff keep resources and contacts and see links: who may, and what is refused."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS, NETWORK_COORDINATORS
from pages.admin.resources import waiting_for
from pages.models import Contact, LinkCheck, Resource
from tests.accounts.factories import StaffFactory, UserFactory
from tests.accounts.sign_in import sign_in_to_admin

from .factories import contact, in_all, principle, resource

pytestmark = pytest.mark.django_db
MODELS = ("resource", "linkcheck", "contact")


def staff(group: str):
    user = StaffFactory()
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def editor(client):
    user = staff(CONTENT_EDITORS)
    sign_in_to_admin(client, user)
    return user


def fields(**changes) -> dict:
    told = in_all(title="Opas", description="Kuvaus", publisher="Julkaisija")
    return {
        "kind": "guide",
        "url": "https://opas.example/",
        "languages": ["fi"],
        "order": "0",
        **told,
        **changes,
    }


def test_content_editors_alone_of_the_roles_open_the_lists(client):
    resource()
    for group in (MODERATORS, NETWORK_COORDINATORS, BAROMETER_EDITORS, CONTENT_EDITORS):
        sign_in_to_admin(client, staff(group))
        for model in MODELS:
            status = client.get(reverse(f"admin:pages_{model}_changelist")).status_code
            assert status == (200 if group == CONTENT_EDITORS else 403), (group, model)
    client.force_login(UserFactory())
    assert client.get(reverse("admin:pages_resource_changelist")).status_code != 200


def test_a_resource_is_added_with_its_languages_and_principles(client, editor):
    term = principle("3")
    response = client.post(
        reverse("admin:pages_resource_add"), fields(is_public="on", languages=["sv", "da"], terms=[term.pk])
    )
    assert response.status_code == 302
    made = Resource.objects.get()
    assert made.is_public
    assert sorted(made.languages) == ["da", "sv"]
    assert list(made.terms.all()) == [term]
    assert made.history.latest().history_user == editor


@pytest.mark.parametrize("missing", ["title_sv", "description_en"])
def test_publishing_one_that_lacks_a_language_is_refused_in_words(client, editor, missing):
    language = {"sv": "ruotsi", "en": "englanti"}[missing[-2:]]
    response = client.post(reverse("admin:pages_resource_add"), fields(is_public="on", **{missing: ""}))
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert list(form.errors) == [missing]
    assert language in form.errors[missing][0].casefold()
    assert not Resource.objects.exists()


def test_one_that_is_not_public_may_wait_for_its_languages(client, editor):
    response = client.post(reverse("admin:pages_resource_add"), fields(title_sv="", description_sv=""))
    assert response.status_code == 302
    assert not Resource.objects.get().is_public


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example/", "x"])
def test_an_address_that_is_no_web_page_is_refused(client, editor, url):
    response = client.post(reverse("admin:pages_resource_add"), fields(url=url))
    assert response.status_code == 200
    assert not Resource.objects.exists()


def test_the_list_is_narrowed_by_what_staff_look_for(client, editor):
    resource("Yksi", url="https://a.example/", languages=["da"])
    resource("Kaksi", url="https://b.example/", is_public=False)
    LinkCheck.objects.create(url="https://a.example/", state="broken")
    address = reverse("admin:pages_resource_changelist")

    def titles(query: str) -> list[str]:
        found = client.get(f"{address}{query}").context["cl"].result_list
        return sorted(one.title_fi for one in found)

    assert titles("") == ["Kaksi fi", "Yksi fi"]
    assert titles("?language=da") == ["Yksi fi"]
    assert titles("?link=broken") == ["Yksi fi"]
    assert titles("?link=not_yet") == ["Kaksi fi"]
    assert titles("?is_public__exact=0") == ["Kaksi fi"]
    assert titles("?kind__exact=guide&q=yksi") == ["Yksi fi"]
    assert titles("?q=b.example") == ["Kaksi fi"]


@pytest.mark.parametrize("model", MODELS)
def test_lists_take_as_many_queries_whatever_their_length(client, editor, model):
    def more(number: int) -> None:
        made = resource(url=f"https://r{number}.example/")
        LinkCheck.objects.create(url=made.url, state="broken", failures=number)
        contact(topics=["network"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"admin:pages_{model}_changelist")).status_code == 200
        return len(captured)

    more(1)
    queries()
    few = queries()
    for number in range(2, 8):
        more(number)
    assert queries() == few


def test_links_are_read_broken_ones_first_with_their_uses_and_changed_by_nobody(client, editor):
    made = resource("Opas", url="https://a.example/")
    for name, failures in (("a", 3), ("b", 0), ("c", 5)):
        LinkCheck.objects.create(url=f"https://{name}.example/", state="broken", failures=failures)
    address = reverse("admin:pages_linkcheck_changelist")
    response = client.get(address)
    assert [link.failures for link in response.context["cl"].result_list] == [5, 3, 0]
    assert reverse("admin:pages_resource_change", args=[made.pk]) in response.content.decode()
    assert len(client.get(f"{address}?failing=yes").context["cl"].result_list) == 2
    link = LinkCheck.objects.first()
    assert client.get(reverse("admin:pages_linkcheck_add")).status_code == 403
    assert client.post(reverse("admin:pages_linkcheck_delete", args=[link.pk])).status_code == 403
    assert (
        client.post(reverse("admin:pages_linkcheck_change", args=[link.pk]), {"url": "x"}).status_code == 403
    )
    assert client.get(reverse("admin:pages_linkcheck_change", args=[link.pk])).status_code == 200


def test_the_start_page_counts_links_that_have_failed_three_times(client, editor):
    for number, failures in enumerate((0, 2, 3, 7)):
        LinkCheck.objects.create(url=f"https://{number}.example/", state="broken", failures=failures)
    (counter,) = waiting_for(editor)
    assert counter.count == 2
    assert client.get(counter.url).status_code == 200
    assert counter.url in client.get(reverse("admin:index")).content.decode()
    assert list(waiting_for(staff(MODERATORS))) == []


def test_a_contact_that_cannot_be_reached_is_refused_in_words(client, editor):
    told = {**in_all(role="Neuvonta"), "order": "0", "is_public": "on", "topics": ["network"]}
    response = client.post(reverse("admin:pages_contact_add"), told)
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["email"]
    response = client.post(reverse("admin:pages_contact_add"), {**told, "phone": "+358 295 16001"})
    assert response.status_code == 302
    assert Contact.objects.get().topics == ["network"]
    assert Contact.objects.get().history.latest().history_user == editor


def test_a_contact_is_told_in_every_language(client, editor):
    told = {**in_all(role="Neuvonta"), "role_sv": "", "email": "a@b.example", "order": "0"}
    response = client.post(reverse("admin:pages_contact_add"), told)
    assert list(response.context["adminform"].form.errors) == ["role_sv"]
