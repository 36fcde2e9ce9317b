"""Taking figures in from a table."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.utils import translation

from barometer import actions, exports, series
from barometer.importers import figures
from barometer.importers.figures import FigureMapping, Outcome, Plan
from barometer.models import Figure, Question
from common.imports.options import MappingError
from common.imports.tables import Row, Table, TableError

from . import factories

pytestmark = pytest.mark.django_db

NOTE = {"fi": "Korjattu.", "sv": "Rättat.", "en": "Corrected."}
NEEDED = ("survey", "question", "option", "share")


@pytest.fixture(autouse=True)
def edition():
    """A draft that asks one question with one answer, and a breakdown of two groups."""
    survey = factories.survey("edition")
    question = factories.question("at-least-one")
    for code in ("yes", "no"):
        factories.option(question, code)
    factories.asked(survey, question)
    for key in ("small", "large"):
        factories.group("size", key)
    with translation.override("en"):
        yield survey


def table(*rows: str, header: str = "survey;question;option;share") -> Table:
    cells = [Row(number, tuple(row.split(";"))) for number, row in enumerate(rows, start=2)]
    return Table(header.split(";"), cells)


def plan(*rows: str, more: str = "", mapping: FigureMapping | None = None) -> Plan:
    """The plan for rows that begin with the edition and its question."""
    header = ";".join((*NEEDED, *more.split())) if more else ";".join(NEEDED)
    return figures.plan(table(*(f"edition;at-least-one;{row}" for row in rows), header=header), mapping)


def outcomes(of: Plan) -> list[str]:
    return [line.outcome.value for line in of.lines]


def test_figures_are_planned_then_entered_and_are_the_same_the_next_time() -> None:
    first = plan("yes;79", "no;21")
    assert outcomes(first) == ["created", "created"]
    assert not Figure.objects.exists()
    figures.apply(first, by=factories.editor())
    assert outcomes(plan("yes;79", "no;21")) == ["same", "same"]
    assert outcomes(plan("yes;80", "no;20")) == ["changed", "changed"]


@pytest.mark.parametrize("text", ["12.5", "12,5", "12,5 %", "12.50%", " 12,5 % "])
def test_a_share_is_read_with_comma_or_point_and_percent_sign(text: str) -> None:
    figures.apply(plan(f"yes;{text}"), by=None)
    figure = Figure.objects.get()
    assert (figure.share, figure.precision) == (Decimal("12.5"), Figure.Precision.EXACT)


@pytest.mark.parametrize(
    ("row", "more", "error"),
    [
        ("yes;101", "", "Row 2, column “share”: 101 is not between 0 and 100"),
        ("yes;-1", "", "Row 2, column “share”: -1 is not between 0 and 100"),
        ("yes;many", "", "Row 2, column “share”: “many” is not a number"),
        ("yes;NaN", "", "Row 2, column “share”: “NaN” is not a number"),
        ("yes;50;12.5", "base", "Row 2, column “base”: “12.5” is not a number of answers"),
        ("yes;50;-3", "base", "Row 2, column “base”: “-3” is not a number of answers"),
        ("yes;50;guessed", "precision", "Row 2, column “precision”: “guessed” is none of exact,"),
        ("yes;50;worded", "precision", "Row 2, column “words_fi”: a share told in words needs"),
        ("yes;50;maybe", "verified", "Row 2, column “verified”: “maybe” is neither yes nor no"),
        ("yes;50;40", "low", "Row 2, column “high”: both limits are told, or neither"),
        ("yes;50;51;60", "low high", "Row 2, column “share”: the share is not between its limits"),
        (
            "yes;50;size;",
            "dimension group",
            "Row 2, column “group”: the breakdown is told,",
        ),
        (
            "yes;50;;small",
            "dimension group",
            "Row 2, column “dimension”: the group is told,",
        ),
        ("yes;50;nowhere", "source", "Row 2, column “source”: there is no “nowhere”"),
        ("yes;50;" + "x" * 301, "note_fi", "Row 2, column “note_fi”: 301 characters; at most 300 fit"),
    ],
)
def test_what_cannot_be_used_is_told_with_row_and_column(row: str, more: str, error: str) -> None:
    refused = plan(row, more=more)
    assert outcomes(refused) == ["refused"]
    assert refused.errors[0].startswith(error)
    with pytest.raises(figures.FiguresRefusedError):
        figures.apply(refused, by=None)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("editon;at-least-one;yes;1", "column “survey”: there is no “editon”; is “edition” meant?"),
        (
            "edition;at_least_one;yes;1",
            "column “question”: there is no “at_least_one”; is “at-least-one” meant?",
        ),
        ("edition;at-least-one;yes fi;1", "column “option”: there is no “yes fi”; is “yes” meant?"),
        ("edition;at-least-one;;1", "column “option”: it is not told"),
        ("edition;other;yes;1", "column “question”: there is no “other”"),
    ],
)
def test_what_is_not_known_is_told_with_what_is_nearest(row: str, error: str) -> None:
    assert figures.plan(table(row)).errors == [f"Row 2, {error}"]


def test_a_question_that_the_edition_does_not_ask_is_not_added() -> None:
    factories.option(factories.question("unasked"), "yes")
    [error] = figures.plan(table("edition;unasked;yes;50")).errors
    assert "the edition does not ask this question" in error


def test_one_refused_row_keeps_all_figures_out() -> None:
    with pytest.raises(figures.FiguresRefusedError):
        figures.apply(plan("yes;79", "no;210"), by=None)
    assert not Figure.objects.exists()


def test_the_same_figure_on_two_rows_is_refused_on_both() -> None:
    errors = plan("yes;79", "yes;80", "no;20").errors
    assert errors == [
        "Row 2, column “option”: the same figure is on row 3 too",
        "Row 3, column “option”: the same figure is on row 2 too",
    ]


def test_shares_of_a_question_with_one_answer_are_not_more_than_a_whole() -> None:
    assert not plan("yes;79", "no;22").errors
    assert not plan("yes;79;about", "no;25;about", more="precision").errors
    assert len(plan("yes;79", "no;23").errors) == 2
    assert len(plan("yes;79.0;exact", "no;21.2;exact", more="precision").errors) == 2


def test_a_sum_is_made_with_the_figures_that_are_there_already() -> None:
    figures.apply(plan("yes;79", "no;21"), by=None)
    [error] = plan("yes;85").errors
    assert "make 106 % together, more than 100" in error


def test_several_answers_may_be_more_than_a_whole_but_not_more_than_may_be_given(edition) -> None:
    question = factories.question("motives", Question.Kind.MULTI, most_answers=2)
    for code in ("a", "b", "c"):
        factories.option(question, code)
    factories.asked(edition, question)
    rows = [f"edition;motives;{code};{share}" for code, share in (("a", 80), ("b", 70), ("c", 49))]
    assert not figures.plan(table(*rows)).errors
    assert figures.plan(table(*rows[:2], "edition;motives;c;60")).errors


def test_an_empty_cell_empties_and_a_missing_column_leaves() -> None:
    figures.apply(plan("yes;79;100;yes", more="base verified"), by=None)
    figures.apply(plan("yes;78;", more="base"), by=None)
    figure = Figure.objects.get()
    assert (figure.share, figure.base, figure.is_verified) == (Decimal(78), None, True)


def test_a_figure_is_kept_back_and_shown_again() -> None:
    figures.apply(plan("yes;79;yes", "no;21;no", more="kept_back"), by=None)
    assert Figure.objects.get(option__code="yes").suppression == Figure.Suppression.BY_EDITOR
    assert outcomes(plan("yes;79", "no;21")) == ["same", "same"]
    figures.apply(plan("yes;79;no", more="kept_back"), by=None)
    assert Figure.objects.get(option__code="yes").suppression == Figure.Suppression.NONE


def test_a_place_without_its_number_leaves_what_is_known_here() -> None:
    figures.apply(plan("yes;79;3", more="base"), by=None)
    again = plan("yes;;;small", more="base suppression")
    assert outcomes(again) == ["same"]
    assert again.lines[0].remarks == ("column “suppression”: its number is not in the file: left as it is",)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(("write", "ending"), [(exports.csv_file, "csv"), (exports.xlsx_file, "xlsx")])
def test_what_is_downloaded_is_the_same_when_it_is_brought_back(tmp_path, language, write, ending) -> None:
    """Every download of a question with what is not shown, told in words, and of another source."""
    survey = factories.survey("public")
    question = factories.question("asked")
    asked = factories.asked(survey, question)
    yes, no = (factories.option(question, code) for code in ("yes", "no"))
    groups = [factories.group("region", key) for key in ("north", "south", "west")]
    told = [
        factories.figure(asked, yes, "79.4", 63, precision="about", source=factories.source()),
        factories.figure(asked, no, 20, 63, precision="worded", **factories.in_three("words", "one of five")),
        *(
            factories.figure(asked, yes, 50, base, group=group, unweighted_share=48, low=40, high=60)
            for group, base in zip(groups, (3, 20, 40), strict=True)
        ),
    ]
    actions.enter_figures(survey, told, by=None)
    actions.publish(survey, by=None)
    for key in ("public--asked", "public--asked--by--region", "compare--asked--yes"):
        path = tmp_path / f"{key}.{ending}"
        with translation.override(language):
            path.write_bytes(write(series.find(key, AnonymousUser())))
        again = figures.plan(figures.read(path))
        assert set(outcomes(again)) == {"same"}, [line.remarks for line in again.lines]
        assert again.unread == ()


def test_a_figure_that_readers_do_not_know_stays_when_their_download_is_brought_back() -> None:
    """An edition that asked has its place in a comparison, without a number as long as nobody has seen it."""
    figures.apply(plan("yes;80;no", more="verified"), by=None)
    again = plan("yes;")
    assert outcomes(again) == ["same"]
    assert again.lines[0].remarks == ("column “share”: its number is not in the file: left as it is",)
    emptied = plan("yes;;no", more="verified")
    assert outcomes(emptied) == ["changed"]


def test_a_correction_without_a_precision_keeps_what_was_said_of_it() -> None:
    figures.apply(plan("yes;79;about", more="precision"), by=None)
    figures.apply(plan("yes;78.5"), by=None)
    assert Figure.objects.get().precision == Figure.Precision.ABOUT


def test_published_figures_are_corrected_with_a_note() -> None:
    survey = factories.published("public")
    question = survey.asked.get().question.key
    correction = figures.plan(table(f"public;{question};yes;79"))
    assert correction.needs_note
    figures.apply(correction, by=factories.editor(), note=NOTE)
    assert survey.events.first().note == NOTE


def test_a_plan_that_was_overtaken_is_refused(edition) -> None:
    early = plan("yes;79")
    figures.apply(plan("yes;70"), by=None)
    with pytest.raises(actions.TransitionRefused):
        figures.apply(early, by=None)
    assert Figure.objects.get().share == 70


def test_different_bases_and_groups_larger_than_the_total_are_told() -> None:
    notes = [
        remark
        for line in plan(
            "yes;50;40;;", "no;50;41;;", "yes;60;30;size;small", "yes;60;30;size;large",
            more="base dimension group",
        ).lines
        for remark in line.remarks
    ]  # fmt: skip
    assert notes == [
        "column “base”: the options of this question and group have different bases: 40, 41",
        "column “base”: the groups of this breakdown have 60 answers together, the total 40",
    ]


def test_a_value_map_renames_columns_and_values() -> None:
    mapping = FigureMapping(
        {
            "columns": {"question": "Fråga", "option": "Svar", "share": "Andel"},
            "constants": {"survey": "edition"},
            "values": {"question": {"Minst en?": "at-least-one"}, "option": {"Ja": "yes", "Nej": "no"}},
            "ignored": {"Kommentar": "Not for readers."},
        }
    )
    told = figures.plan(
        table("minst en?;JA;79 %;-;1", "Minst en?;nej;21 %;-;2", header="Fråga;Svar;Andel;Kommentar;Nr"),
        mapping,
    )
    assert outcomes(told) == ["created", "created"]
    assert told.unread == ("Nr",)


@pytest.mark.parametrize(
    "data",
    [
        {"columns": {"shares": "Andel"}},
        {"constants": {"survey": "x"}, "columns": {"survey": "y"}},
        {"values": {"colour": {}}},
        {"extra": {}},
    ],
)
def test_a_value_map_with_unknown_parts_is_refused(data) -> None:
    with pytest.raises(MappingError):
        FigureMapping(data)


def test_a_file_without_needed_columns_is_refused() -> None:
    with pytest.raises(TableError, match="the file lacks the columns “share”"):
        figures.plan(table("a;b;c", header="survey;question;option"))


@pytest.fixture
def run(tmp_path: Path, capsys) -> Callable[..., str]:
    """Runs the command on rows and gives what it printed."""

    def run_command(*rows: str, options: tuple[str, ...] = ()) -> str:
        path = tmp_path / "figures.csv"
        path.write_text("\n".join((";".join(NEEDED), *rows)), encoding="utf-8")
        capsys.readouterr()
        call_command("import_barometer", str(path), *options)
        return capsys.readouterr().out

    return run_command


def test_the_command_only_tells_without_apply(run) -> None:
    assert "1 would be created" in run("edition;at-least-one;yes;79")
    assert not Figure.objects.exists()


def test_the_command_enters_and_reports_each_row(run, tmp_path) -> None:
    report = tmp_path / "report.csv"
    run(
        "edition;at-least-one;yes;79",
        "edition;at-least-one;no;21",
        options=("--apply", "--report", str(report)),
    )
    assert Figure.objects.count() == 2
    rows = list(csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["row"], row["option"], row["outcome"], row["after"]) for row in rows] == [
        ("2", "yes", "created", "79.00 %"),
        ("3", "no", "created", "21.00 %"),
    ]


def test_the_command_fails_when_rows_are_refused(run) -> None:
    with pytest.raises(CommandError, match="nothing was entered"):
        run("edition;at-least-one;yes;790", options=("--apply",))


def test_the_plan_is_made_with_as_many_queries_however_many_rows(django_assert_num_queries) -> None:
    with django_assert_num_queries(7):
        plan("yes;79", "no;21")
    assert Outcome.CREATED in {line.outcome for line in plan("yes;79", "no;21").lines}
