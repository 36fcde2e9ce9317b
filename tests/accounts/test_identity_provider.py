import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.urls import reverse

from accounts.models import User

from .factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def provider(settings):
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": "Virtu",
                    "client_id": "registry",
                    "secret": "secret",
                    "settings": {"server_url": "https://sso.example"},
                }
            ]
        }
    }


def come_back(rf, process: str = "login", **claims):
    """The browser comes back from the identity provider, which says ``claims``."""
    request = rf.get("/fi/")
    for middleware in (SessionMiddleware, AuthenticationMiddleware, MessageMiddleware):
        middleware(lambda request: None).process_request(request)
    with request_context(request):
        sign_in = (
            get_adapter()
            .get_provider(request, "sso")
            .sociallogin_from_response(request, {"userinfo": {"sub": "1", **claims}})
        )
        sign_in.state = {"process": process}
        response = complete_social_login(request, sign_in)
    return request, response


def test_sign_in_page_offers_the_provider(client):
    page = client.get(reverse("account_request_login_code")).content.decode()
    assert "Virtu" in page
    assert reverse("openid_connect_login", args=["sso"]) in page


def test_opening_the_providers_address_leaves_nobody_for_the_provider(client):
    assert client.get(reverse("openid_connect_login", args=["sso"])).status_code == 200


def test_unknown_provider_is_not_found(client):
    assert client.get(reverse("openid_connect_login", args=["absent"])).status_code == 404


def test_verified_address_makes_an_account(rf):
    request, _response = come_back(rf, email="Matti@VM.example", email_verified=True, name="Matti M")
    user = User.objects.get()
    assert (request.user, user.email, user.display_name) == (user, "matti@vm.example", "Matti M")
    assert not user.has_usable_password()
    assert not user.is_staff


def test_verified_address_leads_to_the_account_it_has(rf):
    user = StaffFactory(email="matti@vm.example", password="a long password")
    request, _response = come_back(rf, email="matti@vm.example", email_verified=True)
    assert request.user == user
    user.refresh_from_db()
    assert user.has_usable_password()


@pytest.mark.parametrize(
    "claims",
    [{}, {"email": "matti@vm.example"}, {"email": "matti@vm.example", "email_verified": False}],
    ids=["no address", "address without word", "address not verified"],
)
def test_address_that_is_not_verified_does_not_count(rf, claims):
    UserFactory(email="matti@vm.example")
    request, response = come_back(rf, **claims)
    assert request.user.is_anonymous
    assert response.status_code == 403
    assert User.objects.count() == 1


def test_closed_account_stays_closed(rf):
    UserFactory(email="matti@vm.example", is_active=False)
    request, response = come_back(rf, email="matti@vm.example", email_verified=True)
    assert request.user.is_anonymous
    assert response["Location"] == reverse("account_inactive")


def test_nothing_is_connected_to_an_account(rf):
    come_back(rf, process="connect", email="matti@vm.example", email_verified=True)
    assert not SocialAccount.objects.exists()
    assert not EmailAddress.objects.exists()


def test_provider_alone_does_not_open_the_admin(rf, client):
    user = StaffFactory(email="matti@vm.example", password="a long password", is_superuser=True)
    request, _response = come_back(rf, email="matti@vm.example", email_verified=True)
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    assert client.get(reverse("account_profile")).context["user"] == user
    assert client.get(reverse("admin:index")).status_code == 302
