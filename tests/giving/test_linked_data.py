"""What machines read of pages, as somebody else's reader finds it, against what people read."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import extruct
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from barometer import actions as barometer_actions
from cases import actions
from common.linked_data import as_script_text
from tests.accounts.factories import OrganisationFactory
from tests.barometer import factories as barometer
from tests.cases import factories
from tests.site.addresses import reader_pages
from tests.site_search import content

pytestmark = pytest.mark.django_db

LANGUAGES = ("fi", "sv", "en")
# What is no text: addresses, codes of types, languages and media.
NOT_TEXT = {
    "@context", "@id", "@type", "contentUrl", "encodingFormat", "eventAttendanceMode", "eventStatus",
    "identifier", "image", "inLanguage", "license", "query-input", "url", "urlTemplate",
}  # fmt: skip
DATES = {"datePublished", "dateModified", "startDate", "endDate"}
DESCRIBED = {
    "front": "WebSite",
    "innovation": "Article",
    "discontinued innovation": "Article",
    "compiled innovation": "Article",
    "organisation": "GovernmentOrganization",
    "ended organisation": "GovernmentOrganization",
    "event that is full": "Event",
    "event that has been": "Event",
    "barometer’s edition": "Dataset",
    "edition without known shares": "Dataset",
    "chart": "Dataset",
    "page: open-data": "DataCatalog",
    "chart of one edition": "Dataset",
}


def read(html: str, path: str = "/") -> dict[str, list[Any]]:
    return extruct.extract(html, base_url=settings.BASE_URL + path, syntaxes=["json-ld", "microdata"])


def described(client, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200
    (found,) = read(answer.content.decode(), path)["json-ld"]
    return found


def words(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def texts(described: Any, name: str = "") -> list[tuple[str, str]]:
    """Every value that is text, by the property that it is of."""
    match described:
        case dict():
            return [found for key, value in described.items() for found in texts(value, key)]
        case list():
            return [found for value in described for found in texts(value, name)]
        case _:
            is_text = name not in NOT_TEXT and not str(described).startswith("http")
            return [(name, str(described))] if is_text else []


def test_pages_say_to_machines_what_they_say_to_people(registry, client):
    for language in LANGUAGES:
        for name, path in reader_pages(language).items():
            answer = client.get(path).content.decode()
            found = read(answer, path)["json-ld"]
            assert [block["@type"] for block in found] == ([DESCRIBED[name]] if name in DESCRIBED else []), (
                name
            )
            page = BeautifulSoup(answer, "html.parser")
            for block in found:
                assert block["@context"] == "https://schema.org"
                assert block["url"] == page.select_one("link[rel=canonical]")["href"]
                assert_shown(page, block, language)


def assert_shown(page: BeautifulSoup, block: dict[str, Any], language: str) -> None:
    shown = words(page.body.get_text(" "))
    days = {str(time["datetime"])[:10] for time in page.select("time[datetime]")}
    for key, text in texts(block):
        if key in DATES:
            assert text[:10] in days, (key, text)
        elif key == "dissolutionDate":
            with override(language):
                assert date_format(datetime.fromisoformat(text), "SHORT_DATE_FORMAT") in shown
        else:
            # What stands in several places of the page is put together sentence by sentence.
            for sentence in re.split(r"(?<=[.?!])\s+|\n", text):
                assert words(sentence) in shown, (key, sentence)


def test_the_way_to_a_page_is_told_once(registry, client):
    for name, path in reader_pages("sv").items():
        answer = client.get(path).content.decode()
        found = read(answer, path)
        assert "BreadcrumbList" not in json.dumps(found["json-ld"])
        lists = [item for item in found["microdata"] if item["type"] == "https://schema.org/BreadcrumbList"]
        visible = [
            words(item.get_text(" "))
            for item in BeautifulSoup(answer, "html.parser").select(".breadcrumbs li")
        ]
        told = [
            words(item["properties"]["name"]) for of in lists for item in of["properties"]["itemListElement"]
        ]
        assert told == visible, name
        assert bool(lists) == (name != "front")


def test_an_identifier_leads_to_the_described_page(client):
    case = factories.published()
    with override("en"):
        found = described(client, case.get_absolute_url())
        assert found["@id"] == found["identifier"]
        path = found["@id"].removeprefix(settings.BASE_URL)
        assert (
            settings.BASE_URL + client.get(path, headers={"Accept-Language": "en"})["Location"]
            == found["url"]
        )


def test_no_text_ends_the_element_or_hides_in_it(client):
    title = "</script><script>alert(1)</script> & <!-- \u2028 “"
    content = factories.complete_content()
    content["texts"]["fi"]["title"] = title
    case = factories.published(**content)
    html = client.get(case.get_absolute_url()).content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(block)["name"] == case.text.title
    assert "alert(1)" in case.text.title
    assert json.loads(as_script_text({"a": title})) == {"a": title}


def test_a_contact_is_not_told_to_machines(client):
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    contact = {
        "role": "Kirjaamo",
        "email": "salainen@example.org",
        "phone": "+358 12 345",
        "name": "Salli Salainen",
        "name_until": until,
    }
    case = factories.published(contact=contact)
    answer = client.get(case.get_absolute_url()).content.decode()
    assert "salainen@example.org" in answer
    told = json.dumps(read(answer)["json-ld"], ensure_ascii=False)
    for secret in ("Kirjaamo", "alainen", "345"):
        assert secret not in told


def test_adopters_and_partners_are_named_and_the_owner_is_the_author(client):
    owner, partner, adopter, reporter = (
        OrganisationFactory(kind=kind) for kind in ("agency", "company", "ministry", "other")
    )
    case = factories.published(owner=owner.pk, partners=[partner.pk])
    for organisation in (adopter, reporter):
        adoption = actions.report_adoption(
            case, by=factories.moderator(), organisation=organisation, mode="copy", year=2024, result=""
        )
        if organisation == adopter:
            actions.confirm_adoption(adoption, by=factories.moderator())
    found = described(client, case.get_absolute_url())
    assert [author["name"] for author in found["author"]] == [owner.name]
    assert {one["name"]: one["@type"] for one in found["mentions"]} == {
        partner.name: "Organization",
        adopter.name: "GovernmentOrganization",
    }


@pytest.mark.parametrize(
    ("place", "online", "mode", "kinds"),
    [
        ("Sali", "", "OfflineEventAttendanceMode", ["Place"]),
        ("", "https://example.org/kokous", "OnlineEventAttendanceMode", ["VirtualLocation"]),
        ("Sali", "https://example.org/kokous", "MixedEventAttendanceMode", ["Place", "VirtualLocation"]),
    ],
)
def test_an_event_tells_where_it_is_but_not_its_link(client, place, online, mode, kinds):
    shown = content.event({"fi": "Tapaaminen"}, place_fi=place, online_url=online)
    found = described(client, shown.get_absolute_url())
    assert found["eventAttendanceMode"] == f"https://schema.org/{mode}"
    assert [location["@type"] for location in found["location"]] == kinds
    assert "kokous" not in json.dumps(found)
    assert datetime.fromisoformat(found["startDate"]) == shown.starts_at.replace(second=0, microsecond=0)
    assert found["eventStatus"] == "https://schema.org/EventScheduled"


def test_a_draft_of_an_edition_is_described_to_nobody(client):
    draft = barometer.survey("draft")
    of = barometer.asked(draft, barometer.question("q"))
    figure = barometer.figure(of, barometer.option(of.question, "yes"), 40)
    barometer_actions.enter_figures(draft, [figure], by=None)
    client.force_login(barometer.editor())
    for path in (draft.get_absolute_url(), reverse("barometer:chart", args=["draft--q"])):
        answer = client.get(path)
        assert answer.status_code == 200
        assert read(answer.content.decode())["json-ld"] == []


def test_the_search_of_the_site_is_where_the_front_page_says(registry, client):
    for language in LANGUAGES:
        found = described(client, f"/{language}/")
        template = found["potentialAction"]["target"]["urlTemplate"]
        path = template.removeprefix(settings.BASE_URL).replace("{search_term_string}", "innovaatio")
        assert client.get(path).status_code == 200
