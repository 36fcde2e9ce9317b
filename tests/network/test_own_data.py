"""One's own data is whole: whatever points at a person is shown to that person, nothing of others is."""

import json

import pytest
from django.db.models import ForeignKey, ManyToOneRel
from django.test import Client

from accounts import address_change
from accounts.models import AddressChange, User
from network import actions, own_data
from network.models import Consent, Delivery, JoinRequest, Member, MembershipEvent, SignUp

from . import factories
from .joining import address

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
# Where a person is only who did something, as staff: it is of others.
DONE_BY = {"by", "decided_by", "created_by", "published_by", "changed_by", "history_user"}


def own(member: Member) -> dict:
    client = Client()
    client.force_login(member.user)
    return client.get(address("data_json")).json()


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
def test_every_field_is_shown_or_left_out_on_purpose(model):
    fields = [*model._meta.fields, *model._meta.many_to_many]
    left_out = own_data.LEFT_OUT | (NOT_OF_THE_NETWORK if model is User else set())
    assert {field.name for field in fields} - set(SHOWN[model]) - left_out == set()


def test_every_row_that_hangs_on_a_person_is_of_a_model_that_is_shown():
    """Walks on from the account, the request and the membership: a new model must be told, too."""
    seen, waiting = set(), [User, Member, JoinRequest]
    while waiting:
        model = waiting.pop()
        for relation in model._meta.get_fields(include_hidden=True):
            found = relation.related_model if isinstance(relation, ManyToOneRel) else None
            if found is None or found._meta.app_label != "network" or found in seen:
                continue
            if relation.field.name in DONE_BY or found._meta.auto_created:
                continue
            assert isinstance(relation.field, ForeignKey)
            seen.add(found)
            waiting.append(found)
    assert {model.__name__ for model in seen} - {model.__name__ for model in SHOWN} == set()


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
    told = json.dumps(own(member), ensure_ascii=False)
    for word in (*words.values(), member.user.email, f"muistiinpano {member.pk}!", f"uusi{member.pk}@"):
        assert word in told, word
    for word in (
        "Toinen",
        "toisen",
        other.user.email,
        f"muistiinpano {other.pk}!",
        f"uusi{other.pk}@",
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
