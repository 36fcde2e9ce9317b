"""The catalogue for other catalogues: valid by avoindata.fi's shapes, whole, and true."""

import os
import subprocess
import sys
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django.utils.translation import override
from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef

from cases import actions
from cases.models import Case
from pages.models import Contact
from pages.open_data import dcat
from pages.open_data.datasets import DATASETS
from tests.barometer import factories as barometer
from tests.cases import factories

pytestmark = pytest.mark.django_db

LANGUAGES = {"fi", "sv", "en"}


def read(client, ending: str = "ttl") -> Graph:
    answer = client.get(f"/catalog.{ending}")
    assert answer.status_code == 200
    media_type, kind = dcat.SERIALISATIONS[ending]
    assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
    assert not answer.cookies
    return Graph().parse(data=answer.content, format=kind)


def test_the_api_is_where_the_catalogue_says(client):
    graph = read(client)
    (service,) = graph.subjects(RDF.type, DCAT.DataService)
    assert len(list(graph.objects(service, DCAT.servesDataset))) == len(DATASETS)
    for said in (DCAT.endpointURL, DCAT.endpointDescription):
        address = str(graph.value(service, said)).removeprefix(settings.BASE_URL)
        answer = client.get(address)
        assert answer.status_code == 200
    standard = str(graph.value(service, DCTERMS.conformsTo))
    assert standard.endswith(f"/v{answer.json()['openapi']}")


def contact(topic: str, **fields) -> Contact:
    roles = {f"role_{language}": f"Rekisterin hoito {language}" for language in LANGUAGES}
    return Contact.objects.create(**{**roles, "email": "rekisteri@example.org", "topics": [topic], **fields})


def test_only_public_contacts_of_the_service_are_told(client):
    contact("network")
    contact("service", is_public=False)
    assert not list(read(client).objects(None, DCAT.contactPoint))
    contact("service", phone="+358 (0)12 34-5")
    graph = read(client)
    points = set(graph.objects(None, DCAT.contactPoint))
    assert len(points) == 1
    point = points.pop()
    assert {name.language for name in graph.objects(point, dcat.VCARD.fn)} == LANGUAGES
    assert graph.value(point, dcat.VCARD.hasEmail) == URIRef("mailto:rekisteri@example.org")
    assert graph.value(point, dcat.VCARD.hasTelephone) == URIRef("tel:+358012345")


def test_the_barometer_tells_its_years_and_countries(client):
    barometer.published(period_en="2016–2018", year=2018)
    barometer.published(period_en="two years", year=2021, country="NO")
    barometer.survey(period_en="1999", year=1999, country="DK")
    graph = read(client)
    dataset = URIRef(f"{settings.BASE_URL}/catalog#dataset-barometer")
    period = graph.value(dataset, DCTERMS.temporal)
    assert graph.value(period, DCAT.startDate).toPython() == date(2016, 1, 1)
    assert graph.value(period, DCAT.endDate).toPython() == date(2021, 12, 31)
    countries = {str(place).rpartition("/")[2] for place in graph.objects(dataset, DCTERMS.spatial)}
    assert countries == {"FIN", "NOR"}


def test_before_anything_is_published_nothing_has_changed(client):
    Case.objects.all().delete()
    graph = read(client)
    dataset = URIRef(f"{settings.BASE_URL}/catalog#dataset-innovations")
    assert graph.value(dataset, DCTERMS.modified) is None


def test_it_is_answered_304_until_something_changes(client):
    factories.published()
    first = client.get("/catalog.ttl")
    assert "public" in first["Cache-Control"]
    asked = {"If-None-Match": first["ETag"]}
    assert client.get("/catalog.ttl", headers=asked).status_code == 304
    actions.archive(Case.objects.get(), by=factories.moderator(), message="Vanhentunut.")
    assert client.get("/catalog.ttl", headers=asked).status_code == 200


def test_one_address_gives_what_is_asked_for(client):
    for accept, media_type in (
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/turtle;q=0.5, application/rdf+xml", "application/rdf+xml"),
        ("*/*", "application/rdf+xml"),
        ("image/png", "application/rdf+xml"),
    ):
        answer = client.get("/catalog", headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(media_type), accept
        assert "Accept" in answer["Vary"]


def test_the_language_of_whoever_asks_makes_no_difference(client):
    first = client.get("/catalog.rdf", headers={"Accept-Language": "sv"}).content
    dcat.serialised.cache_clear()
    with override("en"):
        assert client.get("/catalog.rdf", headers={"Accept-Language": "en"}).content == first


def test_it_takes_as_many_queries_however_much_is_published(client):
    def queries() -> int:
        client.get("/catalog.ttl")
        with CaptureQueriesContext(connection) as captured:
            client.get("/catalog.ttl")
        return len(captured)

    factories.published()
    barometer.published()
    few = queries()
    factories.published()
    barometer.published()
    contact("service")
    assert queries() == few <= 9


def test_the_same_facts_give_the_same_bytes_in_every_process():
    """Whatever order a process gives to sets."""
    facts = dcat.Told(
        base_url="https://example.org",
        changed=(now(),) * len(DATASETS),
        pages=(("fi", "/fi/avoin-data/"),),
        contacts=(dcat.ToldContact((("fi", "Hoito"),), "a@example.org", ""),),
        years=(2018, 2022),
        countries=("DNK", "FIN"),
    )
    script = (
        "import django, sys, datetime, hashlib; django.setup()\n"
        "from pages.open_data.dcat import Told, ToldContact, serialised\n"
        f"facts = {facts!r}\n"
        "print([hashlib.sha256(serialised(facts, kind)).hexdigest() for kind in ('xml', 'turtle')])"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "DJANGO_SETTINGS_MODULE": "innovation_registry.settings",
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1
