"""Reckoning figures from what respondents answered."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from barometer.importers import responses
from barometer.importers.codebook import Codebook
from barometer.importers.responses import Reckoning
from barometer.models import Design, Figure, Option, OwnWords, Question
from common.imports.identifiers import identifier_in, masked
from common.imports.options import MappingError

from . import factories

pytestmark = pytest.mark.django_db

HEADER = "id;email;weight;size;any;motives;m_cost;m_law;management;words"
CODEBOOK: dict[str, Any] = {
    "file": {"delimiter": ";"},
    "weight": {"column": "weight"},
    "groups": {"size": {"column": "size", "values": {"1-49": "small", "50+": "large", "?": ""}}},
    "questions": [
        {
            "key": "any",
            "kind": "single",
            "column": "any",
            "values": {"Kyllä": "yes", "Ei": "no"},
            "dont_know": ["EOS"],
            "missing": ["99"],
        },
        {
            "key": "motives",
            "kind": "multi",
            "column": "motives",
            "separator": "/",
            "values": {"cost": "cost", "law": "law"},
            "asked_if": {"column": "any", "values": ["kyllä"]},
        },
        {
            "key": "effects",
            "kind": "factor",
            "columns": {"management": "management"},
            "values": {"++": "promotes-high", "+": "promotes-some", "±": ["promotes-some", "hinders-some"]},
            "dont_know": ["?"],
        },
        {"key": "comments", "kind": "text", "column": "words"},
    ],
    "ignored": {"id": "Who it is.", "email": "Who it is."},
}
ROWS = (
    "1;a@example.org;1,5;1-49;Kyllä;cost/law;x;;++;Hyvä",
    "2;b@example.org;0.5;1-49;Ei;;;;+;",
    "3;c@example.org;1;50+;EOS;;;;±;Kysy 040 123 4567",
    "4;d@example.org;1;50+;99;;;;?;",
    "5;e@example.org;1;?;kyllä ;cost;x;;;Aina",
)


@pytest.fixture
def edition():
    """An edition with a question of each kind."""
    survey = factories.survey("edition")
    single = factories.question("any")
    for code, role in (("yes", "answer"), ("no", "answer"), ("dont-know", "dont_know")):
        factories.option(single, code, role=role)
    multi = factories.question("motives", Question.Kind.MULTI)
    for code in ("cost", "law"):
        factories.option(multi, code)
    effects = factories.question("effects", Question.Kind.FACTOR)
    management = factories.factor("management")
    for direction, degree in (
        ("promotes", "any"),
        ("promotes", "high"),
        ("promotes", "some"),
        ("hinders", "some"),
    ):
        code = f"management-{direction}-{degree}"
        factories.option(effects, code, factor=management, direction=direction, degree=degree)
    factories.option(effects, "management-dont-know", factor=management, role=Option.Role.DONT_KNOW)
    for question in (single, multi, effects, factories.question("comments", Question.Kind.TEXT)):
        factories.asked(survey, question)
    for key in ("small", "large"):
        factories.group("size", key)
    with translation.override("en"):
        yield survey


def reckon(
    edition, tmp_path: Path, *rows: str, codebook: dict[str, Any] | None = None, header=HEADER
) -> Reckoning:
    path = tmp_path / "responses.csv"
    path.write_text("\n".join((header, *rows)), encoding="utf-8")
    return responses.reckon(path, Codebook(codebook or CODEBOOK, edition), edition)


def found(reckoning: Reckoning) -> dict[tuple[str, str | None], tuple[Any, ...]]:
    return {
        (figure.option.code, figure.group.key if figure.group else None): (
            figure.share,
            figure.unweighted_share,
            figure.base,
        )
        for figure in reckoning.figures
    }


def test_shares_are_weighted_and_of_all_who_answered_dont_know_among_them(edition, tmp_path) -> None:
    shares = found(reckon(edition, tmp_path, *ROWS))
    # Weights: yes 1.5 and 1, no 0.5, don’t know 1; the fourth did not answer.
    assert shares["yes", None] == (Decimal("62.50"), Decimal("50.00"), 4)
    assert shares["no", None] == (Decimal("12.50"), Decimal("25.00"), 4)
    assert shares["dont-know", None] == (Decimal("25.00"), Decimal("25.00"), 4)
    assert shares["yes", "small"] == (Decimal("75.00"), Decimal("50.00"), 2)
    assert shares["yes", "large"] == (Decimal(0), Decimal(0), 1)


def test_several_answers_are_shares_of_those_asked_who_answered(edition, tmp_path) -> None:
    shares = found(reckon(edition, tmp_path, *ROWS))
    assert shares["cost", None] == (Decimal(100), Decimal(100), 2)
    assert shares["law", None] == (Decimal("60.00"), Decimal("50.00"), 2)


def test_a_factor_promotes_to_a_degree_and_so_to_any(edition, tmp_path) -> None:
    shares = found(reckon(edition, tmp_path, *ROWS))
    assert shares["management-promotes-any", None] == (Decimal("75.00"), Decimal("75.00"), 4)
    assert shares["management-promotes-high", None] == (Decimal("37.50"), Decimal("25.00"), 4)
    assert shares["management-hinders-some", None] == (Decimal("25.00"), Decimal("25.00"), 4)
    assert shares["management-dont-know", None] == (Decimal("25.00"), Decimal("25.00"), 4)


def test_options_with_a_column_each_are_answered_by_a_mark_or_a_no(edition, tmp_path) -> None:
    codebook = {
        "questions": [
            {
                "key": "motives",
                "kind": "multi",
                "columns": {"m_cost": "cost", "m_law": "law"},
                "yes": ["x"],
                "no": ["0"],
            }
        ]
    }
    rows = ("x;0", "x;x", "0;0", ";")
    shares = found(reckon(edition, tmp_path, *rows, codebook=codebook, header="m_cost;m_law"))
    assert shares["cost", None] == (Decimal("66.67"), Decimal("66.67"), 3)
    assert shares["law", None] == (Decimal("33.33"), Decimal("33.33"), 3)


def test_answers_of_those_who_were_not_asked_are_left_out_and_told(edition, tmp_path) -> None:
    reckoning = reckon(edition, tmp_path, *ROWS, "6;;1;50+;Ei;law;;;;")
    assert found(reckoning)["law", None][2] == 2
    assert reckoning.left_out == {"motives": 1}


def test_an_interval_is_told_only_of_a_sample(edition, tmp_path) -> None:
    assert all(figure.low is None for figure in reckon(edition, tmp_path, *ROWS).figures)
    edition.design = Design.SAMPLE
    assert all(figure.low is not None for figure in reckon(edition, tmp_path, *ROWS).figures)


def test_own_words_are_masked_and_in_the_order_of_letters(edition, tmp_path) -> None:
    responses.apply(reckon(edition, tmp_path, *ROWS), by=None)
    texts = list(OwnWords.objects.order_by("pk").values_list("text", flat=True))
    assert texts == ["Aina", "Hyvä", "Kysy [telephone number]"]


def test_what_is_entered_again_is_the_same_and_what_is_gone_is_taken_away(edition, tmp_path) -> None:
    responses.apply(reckon(edition, tmp_path, *ROWS), by=factories.editor())
    events = edition.events.count()
    assert responses.apply(reckon(edition, tmp_path, *ROWS), by=None) == []
    assert edition.events.count() == events
    responses.apply(reckon(edition, tmp_path, *ROWS[:2]), by=None)
    assert not Figure.objects.filter(group__key="large").exists()


def test_groups_of_few_are_not_shown(edition, tmp_path) -> None:
    rows = ["1;;1;50+;Kyllä;;;;;"] * 20 + ["1;;1;1-49;Ei;;;;;"] * 4
    responses.apply(reckon(edition, tmp_path, *rows), by=None)
    shown = Figure.objects.filter(option__code="yes").order_by("group__key")
    assert dict(shown.values_list("group__key", "suppression")) == {
        None: "",
        "large": "complementary",
        "small": "small",
    }


def test_what_only_membership_tells_to_be_too_much_is_kept_back(edition, tmp_path) -> None:
    """All but two of the small are northern, so that those two would be had from the difference."""
    factories.group("region", "north")
    factories.group("region", "south")
    codebook = {
        **CODEBOOK,
        "groups": {
            **CODEBOOK["groups"],
            "region": {"column": "motives", "values": {"n": "north", "s": "south"}},
        },
        "questions": CODEBOOK["questions"][:1],
    }
    rows = [
        *["1;;1;1-49;Kyllä;n;;;;"] * 20,
        *["1;;1;1-49;Ei;;;;;"] * 2,
        *["1;;1;50+;Ei;s;;;;"] * 30,
        *["1;;1;50+;Kyllä;;;;;"] * 9,
    ]
    responses.apply(reckon(edition, tmp_path, *rows, codebook=codebook), by=None)
    hidden = Figure.objects.exclude(suppression="").values_list("group__key", "suppression")
    assert {"north", "small"} & {key for key, _reason in hidden}
    assert Figure.Suppression.BY_EDITOR in {reason for _key, reason in hidden}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("1;;1;50+;Ehkä;;;;;", "Row 2, column “any”: “Ehkä” is not in the codebook"),
        ("1;;1;100+;Ei;;;;;", "Row 2, column “size”: “100+” is not in the codebook"),
        ("1;;heavy;50+;Ei;;;;;", "Row 2, column “weight”: “heavy” is not a weight"),
        ("1;;-1;50+;Ei;;;;;", "Row 2, column “weight”: “-1” is not a weight"),
        ("1;;;50+;Ei;;;;;", "Row 2, column “weight”: “” is not a weight"),
        ("1;;1;50+;a@example.org;;;;;", "Row 2, column “any”: it holds a direct identifier (e-mail address)"),
        ("1;;1;131052-308T;Ei;;;;;", "Row 2, column “size”: it holds a direct identifier (personal identity"),
    ],
)
def test_a_value_not_in_the_codebook_is_told_with_row_and_column(edition, tmp_path, row, fault) -> None:
    reckoning = reckon(edition, tmp_path, row)
    assert reckoning.faults[0].startswith(fault)
    assert "example.org" not in reckoning.faults[0]
    with pytest.raises(responses.ResponsesRefusedError):
        responses.apply(reckoning, by=None)
    assert not Figure.objects.exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "unasked"}, "does not ask “unasked”"),
        ({"kind": "multi"}, "is of the kind “single”"),
        ({"values": {"Kyllä": "maybe"}}, "has no option “maybe”"),
        ({"values": {"a@example.org": "yes"}}, "is a direct identifier"),
        ({"missing": ["Ei"]}, "among the values and missing"),
        ({"colour": "red"}, "does not know “colour”"),
    ],
)
def test_a_codebook_that_cannot_be_used_is_refused(edition, change, message) -> None:
    with pytest.raises(MappingError, match=message):
        Codebook({**CODEBOOK, "questions": [{**CODEBOOK["questions"][0], **change}]}, edition)


def test_columns_that_the_codebook_does_not_name_are_told(edition, tmp_path) -> None:
    assert reckon(edition, tmp_path, *ROWS).unread == ("m_cost", "m_law")


def test_a_workbook_is_reckoned_as_the_same_csv(edition, tmp_path) -> None:
    workbook = Workbook()
    for line in (HEADER, *ROWS):
        workbook.active.append([cell or None for cell in line.split(";")])
    workbook.save(tmp_path / "responses.xlsx")
    read = responses.reckon(tmp_path / "responses.xlsx", Codebook(CODEBOOK, edition), edition)
    assert found(read) == found(reckon(edition, tmp_path, *ROWS))


respondents = st.lists(
    st.tuples(
        st.floats(0.1, 9).map(lambda weight: round(weight, 3)),
        st.sampled_from(["1-49", "50+", "?"]),
        st.sampled_from(["Kyllä", "Ei", "EOS", "99", ""]),
    ),
    min_size=1,
    max_size=60,
)


@given(respondents)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_figures_are_those_of_pandas(edition, tmp_path, rows) -> None:
    reckoning = reckon(
        edition,
        tmp_path,
        *(";".join(("1", "", str(weight), size, any_, *[""] * 5)) for weight, size, any_ in rows),
    )
    frame = pandas.DataFrame(rows, columns=["weight", "size", "any"])
    answered = frame[frame["any"].isin(["Kyllä", "Ei", "EOS"])]
    shares = found(reckoning)
    for size, group in (("1-49", "small"), ("50+", "large"), (None, None)):
        rows_of_group = answered if size is None else answered[answered["size"] == size]
        if rows_of_group.empty:
            assert ("yes", group) not in shares
            continue
        by_answer = rows_of_group.groupby("any")["weight"].sum() / rows_of_group["weight"].sum() * 100
        for value, code in (("Kyllä", "yes"), ("Ei", "no"), ("EOS", "dont-know")):
            share, unweighted, base = shares[code, group]
            assert float(share) == pytest.approx(by_answer.get(value, 0), abs=0.0051)
            assert float(unweighted) == pytest.approx(
                (rows_of_group["any"] == value).mean() * 100, abs=0.0051
            )
            assert base == len(rows_of_group)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Kirjoita: etu.suku@virasto.example tai soita", "Kirjoita: [e-mail address] tai soita"),
        ("Hetu 131052-308T.", "Hetu [personal identity code]."),
        ("hetu 010203a123b", "hetu [personal identity code]"),
        ("Numero +358 40 123 4567", "Numero [telephone number]"),
        ("09-123 4567", "[telephone number]"),
        (
            "Vuosina 2020–2021 säästö oli 1 200 000 € ja 12,5 %.",
            "Vuosina 2020–2021 säästö oli 1 200 000 € ja 12,5 %.",
        ),
        ("Päivät 01/02/2022 ja 01-02-2022",) * 2,
        ("Diaari VK/36065/05.01.02/2022", "Diaari VK/36065/05.01.02/2022"),
    ],
)
def test_direct_identifiers_are_masked(text: str, after: str) -> None:
    with translation.override("en"):
        assert masked(text) == after
        assert bool(identifier_in(text)) is (text != after)


@pytest.fixture
def files(edition, tmp_path) -> tuple[str, ...]:
    (tmp_path / "responses.csv").write_text("\n".join((HEADER, *ROWS)), encoding="utf-8")
    (tmp_path / "codebook.toml").write_text(
        '[[questions]]\nkey = "any"\nkind = "single"\ncolumn = "any"\ndont_know = ["EOS"]\nmissing = ["99"]\n'
        'values = { "Kyllä" = "yes", "Ei" = "no" }\n',
        encoding="utf-8",
    )
    return str(tmp_path / "responses.csv"), "--codebook", str(tmp_path / "codebook.toml")


def test_the_command_prints_figures_and_enters_them_only_when_told(edition, files, capsys) -> None:
    call_command("import_responses", *files, "--survey", "edition")
    assert "5 respondents" in capsys.readouterr().out
    assert not Figure.objects.exists()
    call_command("import_responses", *files, "--survey", "edition", "--apply")
    assert Figure.objects.count() == 3


def test_the_command_prints_no_number_of_few(edition, files, capsys) -> None:
    call_command("import_responses", *files, "--survey", "edition")
    assert "yes: not shown" in capsys.readouterr().out


def test_the_command_names_the_editions_there_are(edition, files) -> None:
    with pytest.raises(CommandError, match="There are edition"):
        call_command("import_responses", *files, "--survey", "other")
