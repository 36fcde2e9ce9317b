"""The privacy notice says what is so, in three languages, to everybody."""

import pytest
from django.test import Client

from network import consents
from tests.submitting.pages import soup, text_of

from .joining import address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "authority"),
    [("fi", "tietosuojavaltuutetulle"), ("sv", "dataombudsmannen"), ("en", "tietosuojavaltuutettu")],
)
def test_notice_names_the_authority_and_its_version(language, authority):
    answer = Client().get(address("privacy", language=language))
    assert answer.status_code == 200
    assert not answer.cookies
    assert authority in text_of(answer)
    assert consents.VERSION in text_of(answer)


def test_how_long_data_are_kept_comes_from_the_settings(settings):
    settings.NETWORK_RETENTION_DAYS = {
        "unconfirmed": 1,
        "withdrawn": 12,
        "declined": 123,
        "decided": 124,
        "left": 31,
    }
    rows = soup(Client().get(address("privacy", language="en"))).select("tbody tr")
    told = [row.find_all("td")[1].get_text() for row in rows]
    assert told == ["1 day", "12 days", "123 days", "124 days", "31 days"]


def test_what_only_the_operator_knows_is_told_or_said_to_be_missing(settings):
    assert text_of(Client().get(address("privacy", language="en"))).count("the operator of this") == 3
    settings.REGISTER_CONTROLLER = "Esimerkkiministeriö <&>"
    settings.REGISTER_CONTACT = settings.REGISTER_DPO = "kirjaamo@esimerkki.example"
    text = text_of(Client().get(address("privacy", language="en")))
    assert "Esimerkkiministeriö <&>" in text
    assert "the operator of this" not in text


def test_the_form_leads_to_the_notice():
    links = soup(Client().get(address("join"))).select(f'main a[href="{address("privacy")}"]')
    assert len(links) == 1


def test_notice_shows_the_words_of_every_consent():
    text = text_of(Client().get(address("privacy", language="en")))
    assert all(str(words) in text for words in consents.TEXTS.values())
