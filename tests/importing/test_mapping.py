"""Mapping files: what they may say, and what is told of those that cannot be used."""

import tomllib
from typing import Any

import pytest

from cases.importers.intake import Intake
from cases.importers.mapping import MAPPINGS, Mapping, load_mapping
from common.imports.options import MappingError
from common.imports.tables import read_table
from tests.importing.conftest import HEADER, MAPPING

pytestmark = pytest.mark.usefixtures("terms")


def with_changes(changes: dict[str, Any]) -> dict[str, Any]:
    """The test register's mapping with dotted keys changed; None takes one away."""
    data = tomllib.loads(MAPPING.read_text())
    for path, value in changes.items():
        *tables, name = path.split(".")
        table = data
        for step in tables:
            table = table.setdefault(step, {})
        if value is None:
            del table[name]
        else:
            table[name] = value
    return data


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": None}, r"\[source\] is missing"),
        ({"source.licence": None}, r"\[source\] lacks “licence”"),
        ({"source.url": "register"}, r"\[source\] “url”: "),
        ({"source.isbn": "1"}, r"\[source\] does not know “isbn”"),
        ({"file.delimiter": "#"}, r"\[file\] “delimiter” may be"),
        ({"file.language": "da"}, r"\[file\] “language” is “da”; it may be fi, sv, en"),
        ({"file.state": "public"}, r"\[file\] “state” is “public”; it may be published, draft"),
        ({"file.id": 1}, r"\[file\] “id” has to be a text"),
        ({"file.header": ["Nr", "Navn"]}, r"\[file\] “header” lacks "),
        ({"fields.life_cycle.given": {"pilot": "I drift"}}, r"“given” has “I drift” for “pilot”"),
        ({"fields.life_cycle.given": {"pilot": 1}}, r"“given” has “1” for “pilot”"),
        ({"constants.country": "Grønland"}, r"\[constants\] “country” cannot be “Grønland”"),
        ({"constants.country": None}, "Tell the country"),
        ({"constants.kind": ["gadget"]}, r"\[constants\] “kind” has to be a list of codes"),
        ({"constants.title": "Same"}, r"\[constants\] “title” cannot be the same"),
        ({"fields.title": None}, r"\[fields\] lacks “title”"),
        ({"fields.owner": None}, r"\[fields\] lacks “owner”"),
        ({"fields.colour": {"column": "Navn"}}, r"\[fields.colour\] There is no field of that name"),
        ({"fields.evidence": {"column": "Navn"}}, r"\[fields.evidence\] This field cannot be taken"),
        ({"fields.title": {"colunm": "Navn"}}, r"\[fields.title\] lacks “column”"),
        ({"fields.title.max": "3"}, r"\[fields.title\] does not know “max”"),
        ({"fields.title.text": "Sag"}, r"\[fields.title\] “text” has to hold {value}"),
        ({"fields.life_cycle.values.Ny": "new"}, r"\[fields.life_cycle\] “life_cycle” cannot be “new”"),
        ({"fields.life_cycle.values.i  DRIFT": "pilot"}, r"has “i  DRIFT” twice: case and spaces"),
        ({"fields.life_cycle.unmapped": "guess"}, r"“unmapped” is “guess”; it may be list, refuse, leave"),
        (
            {"fields.theme.values.Andet": "99"},
            r"\[fields.theme\] There is no term “99” in the vocabulary “theme”",
        ),
        (
            {"fields.website.otherwise.field": "website"},
            r"\[fields.website.otherwise\] “website” is not a text",
        ),
        ({"organisations.codes": {"Vest": "kunta-999"}, "ignored": {}}, "The registry has no kunta-999"),
        ({"organisations.beginnings": {"Alle": "Alle"}}, r"\[organisations\] has “beginnings”, so it needs"),
        ({"organisations.kind": {"column": "Emne", "values": {"x": "club"}}}, "There is no kind “club”"),
        ({"ignored": {"Emne": "Not needed."}}, "emne: is read by a field too"),
        ({"ignored": {"Farve": " "}}, "Every ignored column needs a reason"),
        ({"colour": {}}, "The mapping does not know “colour”"),
    ],
)
def test_a_mistake_is_named_with_its_place(changes, message, write):
    with pytest.raises(MappingError, match=message):
        Intake(Mapping(with_changes(changes)), read_table(write()))


def test_an_unknown_name_tells_those_that_are_known():
    with pytest.raises(MappingError, match=r"There is no mapping “narnia”.* pstw"):
        load_mapping("narnia")


def test_what_is_not_toml_is_told(tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text("[source")
    with pytest.raises(MappingError, match=r"mapping.toml is not TOML"):
        load_mapping(str(path))


@pytest.mark.parametrize("name", sorted(file.stem for file in MAPPINGS.glob("*.toml")))
def test_every_mapping_of_ours_is_sound(name):
    assert load_mapping(name).source.licence


def test_columns_that_nobody_knows_or_that_are_gone_are_told(write):
    mapping = Mapping(with_changes({"ignored": {"Farve": "It is only a colour."}}))
    table = read_table(write(header=(*HEADER, "Nyt")))
    assert mapping.unknown_columns(table) == ["Nyt"]
    assert mapping.lost_columns(table) == ["Farve"]
