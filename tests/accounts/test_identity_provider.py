import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

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


@pytest.fixture
def server(settings):
    """An identity provider on this machine, which knows one person; returns what it was asked."""
    asked = []

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer(
                {"sub": "1", "email": "matti@vm.example", "email_verified": True, "name": "Matti M"}
                if self.path == "/userinfo"
                else {
                    "issuer": url,
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "userinfo_endpoint": f"{url}/userinfo",
                }
            )

        def do_POST(self):
            asked.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.answer({"access_token": "token", "token_type": "Bearer"})

        def answer(self, values):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(values).encode())

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Provider) as http:
        url = f"http://127.0.0.1:{http.server_port}"
        configuration = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
        configuration["OAUTH_PKCE_ENABLED"] = True
        configuration["APPS"][0]["settings"]["server_url"] = url
        thread = Thread(target=http.serve_forever, daemon=True)
        thread.start()
        yield asked
        http.shutdown()
        thread.join()


def test_whole_way_to_the_provider_and_back(client, server):
    away = client.post(reverse("openid_connect_login", args=["sso"]), {"next": "/fi/asked-for/"})
    query = parse_qs(urlsplit(away["Location"]).query)
    assert query["redirect_uri"] == ["http://testserver" + reverse("openid_connect_callback", args=["sso"])]
    assert query["code_challenge_method"] == ["S256"]
    callback = reverse("openid_connect_callback", args=["sso"])
    back = client.get(callback, {"code": "code", "state": query["state"][0]})
    assert back["Location"] == "/fi/asked-for/"
    assert server[0]["code_verifier"]
    user = User.objects.get()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.email, user.display_name) == ("matti@vm.example", "Matti M")


def test_answer_that_nobody_asked_for_signs_nobody_in(client, server):
    client.get(reverse("openid_connect_callback", args=["sso"]), {"code": "code", "state": "made up"})
    assert server == []
    assert not User.objects.exists()


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
