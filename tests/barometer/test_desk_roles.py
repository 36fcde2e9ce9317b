"""Who sees what of the desk: every address of the admin, opened as everybody."""

import json

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS, NETWORK_COORDINATORS
from barometer import actions
from barometer.models import OwnWords, Question, Survey, SurveyEvent
from tests.accounts.factories import StaffFactory, UserFactory
from tests.cases.factories import published as published_case
from tests.reviewing import pages
from tests.reviewing.test_roles import admin_paths

from . import factories

pytestmark = pytest.mark.django_db

SECRET = "Salaisuus jota kukaan ei ole julkaissut"
OTHERS = [MODERATORS, NETWORK_COORDINATORS, CONTENT_EDITORS]
MODELS = ["survey", "question", "factor", "dimension", "source", "ownwords"]


@pytest.fixture
def secret() -> Survey:
    """A draft whose every part holds the secret."""
    secret = factories.in_three("name", SECRET)
    survey = factories.survey("secret", source=factories.source(title=SECRET), **secret)
    question = factories.question("secret-question", **factories.in_three("title", SECRET))
    option = factories.option(question, "secret-option", **factories.in_three("label", SECRET))
    group = factories.group("secret-dimension", "secret-group")
    # What factors are called is no secret: content editors tie them to what helps.
    factories.factor("secret-factor")
    factories.Dimension.objects.update(**secret)
    factories.Group.objects.update(**secret)
    asked = factories.asked(survey, question)
    figures = [factories.figure(asked, option, 40), factories.figure(asked, option, 41, group=group)]
    actions.enter_figures(survey, figures, by=None)
    OwnWords.objects.create(asked=asked, text=SECRET)
    published_case()
    return survey


def desk_paths(survey: Survey) -> list[str]:
    """Every address of the desk: those of the lists and rows, and those of the edition's own pages."""
    own = [
        reverse(f"admin:barometer_survey_{name}", args=[survey.pk])
        for name in ("change", "describe", "questions", "import", "download")
    ]
    of_question = [
        reverse(f"admin:barometer_survey_{name}", args=[survey.pk, "secret-question"])
        for name in ("question", "figures")
    ]
    acts = [
        reverse("admin:barometer_survey_act", args=[survey.pk, name])
        for name in ("publish", "withdraw", "discard")
    ]
    return [*own, *of_question, *acts, *(path for path in admin_paths() if "/barometer/" in path)]


def leaks(client: Client, path: str) -> bool:
    return SECRET in client.get(path).content.decode()


def test_paths_cover_the_desk(secret):
    paths = set(desk_paths(secret))
    for model in MODELS:
        assert pages.changelist(f"barometer_{model}") in paths
    registered = {
        model._meta.model_name for model in admin.site._registry if model._meta.app_label == "barometer"
    }
    assert registered == set(MODELS)


@pytest.mark.parametrize("group", OTHERS)
def test_others_see_nothing_of_the_desk(secret, group):
    client = pages.client_of(pages.member_of(group))
    for path in {*desk_paths(secret), *admin_paths()}:
        for query in ("", "?q=Salaisuus", "?all="):
            assert not leaks(client, path + query), path
    for path in desk_paths(secret):
        if not path.endswith("/barometer/"):
            assert client.get(path).status_code in (403, 404), path
    assert "/barometer/" not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("group", OTHERS)
def test_others_can_do_nothing_at_the_desk(secret, group):
    client = pages.client_of(pages.member_of(group))
    before = SurveyEvent.objects.count()
    for path in desk_paths(secret):
        assert client.post(path, {"act": "save", "post": "yes"}).status_code in (403, 404, 405), path
    assert SurveyEvent.objects.count() == before
    assert Question.objects.filter(key="secret-question").exists()


def test_rights_to_view_tables_do_not_replace_the_right_to_edit(secret):
    user = StaffFactory()
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="barometer").exclude(codename="edit_barometer")
    )
    client = pages.client_of(user)
    for path in desk_paths(secret):
        assert not leaks(client, path), path


def test_who_may_edit_and_is_no_staff_comes_nowhere(secret):
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename="edit_barometer"))
    for client in (Client(), pages.client_of(user)):
        for path in desk_paths(secret):
            assert client.get(path).status_code in (302, 403, 404), path


@pytest.mark.parametrize("group", [*OTHERS, BAROMETER_EDITORS])
def test_autocomplete_gives_others_nothing(secret, group):
    client = pages.client_of(pages.member_of(group))
    for model in apps.get_app_config("barometer").get_models():
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete):
                continue
            asked = {
                "app_label": "barometer",
                "model_name": model._meta.model_name,
                "field_name": field.name,
                "term": "Salaisuus",
            }
            answer = client.get(reverse("admin:autocomplete"), asked)
            if answer.status_code == 200:
                found = json.loads(answer.content)["results"]
                assert group == BAROMETER_EDITORS or not found
            else:
                assert answer.status_code in (403, 404)


def test_editors_and_administrators_open_everything(secret):
    for user in (pages.member_of(BAROMETER_EDITORS), StaffFactory(is_superuser=True)):
        client = pages.client_of(user)
        for path in desk_paths(secret):
            assert client.get(path).status_code in (200, 302, 403, 404, 405), path
        for model in MODELS:
            assert client.get(pages.changelist(f"barometer_{model}")).status_code == 200
        for name in ("change", "describe", "questions", "import", "download"):
            address = reverse(f"admin:barometer_survey_{name}", args=[secret.pk])
            assert client.get(address).status_code == 200
