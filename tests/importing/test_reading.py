"""What a row's cells become."""

from typing import Any

import pytest

from cases.importers.fields import addresses
from cases.importers.mapping import Mapping, Reading
from common.imports.tables import Row, Table
from tests.importing.test_mapping import with_changes

# Told as the command tells it.
pytestmark = pytest.mark.usefixtures("terms", "english")

CELLS = {
    "Nr": "G-1",
    "Navn": "Isvarsling",
    "Beskrivelse": "",
    "Myndighed": "Kommune Vest",
    "Tilstand": "I drift",
    "Fra": "",
    "Til": "",
    "Emne": "",
    "Link": "",
    "Åbne data": "",
}


def read(cells: dict[str, str] | None = None, **changes: Any) -> Reading:
    """The reading of one row under a changed mapping; keys of ``changes`` have __ for a dot."""
    values = {**CELLS, **(cells or {})}
    mapping = Mapping(with_changes({name.replace("__", "."): value for name, value in changes.items()}))
    (reading,) = mapping.readings(Table(list(values), [Row(2, tuple(values.values()))]))
    return reading


def told(cells: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    reading = read(cells, **changes)
    assert reading.told is not None, reading.refusals
    return reading.told


def refusals(cells: dict[str, str] | None = None, **changes: Any) -> list[str]:
    return [str(refusal) for refusal in read(cells, **changes).refusals]


# Facts and terms --------------------------------------------------------------------


def test_values_match_whatever_their_case_and_spaces():
    assert told({"Tilstand": "i\nDRIFT"})["life_cycle"] == "in_use"


def test_a_value_that_the_mapping_does_not_know_is_refused_if_it_says_so():
    assert refusals({"Tilstand": "Ukendt"}) == ["column “Tilstand”: the mapping does not know “Ukendt”"]


def test_a_value_that_the_mapping_does_not_know_is_left_out_and_told():
    reading = read({"Emne": "Fiskeri"})
    assert reading.told["terms"]["theme"] == []
    assert reading.unmapped == (("Emne", "Fiskeri"),)
    assert list(reading.remarks) == ["column “Emne”: the mapping does not know “Fiskeri”, so it is left out"]


def test_a_value_that_may_be_left_is_not_told():
    assert list(read({"Emne": "Fiskeri"}, fields__theme__unmapped="leave").remarks) == []


def test_a_value_that_tells_nothing_is_mapped_to_nothing():
    assert told({"Tilstand": "?"}, **{"fields__life_cycle__values__?": ""})["life_cycle"] == ""


def test_cells_that_stand_for_nothing_are_empty():
    assert told({"Fra": "N/A"}, file__empty=["n/a"])["started_year"] is None


def test_a_cell_may_hold_several_values_and_a_value_mean_several_terms():
    changes = {"fields__theme__separator": ",", "fields__theme__values__Alt": ["01", "10"]}
    assert told({"Emne": "sundhed, alt, Sundhed"}, **changes)["terms"]["theme"] == ["01", "07", "10"]


@pytest.mark.parametrize(("mark", "codes"), [("x", ["open-data"]), ("X", ["open-data"]), ("", [])])
def test_a_marked_column_gives_its_term(mark, codes):
    assert told({"Åbne data": mark})["terms"]["technology"] == codes


def test_what_is_no_mark_is_told():
    assert read({"Åbne data": "?"}).unmapped == (("Åbne data", "?"),)


def test_constants_are_the_same_for_all():
    content = told()
    assert (content["country"], content["level_of_government"]) == ("GL", "local")
    assert content["terms"]["kind"] == ["service"]


@pytest.mark.parametrize(
    ("value", "code"), [("Finland", "FI"), ("fi", "FI"), ("EU", "EU"), ("Kalaallit\u00a0Nunaat", "GL")]
)
def test_a_country_is_known_by_name_by_code_and_by_the_mapping(value, code):
    changes = {
        "fields__country": {"column": "Emne", "values": {"kalaallit nunaat": "GL"}},
        "fields__theme": None,
    }
    assert told({"Emne": value}, **changes)["country"] == code


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("Atlantis", "column “Emne”: there is no country “Atlantis”"),
        ("", "column “Emne”: the country is not told"),
    ],
)
def test_no_case_is_without_its_country(value, message):
    changes = {"fields__country": {"column": "Emne"}, "fields__theme": None, "constants__country": None}
    assert refusals({"Emne": value}, **changes) == [message]


@pytest.mark.parametrize("value", ["2021", "2021-03-01", "1.3.2021", "01/03/2021", "2021-03-01T12:00:00"])
def test_a_year_is_read_from_a_year_or_a_date(value):
    assert told({"Fra": value})["started_year"] == 2021


@pytest.mark.parametrize("value", ["21", "spring 2021", "2021?", "1066", "20211"])
def test_what_is_not_a_year_is_refused(value):
    assert refusals({"Fra": value}) == [f"column “Fra”: “{value}” is not a year from 1990 to 2100"]


def test_years_that_contradict_are_refused():
    assert refusals({"Fra": "2021", "Til": "2020"}) == ["it ended in 2020, before it started in 2021"]


def test_contact_details_are_read_and_checked():
    changes = {"fields__email": {"column": "Emne"}, "fields__theme": None}
    assert told({"Emne": "post@vest.example"}, **changes)["contact"]["email"] == "post@vest.example"
    assert refusals({"Emne": "post at vest"}, **changes) == [
        "column “Emne”: “post at vest” is not an e-mail address"
    ]


# Texts ------------------------------------------------------------------------------


def test_an_empty_description_is_allowed():
    assert told()["texts"]["en"]["solution"] == ""


def test_a_text_is_made_of_paragraphs():
    parts = [
        {"column": "Beskrivelse"},
        {"columns": ["Emne", "Tilstand"], "text": "Om: {value}.", "values": {"i drift": "running"}},
        {"marked": {"Åbne data": "open data"}, "text": "Also {value}."},
    ]
    cells = {"Beskrivelse": "One.\nTwo.", "Emne": "Sundhed", "Åbne data": "X"}
    content = told(cells, fields__solution={"parts": parts}, fields__technology=None)
    assert content["texts"]["en"]["solution"] == "One.\nTwo.\n\nOm: Sundhed; running.\n\nAlso open data."


def test_a_text_that_does_not_fit_is_refused_whole():
    assert refusals({"Navn": "n" * 201}) == ["column “Navn”: 201 characters; at most 200 fit in “title”"]
    assert told({"Navn": "n" * 200})


def test_a_row_without_title_or_owner_is_refused():
    assert refusals({"Navn": "", "Myndighed": ""}) == [
        "column “Myndighed”: the owner is not told",
        "column “Navn”: the title is not told",
    ]


# Addresses --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("https://a.example/x", ["https://a.example/x"]),
        ("https://a.example, http://b.example/;\nhttps://c.example", 3),
        ("www.a.example", None),
        ("https:/a.example", None),
        ("javascript:alert(1)", None),
        ("https://a.example/Proof of Concepts/x", None),
        ("https://a.example/" + "x" * 500, None),
    ],
)
def test_a_cell_of_addresses_is_told_from_any_other(cell, found):
    result = addresses(cell)
    assert (len(result) if isinstance(found, int) else result) == found


def test_the_first_address_is_the_website_and_others_are_links():
    content = told({"Link": "https://a.example https://b.example"})
    assert content["website"] == "https://a.example"
    assert [(row["url"], row["title"]) for row in content["materials"]] == [("https://b.example", "Website")]


def test_what_is_not_an_address_is_kept_as_text():
    reading = read({"Link": "www.vest.example"})
    assert reading.told["website"] == ""
    assert reading.told["texts"]["en"]["solution"] == "Link: www.vest.example"
    assert list(reading.remarks) == ["column “Link”: not a web address alone: kept in “solution”"]


def test_what_is_not_an_address_is_refused_when_nothing_keeps_it():
    assert refusals({"Link": "www.vest.example"}, fields__website={"column": "Link"}) == [
        "column “Link”: “www.vest.example” is not a web address"
    ]


@pytest.mark.parametrize(
    ("cell", "link"),
    [
        ("https://b.example", ("https://b.example", "Source")),
        ("Report (https://b.example/r(1))", ("https://b.example/r(1)", "Report")),
        ("Survey of 2021: https://b.example", ("https://b.example", "Survey of 2021")),
        ("Two https://b.example and https://c.example", None),
        ("Mail of 15.5.2020", None),
    ],
)
def test_words_beside_one_address_name_it_and_others_are_kept_as_text(cell, link):
    source = {
        "column": "Emne",
        "title": "Source",
        "otherwise": {"field": "lessons", "text": "Source: {value}"},
    }
    content = told({"Emne": cell}, fields__theme=None, links=[source])
    links = [(row["url"], row["title"]) for row in content["materials"]]
    assert links == ([link] if link else [])
    assert content["texts"]["en"]["lessons"] == ("" if link else f"Source: {cell}")


# Owners -----------------------------------------------------------------------------


def test_an_alias_and_a_beginning_name_the_owner():
    rules = {
        "aliases": {"Kommune  VEST": "Vest"},
        "beginnings": {"Alle kommuner i": "Alle kommuner"},
        "otherwise": {"field": "partnerships", "text": "Ejer: {value}"},
    }
    assert read(organisations=rules).owner.name == "Vest"
    long_name = "Alle kommuner i " + "landet " * 60
    reading = read({"Myndighed": long_name}, organisations=rules)
    assert reading.owner.name == "Alle kommuner"
    assert reading.told["texts"]["en"]["partnerships"] == f"Ejer: {long_name.strip()}"


def test_a_name_that_does_not_fit_is_refused():
    assert refusals({"Myndighed": "m" * 301}) == [
        "column “Myndighed”: 301 characters; at most 300 fit a name. Name the organisation in the mapping: "
        "[organisations.beginnings]"
    ]


def test_the_owner_may_be_of_another_country_and_its_kind_told():
    rules = {
        "kind": {"column": "Emne", "values": {"Firma": "company"}},
        "country": {"column": "Emne", "values": {"Unionen": "EU"}, "names": {"Kommune Vest": "FI"}},
    }
    changes = {"fields__theme": None, "organisations": rules}
    assert read({"Emne": "Firma"}, **changes).owner.kind == "company"
    assert read({"Emne": "Firma"}, **changes).owner.country == "FI"
    owner = read({"Emne": "Unionen", "Myndighed": "EUIPO"}, **changes).owner
    assert (owner.country, owner.kind) == ("EU", "foreign")


def test_partners_are_split():
    reading = read(
        {"Emne": "Kommune Syd; ;Kommune Nord"},
        fields__theme=None,
        fields__partners={"column": "Emne", "separator": ";"},
    )
    assert [partner.name for partner in reading.partners] == ["Kommune Syd", "Kommune Nord"]
