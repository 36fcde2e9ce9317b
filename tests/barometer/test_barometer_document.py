"""docs/barometer.md says what is so: its examples run, and its columns are those that are read."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from barometer import reference
from barometer.importers.figures import COLUMNS
from barometer.models import Figure, OwnWords, Question

from . import factories

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "barometer.md"


@pytest.fixture(scope="module")
def document() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


def blocks(document: str, heading: str) -> list[str]:
    """What stands between fences under the heading."""
    section = document.split(f"### {heading}")[1].split("\n## ")[0]
    return [block for _language, block in re.findall(r"```(\w*)\n(.*?)```", section, re.DOTALL)]


@pytest.fixture
def nordvik(db) -> None:
    """The invented edition that the examples are of."""
    reference.load()
    survey = factories.survey("nordvik-2026")
    factories.question("comments", Question.Kind.TEXT)
    for key in ("at-least-one-innovation", "partners", "comments"):
        factories.asked(survey, Question.objects.get(key=key))
    for key in ("small", "large"):
        factories.group("size", key)


@pytest.mark.usefixtures("nordvik")
def test_the_example_of_a_table_runs_as_it_says(document, tmp_path, capsys) -> None:
    file, mapping, printed, reported = blocks(document, "An example of a table")
    table, rules, report = (tmp_path / name for name in ("nordvik.csv", "nordvik.toml", "report.csv"))
    table.write_text(file, encoding="utf-8")
    rules.write_text(mapping, encoding="utf-8")
    options = ("--mapping", str(rules), "--report", str(report))
    call_command("import_barometer", str(table), *options)
    assert capsys.readouterr().out.strip() == printed.strip()
    assert report.read_text(encoding="utf-8-sig") == reported
    with pytest.raises(CommandError):
        call_command("import_barometer", str(table), *options, "--apply")
    table.write_text(file.replace(";119;", ";100;"), encoding="utf-8")
    call_command("import_barometer", str(table), *options, "--apply")
    assert Figure.objects.filter(asked__survey__key="nordvik-2026", is_verified=True).count() == 5


@pytest.mark.usefixtures("nordvik")
def test_the_example_of_responses_runs_as_it_says(document, tmp_path, capsys) -> None:
    file, book, printed = blocks(document, "An example of responses")
    table, codebook = tmp_path / "responses.csv", tmp_path / "codebook.toml"
    table.write_text(file, encoding="utf-8")
    codebook.write_text(book, encoding="utf-8")
    options = ("--survey", "nordvik-2026", "--codebook", str(codebook))
    call_command("import_responses", str(table), *options)
    assert capsys.readouterr().out.strip() == printed.strip()
    call_command("import_responses", str(table), *options, "--apply")
    assert list(OwnWords.objects.values_list("text", flat=True)) == [
        "Kiitos kyselystä!",
        "Soita [telephone number].",
    ]


def test_every_column_is_described(document) -> None:
    section = document.split("### Columns")[1].split("\n### ")[0]
    described = re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)))
    assert sorted(described) == sorted(COLUMNS)
