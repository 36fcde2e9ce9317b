"""The datasets as other catalogues harvest them: DCAT-AP 3 in RDF/XML and Turtle, as avoindata.fi wants it.

The catalogue names nothing that is not elsewhere on the site. What is in it is a function of :class:`Told`:
the same facts give the same bytes. Names are addresses with a fragment, so that they never change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from re import findall

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_safe
from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from barometer.models import Survey
from common import licence
from common.files import Format
from pages.contacts import contacts_about
from pages.editorial import trees
from pages.models import Contact, ContactTopic

from .datasets import DATASETS, Dataset, Distribution

LANGUAGES = [language for language, _name in settings.LANGUAGES]
# The editorial page of open data.
PAGE = "open-data"
KEPT_SECONDS = 900

ADFI = Namespace("http://avoindata.fi/ns#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
# Tables of the Publications Office of the EU.
AUTHORITY = "http://publications.europa.eu/resource/authority/"
EU_LANGUAGES = {"fi": "FIN", "sv": "SWE", "en": "ENG"}
EU_FORMATS = {Format.CSV: "CSV", Format.XLSX: "XLSX", Format.JSON_LINES: "JSON"}
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
# JSON Lines is no registered media type, but has a page that defines it.
JSON_LINES = "https://jsonlines.org/"
OPEN_API = "https://spec.openapis.org/oas/v3.1.0"
THEME = URIRef(f"{AUTHORITY}data-theme/GOVE")
THEME_NAMES = {
    "fi": "Valtioneuvosto ja julkinen sektori",
    "sv": "Regeringen och den offentliga sektorn",
    "en": "Government and public sector",
}
HOME = "FIN"
# The dataset whose years and countries are those of the barometer's editions.
OF_EDITIONS = "barometer"
# Kinds of serialisation by the ending of the address: the media type, and what rdflib calls it.
SERIALISATIONS = {"rdf": ("application/rdf+xml", "xml"), "ttl": ("text/turtle", "turtle")}


@dataclass(frozen=True)
class ToldContact:
    """Whom to ask: a role, in each language, and how to reach it."""

    names: tuple[tuple[str, str], ...]
    email: str
    phone: str


@dataclass(frozen=True)
class Told:
    """Everything in the catalogue that changes while the registry runs."""

    base_url: str
    changed: tuple[datetime | None, ...]
    pages: tuple[tuple[str, str], ...]
    contacts: tuple[ToldContact, ...]
    years: tuple[int, ...]
    countries: tuple[str, ...]


def told() -> Told:
    """The facts as they are now: some queries, however much is published."""
    surveys = list(Survey.objects.public())
    years = {
        int(year) for survey in surveys for year in findall(r"\b(?:19|20)\d\d\b", survey.period_en or "")
    }
    page = next((node for node in trees.recent().nodes.values() if node.key == PAGE), None)
    return Told(
        base_url=settings.BASE_URL,
        changed=tuple(dataset.changed() for dataset in DATASETS),
        pages=tuple(sorted(page.urls.items())) if page else (),
        contacts=tuple(_contact(contact) for contact in contacts_about(ContactTopic.SERVICE)),
        years=tuple(sorted({*years, *(survey.year for survey in surveys)})),
        countries=tuple(sorted({survey.country.alpha3 for survey in surveys})),
    )


def _contact(contact: Contact) -> ToldContact:
    names = tuple((language, getattr(contact, f"role_{language}") or "") for language in LANGUAGES)
    return ToldContact(names, contact.email, contact.dialled)


def graph(facts: Told) -> Graph:
    """The catalogue with its datasets and their files."""
    # This store keeps the order of what is added, which the serialisation in XML follows.
    found = Graph(store="SimpleMemory", bind_namespaces="none")
    for prefix, namespace in (
        ("adfi", ADFI),
        ("dcat", DCAT),
        ("dct", DCTERMS),
        ("foaf", FOAF),
        ("rdf", RDF),
        ("skos", SKOS),
        ("vcard", VCARD),
        ("xsd", XSD),
    ):
        found.bind(prefix, Namespace(str(namespace)))
    # In one order, so that the serialisations have one, too.
    for triple in sorted(_Writer(facts).triples()):
        found.add(triple)
    return found


Triple = tuple[Node, Node, Node]


class _Writer:
    """Says the facts as triples."""

    def __init__(self, facts: Told) -> None:
        self.facts = facts
        self.base = f"{facts.base_url}{reverse('catalogue')}#"
        self.catalogue = URIRef(f"{self.base}catalogue")
        self.publisher = URIRef(f"{self.base}publisher")
        self.licence = URIRef(licence.URL)

    def triples(self) -> Iterator[Triple]:
        yield from self._catalogue()
        for dataset, changed in zip(DATASETS, self.facts.changed, strict=True):
            yield from self._dataset(dataset, changed)
        for number, contact in enumerate(self.facts.contacts):
            yield from self._contact(self._contact_name(number), contact)
        yield (self.publisher, RDF.type, FOAF.Agent)
        yield from _in_each_language(self.publisher, FOAF.name, _("Ministry of Finance"))
        yield (self.licence, RDF.type, DCTERMS.LicenseDocument)
        yield (self.licence, DCTERMS.title, Literal(licence.NAME))
        yield (self.licence, SKOS.exactMatch, _authority("licence", "CC_BY_4_0"))
        yield (THEME, RDF.type, SKOS.Concept)
        for language, name in THEME_NAMES.items():
            yield (THEME, SKOS.prefLabel, Literal(name, lang=language))

    def _catalogue(self) -> Iterator[Triple]:
        about, changed = self.catalogue, [time for time in self.facts.changed if time]
        yield (about, RDF.type, DCAT.Catalog)
        yield from _in_each_language(about, DCTERMS.title, _("Open data of the Innovation registry"))
        yield from _in_each_language(
            about,
            DCTERMS.description,
            _("An open registry of public-sector innovations, kept by the Ministry of Finance."),
        )
        yield (about, DCTERMS.publisher, self.publisher)
        yield (about, DCTERMS.license, self.licence)
        yield from self._languages(about)
        yield from _typed(about, DCTERMS.spatial, _authority("country", HOME), DCTERMS.Location)
        yield from _typed(about, FOAF.homepage, URIRef(f"{self.facts.base_url}/"), FOAF.Document)
        if changed:
            yield (about, DCTERMS.modified, Literal(max(changed)))
        for dataset in DATASETS:
            yield (about, DCAT.dataset, self._dataset_name(dataset))
        yield from self._service()

    def _service(self) -> Iterator[Triple]:
        """The API, which gives what the datasets hold one by one."""
        about = URIRef(f"{self.base}api")
        yield (self.catalogue, DCAT.service, about)
        yield (about, RDF.type, DCAT.DataService)
        yield from _in_each_language(
            about, DCTERMS.title, _("Programming interface of the Innovation registry")
        )
        yield (about, DCTERMS.publisher, self.publisher)
        yield (about, DCTERMS.license, self.licence)
        yield (about, DCAT.endpointURL, URIRef(self.facts.base_url + reverse("api_v1:start")))
        yield (about, DCAT.endpointDescription, URIRef(self.facts.base_url + reverse("api_v1:description")))
        yield from _typed(about, DCTERMS.conformsTo, URIRef(OPEN_API), DCTERMS.Standard)
        for dataset in DATASETS:
            yield (about, DCAT.servesDataset, self._dataset_name(dataset))

    def _dataset(self, dataset: Dataset, changed: datetime | None) -> Iterator[Triple]:
        about = self._dataset_name(dataset)
        yield (about, RDF.type, DCAT.Dataset)
        yield (about, DCTERMS.identifier, Literal(str(about)))
        yield (about, ADFI.collectionType, Literal("Open Data"))
        yield from _in_each_language(about, DCTERMS.title, dataset.title)
        yield from _in_each_language(about, DCTERMS.description, dataset.description)
        for keyword in dataset.keywords:
            yield from _in_each_language(about, DCAT.keyword, keyword)
        yield (about, DCAT.theme, THEME)
        yield (about, DCTERMS.publisher, self.publisher)
        yield from _typed(
            about, DCTERMS.accessRights, _authority("access-right", "PUBLIC"), DCTERMS.RightsStatement
        )
        yield from _typed(
            about,
            DCTERMS.accrualPeriodicity,
            _authority("frequency", dataset.frequency.value),
            DCTERMS.Frequency,
        )
        yield from self._languages(about)
        countries = {HOME, *(self.facts.countries if dataset.key == OF_EDITIONS else ())}
        for country in countries:
            yield from _typed(about, DCTERMS.spatial, _authority("country", country), DCTERMS.Location)
        if changed:
            yield (about, DCTERMS.modified, Literal(changed))
        for _language, page in self.facts.pages:
            yield from _typed(about, DCAT.landingPage, URIRef(self.facts.base_url + page), FOAF.Document)
        for number in range(len(self.facts.contacts)):
            yield (about, DCAT.contactPoint, self._contact_name(number))
        if dataset.key == OF_EDITIONS and self.facts.years:
            yield from self._period(about)
        for language in LANGUAGES:
            with override(language):
                for distribution in dataset.distributions:
                    yield from self._distribution(about, dataset, distribution, language, changed)

    def _distribution(
        self,
        of: URIRef,
        dataset: Dataset,
        distribution: Distribution,
        language: str,
        changed: datetime | None,
    ) -> Iterator[Triple]:
        about = URIRef(f"{self.base}file-{distribution.name}-{distribution.format.value}-{language}")
        address = URIRef(distribution.url)
        yield (of, DCAT.distribution, about)
        yield (about, RDF.type, DCAT.Distribution)
        title = f"{distribution.title} ({distribution.format.label})"
        yield (about, DCTERMS.title, Literal(title, lang=language))
        yield (about, DCAT.accessURL, address)
        yield (about, DCAT.downloadURL, address)
        yield (about, DCTERMS.license, self.licence)
        yield from _typed(about, DCTERMS.language, _language(language), DCTERMS.LinguisticSystem)
        eu_format = _authority("file-type", EU_FORMATS[distribution.format])
        yield from _typed(about, DCTERMS["format"], eu_format, DCTERMS.MediaTypeOrExtent)
        if distribution.format is Format.JSON_LINES:
            yield from _typed(about, DCTERMS.conformsTo, URIRef(JSON_LINES), DCTERMS.Standard)
        else:
            media_type = URIRef(MEDIA_TYPES + distribution.media_type)
            yield from _typed(about, DCAT.mediaType, media_type, DCTERMS.MediaType)
        if changed:
            yield (about, DCTERMS.modified, Literal(changed))
        if dataset.imported:
            rights = URIRef(f"{self.base}rights-{dataset.key}")
            yield from _typed(about, DCTERMS.rights, rights, DCTERMS.RightsStatement)
            yield from _in_each_language(rights, DCTERMS.description, dataset.imported)

    def _period(self, of: URIRef) -> Iterator[Triple]:
        """From the first to the last year that the editions tell of."""
        about = URIRef(f"{self.base}period-{OF_EDITIONS}")
        yield from _typed(of, DCTERMS.temporal, about, DCTERMS.PeriodOfTime)
        yield (about, DCAT.startDate, Literal(date(self.facts.years[0], 1, 1)))
        yield (about, DCAT.endDate, Literal(date(self.facts.years[-1], 12, 31)))

    def _contact(self, about: URIRef, contact: ToldContact) -> Iterator[Triple]:
        yield (about, RDF.type, VCARD.Group)
        for language, name in contact.names:
            if name:
                yield (about, VCARD.fn, Literal(name, lang=language))
        if contact.email:
            yield (about, VCARD.hasEmail, URIRef(f"mailto:{contact.email}"))
        if contact.phone:
            yield (about, VCARD.hasTelephone, URIRef(f"tel:{contact.phone}"))

    def _languages(self, about: URIRef) -> Iterator[Triple]:
        for language in LANGUAGES:
            yield from _typed(about, DCTERMS.language, _language(language), DCTERMS.LinguisticSystem)

    def _dataset_name(self, dataset: Dataset) -> URIRef:
        return URIRef(f"{self.base}dataset-{dataset.key}")

    def _contact_name(self, number: int) -> URIRef:
        return URIRef(f"{self.base}contact-{number + 1}")


def _in_each_language(about: URIRef, said: URIRef, words: str | Promise) -> Iterator[Triple]:
    for language in LANGUAGES:
        with override(language):
            yield (about, said, Literal(str(words), lang=language))


def _typed(about: URIRef, said: URIRef, thing: URIRef, kind: URIRef) -> Iterator[Triple]:
    """What is said, and of which kind the thing is: validators ask for both."""
    yield (about, said, thing)
    yield (thing, RDF.type, kind)


def _authority(table: str, code: str) -> URIRef:
    return URIRef(f"{AUTHORITY}{table}/{code}")


def _language(language: str) -> URIRef:
    return _authority("language", EU_LANGUAGES[language])


# Addresses --------------------------------------------------------------------


@lru_cache(maxsize=8)
def serialised(facts: Told, kind: str) -> bytes:
    """The catalogue in a kind of serialisation, made once for the same facts."""
    return graph(facts).serialize(format=kind).encode()


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue as the asker prefers it: in Turtle where that is asked for, otherwise as RDF/XML."""
    turtle = SERIALISATIONS["ttl"][0]
    preferred = request.get_preferred_type([media_type for media_type, _kind in SERIALISATIONS.values()])
    response = _answer(request, "ttl" if preferred == turtle else "rdf")
    patch_vary_headers(response, ["Accept"])
    return response


@require_safe
def catalogue_file(request: HttpRequest, ending: str) -> HttpResponse:
    return _answer(request, ending)


def _answer(request: HttpRequest, ending: str) -> HttpResponse:
    media_type, kind = SERIALISATIONS[ending]
    content = serialised(told(), kind)
    etag = f'"{sha256(content).hexdigest()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(content, content_type=f"{media_type}; charset=utf-8")
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response


urlpatterns = [
    path("catalog", catalogue, name="catalogue"),
    *(
        path(f"catalog.{ending}", catalogue_file, {"ending": ending}, name=f"catalogue_{ending}")
        for ending in SERIALISATIONS
    ),
]
