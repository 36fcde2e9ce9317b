"""The one visibility rule: the querysets and the models' own words say the same, for every state and role."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from accounts.models import User
from accounts.permissions import NETWORK_COORDINATORS
from cases import actions
from cases.models import Case, CaseRevision, Upload
from common.uploads import PreparedFile
from tests.accounts.factories import UserFactory

from . import factories

pytestmark = pytest.mark.django_db


def every_state(owner: User) -> dict[str, Case]:
    """A case of ``owner`` in every state that a case and its newest revision can have together."""
    cases = {
        "draft": factories.draft(owner).case,
        "submitted": factories.submitted(owner).case,
        "in review": factories.in_review(owner).case,
        "published": factories.published(owner),
    }
    returned = factories.in_review(owner)
    actions.return_for_changes(returned, by=returned.reviewer, message="Täydennä.")
    rejected = factories.in_review(owner)
    actions.reject(rejected, by=rejected.reviewer, message="Ei kuulu tänne.")
    discarded = factories.draft(owner)
    actions.discard(discarded, by=owner)
    archived = factories.published(owner)
    actions.archive(archived, by=factories.moderator(), message="Vanhentunut.")
    withdrawn = factories.published(owner)
    actions.withdraw(withdrawn, by=owner)
    revised = factories.published(owner)
    actions.open_revision(revised, by=owner)
    return cases | {
        "returned": returned.case,
        "rejected": rejected.case,
        "discarded": discarded.case,
        "archived": archived,
        "withdrawn": withdrawn,
        "published, being edited": revised,
    }


@pytest.fixture
def roles() -> dict[str, object]:
    coordinator = UserFactory(is_staff=True)
    coordinator.groups.add(Group.objects.get(name=NETWORK_COORDINATORS))
    return {
        "reader": AnonymousUser(),
        "owner": UserFactory(),
        "somebody else": UserFactory(),
        "coordinator": coordinator,
        "moderator": factories.moderator(),
        "superuser": UserFactory(is_staff=True, is_superuser=True),
    }


def test_queryset_and_predicate_agree_for_every_state_and_role(roles):
    cases = every_state(roles["owner"])
    assert {case.state for case in cases.values()} == set(Case.State.values)
    states = set(CaseRevision.objects.values_list("state", flat=True))
    assert states == set(CaseRevision.State.values)
    for role, user in roles.items():
        for name, case in cases.items():
            case = Case.objects.get(pk=case.pk)
            seen = Case.objects.visible_to(user).filter(pk=case.pk).exists()
            assert seen == case.is_visible_to(user), (role, name)
            edited = Case.objects.edited_by(user).filter(pk=case.pk).exists()
            assert edited == case.is_edited_by(user), (role, name)
            assert Case.objects.public().filter(pk=case.pk).exists() == case.is_public, (role, name)
            assert Case.objects.gone().filter(pk=case.pk).exists() == case.is_gone, (role, name)


def test_only_the_owner_and_moderators_see_what_is_not_published(roles):
    cases = every_state(roles["owner"])
    hidden = {name for name in cases if not name.startswith("published")}
    for role, user in roles.items():
        seen = {name for name, case in cases.items() if Case.objects.get(pk=case.pk).is_visible_to(user)}
        expected = set(cases) if role in {"owner", "moderator", "superuser"} else set(cases) - hidden
        assert seen == expected, role


def test_revisions_are_never_public(roles):
    every_state(roles["owner"])
    revisions = CaseRevision.objects.all()
    for role, user in roles.items():
        expected = len(revisions) if role in {"owner", "moderator", "superuser"} else 0
        assert CaseRevision.objects.visible_to(user).count() == expected, role


def test_somebody_elses_draft_and_a_missing_case_answer_the_same(client, roles):
    case = factories.draft(roles["owner"]).case
    client.force_login(roles["somebody else"])
    hidden = client.get(f"/fi/innovaatiot/{case.pk}-x/")
    missing = client.get("/fi/innovaatiot/999999-x/")
    assert hidden.status_code == missing.status_code == 404
    # What differs from one answer to the next in any case: the address itself and the form's token.
    varying = re.compile(rb'(?<=/)\d+(?=-x/)|(?<=name="csrfmiddlewaretoken" value=")\w+')
    assert varying.sub(b"", hidden.content) == varying.sub(b"", missing.content)


@pytest.mark.parametrize("act", ["archive", "withdraw"])
def test_what_was_public_once_answers_410(client, act, roles):
    case = factories.published(roles["owner"])
    address = case.get_absolute_url()
    assert client.get(address).status_code == 200
    if act == "archive":
        actions.archive(case, by=roles["moderator"], message="Vanhentunut.")
    else:
        actions.withdraw(case, by=roles["owner"])
    response = client.get(address)
    assert response.status_code == 410
    assert case.texts.get().title not in response.content.decode()


def test_a_file_is_public_only_while_a_public_case_shows_it(client, roles):
    owner = roles["owner"]
    revision = factories.draft(owner)
    prepared = PreparedFile(Upload.Kind.ATTACHMENT, "ohje.txt", "text/plain", b"Ohje")
    shown = actions.add_upload(revision, by=owner, prepared=prepared)
    unused = actions.add_upload(revision, by=owner, prepared=prepared)
    revision.content["materials"] = [{"kind": "attachment", "upload": shown.pk, "title": "Ohje"}]
    actions.save_content(revision, by=owner, content=revision.content)
    assert client.get(shown.get_absolute_url()).status_code == 404
    actions.submit(revision, by=owner)
    actions.start_review(revision, by=roles["moderator"])
    actions.publish(
        revision,
        by=roles["moderator"],
        seen_version=revision.version,
        criteria=factories.ALL_CRITERIA,
    )
    response = client.get(shown.get_absolute_url())
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response.getvalue() == b"Ohje"
    assert client.get(unused.get_absolute_url()).status_code == 404
    actions.archive(revision.case, by=roles["moderator"], message="Vanhentunut.")
    assert client.get(shown.get_absolute_url()).status_code == 404
    client.force_login(owner)
    response = client.get(shown.get_absolute_url())
    assert response.status_code == 200
    assert response.getvalue() == b"Ohje"
