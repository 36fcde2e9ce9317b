"""One's own data is whole: whatever points at a person is shown to that person, nothing of others is."""

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models import ManyToOneRel, Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import address_change
from accounts.models import AddressChange, User
from network import actions, event_actions, own_data
from network.models import Bulletin, Consent, Delivery, JoinRequest, Member, MembershipEvent, SignUp

from . import factories
from .joining import address
from .test_events import published

pytestmark = pytest.mark.django_db

# Which fields of each model are shown.
SHOWN = {
    User: own_data.ACCOUNT,
    AddressChange: own_data.ADDRESS_CHANGE,
    Member: own_data.MEMBERSHIP,
    JoinRequest: own_data.REQUEST,
    Consent: own_data.CONSENT,
    MembershipEvent: own_data.EVENT,
    SignUp: own_data.SIGN_UP,
    Delivery: own_data.DELIVERY,
}
# Of an account: what opens it, and what staff may do, which their own pages tell.
NOT_OF_THE_NETWORK = {
    "password",
    "is_superuser",
    "is_staff",
    "is_active",
    "groups",
    "user_permissions",
    "is_demo",
    "logentry",
    "emailaddress",
}
# Rows of other parts that point at a person, and where the person reads of them.
ELSEWHERE = {
    # What opens the account; the account's own pages show it.
    "account.EmailAddress.user",
    "mfa.Authenticator.user",
    "socialaccount.SocialAccount.user",
    "accounts.User_groups.user",
    "accounts.User_user_permissions.user",
    # “My innovations” shows the innovation, its versions and files, and what was reported of it.
    "cases.Case.submitter",
    "cases.Adoption.reported_by",
    "cases.Upload.uploaded_by",
    "cases.CaseRevision.created_by",
    "cases.CaseRevision.submitted_by",
}
# Where a person is only who did something, as staff: it is of others.
DONE_BY = {
    "admin.LogEntry.user",
    "cases.CaseRevision.reviewer",
    "cases.CaseEvent.by",
    "barometer.SurveyEvent.by",
    "network.JoinRequest.decided_by",
    "network.MembershipEvent.by",
    "network.Bulletin.created_by",
    "network.EventChange.by",
    "network.ListExport.by",
    "pages.PageRevision.created_by",
    "pages.PageEvent.by",
    "pages.FeedbackEvent.by",
}


def own(member: Member) -> dict:
    client = Client()
    client.force_login(member.user)
    return client.get(address("data_json")).json()


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
def test_every_field_is_shown_or_left_out_on_purpose(model):
    fields = [*model._meta.fields, *model._meta.many_to_many]
    left_out = own_data.LEFT_OUT | (NOT_OF_THE_NETWORK if model is User else set())
    assert {field.name for field in fields} - set(SHOWN[model]) - left_out == set()


def relations(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    """What points at a row of the model: the field's whole name, and whose it is."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            found = relation.related_model
            yield f"{found._meta.label}.{relation.field.name}", found


def test_every_row_that_hangs_on_a_person_is_of_a_model_that_is_shown():
    """Walks on from the account, the request and the membership: a new model of any app must be told, too."""
    seen, waiting, untold = {User, Member, JoinRequest}, [User, Member, JoinRequest], set()
    named = set()
    while waiting:
        for name, found in relations(waiting.pop()):
            # Who changed curated content did so as staff.
            if name.endswith(".history_user"):
                continue
            named.add(name)
            # Interests are shown as a field of the person.
            if name in ELSEWHERE | DONE_BY or name in (
                "network.Member_interests.member",
                "network.JoinRequest_interests.joinrequest",
            ):
                continue
            if found not in SHOWN:
                untold.add(name)
            elif found not in seen:
                seen.add(found)
                waiting.append(found)
    assert untold == set()
    assert seen == set(SHOWN)
    # What there is no more is not listed any more.
    assert (ELSEWHERE | DONE_BY) - named == set()


def test_download_holds_what_was_told_and_nobody_elses():
    words = {
        name: f"oma {name}" for name in ("name", "role", "works_on", "wants_to_learn", "organisation_name")
    }
    member = factories.member(**words)
    other = factories.member(name="Toinen Ihminen", role="toisen rooli", works_on="toisen työ")
    by = User.objects.get(is_staff=True)
    for someone in (member, other):
        actions.note(someone, by=by, note=f"muistiinpano {someone.pk}!", seen_version=someone.version)
        address_change.ask(someone.user, f"uusi{someone.pk}@example.org")
        event = published(
            **{f"title_{language}": f"Tapahtuma {someone.pk}!" for language in ("fi", "sv", "en")}
        )
        event_actions.sign_up(event, user=someone.user)
        event_actions.add_material(event, title="Kalvot", url="https://example.org", by=None)
        bulletin = Bulletin.objects.create()
        bulletin.texts.create(language="fi", subject=f"Kirje {someone.pk}!", body="x")
        Delivery.objects.create(bulletin=bulletin, member=someone, language="fi")
    told = json.dumps(own(member), ensure_ascii=False)
    numbered = ("muistiinpano {}!", "uusi{}@", "Tapahtuma {}!", "Kirje {}!")
    for word in (*words.values(), member.user.email, *(name.format(member.pk) for name in numbered)):
        assert word in told, word
    for word in (
        "Toinen",
        "toisen",
        other.user.email,
        *(name.format(other.pk) for name in numbered),
        by.email,
    ):
        assert word not in told, word


def test_request_of_who_had_the_address_before_is_not_shown_to_its_later_owner():
    """An address may pass on; what was asked under it is of whoever asked."""
    earlier = factories.member(email="jaettu@example.org", role="aiemman rooli")
    User.objects.filter(pk=earlier.user_id).update(email="muualla@example.org")
    later = factories.member(email="toinen@example.org")
    User.objects.filter(pk=later.user_id).update(email="jaettu@example.org")
    later.user.refresh_from_db()
    assert "aiemman rooli" not in json.dumps(own(later), ensure_ascii=False)
    assert "aiemman rooli" in json.dumps(own(earlier), ensure_ascii=False)


@pytest.mark.parametrize("which", ["page", "json"])
def test_own_data_takes_as_many_queries_however_much_there_is(which):
    member = factories.member()
    client = Client()
    client.force_login(member.user)
    path = address("data" if which == "page" else "data_json")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    def more() -> None:
        event_actions.sign_up(published(), user=member.user)
        bulletin = Bulletin.objects.create()
        bulletin.texts.create(language="fi", subject="Kirje", body="x")
        Delivery.objects.create(bulletin=bulletin, member=member, language="fi")

    more()
    queries()
    before = queries()
    for _number in range(4):
        more()
    assert queries() == before
