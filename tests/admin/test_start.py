"""The start page of the administration, for each role."""

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.permissions import (
    BAROMETER_EDITORS,
    CONTENT_EDITORS,
    GROUPS,
    MODERATORS,
    NETWORK_COORDINATORS,
    role_title,
)
from pages.administration.groups import GROUPS as LIST_GROUPS
from pages.administration.groups import group_of
from tests.accounts.factories import UserFactory
from tests.reviewing.pages import client_of, member_of

from .site import ADMINISTRATOR, NOBODY, ROLES, SECRET, fill, somebody

pytestmark = pytest.mark.django_db

# The groups of lists that a role sees, and where what waits for it leads.
SEEN = {
    MODERATORS: ["innovations", "vocabularies"],
    NETWORK_COORDINATORS: ["network"],
    BAROMETER_EDITORS: ["barometer"],
    CONTENT_EDITORS: ["barometer", "pages", "vocabularies"],
    ADMINISTRATOR: [group.key for group in LIST_GROUPS],
    NOBODY: [],
}
WAITING = {
    MODERATORS: ["/cases/", "/accounts/organisation/", "/taxonomy/"],
    NETWORK_COORDINATORS: ["/network/"],
    BAROMETER_EDITORS: ["/barometer/"],
    CONTENT_EDITORS: ["/pages/"],
    NOBODY: [],
}


def index(role: str):
    return client_of(somebody(role)).get(reverse("admin:index"))


@pytest.mark.parametrize("role", ROLES)
def test_start_page_lists_what_the_role_may_open(role):
    page = index(role)
    assert page.status_code == 200
    assert [group["app_label"] for group in page.context["app_list"]] == SEEN[role]


@pytest.mark.parametrize("role", ROLES)
def test_everything_that_the_start_page_leads_to_opens(role):
    fill()
    client = client_of(somebody(role))
    html = BeautifulSoup(client.get(reverse("admin:index")).content, "html.parser")
    for link in html.select("main a"):
        assert client.get(link["href"], follow=True).status_code == 200, link["href"]


@pytest.mark.parametrize("role", list(WAITING))
def test_start_page_counts_what_waits_for_the_role_and_nothing_else(role):
    fill()
    page = index(role)
    counters = page.context["counters"] if WAITING[role] else []
    urls = [counter.url for counter in counters]
    assert all(any(part in url for part in WAITING[role]) for url in urls)
    assert all(any(part in url for url in urls) for part in WAITING[role])
    if role not in (NOBODY, BAROMETER_EDITORS):
        assert any(counter.note for counter in counters if counter.count)


def test_somebody_with_two_roles_has_the_work_of_both():
    fill()
    user = member_of(MODERATORS)
    user.groups.add(Group.objects.get(name=NETWORK_COORDINATORS))
    page = client_of(user).get(reverse("admin:index"))
    assert [group["app_label"] for group in page.context["app_list"]] == [
        "innovations",
        "network",
        "vocabularies",
    ]
    urls = " ".join(counter.url for counter in page.context["counters"])
    assert "/cases/" in urls
    assert "/network/" in urls
    assert [guide.key for guide in page.context["guides"]] == ["moderator", "network-coordinator"]
    moments = [happening.at for happening in page.context["happenings"]]
    assert moments == sorted(moments, reverse=True)


def test_staff_without_a_role_are_told_so_in_words():
    fill()
    page = index(NOBODY)
    html = page.content.decode()
    assert "empty" in html
    assert reverse("admin:guides") in html
    assert reverse("admin:search") not in BeautifulSoup(html, "html.parser").select_one("main").decode()
    assert SECRET not in html


@pytest.mark.parametrize("role", ROLES)
def test_start_page_takes_the_same_queries_however_much_there_is(role):
    fill()
    user = somebody(role)
    client = client_of(user)
    client.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("admin:index"))
    for number in range(3):
        fill(f"{SECRET}{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("admin:index"))
    assert len(many) == len(few)


def test_every_model_of_the_administration_stands_in_a_group():
    labels = {model._meta.label for model in admin.site._registry}
    assert {label for label in labels if group_of(label) is None} == set()
    assert {label for group in LIST_GROUPS for label in group.lists} == labels


def test_there_are_no_pages_by_app():
    client = client_of(somebody(MODERATORS))
    assert client.get(reverse("admin:app_list", args=["cases"])).url == reverse("admin:index")
    assert client.get(reverse("admin:app_list", args=["network"])).status_code == 404


# People and roles -----------------------------------------------------------------


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_roles_are_chosen_and_filtered_by_their_names_in_the_language(language):
    client = client_of(somebody(ADMINISTRATOR))
    user = UserFactory()
    with translation.override(language):
        names = [role_title(group) for group in GROUPS]
        form = client.get(reverse("admin:accounts_user_change", args=[user.pk])).content.decode()
        people = client.get(reverse("admin:accounts_user_changelist")).content.decode()
    for name in names:
        assert name in form
        assert name in people


def test_a_role_is_given_on_the_page_of_the_account():
    client = client_of(somebody(ADMINISTRATOR))
    user = UserFactory()
    group = Group.objects.get(name=MODERATORS)
    address = reverse("admin:accounts_user_change", args=[user.pk])
    told = {"email": user.email, "display_name": "N", "language": "fi", "is_active": "on", "groups": group.pk}
    assert client.post(address, told).status_code == 302
    assert list(user.groups.all()) == [group]
    found = client.get(reverse("admin:accounts_user_changelist"), {"role": group.pk})
    assert list(found.context["cl"].result_list) == [user]
    assert client.get(reverse("admin:accounts_user_changelist"), {"role": "x"}).status_code == 200
