"""Who sees what in the admin: every address of it, opened as everybody."""

import json
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS, NETWORK_COORDINATORS
from cases import actions
from cases.models import Adoption, Case, CaseEvent, CaseRevision, ImportSource
from taxonomy.models import Term
from tests.accounts.factories import OrganisationFactory, StaffFactory, UserFactory
from tests.cases import factories

from . import pages

pytestmark = pytest.mark.django_db

SECRET = "Salaisuus jota kukaan ei ole julkaissut"
OTHERS = [NETWORK_COORDINATORS, BAROMETER_EDITORS, CONTENT_EDITORS]


@pytest.fixture
def secret() -> CaseRevision:
    """A submitted case, with an owner and terms that others may look at, and an adoption that is reported."""
    content = factories.complete_content()
    content["texts"]["fi"]["title"] = SECRET
    revision = factories.submitted(texts=content["texts"])
    case = factories.published()
    Adoption.objects.create(
        case=case, organisation=OrganisationFactory(), mode="copy", result=SECRET, reported_by=UserFactory()
    )
    second = actions.open_revision(case, by=case.submitter)
    content = second.content
    content["texts"]["fi"]["title"] = SECRET
    actions.save_content(second, by=case.submitter, content=content)
    ImportSource.objects.create(key="x", name="X", licence="CC0", attribution="X")
    return revision


def example_of(model: type[Model]) -> Model | None:
    return model._default_manager.order_by("pk").first()


def admin_paths() -> Iterator[str]:
    """Every address of the admin, with the first row of its model where it takes one."""
    [resolver] = [
        entry
        for entry in get_resolver().url_patterns[-1].url_patterns
        if getattr(entry, "namespace", "") == "admin"
    ]
    yield from _paths(resolver)


def _paths(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _paths(entry)
        elif entry.name:
            yield from _filled(entry)


def _filled(entry: URLPattern) -> Iterator[str]:
    row = next(
        (
            example_of(model)
            for model in admin.site._registry
            if entry.name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
        ),
        None,
    )
    if entry.name.endswith("_simple_history"):
        if row is not None:
            yield reverse(f"admin:{entry.name}", args=[row.pk, row.history.latest().pk])
    elif entry.name == "app_list":
        for label in {model._meta.app_label for model in admin.site._registry}:
            yield reverse("admin:app_list", args=[label])
    elif entry.name == "view_on_site":
        # Its content types are those of what has a public address: cases and files.
        yield reverse(
            "admin:view_on_site", args=[ContentType.objects.get_for_model(Case).pk, example_of(Case).pk]
        )
    else:
        names = entry.pattern.converters or dict.fromkeys(entry.pattern.regex.groupindex)
        values = {"pk": row and row.pk, "object_id": row and row.pk, "id": row and row.pk, "name": "publish"}
        if all(values.get(name) for name in names):
            yield reverse(f"admin:{entry.name}", kwargs={name: values[name] for name in names})


def test_paths_cover_every_list_and_page(secret):
    paths = set(admin_paths())
    for model in admin.site._registry:
        assert pages.changelist(f"{model._meta.app_label}_{model._meta.model_name}") in paths
    assert pages.page(CaseRevision.objects.order_by("pk").first()) in paths
    assert reverse("admin:cases_case_tagging") in paths


def leaks(client: Client, path: str) -> bool:
    return SECRET in client.get(path).content.decode()


@pytest.mark.parametrize("group", OTHERS)
def test_others_see_nothing_of_what_is_not_published(secret, group):
    client = pages.client_of(pages.member_of(group))
    for path in admin_paths():
        assert not leaks(client, path), path
        for query in ("?q=Salaisuus", "?all=", "?state=all"):
            assert not leaks(client, path + query), path
    for model in (Case, CaseRevision, Adoption):
        assert client.get(pages.changelist(f"cases_{model._meta.model_name}")).status_code == 403
        assert client.get(pages.page(example_of(model))).status_code == 403
    index = client.get(reverse("admin:index"))
    assert not any("/cases/" in counter.url for counter in index.context["counters"])
    assert not any("/cases/" in happening.url for happening in index.context["happenings"])


@pytest.mark.parametrize("group", OTHERS)
def test_others_can_do_none_of_the_acts(secret, group):
    client = pages.client_of(pages.member_of(group))
    before = CaseEvent.objects.count()
    for subject, names in (
        (secret, ["start_review", "publish", "return", "reject"]),
        (Case.objects.public().get(), ["archive", "feature"]),
        (Adoption.objects.get(), ["confirm", "decline"]),
    ):
        for name in names:
            assert client.get(pages.act(subject, name)).status_code == 403
            assert client.post(pages.act(subject, name), {"message": "x"}).status_code == 403
    tagging = reverse("admin:cases_case_principles", args=[Case.objects.public().get().pk])
    assert client.post(tagging, {"principles": ["1"]}).status_code == 403
    owner = reverse("admin:cases_caserevision_organisations", args=[secret.pk])
    assert client.post(owner, {"owner": 1}).status_code == 403
    assert CaseEvent.objects.count() == before


def test_rights_to_view_tables_do_not_replace_the_right_to_review(secret):
    """Not even somebody who was given Django's own permissions by mistake sees drafts."""
    user = StaffFactory()
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["cases", "accounts", "taxonomy"]).exclude(
            codename="review_case"
        )
    )
    client = pages.client_of(user)
    for path in admin_paths():
        assert not leaks(client, path), path


@pytest.mark.parametrize("group", [*OTHERS, MODERATORS])
def test_autocomplete_gives_no_cases(secret, group):
    client = pages.client_of(pages.member_of(group))
    for model in (Case, CaseRevision, Adoption):
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete):
                continue
            answer = client.get(
                reverse("admin:autocomplete"),
                {
                    "app_label": "cases",
                    "model_name": model._meta.model_name,
                    "field_name": field.name,
                    "term": "Salaisuus",
                },
            )
            if answer.status_code == 200:
                found = json.loads(answer.content)["results"]
                assert group == MODERATORS or SECRET not in str(found)
            else:
                assert answer.status_code in (403, 404)


def test_nobody_comes_in_without_signing_in_or_without_a_second_factor(secret, settings):
    settings.DEMO_STAFF_WITHOUT_SECOND_FACTOR = False
    contributor, only_password = Client(), Client()
    contributor.force_login(UserFactory())
    only_password.force_login(factories.moderator())
    for path in admin_paths():
        for client in (Client(), contributor, only_password):
            answer = client.get(path)
            assert answer.status_code in (301, 302, 403, 404), path
            assert SECRET not in answer.content.decode()


def test_moderators_and_administrators_open_everything_that_is_theirs(secret):
    administrator = StaffFactory(is_superuser=True)
    for user in (factories.moderator(), administrator):
        client = pages.client_of(user)
        for path in admin_paths():
            assert client.get(path).status_code in (200, 302, 403, 404, 405), path
        for model in ("caserevision", "case", "adoption", "importsource"):
            assert client.get(pages.changelist(f"cases_{model}")).status_code == 200


def test_nothing_of_a_case_is_added_or_deleted_by_hand(secret):
    client = pages.client_of(StaffFactory(is_superuser=True))
    for model in ("caserevision", "case", "adoption"):
        path = pages.changelist(f"cases_{model}")
        assert client.get(f"{path}add/").status_code == 404
        row = example_of(apps.get_model("cases", model))
        assert client.get(f"{path}{row.pk}/delete/").status_code == 404
        assert client.post(f"{path}{row.pk}/change/", {"state": "published"}).status_code in (200, 405)
    secret.refresh_from_db()
    assert secret.state == "submitted"


@pytest.mark.parametrize(
    ("group", "status"), [(MODERATORS, 200), (CONTENT_EDITORS, 200), (NETWORK_COORDINATORS, 403)]
)
def test_vocabularies_are_curated_by_moderators_and_content_editors(group, status):
    term = factories.term("tag", "koe")
    client = pages.client_of(pages.member_of(group))
    assert client.get(reverse("admin:taxonomy_term_change", args=[term.pk])).status_code == status
    assert client.get(reverse("admin:taxonomy_term_add")).status_code == status
    assert client.get(reverse("admin:taxonomy_term_delete", args=[term.pk])).status_code == 403
    assert Term.objects.filter(pk=term.pk).exists()
