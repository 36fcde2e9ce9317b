"""The description in OpenAPI, and the page that is written from it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from openapi_spec_validator import validate

from barometer import exports as barometer
from cases import exports, public_index
from cases.facets import FACETS
from pages.api import problems
from pages.api.description import description
from taxonomy.exports import TERMS

from .test_answers import told

LANGUAGES = ("fi", "sv", "en")
TABLES = {
    "Innovation": ["self", *exports.INNOVATIONS.header, *(table.key for table in exports.CASE_TABLES[1:])],
    "InnovationText": exports.TEXTS.header[1:],
    "InnovationEvidence": exports.EVIDENCE.header[1:],
    "InnovationAdoption": exports.ADOPTIONS.header[1:],
    "InnovationMaterial": exports.MATERIALS.header[1:],
    "Organisation": ["self", *exports.ORGANISATIONS.header],
    "Term": TERMS.header,
    "Edition": barometer.EDITIONS.header,
    "Question": barometer.QUESTIONS.header,
    "Figure": barometer.FIGURES.header,
}


@pytest.fixture
def document(registry, client) -> dict[str, Any]:
    return told(client, "/api/v1/openapi.json")


def page(client: Client, language: str) -> BeautifulSoup:
    with override(language):
        answer = client.get(reverse("api:docs"))
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_description_is_valid_openapi(document):
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_nothing_is_doubtful_to_the_generator(registry, capsys):
    description.__globals__["_made"].cache_clear()
    for language in LANGUAGES:
        description(language)
    assert "Warning" not in capsys.readouterr().err


def test_every_field_of_every_table_is_described(document):
    for name, codes in TABLES.items():
        properties = document["components"]["schemas"][name]["properties"]
        assert list(properties) == codes
        assert all(one.get("description") or "$ref" in one.get("items", {}) for one in properties.values())


def test_every_filter_is_described_with_the_values_that_it_takes(document):
    index = public_index.current()
    parameters = {one["name"]: one for one in document["paths"]["/api/v1/innovations"]["get"]["parameters"]}
    for facet in FACETS:
        items = parameters[facet.name]["schema"]["items"]
        assert items.get("enum") == index.codes(facet)
        assert "enum" in items or "pattern" in items
        # Each is one that the page knows, too.
        assert all(index.label(facet, code) for code in items.get("enum", []))


def test_every_answer_and_problem_is_described_with_its_headers(document):
    for item in document["paths"].values():
        responses = item["get"]["responses"]
        assert {"200", "304", "400", "405", "406", "429", "500"} <= set(responses)
        for status, response in responses.items():
            if status in ("200", "304"):
                continue
            assert response["content"]["application/problem+json"]["schema"] == {
                "$ref": "#/components/schemas/Problem"
            }
            assert {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} <= set(response["headers"])
        assert "Retry-After" in responses["429"]["headers"]
        assert {"ETag", "Link", "Cache-Control"} <= set(responses["200"]["headers"])
    assert {"404", "410"} <= set(document["paths"]["/api/v1/innovations/{id}"]["get"]["responses"])


def test_words_of_the_description_are_english(document):
    assert document["paths"]["/api/v1/innovations"]["get"]["summary"] == "List innovations"
    with override("sv"):
        assert description() == document


# The page ---------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_tells_every_operation_parameter_field_and_problem(registry, client, language):
    html = page(client, language)
    document = description(language)

    codes = {code.get_text() for code in html.select("th code")}
    for path, item in document["paths"].items():
        assert f"GET {path}" in html.get_text()
        assert item["get"]["summary"] in html.get_text()
        assert {one["name"] for one in item["get"]["parameters"] if one["in"] != "header"} <= codes
    for name, names in TABLES.items():
        table = html.select_one(f"#fields-{name} table")
        assert [code.get_text() for code in table.select("tbody th code")] == list(names)
    assert [row["id"] for row in html.select("tr[id]")] == [kind.anchor for kind in problems.KINDS]
    assert {facet.name for facet in FACETS} <= codes


def test_fields_are_described_in_the_language_of_the_page(registry, client):
    headings = {}
    for language in LANGUAGES:
        with override(language):
            headings[language] = str(exports.INNOVATIONS.columns[2].heading)
        assert headings[language] in page(client, language).select_one("#fields-Innovation").get_text()
    assert len(set(headings.values())) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_works(registry, client, language):
    html = page(client, language)
    commands = [re.fullmatch('curl "(.*)"', code.get_text()) for code in html.select("pre code")]
    addresses = [command[1] for command in commands if command]
    assert len(addresses) >= 11
    for address in addresses:
        answer = client.get(address.removeprefix(settings.BASE_URL))
        assert answer.status_code == 200, address
        assert answer.json().get("results") != [], address


def test_type_of_every_problem_leads_to_the_page(registry, client):
    for kind in problems.KINDS:
        address, _separator, anchor = kind.address.removeprefix(settings.BASE_URL).partition("#")
        html = BeautifulSoup(client.get(address).content, "html.parser")
        assert html.find(id=anchor)


def test_page_of_an_empty_registry(db, client):
    assert page(client, "fi").h1


def test_links_on_the_page_lead_somewhere(registry, client):
    html = page(client, "en")
    for link in html.select("main a[href]"):
        href = link["href"]
        if href.startswith("#"):
            assert html.find(id=href[1:]), href
        elif href.startswith("/api/"):
            assert client.get(href).status_code == 200, href
