"""What search engines are told of."""

from xml.etree import ElementTree

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import actions
from cases.models import Case
from pages import sitemaps
from tests.cases import factories

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def xml(client, path: str) -> ElementTree.Element:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer["Content-Type"].startswith("application/xml")
    return ElementTree.fromstring(answer.content)


def parts(client, settings) -> list[str]:
    root = xml(client, "/sitemap.xml")
    return [str(location.text).removeprefix(settings.BASE_URL) for location in root.iter(f"{SITEMAP}loc")]


def test_every_address_in_it_answers_and_names_the_others(registry, client, settings):
    alternates = {}
    for part in parts(client, settings):
        for url in xml(client, part).iter(f"{SITEMAP}url"):
            address = url.findtext(f"{SITEMAP}loc")
            alternates[address] = {link.get("hreflang"): link.get("href") for link in url.iter(LINK)}
    assert len(alternates) > 300
    for address, others in alternates.items():
        assert set(others) == {"fi", "sv", "en", "x-default"}
        assert address in others.values()
        assert all(alternates[other] == others for other in others.values()), address
        answer = client.get(str(address).removeprefix(settings.BASE_URL))
        assert answer.status_code == 200, address
        assert f'<link rel="canonical" href="{address}">' in answer.content.decode(), address
        assert 'name="robots" content="noindex' not in answer.content.decode(), address


def test_what_is_not_public_is_not_in_it(registry, client, settings):
    hidden = factories.in_review().case
    gone = factories.published()
    actions.archive(gone, by=factories.moderator(), message="Vanhentunut.")
    text = "".join(client.get(part).content.decode() for part in parts(client, settings))
    assert f"/{hidden.pk}-" not in text
    assert f"/{gone.pk}-" not in text


def test_a_large_section_comes_in_parts_each_at_few_queries(registry, client, settings, monkeypatch):
    monkeypatch.setattr(sitemaps.Section, "limit", 10)
    count = Case.objects.public().count()
    innovations = [part for part in parts(client, settings) if "innovations" in part]
    assert len(innovations) == -(-count // 10)
    found = set()
    for part in innovations:
        with CaptureQueriesContext(connection) as captured:
            root = xml(client, part)
        assert len(captured) <= 4
        found |= {location.text for location in root.iter(f"{SITEMAP}loc")}
    assert len(found) == 3 * count
    assert client.get("/sitemap-innovations.xml?p=999").status_code == 404
    assert client.get("/sitemap-innovations.xml?p=x").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_robots_are_led_to_it_and_away_from_searches(db, client, settings):
    text = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {settings.BASE_URL}/sitemap.xml" in text
    assert f"Disallow: {reverse('cases:list')}?\n" in text
    assert f"Disallow: {reverse('admin:index')}\n" in text
