"""Who reads feedback: those who handle it, on every address of its desk, and nobody else."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS, NETWORK_COORDINATORS
from pages.admin import accessibility, feedback
from pages.models import Feedback
from tests.accounts.factories import StaffFactory, UserFactory
from tests.reviewing.pages import client_of, member_of

from . import desk

pytestmark = pytest.mark.django_db

SECRET = "Salainen palaute lukijalta"
OTHERS = [MODERATORS, BAROMETER_EDITORS, NETWORK_COORDINATORS]
ACTS = ["take_up", "note", "answer", "close", "reopen"]


def paths_of(row: Feedback) -> list[str]:
    return [
        desk.changelist(),
        desk.page(row),
        reverse("admin:pages_feedback_by_page"),
        *(desk.act(row, name) for name in ACTS),
    ]


@pytest.fixture
def row() -> Feedback:
    return desk.told(
        words=SECRET, email="salainen@esimerkki.example", path="/fi/innovaatiot/", is_useful=False
    )


def test_content_editors_open_every_page(row):
    client = client_of(member_of(CONTENT_EDITORS))
    for path in paths_of(row):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("group", OTHERS)
def test_other_staff_open_none_and_learn_nothing(row, group):
    client = client_of(member_of(group))
    for path in paths_of(row):
        assert client.get(path).status_code == 403, path
        assert client.post(path, {"seen_version": 0, "message": "x"}).status_code == 403, path
    start = client.get(reverse("admin:index")).content.decode()
    assert desk.changelist() not in start
    assert SECRET not in start
    row.refresh_from_db()
    assert row.version == 0


def test_the_rights_to_rows_alone_open_nothing(row):
    user = StaffFactory()
    user.user_permissions.set(
        Permission.objects.filter(content_type__model="feedback").exclude(codename="handle_feedback")
    )
    client = client_of(user)
    for path in paths_of(row):
        assert client.get(path).status_code == 403, path


def test_readers_and_the_signed_in_are_sent_to_sign_in(row):
    signed_in = Client()
    signed_in.force_login(UserFactory())
    for client in (Client(), signed_in):
        for path in paths_of(row):
            answer = client.get(path)
            assert answer.status_code in (302, 403), path
            assert SECRET not in answer.content.decode()


def test_nobody_without_the_right_has_its_counters(row):
    for group in OTHERS:
        user = member_of(group)
        assert not list(feedback.waiting_for(user))
        assert not list(accessibility.waiting_for(user))
    assert not Feedback.objects.visible_to(member_of(MODERATORS)).exists()


def test_what_was_told_is_in_no_log(row, client, caplog, capsys):
    client_of(desk.handler()).get(desk.page(row))
    logged = caplog.text + "".join(capsys.readouterr())
    assert SECRET not in logged
    assert "salainen@" not in logged
