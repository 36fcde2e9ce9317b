"""The list of innovations as files: the same innovations in the same order as on its pages."""

import csv
import json
import re
from io import BytesIO, StringIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from cases import actions, exports
from cases.filters import Sort
from cases.models import Adoption
from cases.views import downloads
from common import files
from common.files import Format
from tests.accounts.factories import OrganisationFactory
from tests.cases import factories

pytestmark = pytest.mark.django_db

# The words before the links to files.
FILES = 'id="download-results"'


def told(title, **changes):
    texts = {
        "fi": {"title": title, "summary": "x", "problem": "x", "solution": "x", "newness": "x"},
    }
    return factories.published(texts=texts, **changes)


@pytest.fixture
def content(db):
    """25 innovations, more than a page of the list, of different years, countries and principles."""
    factories.term("principle", "2")
    for number in range(25):
        case = told(
            f"Tekoäly neuvoo {number}" if number % 2 else f"Metsän hoito {number}",
            started_year=2000 + number % 7,
            country="FI" if number % 3 else "SE",
            terms={"principle": ["1" if number % 5 else "2"], "theme": ["07"], "kind": ["service"]},
        )
        if number % 4 == 0:
            adoption = Adoption.objects.create(case=case, organisation=OrganisationFactory(), mode="copy")
            actions.confirm_adoption(adoption, by=factories.moderator())


def get(client, query="", format="csv", language="fi"):
    """The answer, read to its end; ``body`` is what it gave."""
    with override(language):
        answer = client.get(reverse("cases:download", args=[format]) + query)
    answer.body = answer.getvalue()
    return answer


def rows(client, query=""):
    answer = get(client, query)
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.body.decode("utf-8-sig"), newline="")))


def on_pages(client, query):
    """Ids of the list's innovations, page after page."""
    found = []
    for page in (1, 2):
        with override("fi"):
            path = reverse("cases:list")
        separator = "&" if query else "?"
        html = client.get(f"{path}{query}{separator}page={page}").content.decode()
        results = html[html.index('class="results"') : html.index('class="small results-files"')]
        ids = re.findall(rf'href="{path}(\d+)-', results)
        if page == 1 or ids != found:
            found += ids
    return found


QUERIES = [
    "",
    *(f"?sort={sort}" for sort in Sort if sort != Sort.RELEVANCE),
    "?principle=2",
    "?principle=1&country=SE&sort=started",
    "?q=teko%C3%A4ly",
    "?q=teko%C3%A4lyt&sort=newest&principle=1",
    "?q=teko%C3%A4ly&principle=nonsense",
]


@pytest.mark.parametrize("query", QUERIES)
def test_the_file_has_the_lists_innovations_in_its_order(client, content, query):
    on_list = on_pages(client, query)
    assert on_list
    assert [row["id"].rpartition("/")[2] for row in rows(client, query)] == on_list


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_format_says_the_same(client, content, language):
    query = "?principle=2&sort=started"
    of_csv = list(csv.DictReader(StringIO(get(client, query, "csv", language).body.decode("utf-8-sig"))))
    of_lines = [json.loads(line) for line in get(client, query, "jsonl", language).body.decode().splitlines()]
    workbook = load_workbook(BytesIO(get(client, query, "xlsx", language).body))
    about, sheet, *others = workbook.worksheets
    assert len(of_csv) == 5
    assert [row["id"] for row in of_csv] == [row["id"] for row in of_lines]
    assert [row["title"] for row in of_csv] == [row["title"] for row in of_lines]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [row["id"] for row in of_csv]
    with override(language):
        assert [other.title for other in others] == [str(table.title) for table in exports.CASE_TABLES[1:]]
    ids = {row["id"] for row in of_csv}
    for other in others:
        assert {row[0] for row in other.iter_rows(min_row=2, values_only=True)} <= ids
    lines = [" ".join(str(cell) for cell in row if cell) for row in about.iter_rows(values_only=True)]
    assert any("principle=2" in line for line in lines)


def test_the_list_links_to_its_own_files(client, content):
    query = "?q=teko%C3%A4ly&principle=1&sort=newest"
    with override("en"):
        html = client.get(reverse("cases:list") + query).content.decode()
        for format in Format:
            path = reverse("cases:download", args=[format.value])
            assert f'href="{path}{query}"'.replace("&", "&amp;") in html
    assert "Download 10 innovations:" in html
    assert FILES in html


def test_nothing_found_offers_no_file_and_gives_an_empty_one(client, content):
    with override("en"):
        html = client.get(reverse("cases:list") + "?q=xyzzyxyzzy").content.decode()
    assert FILES not in html
    assert rows(client, "?q=xyzzyxyzzy") == []
    assert get(client, "?q=xyzzyxyzzy", "jsonl").body == b""


def test_what_is_not_public_is_in_no_byte(client, content):
    owner = OrganisationFactory(name="Kanarianlintuvirasto")
    gone = told("Kanarianlintu pois", owner=owner.pk)
    actions.archive(gone, by=factories.moderator(), message="x")
    factories.draft(owner=owner.pk)
    factories.published(contact={"role": "Kanarianlintu", "email": "kanarianlintu@example.org"})
    for format in ("csv", "jsonl"):
        assert b"kanarianlintu" not in get(client, "", format).body.lower()
    workbook = load_workbook(BytesIO(get(client, "", "xlsx").body))
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows(values_only=True):
            assert "kanarianlintu" not in " ".join(map(str, row)).lower()


def test_the_same_list_gives_the_same_bytes(client, content):
    for format in Format:
        first = get(client, "?q=teko%C3%A4ly", format.value).body
        assert get(client, "?q=teko%C3%A4ly", format.value).body == first


def test_search_engines_are_kept_away(client, content):
    answer = get(client, "?principle=1")
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies
    assert answer["Content-Disposition"] == 'attachment; filename="innovations.csv"'
    robots = client.get("/robots.txt").content.decode()
    for language in ("fi", "sv", "en"):
        with override(language):
            for format in Format:
                assert f"Disallow: {reverse('cases:download', args=[format.value])}" in robots.splitlines()


def test_only_reading_and_only_these_formats(client, db):
    assert get(client, format="json").status_code == 404
    assert client.post(reverse("cases:download", args=["csv"])).status_code == 405
    answer = client.head(reverse("cases:download", args=["csv"]))
    assert (answer.status_code, answer.getvalue()) == (200, b"")


@pytest.mark.parametrize("format", ["csv", "xlsx", "jsonl"])
def test_queries_do_not_grow_with_the_list(client, content, format):
    def queries(query):
        get(client, query, format)
        with CaptureQueriesContext(connection) as caught:
            get(client, query, format)
        return len(caught)

    assert queries("") == queries("?principle=2")


def test_large_files_are_made_one_at_a_time_and_small_ones_at_once(client, content, monkeypatch):
    monkeypatch.setattr(downloads, "LARGE", 10)
    monkeypatch.setattr(files, "PATIENCE", 0.01)
    with files.in_turn():
        refused = get(client)
        assert (refused.status_code, refused["Retry-After"]) == (503, "60")
        assert get(client, "?principle=2").status_code == 200
    assert get(client).status_code == 200


def test_one_client_gets_no_more_files_than_its_share(client, content, settings):
    settings.DOWNLOADS_PER_MINUTE = 2
    with time_machine.travel("2026-05-04T10:00:20Z", tick=False):
        assert [get(client).status_code for _number in range(3)] == [200, 200, 429]
        refused = get(client, format="xlsx")
        assert (refused.status_code, refused["Retry-After"]) == (429, "40")
        # Files that are made for each request count together; one that is kept does not.
        for name, status in (("terms", 429), ("data-dictionary", 429), ("innovations", 200)):
            answer = client.get(reverse("pages:open_data_file", args=[name, "csv"]))
            assert answer.status_code == status
        other = client.get(reverse("cases:download", args=["csv"]), REMOTE_ADDR="192.0.2.9")
        # Read to its end, which closes the file.
        assert (other.status_code, bool(other.getvalue())) == (200, True)
        # Nothing of it comes near the API.
        assert client.get("/api/v1/vocabularies").status_code == 200


def test_an_error_in_the_midst_gives_no_file(client, content, monkeypatch):
    def broken(self, ids):
        raise RuntimeError("the database went away")

    monkeypatch.setattr(exports.CaseTable, "rows", broken)
    client.raise_request_exception = False
    assert get(client).status_code == 500
