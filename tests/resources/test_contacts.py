"""Whom to ask: the page of contacts, and contacts beside what they are about."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.urls import reverse
from django.utils.translation import override

from pages.models import ContactTopic

from .factories import contact

pytestmark = pytest.mark.django_db


def page(client, language: str = "en") -> str:
    with override(language):
        response = client.get(reverse("pages:contacts"))
    assert response.status_code == 200
    assert not response.cookies
    return response.content.decode()


def about(topic: str) -> str:
    with override("en"):
        return Template("{% load contacts %}{% contacts_about topic %}").render(Context({"topic": topic}))


def test_contacts_stand_under_their_topics_and_those_without_under_other_matters(client):
    contact("Network desk", topics=["network", "barometer"])
    contact("Front desk")
    html = page(client)
    assert html.count("Network desk en") == 2
    assert html.index("The innovation barometer") < html.index("The innovation network<")
    assert html.index("Other matters") < html.index("Front desk en")


def test_one_that_is_not_public_is_shown_nowhere(client):
    contact("Hidden desk", topics=["network"], is_public=False)
    assert "Hidden desk" not in page(client)
    assert "No contacts yet" in page(client)
    assert about("network").strip() == ""


def test_a_topic_shows_its_own_contacts_alone(client):
    contact("Network desk", topics=["network"])
    contact("Privacy desk", topics=["privacy"])
    assert "Network desk" in about("network")
    assert "Privacy desk" not in about("network")
    assert about("security").strip() == ""


def test_a_telephone_number_can_be_dialled(client):
    contact(phone="+358 (0)295 160 01", address_en="Gatan 1\nStaden")
    html = page(client)
    assert 'href="tel:+358029516001"' in html
    assert "Gatan 1<br>Staden" in html


def test_topics_that_are_unknown_or_twice_there_are_refused():
    for topics in (["spells"], ["network", "network"], "network"):
        with pytest.raises(ValidationError):
            contact(topics=topics).full_clean()


def test_the_database_refuses_one_that_cannot_be_reached():
    for address in ("", None):
        with pytest.raises(IntegrityError), transaction.atomic():
            contact(email="", address_fi=address)


def test_a_page_with_a_contact_for_each_topic_takes_one_query(client, django_assert_num_queries):
    for topic in ContactTopic:
        contact(topics=[topic])
    with override("fi"):
        path = reverse("pages:contacts")
    client.get(path)
    with django_assert_num_queries(1):
        client.get(path)
