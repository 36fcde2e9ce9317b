"""Every address of the coordinators’ desk, found in the site's own list of them: who opens it, who not."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_tasks_db.models import DBTaskResult

from accounts.models import Organisation
from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS
from cases.models import Case
from common.admin.pages import ActAdmin
from network import actions, bulletin_actions, event_actions, mail_texts
from network.models import Bulletin, Delivery, Event, JoinRequest, ListExport, MailText, Member
from network.statistics import BREAKDOWNS
from pages import bulletins as joined
from tests.accounts.factories import OrganisationFactory, StaffFactory, UserFactory
from tests.cases import factories as case_factories
from tests.reviewing.pages import client_of, member_of

from . import factories, pages
from .test_events import values

pytestmark = pytest.mark.django_db

SECRET = "Salainen tieto verkostosta"
OTHER_STAFF = [MODERATORS, BAROMETER_EDITORS, CONTENT_EDITORS]
DESK = ("joinrequest", "member", "listexport", "event", "bulletin", "mailtext")


@pytest.fixture
def desk(settings) -> None:
    """One row of everything, and each tells the secret."""
    settings.TASKS_IN_DATABASE = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    by = factories.coordinator("other@example.org")
    told = {"name": SECRET, "works_on": SECRET, "organisation_name": SECRET}
    OrganisationFactory(name=SECRET, valid_to="2020-01-01")
    factories.member(**told)
    request = factories.pending(**told)
    actions.note(request, by=by, note=SECRET, seen_version=request.version)
    ListExport.objects.create(purpose="bulletins", why=SECRET, file_format="csv", count=1, by=by)
    event = event_actions.create(values(title_fi=SECRET, title_en=SECRET), by=by)
    event_actions.add_material(event, title=SECRET, url="https://example.org/x", by=by)
    texts = {language: (SECRET, SECRET) for language, _name in django_settings.LANGUAGES}
    bulletin_actions.save(Bulletin(), by=by, texts=texts, events=[event])
    for language, _name in django_settings.LANGUAGES:
        for mail in mail_texts.KINDS:
            MailText.objects.create(mail=mail, language=language, subject=SECRET, text=SECRET)
    DBTaskResult.objects.update(status="FAILED")


# The addresses ------------------------------------------------------------------


def entries(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """What the administration has under the names of the desk."""
    if resolver is None:
        [resolver] = [
            entry
            for entry in get_resolver().url_patterns[-1].url_patterns
            if getattr(entry, "namespace", "") == "admin"
        ]
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from entries(entry)
        elif (entry.name or "").startswith("network_"):
            yield entry


def answers_to(entry: URLPattern) -> dict[str, list[Any]]:
    """What each part of the address may be, so that every act, mail, table and file is among them."""
    model = next(model for model in admin.site._registry if is_of(entry, model))
    acts = getattr(admin.site._registry[model], "acts", ())
    rows: Any = model._default_manager.all()
    if "move_people" in entry.name:
        rows = Organisation.objects.filter(name_fi=SECRET)
    return {
        "pk": list(rows.values_list("pk", flat=True)),
        "name": [act.name for act in acts],
        "language": [language for language, _name in django_settings.LANGUAGES],
        "mail": list(mail_texts.KINDS),
        "file_format": ["csv", "xlsx"],
        "key": [DBTaskResult.objects.first().pk] if "retry" in entry.name else list(BREAKDOWNS),
    }


def is_of(entry: URLPattern, model: type[Model]) -> bool:
    return entry.name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")


def paths() -> list[str]:
    found = []
    for entry in entries():
        known = answers_to(entry)
        names = list(entry.pattern.converters)
        for chosen in product(*(known[name] for name in names)):
            found.append(reverse(f"admin:{entry.name}", kwargs=dict(zip(names, chosen, strict=True))))
    return found


def test_walk_meets_every_list_page_act_and_file_of_the_desk(desk):
    found = set(paths())
    for model in DESK:
        assert pages.changelist(model) in found
    subjects = [waiting(), *(row.objects.get() for row in (Member, Event, Bulletin))]
    for subject in subjects:
        assert pages.page(subject) in found
        desk_of = admin.site._registry[type(subject)]
        assert isinstance(desk_of, ActAdmin)
        assert {pages.act(subject, act.name) for act in desk_of.acts} <= found
    for name in (
        "network_bulletin_write",
        "network_event_add",
        "network_mailtext_queue",
        "network_member_ended",
        "network_member_statistics",
        "network_listexport_take",
        "network_joinrequest_approve_many",
    ):
        assert reverse(f"admin:{name}") in found
    assert reverse("admin:network_bulletin_html", args=[Bulletin.objects.get().pk, "sv"]) in found
    assert reverse("admin:network_mailtext_words", args=["network_event_reminder", "en"]) in found
    assert len(found) > 80


# Who opens them -----------------------------------------------------------------


def test_coordinator_and_administrator_open_every_address(desk):
    shown = 0
    for client in (pages.coordinators_client(), client_of(StaffFactory(is_superuser=True))):
        for path in paths():
            answer = client.get(path)
            # Only what is done by a button alone has no page.
            assert answer.status_code == (405 if path.endswith("/retry/") else 200), path
            shown += SECRET.encode() in answer.content
    assert shown > 80


@pytest.mark.parametrize("group", OTHER_STAFF)
def test_other_staff_open_none_and_learn_nothing(desk, group):
    client = client_of(member_of(group))
    for path in paths():
        answer = client.get(path)
        assert answer.status_code == (405 if path.endswith("/retry/") else 403), path
        assert SECRET.encode() not in answer.content
        assert client.head(path).status_code in (403, 405), path


def test_contributor_member_and_guest_open_none(desk):
    contributor, member = Client(), Client()
    contributor.force_login(UserFactory())
    member.force_login(Member.objects.get().user)
    for somebody in (contributor, member, Client()):
        for path in paths():
            answer = somebody.get(path)
            assert answer.status_code in (302, 403, 405), path
            assert SECRET.encode() not in answer.content
            assert somebody.post(path, typed()).status_code in (302, 403), path
    assert nothing_was_done()


@pytest.mark.parametrize("group", OTHER_STAFF)
def test_other_staff_do_nothing_by_posting_to_any_of_them(desk, group):
    client = client_of(member_of(group))
    for path in paths():
        answer = client.post(path, typed())
        assert answer.status_code == 403, path
        assert SECRET.encode() not in answer.content
    assert nothing_was_done()


def waiting() -> JoinRequest:
    return JoinRequest.objects.get(state="pending")


def typed() -> dict[str, Any]:
    """What all forms of the desk together take."""
    return {
        "message": "x",
        "note": "x",
        "why": "x",
        "purpose": "necessary",
        "take": "1",
        "save": "1",
        "default": "1",
        "subject": "x",
        "text": "x",
        "subject_fi": "x",
        "body_fi": "x",
        "title": "x",
        "title_fi": "x",
        "url": "https://example.org/y",
        "seen_version": waiting().version,
        "pk": waiting().pk,
        "action": "approve_selected",
        "_selected_action": waiting().pk,
    }


def nothing_was_done() -> bool:
    return (
        waiting().note == SECRET
        and Member.objects.get().state == "active"
        and ListExport.objects.count() == 1
        and Event.objects.get().state == "draft"
        and Event.objects.get().materials.count() == 1
        and Bulletin.objects.get().state == "draft"
        and not Delivery.objects.exists()
        and not MailText.objects.exclude(subject=SECRET).exists()
        and not DBTaskResult.objects.exclude(status="FAILED").exists()
    )


# The reverse --------------------------------------------------------------------


def test_coordinator_learns_nothing_of_innovations_that_are_not_published(desk):
    """Not by guessing an address when writing a bulletin, nor from a bulletin that one was chosen for."""
    hidden = "Julkaisematon innovaatio"
    content = case_factories.complete_content()
    content["texts"]["fi"]["title"] = hidden
    gone = case_factories.published(texts=content["texts"])
    never = case_factories.submitted(texts=content["texts"]).case
    bulletin = Bulletin.objects.get()
    joined.choose_cases(bulletin, [gone])
    Case.objects.filter(pk=gone.pk).update(state="withdrawn")
    client = pages.coordinators_client()
    write = reverse("admin:network_bulletin_write")
    words = set()
    for number in (gone.pk, never.pk, 987654):
        address = reverse("cases:detail", args=[number, "x"])
        told = {"seen_version": 0, "subject_fi": "x", "body_fi": "y", "cases": address}
        answer = client.post(write, told)
        assert hidden not in answer.content.decode()
        words.add(str(answer.context["form"].errors["cases"]).replace(address, ""))
    assert len(words) == 1
    for path in paths():
        assert hidden.encode() not in client.get(path).content, path
    assert (
        not client.get(reverse("admin:index"))
        .context["counters"][0]
        .url.startswith(reverse("admin:app_list", args=["cases"]))
    )
