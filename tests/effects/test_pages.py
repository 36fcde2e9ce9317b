"""Series at their addresses: the page, its files and the innovations behind it all say the same."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from cases import actions, public_index
from cases.effects import charts, exports, series
from cases.effects.series import Key
from cases.models import Adoption, Case
from common.charts import ON_PAGES
from pages.models import Page
from taxonomy.models import Term
from tests.accounts.factories import OrganisationFactory
from tests.editorial import factories as pages

from .cases import hours, of_themes, publish, told

pytestmark = pytest.mark.django_db

FORMATS = ("svg", "png", "csv", "xlsx", "json")


def address(name: str, *arguments: str, language: str = "en") -> str:
    with override(language):
        return reverse(f"cases:{name}", args=arguments)


def read(client: Client, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.content, "html.parser")


def words(html: Any) -> str:
    return re.sub(r"\s+", " ", html.get_text(" ").replace("\N{NO-BREAK SPACE}", " "))


def many_effects() -> None:
    """Something of every measure, in several groups and ways of knowing."""
    municipality, agency = OrganisationFactory(kind="municipality"), OrganisationFactory(kind="agency")
    publish(
        {
            **of_themes("01", "07"),
            "owner": municipality.pk,
            "started_year": 2021,
            "evidence": [
                hours("1200.50"),
                told("euros_saved", 12, "t€", "evaluated"),
                told("one_off_cost", 38000, "€"),
                told("throughput_time", -21, "d", baseline="41 d (2021)"),
                told("satisfaction", 4.4, "/ 5", "evaluated"),
                told("satisfaction", 84, "%"),
            ],
        },
        {
            **of_themes("07"),
            "owner": agency.pk,
            "started_year": 2023,
            "evidence": [
                hours(800, "estimated"),
                hours(2, "measured", "htv"),
                told("satisfaction", 3, "/ 5"),
            ],
        },
        {**of_themes(), "owner": agency.pk, "evidence": [hours(40, "evaluated"), hours(-5)]},
    )


def every_key() -> list[Key]:
    return series.keys(public_index.current())


# Page, table and files --------------------------------------------------------


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_chart_table_and_every_file_say_the_same(client: Client, language: str) -> None:
    many_effects()
    with override(language):
        for key in every_key():
            found = series.find(key, public_index.current())
            in_csv = list(csv.DictReader(StringIO(exports.csv_file(found).decode("utf-8-sig"))))
            header, *in_xlsx = load_workbook(BytesIO(exports.xlsx_file(found))).worksheets[0].values
            in_json = json.loads(exports.json_file(found))["observations"]
            assert header == tuple(str(column.heading) for column in exports.TABLE.columns)
            shown = exports.shown_rows(found)
            drawn = [
                "".join(ElementTree.fromstring(charts.inline_svg(found, name)).itertext())
                for name in ON_PAGES
            ]
            assert len(in_csv) == len(in_xlsx) == len(in_json) == len(shown) == len(found.observations) > 0
            for row, from_csv, from_xlsx, from_json, of_page in zip(
                found.observations, in_csv, in_xlsx, in_json, shown, strict=True
            ):
                for code, value in zip(exports.TABLE.header, from_xlsx, strict=True):
                    assert _text(value) == _text(from_json[code]) == _text(_number(from_csv[code])), code
                texts = [cell.text for cell in of_page.cells]
                assert row.value_text in texts
                assert str(row.established.label) in texts
                for picture in drawn:
                    assert row.value_text.replace(" ", "") in picture.replace(" ", "").replace("\n", "")


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text or None


def _text(value: Any) -> str:
    return "" if value is None else f"{float(value):.4f}" if _is_number(value) else str(value)


def _is_number(value: Any) -> bool:
    # Codes such as the theme 01 and the year 2021 are text in JSON and XLSX, and numbers to look at in CSV.
    return isinstance(value, int | float) or (isinstance(value, str) and value.isdigit())


def test_every_page_of_a_series_has_table_files_and_ways_to_the_others(client: Client) -> None:
    many_effects()
    for key in map(str, every_key()):
        html = read(client, address("effect", key))
        assert len(html.select("h1")) == 1
        assert html.select(".series table tbody tr")
        files = [link["href"] for link in html.select(".series-files a[download]")]
        assert files == [address("effect_download", key, name) for name in FORMATS]
        for choice in html.select(".choice-links a"):
            assert client.get(str(choice["href"])).status_code == 200
        assert not html.select("meta[content=noindex]")


def test_files_have_their_types_names_and_the_same_bytes_every_time(client: Client) -> None:
    many_effects()
    types = {
        "svg": "image/svg+xml",
        "png": "image/png",
        "json": "application/json",
        "csv": "text/csv; charset=utf-8",
    }
    for name in FORMATS:
        path = address("effect_download", "hours-saved--by--theme", name)
        answer, again = client.get(path), client.get(path)
        assert answer.status_code == 200
        assert answer.content == again.content
        assert answer["Content-Disposition"] == f'attachment; filename="hours-saved--by--theme.{name}"'
        assert name not in types or answer["Content-Type"] == types[name]
        assert not answer.cookies


def test_cells_cannot_become_formulas(client: Client) -> None:
    many_effects()
    Term.objects.filter(vocabulary="theme", code="07").update(name_en="=1+1", name_fi="=1+1", name_sv="=1+1")
    actions.public_changed()
    path = address("effect_download", "hours-saved--by--theme", "csv")
    assert ",'=1+1," in client.get(path).content.decode()
    workbook = load_workbook(BytesIO(client.get(path.replace(".csv", ".xlsx")).content))
    cells = [cell for row in workbook.worksheets[0].iter_rows() for cell in row if cell.value == "=1+1"]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_file_tells_the_rules_what_is_left_out_and_the_licence(client: Client) -> None:
    many_effects()
    found = json.loads(client.get(address("effect_download", "hours-saved", "json")).content)
    assert found["left_out"] == {"other-unit": 1, "zero-or-less": 1}
    assert found["is_invented"] is False
    assert found["licence"] == "CC BY 4.0"
    assert any("Only hours are counted" in rule for rule in found["rules"])
    sheet = load_workbook(
        BytesIO(client.get(address("effect_download", "hours-saved", "xlsx")).content)
    ).worksheets[1]
    about = [value for _what, value in sheet.values]
    assert any("another unit" in str(value) for value in about)


@pytest.mark.parametrize(
    "path", ["nothing/", "hours-saved--by--moon/", "hours-saved.pdf", "nothing.csv", "hours-saved/x/"]
)
def test_what_there_is_not_is_not_found(client: Client, path: str) -> None:
    many_effects()
    assert client.get(f"/en/effects/{path}").status_code == 404


def test_the_day_is_that_of_finland(client: Client) -> None:
    [case] = publish({"evidence": [hours(5)]})
    Case.objects.filter(pk=case.pk).update(changed_at=datetime(2026, 3, 1, 22, 30, tzinfo=UTC))
    actions.public_changed()
    assert "As of 2 March 2026" in words(read(client, address("effect", "hours-saved")))


def test_an_address_answers_honestly_before_anything_is_reported(client: Client) -> None:
    html = read(client, address("effect", "hours-saved--by--theme"))
    assert "No published innovation reports this yet" in words(html)
    assert not html.select(".series, .stat")
    assert html.select("meta[content=noindex]")
    assert client.get(address("effect_download", "hours-saved", "csv")).status_code == 404
    assert "No published innovation reports this yet" in words(
        read(client, address("effect_innovations", "hours-saved"))
    )


# The innovations behind the figures -------------------------------------------


def test_each_figure_of_the_table_leads_to_its_innovations(client: Client) -> None:
    many_effects()
    for key in every_key():
        found = series.find(key, public_index.current())
        html = read(client, address("effect", str(key)))
        links = [str(link["href"]) for link in html.select(".series tbody td a")]
        assert len(links) == len(found.observations)
        with override("en"):
            for row, link in zip(found.observations, links, strict=True):
                listed = read(client, link)
                assert len(listed.select("main tbody tr")) == row.summary.cases
                assert row.measure.words(row.summary.largest) in str(listed.select_one("main tbody tr"))


def test_figures_that_do_not_count_are_told_and_listed(client: Client) -> None:
    many_effects()
    html = read(client, address("effect", "hours-saved"))
    text = words(html)
    assert "1 innovation tells this in another unit. That figure is not counted in." in text
    assert "1 innovation tells a figure of zero or less" in text
    links = [str(link["href"]) for link in html.select(".series-notes a")]
    assert ["left-out=other-unit" in links[0], "left-out=zero-or-less" in links[1]] == [True, True]
    assert "2 htv" in words(read(client, links[0]))
    assert "−5 h" in words(read(client, links[1]))


def test_innovations_stand_on_pages_the_largest_first(client: Client) -> None:
    publish(*({"evidence": [hours(number)]} for number in range(1, 61)))
    path = address("effect_innovations", "hours-saved")
    first = read(client, path)
    figures = [words(row.select("td")[2]) for row in first.select("main tbody tr")]
    assert figures[:2] == ["60 h", "59 h"]
    assert len(figures) == 50
    assert len(read(client, f"{path}?page=2").select("main tbody tr")) == 10
    assert first.select("meta[content=noindex]")


@pytest.mark.parametrize("query", ["group=01", "established=guessed", "left-out=nothing"])
def test_a_narrowing_that_there_is_not_is_not_found(client: Client, query: str) -> None:
    many_effects()
    assert client.get(f"{address('effect_innovations', 'hours-saved')}?{query}").status_code == 404


def test_what_is_withdrawn_is_listed_nowhere(client: Client) -> None:
    many_effects()
    path = address("effect_innovations", "hours-saved")
    case = Case.objects.public().order_by("pk").first()
    assert case
    assert case.get_absolute_url().split("/")[-2] in client.get(path).content.decode()
    Case.objects.filter(pk=case.pk).update(state=Case.State.WITHDRAWN)
    # Even where the index has not been read anew.
    assert case.get_absolute_url().split("/")[-2] not in client.get(path).content.decode()


def test_queries_are_few_and_do_not_grow(client: Client) -> None:
    many_effects()
    paths = [
        address("effect", "hours-saved--by--theme"),
        address("effect_download", "hours-saved--by--theme", "csv"),
        address("effect_innovations", "hours-saved"),
    ]

    def queries() -> list[int]:
        found = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                client.get(path)
            found.append(len(captured))
        return found

    few = queries()
    publish(*({**of_themes("01"), "evidence": [hours(number)]} for number in range(1, 31)))
    assert queries() == few
    assert max(few) <= 6


# The page of productivity -----------------------------------------------------


@pytest.fixture
def page() -> Page:
    return pages.placed(pages.published(), companion=Page.Companion.PRODUCTIVITY)


def at(page: Page, query: str = "") -> str:
    with override("en"):
        return page.get_absolute_url() + query


def test_the_page_says_what_is_known_apart_from_what_is_estimated(client: Client, page: Page) -> None:
    many_effects()
    adopter = OrganisationFactory()
    for case in Case.objects.public().order_by("pk")[:2]:
        Adoption.objects.create(case=case, organisation=adopter, mode="copy", state="confirmed")
    actions.public_changed()
    html = read(client, at(page))
    stats = [words(stat).strip() for stat in html.select(".stat")]
    assert stats[:2] == [
        "1,240.5 h Working hours saved a year measured or evaluated, 2 innovations",
        "800 h Working hours saved a year only estimated, 1 other innovation",
    ]
    assert stats[-1] == "2 times adopted elsewhere by 1 organisation"
    front = words(BeautifulSoup(client.get("/en/").content, "html.parser"))
    assert "1,241 h of working time saved a year" in front or "1,240 h of working time saved" in front
    assert "Working hours saved a year, by theme" in words(html.select_one(".series-title"))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("?effect=euros-saved&by=year", "Euros saved a year, by year taken into use"),
        ("?effect=satisfaction-5&by=organisation", "Satisfaction, out of 5, by kind of organisation"),
        ("?effect=throughput-time&by=all", "How much shorter throughput times became"),
        ("?effect=nothing&by=moon", "Working hours saved a year"),
    ],
)
def test_the_address_chooses_effect_and_breakdown(client: Client, page: Page, query: str, title: str) -> None:
    many_effects()
    html = read(client, at(page, query))
    assert words(html.select_one(".series-title")).strip() == title
    for link in html.select(".choice-links a"):
        assert read(client, at(page, str(link["href"]))).select(".series")


def test_the_page_is_honest_before_anything_is_reported(client: Client, page: Page) -> None:
    html = read(client, at(page))
    assert "No published innovation reports this yet" in words(html)
    assert not html.select(".stat, .series, a[href*=examples]")
    assert not read(client, at(page, "?examples=1")).select(".series")


def test_invented_examples_are_shown_alone_and_marked(client: Client, page: Page) -> None:
    publish({**of_themes("07"), "evidence": [hours(7777)]}, is_example=True)
    html = read(client, at(page))
    assert not html.select(".stat, .series")
    (link,) = html.select("a[href*=examples]")
    html = read(client, at(page, str(link["href"])))
    assert "These figures are invented" in words(html)
    assert words(html.select_one(".series-title")).strip().startswith("Invented examples: ")
    assert not html.select(".stat")
    for name in FORMATS:
        (file,) = html.select(f".series-files a[href$='{name}']")
        assert "--examples" in str(file["href"])
    found = json.loads(client.get(address("effect_download", "hours-saved--examples", "json")).content)
    assert found["is_invented"] is True
    assert found["title"].startswith("Invented examples")
    svg = client.get(address("effect_download", "hours-saved--examples", "svg")).content.decode()
    assert "invented to show how the registry works" in svg
    assert read(client, address("effect", "hours-saved--examples")).select("meta[content=noindex]")
    publish({**of_themes("07"), "evidence": [hours(5)]})
    html = read(client, at(page))
    assert "7,777" not in words(html)
    assert not html.select("a[href*=examples]")


def test_queries_of_the_page_are_few_and_constant(client: Client, page: Page) -> None:
    def queries() -> int:
        client.get(at(page))
        with CaptureQueriesContext(connection) as captured:
            client.get(at(page))
        return len(captured)

    many_effects()
    few = queries()
    publish(*({"evidence": [hours(number)]} for number in range(1, 31)))
    assert queries() == few <= 8


# Elsewhere --------------------------------------------------------------------


def test_reported_series_are_in_the_sitemap_and_invented_ones_are_not(client: Client) -> None:
    publish({"evidence": [hours(5)]})
    publish({"evidence": [told("euros_saved", 5, "€")]}, is_example=True)
    content = client.get("/sitemap-effects.xml").content.decode()
    assert address("effect", "hours-saved--by--year", language="sv") in content
    assert "euros-saved" not in content
    assert "examples" not in content


def test_the_site_search_finds_a_reported_effect(client: Client) -> None:
    search = f"{address_of_search()}?q=working+hours+saved"
    assert address("effect", "hours-saved") not in client.get(search).content.decode()
    publish({"evidence": [hours(5)]})
    assert address("effect", "hours-saved") in client.get(search).content.decode()


def address_of_search() -> str:
    with override("en"):
        return reverse("pages:search")


def test_the_front_page_leads_to_the_hours(client: Client) -> None:
    call_command("load_reference_data", verbosity=0)
    publish({"evidence": [hours(5)]})
    assert f'href="{address("effect", "hours-saved")}"' in client.get("/en/").content.decode()
