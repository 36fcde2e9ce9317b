"""The privacy notice of the whole service tells what is so, from the settings that the service goes by."""

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils.translation import override

from tests.submitting.pages import soup, text_of

pytestmark = pytest.mark.django_db

MISSING = "the operator of this installation has to tell it"


def notice(client, language: str = "en"):
    with override(language):
        return client.get(reverse("pages:privacy"))


@pytest.mark.parametrize("language", [code for code, _name in django_settings.LANGUAGES])
def test_notice_is_there_in_every_language_and_leads_to_that_of_the_network(client, language):
    answer = notice(client, language)
    assert answer.status_code == 200
    assert not answer.cookies
    with override(language):
        assert soup(answer).main.select_one(f'a[href="{reverse("network:privacy")}"]')


def test_what_only_the_operator_knows_is_told_or_said_to_be_missing(client, settings):
    assert text_of(notice(client)).count(MISSING) == 3
    settings.REGISTER_CONTROLLER = "Esimerkkiministeriö <&>"
    settings.REGISTER_CONTACT = settings.REGISTER_DPO = "kirjaamo@esimerkki.example"
    text = text_of(notice(client))
    assert "Esimerkkiministeriö <&>" in text
    assert MISSING not in text


def test_how_long_feedback_is_kept_comes_from_the_settings(client, settings):
    settings.FEEDBACK_KEEP_DAYS = 77
    assert "77 days after" in text_of(notice(client))


def test_how_long_a_session_lasts_comes_from_the_settings(client, settings):
    settings.SESSION_COOKIE_AGE = 5 * 3600
    assert "for 5 hours at most" in text_of(notice(client))


def test_every_purpose_has_its_place(client):
    main = soup(notice(client)).main
    for link in main.select('a[href^="#"]'):
        assert main.select_one(link["href"]), link["href"]
    assert {heading["id"] for heading in main.select("h3")} == {
        "reading",
        "account",
        "contacts",
        "network",
        "feedback",
        "test",
        "logs",
    }


def test_reports_of_errors_are_told_of_only_where_they_are_sent(client, settings):
    assert "Reports of errors" not in text_of(notice(client))
    settings.SENTRY_DSN = "https://key@errors.example/1"
    assert "Reports of errors" in text_of(notice(client))
