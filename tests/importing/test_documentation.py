"""docs/import.md says what is so: its example runs, and its table of fields is the schema's."""

import re
from pathlib import Path

import pytest

from accounts.models import OrganisationKind
from cases.schema import FIELDS, Place

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "import.md"
# Fields that cannot be taken from a table.
NOT_TAKEN = {"original_language", "evidence", "adoptions", "materials", "name", "name_until"}


@pytest.fixture(scope="module")
def document():
    return DOCUMENT.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example(document):
    """The blocks of the worked example: file, mapping, what is printed, report."""
    section = document.split("## An example from beginning to end")[1].split("\n## ")[0]
    return [block for _language, block in re.findall(r"```(\w*)\n(.*?)```", section, re.DOTALL)]


@pytest.mark.usefixtures("terms")
def test_the_example_runs_as_it_says(example, take_in, tmp_path):
    file, mapping, printed, reported = example
    table, rules, report = (tmp_path / name for name in ("nordvik.csv", "nordvik.toml", "report.csv"))
    table.write_text(file, encoding="utf-8")
    rules.write_text(mapping, encoding="utf-8")
    assert take_in(table, "--report", str(report), mapping=rules).strip() == printed.strip()
    assert report.read_text(encoding="utf-8-sig") == reported
    assert "3 created" in take_in(table, "--apply", mapping=rules)


def test_every_field_is_described_with_its_limit_and_choices(document):
    section = document.split("### `[fields.NAME]`")[1].split("\n#### ")[0]
    described = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE))
    for field in FIELDS:
        if field.name in NOT_TAKEN:
            assert field.name not in described
            continue
        text = described[field.name]
        for choice in field.choices.values if field.choices else ():
            assert f"`{choice}`" in text, field.name
        if field.max_length:
            assert f"| {field.max_length}" in text, field.name
        if field.place is Place.TERMS:
            assert text.startswith("terms"), field.name


def test_every_kind_of_organisation_is_named(document):
    assert not [kind for kind in OrganisationKind.values if f"`{kind}`" not in document]
