"""CSV and XLSX at the limits of what spreadsheets can hold, and files that a process keeps."""

import csv
import time
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from common import files, tabular
from common.kept_files import MOST, KeptFiles

MADE = datetime(2026, 1, 1, tzinfo=UTC)


def workbook(sheets, **options):
    file = BytesIO()
    tabular.write_xlsx(file, sheets, made=MADE, **options)
    return load_workbook(BytesIO(file.getvalue()))


@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 7])
def test_rows_that_do_not_fit_into_a_sheet_go_on_in_the_next(monkeypatch, count):
    monkeypatch.setattr(tabular, "MOST_ROWS", 4)
    sheets = workbook([("Long", ["n"], ([number] for number in range(count)))]).worksheets
    assert len(sheets) == max(1, -(-count // 3))
    assert [sheet.title for sheet in sheets] == ["Long", "Long (2)", "Long (3)"][: len(sheets)]
    assert all(sheet["A1"].value == "n" for sheet in sheets)
    found = [row[0] for sheet in sheets for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert found == list(range(count))


def test_a_text_that_does_not_fit_into_a_cell_is_cut_and_that_is_told():
    longest = "a" * tabular.LONGEST_CELL
    book = workbook(
        [("One", ["text"], [[longest], [longest + "b"]])],
        about=("About", lambda cut: [("Cut", str(cut))]),
    )
    assert book.sheetnames == ["About", "One"]
    assert book["One"]["A2"].value == longest
    assert book["One"]["A3"].value == longest[:-1] + "…"
    assert book["About"]["B1"].value == "1"


@pytest.mark.parametrize(
    "text", ["=1+1", "+358 9", "-cmd|x", "@a", "\t=1", "\r=1", "\n=1", "%0A", "|x", "＝1", "＠a"]
)
def test_a_text_is_never_a_formula(text):
    _header, (cell,) = csv.reader(StringIO(tabular.as_csv(["x"], [[text]]).decode("utf-8-sig"), newline=""))
    assert cell.startswith("'")
    sheet = workbook([("a", ["x"], [[text]])]).active
    assert sheet["A2"].data_type == "s"
    # Excel keeps a return as an escape of its own, which openpyxl leaves as it is.
    assert sheet["A2"].value.replace("_x000D_", "\r") in (text, text.replace("\r", "\n"))


def test_a_workbook_says_in_utc_when_it_was_made():
    made = datetime(2026, 1, 1, 1, 30, tzinfo=ZoneInfo("Europe/Helsinki"))
    book = load_workbook(BytesIO(tabular.as_xlsx([("a", ["x"], [])], made=made)))
    assert book.properties.created.isoformat() == "2025-12-31T23:30:00"


def test_a_day_before_those_that_excel_knows_is_a_text():
    sheet = workbook([("a", ["x"], [[date(1640, 3, 26)], [date(1900, 1, 1)]])]).active
    assert sheet["A2"].value == "1640-03-26"
    assert sheet["A3"].value.date() == date(1900, 1, 1)


def test_numbers_stay_numbers_negative_ones_too():
    rows = tabular.as_csv(["n"], [[-5], [-1.5], [0]]).decode("utf-8-sig").splitlines()
    assert rows == ["n", "-5", "-1.5", "0"]


# Kept files -------------------------------------------------------------------


def test_two_who_ask_at_once_get_one_whole_file():
    kept, made, found, barrier = KeptFiles(), [], [], Barrier(4)

    def make(file):
        made.append(1)
        for number in range(1000):
            file.write(b"%d\n" % number)

    def ask():
        barrier.wait()
        _file, reading = kept.get("a", 1, make)
        found.append(b"".join(reading))
        reading.close()

    threads = [Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert found == [b"".join(b"%d\n" % number for number in range(1000))] * 4
    kept.forget()


def test_a_file_is_read_to_its_end_when_a_newer_one_has_taken_its_place():
    kept = KeptFiles()
    old, reading = kept.get("a", 1, lambda file: file.write(b"old"))
    new, newer = kept.get("a", 2, lambda file: file.write(b"new"))
    assert (b"".join(reading), b"".join(newer)) == (b"old", b"new")
    assert old.digest != new.digest
    reading.close()
    newer.close()
    kept.forget()


def test_nothing_is_kept_of_what_could_not_be_made():
    kept = KeptFiles()

    def broken(file):
        file.write(b"half")
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        kept.get("a", 1, broken)
    _file, reading = kept.get("a", 1, lambda file: file.write(b"whole"))
    assert b"".join(reading) == b"whole"
    reading.close()
    kept.forget()


def test_one_large_file_is_made_at_a_time(monkeypatch):
    monkeypatch.setattr(files, "PATIENCE", 0.01)
    kept = KeptFiles()
    _file, reading = kept.get("a", 1, lambda file: file.write(b"a"))
    with files.in_turn():
        with pytest.raises(files.BusyError):
            kept.get("b", 1, lambda file: file.write(b"b"))
        # What is there already is given at once.
        _file, again = kept.get("a", 1, lambda file: file.write(b"x"))
    assert b"".join(again) == b"a"
    again.close()
    reading.close()
    kept.forget()


def test_nobody_waits_for_a_file_that_takes_long(monkeypatch):
    """A few who ask again and again would otherwise hold all threads of the process."""
    monkeypatch.setattr(files, "PATIENCE", 60)
    with files.in_turn():
        monkeypatch.setattr(files, "_began_at", files._began_at - 60)
        began_at = time.monotonic()
        with pytest.raises(files.BusyError), files.in_turn():
            pass
        assert time.monotonic() - began_at < 1


def test_the_least_used_file_is_given_up_and_still_read_to_its_end():
    kept = KeptFiles()

    def take(name: int):
        return kept.get(name, 1, lambda file: file.write(b"%d" % name))

    _first, reading = take(0)
    for name in range(1, MOST):
        take(name)[1].close()
    take(0)[1].close()
    made = take(MOST)[0]
    assert made.version == 1
    assert set(kept._kept) == {0, *range(2, MOST + 1)}
    assert b"".join(reading) == b"0"
    kept.forget()
