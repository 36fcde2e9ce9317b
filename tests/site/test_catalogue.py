"""The catalogue for other catalogues with the content of a first run: whole, true, and without a fault."""

import pyshacl
import pytest
from django.conf import settings
from rdflib import DCAT, DCTERMS, FOAF, RDF, BNode, URIRef
from rdflib.compare import isomorphic

from pages.open_data import dcat
from pages.open_data.datasets import DATASETS
from tests.giving.test_dcat import LANGUAGES, contact, read

pytestmark = pytest.mark.django_db

MANDATORY = {
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset),
    DCAT.Dataset: (DCTERMS.title, DCTERMS.description, dcat.ADFI.collectionType),
    DCAT.Distribution: (DCAT.accessURL, DCAT.downloadURL, DCTERMS["format"], DCTERMS.license),
    FOAF.Agent: (FOAF.name,),
}


def test_both_serialisations_say_the_same_and_all_that_is_mandatory(registry, client):
    graph = read(client)
    assert isomorphic(graph, read(client, "rdf"))
    assert not [node for triple in graph for node in triple if isinstance(node, BNode)]
    for kind, properties in MANDATORY.items():
        things = list(graph.subjects(RDF.type, kind))
        assert things, kind
        for thing in things:
            for said in properties:
                assert list(graph.objects(thing, said)), (thing, said)
    assert len(list(graph.subjects(RDF.type, DCAT.Dataset))) == len(DATASETS)
    for dataset in graph.subjects(RDF.type, DCAT.Dataset):
        for said in (DCTERMS.title, DCTERMS.description, DCAT.keyword):
            assert {text.language for text in graph.objects(dataset, said)} == LANGUAGES
        languages = {
            str(graph.value(one, DCTERMS.language)) for one in graph.objects(dataset, DCAT.distribution)
        }
        assert len(languages) == 3


def test_every_file_answers_as_the_catalogue_says(registry, client):
    graph = read(client)
    files = list(graph.subjects(RDF.type, DCAT.Distribution))
    assert len(files) == 3 * sum(len(dataset.distributions) for dataset in DATASETS)
    for file in files:
        address = str(graph.value(file, DCAT.downloadURL))
        answer = client.get(address.removeprefix(settings.BASE_URL))
        assert answer.status_code == 200, address
        answered = answer["Content-Type"].partition(";")[0]
        told = graph.value(file, DCAT.mediaType)
        if told is None:
            assert answered == "application/jsonl"
            assert graph.value(file, DCTERMS.conformsTo) == URIRef(dcat.JSON_LINES)
        else:
            assert str(told) == dcat.MEDIA_TYPES + answered
        if answer.streaming:
            answer.getvalue()  # to its end, where the file is closed


def test_landing_pages_are_there(registry, client):
    graph = read(client)
    pages = {str(page) for page in graph.objects(None, DCAT.landingPage)}
    assert len(pages) == 3
    for page in pages:
        assert client.get(page.removeprefix(settings.BASE_URL)).status_code == 200


@pytest.mark.shared
@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # pyshacl asks rdflib for it
def test_avoindata_finds_no_fault_in_it(registry, client, shared_data):
    contact("service")
    folder = shared_data / "data" / "avoindata-dcat-ap"
    conforms, _report, text = pyshacl.validate(
        read(client),
        shacl_graph=str(folder / "avoindata_dcat-ap_shacl.ttl"),
        ont_graph=str(folder / "FOAF.ttl"),
        inference="rdfs",
    )
    assert conforms, text
