"""The files of open data: other programs read in them what the tables say, and nothing that is not public."""

import csv
import json
import subprocess
import sys
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, StringIO
from typing import Any

import pandas
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from barometer import actions as barometer_actions
from cases import actions, exports
from cases.models import Adoption
from common.files import Format
from common.records import Type, WholeTable
from common.tabular import LONGEST_NAME
from pages.open_data import files
from pages.open_data.datasets import BY_KEY, DATASETS, Dataset
from tests.accounts.factories import OrganisationFactory
from tests.barometer import factories as barometers
from tests.cases import factories

pytestmark = pytest.mark.django_db

LANGUAGES = ["fi", "sv", "en"]
TABLES = [(dataset, table) for dataset in DATASETS for table in dataset.tables]
of_every_table = pytest.mark.parametrize(
    ("dataset", "table"), TABLES, ids=[table.key for _dataset, table in TABLES]
)


@pytest.fixture
def content(db: None) -> None:
    """Innovations with everything that a row can hold, an edition with figures, one of them not shown."""
    follows = None
    for number in (1, 2):
        case = factories.published(
            partners=[OrganisationFactory().pk, OrganisationFactory().pk],
            evidence=[
                {
                    "kind": "euros_saved",
                    "label": {"fi": "Säästö"},
                    "value": "-1200.50",
                    "unit": "€",
                    "period": "2024",
                    "baseline": "=1+1",
                    "established": "measured",
                    "respondents": number,
                    "source": '@Oma seuranta, "sitaatti"\nja toinen rivi',
                    "source_url": "https://example.org/seuranta",
                }
            ],
            materials=[
                {
                    "kind": "link",
                    "url": "https://example.org/",
                    "upload": None,
                    "title": "+358",
                    "alt": {},
                }
            ],
            website="https://example.org/hakemus",
            phase="implementation",
        )
        follows = Adoption.objects.create(
            case=case,
            organisation=OrganisationFactory(),
            mode="copy",
            year=2024,
            result="\t=SUM(1;2)",
            state=Adoption.State.CONFIRMED,
        )
    assert follows
    survey = barometers.survey("invented")
    what = barometers.question("kinds")
    asked = barometers.asked(survey, what)
    groups = [barometers.group("size", key) for key in ("small", "large")]
    figures = [barometers.figure(asked, barometers.option(what, "yes"), "45.5", 43)]
    figures += [
        barometers.figure(asked, figures[0].option, "51.25", base, group=group)
        for group, base in zip(groups, (3, 40), strict=True)
    ]
    barometer_actions.enter_figures(survey, figures, by=None)
    barometer_actions.publish(survey, by=None)


def get(table: str, format: Format = Format.CSV, language: str = "en", **headers: str) -> Any:
    with override(language):
        path = reverse("pages:open_data_file", args=[table, format.value])
    return Client().get(path, headers=headers)


def as_shown(table: WholeTable) -> list[list[str]]:
    """The cells of the whole table as text."""
    return [["" if cell is None else str(cell) for cell in table.cells(row)] for row in table.everything()]


def without_mark(cell: str) -> str:
    """What stands in a cell of a CSV file, without the mark that says that it is no formula."""
    return cell[1:].replace("\\|", "|") if cell.startswith("'") else cell


# What is in them --------------------------------------------------------------


@of_every_table
@pytest.mark.parametrize("language", LANGUAGES)
def test_csv_says_what_the_table_says(content: None, dataset: Dataset, table: WholeTable, language: str):
    answer = get(table.key, language=language)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{table.key}.csv"'
    header, *rows = csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"), newline=""))
    assert header == table.header
    with override(language):
        expected = as_shown(table)
    assert expected
    assert [[without_mark(cell) for cell in row] for row in rows] == expected
    assert table.count() == len(rows)


@of_every_table
@pytest.mark.parametrize("language", LANGUAGES)
def test_json_lines_say_what_the_table_says(
    content: None, dataset: Dataset, table: WholeTable, language: str
):
    answer = get(table.key, Format.JSON_LINES, language)
    assert answer["Content-Type"] == "application/jsonl; charset=utf-8"
    lines = answer.getvalue().decode().splitlines()
    with override(language):
        assert [json.loads(line) for line in lines] == [table.record(row) for row in table.everything()]


@of_every_table
@pytest.mark.parametrize("language", LANGUAGES)
def test_xlsx_says_what_the_table_says(content: None, dataset: Dataset, table: WholeTable, language: str):
    answer = get(table.key, Format.XLSX, language)
    workbook = load_workbook(BytesIO(answer.getvalue()))
    _about, sheet = workbook.worksheets
    header, *rows = sheet.iter_rows(values_only=True)
    with override(language):
        assert sheet.title == str(table.title)
        assert list(header) == [str(column.heading) for column in table.columns]
        expected = [
            [
                None if cell in (None, "") else float(cell) if isinstance(cell, int | Decimal) else cell
                for cell in table.cells(row)
            ]
            for row in table.everything()
        ]
    assert [list(row) for row in rows] == expected


@of_every_table
def test_pandas_reads_csv_and_json_lines_alike(content: None, dataset: Dataset, table: WholeTable):
    of_csv = pandas.read_csv(BytesIO(get(table.key).getvalue()))
    of_lines = pandas.read_json(BytesIO(get(table.key, Format.JSON_LINES).getvalue()), lines=True)
    assert list(of_csv.columns) == list(of_lines.columns) == table.header
    assert len(of_csv) == len(of_lines) == table.count()
    for column in table.columns:
        if column.holds in (Type.INTEGER, Type.NUMBER):
            assert of_csv[column.code].astype(float).equals(of_lines[column.code].astype(float))


def test_the_workbook_of_a_dataset_has_all_its_tables(content: None):
    workbook = load_workbook(BytesIO(get("innovations-all", Format.XLSX).getvalue()))
    with override("en"):
        titles = [str(table.title) for table in exports.CASE_TABLES]
    assert workbook.sheetnames == ["About", *titles]
    about = [
        "\t".join(str(cell or "") for cell in row) for row in workbook["About"].iter_rows(values_only=True)
    ]
    assert any("CC BY 4.0" in line for line in about)
    for table in exports.CASE_TABLES:
        for column in table.columns:
            with override("en"):
                assert any(line.startswith(f"{column.code}\t{column.heading}\t") for line in about)


def test_figures_that_are_not_shown_have_their_place_and_no_numbers(content: None):
    rows = [json.loads(line) for line in get("figures", Format.JSON_LINES).getvalue().splitlines()]
    hidden = [row for row in rows if row["suppression"]]
    assert hidden
    for row in hidden:
        assert [row[name] for name in ("share", "unweighted_share", "low", "high", "base")] == [None] * 5
    assert any(row["share"] == 45.5 and row["base"] == 43 for row in rows)


def test_what_is_not_public_is_in_no_byte_of_any_file(content: None):
    organisation = OrganisationFactory(name="Kanarianlintuvirasto")
    texts = {
        "fi": {
            "title": "Kanarianlintu",
            "summary": "kanarianlintu",
            "problem": "x",
            "solution": "x",
            "newness": "x",
        }
    }
    contact = {"role": "Kanarianlintukirjaamo", "email": "kanarianlintu@example.org"}
    hidden = {"owner": organisation.pk, "texts": texts, "contact": contact}
    factories.draft(**hidden)
    factories.submitted(**hidden)
    withdrawn = factories.published(**hidden)
    archived = factories.published(**hidden)
    # Made while they were public, and kept.
    assert b"Kanarianlintu" in get("innovations").getvalue()
    actions.withdraw(withdrawn, by=withdrawn.submitter)
    actions.archive(archived, by=factories.moderator(), message="x")
    case = factories.published(contact=contact)
    Adoption.objects.create(case=case, organisation=organisation, mode="copy", result="kanarianlintu")
    survey = barometers.survey("draft", **{f"name_{language}": "Kanarianlintu" for language in LANGUAGES})
    asked = barometers.asked(survey, barometers.question("secret", title="Kanarianlintu"))
    barometer_actions.enter_figures(
        survey, [barometers.figure(asked, barometers.option(asked.question, "kanarianlintu"), "12")], by=None
    )
    for dataset in DATASETS:
        for language in LANGUAGES:
            with override(language):
                distributions = dataset.distributions
            for distribution in distributions:
                content_bytes = get(distribution.name, distribution.format, language).getvalue()
                if distribution.format is Format.XLSX:
                    cells = [
                        str(cell)
                        for sheet in load_workbook(BytesIO(content_bytes)).worksheets
                        for row in sheet.iter_rows(values_only=True)
                        for cell in row
                    ]
                    content_bytes = "\n".join(cells).encode()
                assert content_bytes
                assert b"kanarianlintu" not in content_bytes.lower(), (distribution.name, language)


# Cells that spreadsheets could take for formulas ------------------------------


def test_no_cell_of_a_csv_file_begins_as_a_formula(content: None):
    for _dataset, table in TABLES:
        for row in csv.reader(StringIO(get(table.key).getvalue().decode("utf-8-sig"), newline="")):
            for cell in row:
                is_number = cell.removeprefix("-").replace(".", "").isdigit()
                assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "%", "|"))


def test_negative_numbers_stay_numbers(content: None):
    rows = list(csv.DictReader(StringIO(get("evidence").getvalue().decode("utf-8-sig"))))
    assert [row["value"] for row in rows] == ["-1200.50", "-1200.50"]
    assert rows[0]["baseline"] == "'=1+1"


# The same data, the same bytes ------------------------------------------------


def digests() -> dict[str, str]:
    return {
        f"{language} {distribution.name}.{distribution.format.value}": sha256(
            get(distribution.name, distribution.format, language).getvalue()
        ).hexdigest()
        for language in LANGUAGES
        for dataset in DATASETS
        for distribution in dataset.distributions
    }


def test_the_same_data_give_the_same_bytes(content: None):
    first = digests()
    files.kept_files.forget()
    assert digests() == first


def test_a_workbook_is_the_same_in_every_process():
    program = (
        "import datetime, hashlib;"
        "from common.tabular import write_xlsx; from io import BytesIO; file = BytesIO();"
        "write_xlsx(file, [('a', ['x'], [['ä'], [1]])], made=datetime.datetime(2026, 1, 1));"
        "print(hashlib.sha256(file.getvalue()).hexdigest())"
    )
    found = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _time in range(2)
    }
    assert len(found) == 1


# How they are given -----------------------------------------------------------


@pytest.mark.parametrize("name", ["innovations", "figures"])
def test_what_one_has_already_is_not_sent_again(content: None, name: str):
    etag = get(name)["ETag"]
    for known in (etag, f"W/{etag}"):
        again = get(name, **{"if-none-match": known})
        assert (again.status_code, again["ETag"]) == (304, etag)
        assert again["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["innovations", "figures"])
def test_caches_in_between_ask_each_time(content: None, name: str):
    assert get(name)["Cache-Control"] == "no-cache"


def test_a_change_gives_another_file(content: None):
    before = get("innovations")
    organisation = exports.ORGANISATIONS.everything().__next__()
    for name in ("name_fi", "name_sv", "name_en"):
        setattr(organisation, name, "Uusi nimi")
    organisation.save()
    after = get("innovations", **{"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert b"Uusi nimi" in after.getvalue()


@pytest.mark.parametrize("name", ["innovations", "figures"])
def test_head_tells_what_get_would_give(content: None, name: str):
    path = reverse("pages:open_data_file", args=[name, "csv"])
    answer, whole = Client().head(path), Client().get(path)
    assert answer.status_code == 200
    assert b"".join(answer) == b""
    assert answer["Content-Length"] == whole["Content-Length"] == str(len(whole.getvalue()))


def test_files_set_no_cookie_and_read_no_session(content: None, django_assert_max_num_queries: Any):
    get("innovations")
    # The version, and when the data changed is not asked again.
    with django_assert_max_num_queries(1):
        answer = get("innovations")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_an_error_in_the_midst_of_making_gives_no_file(content: None, monkeypatch: pytest.MonkeyPatch):
    def broken(self: Any) -> Any:
        yield from ()
        raise RuntimeError("the database went away")

    client = Client(raise_request_exception=False)
    path = reverse("pages:open_data_file", args=["innovations", "csv"])
    with monkeypatch.context() as patched:
        patched.setattr(exports.CaseTable, "everything", broken)
        assert client.get(path).status_code == 500
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["innovations.json", "innovations-all.csv", "secret.csv", "innovations.csv.xlsx"]
)
def test_what_there_is_no_file_of_is_not_found(db: None, path: str):
    with override("en"):
        assert Client().get(f"/en/open-data/{path}").status_code == 404


def test_only_reading_is_allowed(db: None):
    assert Client().post(reverse("pages:open_data_file", args=["terms", "csv"])).status_code == 405


def test_queries_do_not_grow_with_the_number_of_cases(content: None):
    def queries(name: str) -> int:
        files.kept_files.forget()
        with CaptureQueriesContext(
            connection,
        ) as caught:
            get(name, Format.XLSX)
        return len(caught)

    names = [*(table.key for _dataset, table in TABLES), "innovations-all"]
    before = {name: queries(name) for name in names}
    for _number in range(3):
        factories.published(partners=[OrganisationFactory().pk])
    get("innovations")
    assert {name: queries(name) for name in names} == before


# Datasets ---------------------------------------------------------------------


def test_keys_and_names_of_files_are_unique(db: None):
    distributions = [
        (distribution.name, distribution.format) for one in DATASETS for distribution in one.distributions
    ]
    assert len(set(distributions)) == len(distributions)
    assert len(BY_KEY) == len(DATASETS)
    tables = [table.key for _dataset, table in TABLES]
    assert len(set(tables)) == len(tables)


@of_every_table
@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_of_a_table_are_unique_and_no_questions(dataset: Dataset, table: WholeTable, language: str):
    with override(language):
        headings = [str(column.heading) for column in table.columns]
        assert len(str(table.title)) <= LONGEST_NAME
    assert len(set(headings)) == len(headings)
    assert not [heading for heading in headings if heading.endswith("?")]


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.key)
def test_a_dataset_tells_when_it_changed(content: None, dataset: Dataset):
    assert dataset.changed()


def test_a_registry_without_content_has_empty_files(db: None):
    assert get("innovations").getvalue().decode("utf-8-sig").splitlines() == [
        ",".join(exports.INNOVATIONS.header)
    ]
    assert get("figures", Format.JSON_LINES).getvalue() == b""
    assert BY_KEY["innovations"].changed() is None
    assert load_workbook(BytesIO(get("innovations-all", Format.XLSX).getvalue())).sheetnames
