"""Files that other people made, read as tables."""

import datetime

import pytest
from openpyxl import Workbook

from common.imports.tables import TableError, read_table
from common.imports.text import cleaned, folded

pytestmark = pytest.mark.usefixtures("english")


def test_text_is_compared_whatever_its_case_spaces_and_line_breaks():
    assert folded("\ufeffPredictive\nenforcement\u00a0 Processes ") == "predictive enforcement processes"


def test_cleaned_text_keeps_its_line_breaks():
    assert cleaned("\u00a0One.\r\nTwo.\u200b ") == "One.\nTwo."


def test_a_column_is_found_whatever_its_case_and_spaces(write):
    table = read_table(write(("1", "Pilot "), header=("Id", " Status")), delimiter=";")
    assert table.columns == ("Id", "Status")
    assert table.rows[0].cells[table.place("STATUS\u00a0")] == "Pilot"


def test_rows_are_numbered_as_in_a_spreadsheet_though_cells_have_line_breaks(write):
    table = read_table(write(("1", "one\ntwo\nthree"), ("", ""), ("2", "four"), header=("Id", "Text")))
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ("1", "one\ntwo\nthree")),
        (4, ("2", "four")),
    ]


def test_a_percentage_of_a_workbook_is_read_as_it_is_shown(tmp_path):
    workbook = Workbook()
    workbook.active.append(["Share", "Base"])
    workbook.active.append([0.455, 63])
    workbook.active["A2"].number_format = "0.0%"
    workbook.save(tmp_path / "figures.xlsx")
    assert read_table(tmp_path / "figures.xlsx").rows[0].cells == ("45.5 %", "63")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_an_undeclared_delimiter_is_told_by_the_header(write, delimiter):
    path = write(("1", "a, b; c"), header=("Id", "Name"), delimiter=delimiter)
    assert read_table(path).rows[0].cells == ("1", "a, b; c")


def test_a_wrong_delimiter_is_named(write):
    path = write(("1", "a"), header=("Id", "Name"), delimiter="\t")
    with pytest.raises(TableError, match=r"Row 1: no semicolon separates its columns.* a tab seems to"):
        read_table(path, delimiter=";")


def test_another_encoding_is_told_with_row_and_column(write):
    path = write(("1", "plain"), ("2", "Jyväskylä"), header=("Id", "Name"), encoding="cp1252")
    with pytest.raises(TableError, match=r"Row 3, column “Name”: “Jyv.*” is not utf-8"):
        read_table(path)
    assert read_table(path, encoding="cp1252").rows[1].cells == ("2", "Jyväskylä")


def test_utf_16_is_told_though_its_bytes_could_be_text(write):
    with pytest.raises(TableError, match=r"Row 1, column “.*”: .* is not utf-8"):
        read_table(write(("1", "a"), header=("Id", "Name"), encoding="utf-16"))


def test_an_unknown_encoding_is_told(write):
    with pytest.raises(TableError, match="There is no encoding “klingon”"):
        read_table(write(("1", "a"), header=("Id", "Name")), encoding="klingon")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('2;"never closed', "Row 3, which ends on line 3: .*quotation mark"),
        ("2;a;b;c", "Row 3: it has 4 cells and the header has 3; .* “Owner”"),
        ("2;a", "Row 3: it has 2 cells and the header has 3; .* “Name”"),
    ],
)
def test_a_broken_row_is_named(tmp_path, line, message):
    path = tmp_path / "broken.csv"
    path.write_text(f"Id;Name;Owner\n1;a;b\n{line}\n")
    with pytest.raises(TableError, match=message):
        read_table(path)


def test_missing_columns_are_all_named(write):
    table = read_table(write(("1", "a"), header=("Id", "Name")))
    with pytest.raises(TableError, match=r"lacks the columns “Owner”, “Year”. It has: “Id”, “Name”"):
        table.require(["id", "Owner", "Year"])


def test_a_column_that_is_there_twice_is_named(write):
    with pytest.raises(TableError, match="the column “ID” is there twice"):
        read_table(write(("1", "a"), header=("Id", "ID ")))


def test_an_empty_file_has_no_header(tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("")
    with pytest.raises(TableError, match="there is no header"):
        read_table(path)


@pytest.mark.parametrize("name", ["absent.csv", "absent.xlsx"])
def test_a_file_that_is_not_there_is_told(tmp_path, name):
    with pytest.raises(TableError, match="The file cannot be opened"):
        read_table(tmp_path / name)


def test_a_file_of_another_kind_is_told(tmp_path):
    with pytest.raises(TableError, match=r"ending with “.ods” cannot be read"):
        read_table(tmp_path / "register.ods")


@pytest.fixture
def workbook(tmp_path):
    book = Workbook()
    book.active.append(["Id", "Since", "Name", "Works"])
    book.active.append([1, 2021.0, "Ääni\u00a0", True])
    book.active.append([None, None, None, None])
    # A workbook knows no time zones.
    book.active.append([2, datetime.datetime(2024, 3, 1), None, False])  # noqa: DTZ001
    book.create_sheet("Notes").append(["Note"])
    path = tmp_path / "register.xlsx"
    book.save(path)
    return path


def test_a_workbook_is_read_as_its_reader_would_type_it(workbook):
    assert [(row.number, row.cells) for row in read_table(workbook).rows] == [
        (2, ("1", "2021", "Ääni", "yes")),
        (4, ("2", "2024-03-01", "", "no")),
    ]


def test_a_sheet_is_found_by_its_name(workbook):
    assert read_table(workbook, sheet="Notes").columns == ("Note",)
    with pytest.raises(TableError, match=r"has no sheet “Data”. It has: “Sheet”, “Notes”"):
        read_table(workbook, sheet="Data")


def test_a_file_that_only_says_that_it_is_a_workbook_is_told(tmp_path):
    path = tmp_path / "not.xlsx"
    path.write_text("Id;Name")
    with pytest.raises(TableError, match="not a workbook"):
        read_table(path)
