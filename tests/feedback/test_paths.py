"""Which page feedback is about: a page of this site, and never a secret."""

import pytest
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import override

from pages.feedback import paths

SECRET = "kX9_secretSECRETsecret-0123456789abcdefghijk"


@pytest.mark.parametrize(
    "path",
    ["/fi/", "/sv/", "/en/innovations/", "/fi/innovaatiot/12-neuvonta/", "/en/barometer/nordic-2022/"],
)
def test_pages_of_readers_are_known_whatever_language_is_active(path):
    for language in ("fi", "sv", "en"):
        with override(language):
            assert paths.told(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "fi/",
        "/",
        "/fi",
        "//evil.example/fi/",
        "https://evil.example/fi/",
        "javascript:alert(1)",
        "/fi/ei-ole/sellaista/",
        "/de/",
        "/live",
        "/media/x",
        "/fi/../en/",
        "/fi/<script>/",
        "/fi/\x00",
        "/fi/innovaatiot/1-" + "x" * 500 + "/",
    ],
)
def test_what_is_no_page_of_the_site_is_ignored(path):
    assert paths.told(path) == ""


def test_queries_are_left_out():
    assert paths.told("/fi/innovaatiot/?q=salaista#x") == "/fi/innovaatiot/"


@pytest.mark.parametrize(
    "name", ["admin:index", "admin:login", "account_request_login_code", "account_profile", "mfa_index"]
)
def test_sign_in_and_administration_are_not_asked_of(name, client, db):
    with override("fi"):
        path = reverse(name)
    assert paths.told(path) == ""


@pytest.mark.parametrize(
    "name",
    [
        "network:request",
        "network:unsubscribe",
        "network:own_calendar",
        "pages:self_test_kept",
        "pages:self_test_delete",
    ],
)
def test_secrets_of_addresses_are_never_kept(name):
    for language in ("fi", "sv", "en"):
        with override(language):
            path = reverse(name, args=[SECRET])
        assert SECRET not in paths.told(path)
        # What is kept comes back with the form once more.
        assert paths.told(paths.told(path)) == paths.told(path)


def test_every_part_of_an_address_that_is_kept_is_known_to_be_public():
    """A new address with another kind of text in it has to be looked at: may everybody read it?"""
    masked = {"secret", "token", "name", "format"}
    found = set()

    def walk(patterns, namespace=""):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                if namespace in paths.READER_NAMESPACES:
                    found.update(
                        part
                        for part, converter in pattern.pattern.converters.items()
                        if type(converter).__name__ != "IntConverter"
                    )
            else:
                walk(pattern.url_patterns, pattern.namespace or namespace)

    walk(get_resolver().url_patterns)
    assert found <= paths.PUBLIC_PARTS | masked
