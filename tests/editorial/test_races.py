"""Two editors press at the same moment: one act is done, on any database."""

import pytest
from django.urls import reverse

from pages.models import Page, PageEvent
from tests.reviewing.pages import client_of
from tests.reviewing.test_races import answers

from . import factories
from .test_desk import act, typed

pytestmark = pytest.mark.django_db(transaction=True)
TWO = ["first@example.org", "second@example.org"]


def test_one_of_two_who_publish_does_it():
    page = factories.draft()
    path = act(page, "publish")
    clients = [client_of(factories.editor(email)) for email in TWO]
    pressed = [(client, path, typed(client, path)) for client in clients]
    assert sorted(answers(*pressed)) == [302, 409]
    assert PageEvent.objects.filter(act="publish").count() == 1


def test_one_of_two_drafts_is_kept():
    page = factories.published()
    path = reverse("admin:pages_page_edit", args=[page.pk])
    pressed = []
    for email in TWO:
        client = client_of(factories.editor(email))
        pressed.append((client, path, {**typed(client, path), "title_fi": email}))
    assert sorted(answers(*pressed)) == [302, 409]
    assert Page.objects.get().revisions.filter(state="draft").count() == 1


def test_two_pages_never_get_under_each_other():
    first, second = factories.published(), factories.published()
    pressed = []
    for email, page, parent in zip(TWO, (first, second), (second, first), strict=True):
        client = client_of(factories.editor(email))
        path = act(page, "place")
        pressed.append((client, path, {**typed(client, path), "parent": parent.pk}))
    statuses = answers(*pressed)
    assert statuses.count(302) == 1, statuses
    assert Page.objects.filter(parent=None).count() == 1


def test_two_pages_never_get_the_same_slug():
    pages = factories.published(), factories.published()
    pressed = []
    for email, page in zip(TWO, pages, strict=True):
        client = client_of(factories.editor(email))
        path = act(page, "place")
        pressed.append((client, path, {**typed(client, path), "slug_fi": "sama"}))
    statuses = answers(*pressed)
    assert statuses.count(302) == 1, statuses
