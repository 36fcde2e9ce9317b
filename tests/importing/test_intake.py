"""A file is taken in: what is created, changed, left, refused and archived, and what is told of it."""

import csv

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from accounts.models import Organisation
from cases import actions
from cases.content import of_case
from cases.models import Case, CaseEvent, CaseRevision, ImportSource, PublicVersion, SearchEntry
from tests.cases.factories import ALL_CRITERIA, moderator
from tests.importing.conftest import FIRST, HEADER, MAPPING, SECOND, case, row

pytestmark = pytest.mark.usefixtures("terms")


def outcomes(report):
    """Outcome and reasons of each line of a report, by identifier."""
    with report.open(encoding="utf-8-sig", newline="") as lines:
        return {line["id"]: (line["outcome"], line["why"]) for line in csv.DictReader(lines)}


def everything():
    """All that an import may write, to be compared before and after."""
    return (
        list(Case.objects.order_by("pk").values()),
        list(CaseRevision.objects.order_by("pk").values()),
        CaseEvent.objects.count(),
        Organisation.objects.count(),
        list(ImportSource.objects.values()),
        PublicVersion.objects.get().number,
    )


# The first time ---------------------------------------------------------------------


def test_without_apply_everything_is_told_and_nothing_changed(write, take_in):
    before = everything()
    printed = take_in(write(FIRST, SECOND))
    assert "2 would be created" in printed
    assert "2 organisations would be added" in printed
    assert "Nothing was changed" in printed
    assert everything() == before


def test_applied_cases_are_public_with_their_source(write, take_in):
    printed = take_in(write(FIRST, SECOND), "--apply")
    assert "2 created" in printed
    taken = case("G-1")
    assert taken.is_public
    assert (taken.source.key, taken.source.licence) == ("gronland", "CC BY 4.0")
    assert taken.source.attribution == "Grønlands register"
    assert (taken.owner.name_en, taken.owner.country.code) == ("Kommune Vest", "GL")
    assert taken.owner.name_status == "to_check"
    assert taken.owner.kind == Organisation.Kind.FOREIGN
    assert (taken.country.code, taken.life_cycle, taken.started_year) == ("GL", "in_use", 2019)
    assert {term.key for term in taken.terms.all()} == {"kind:service", "theme:07", "technology:open-data"}
    text = taken.texts.get()
    assert (text.language, text.title, text.solution) == ("en", "Isvarsling", "Varsler om is.\nHver dag.")
    # What the source does not tell stays untold.
    assert not taken.principles
    assert text.summary == ""
    assert SearchEntry.objects.filter(case=taken).exists()
    event = taken.events.get()
    assert (event.act, event.by, event.revision) == ("import", None, taken.published_revision)


def test_a_mapping_may_leave_publishing_to_moderators(write, take_in, tmp_path):
    mapping = tmp_path / "draft.toml"
    mapping.write_text(MAPPING.read_text().replace('language = "en"', 'language = "en"\nstate = "draft"'))
    take_in(write(FIRST), "--apply", mapping=mapping)
    draft = case("G-1").revisions.get()
    assert case("G-1").state == Case.State.UNPUBLISHED
    assert draft.state == CaseRevision.State.DRAFT
    # A change in the source makes another draft in its place.
    take_in(write((*FIRST[:1], "Bedre isvarsling", *FIRST[2:])), "--apply", mapping=mapping)
    assert [(one.state, one.title) for one in case("G-1").revisions.order_by("number")] == [
        ("discarded", "Isvarsling"),
        ("draft", "Bedre isvarsling"),
    ]
    # Moderators publish it like any other, although it has a title and an owner alone.
    revision = case("G-1").revisions.open().get()
    actions.submit(revision, by=moderator())
    by = moderator()
    actions.start_review(revision, by=by)
    actions.publish(revision, by=by, seen_version=revision.version, criteria=ALL_CRITERIA)
    assert case("G-1").is_public


def test_an_organisation_of_the_register_is_found_in_any_language_and_by_its_former_names(write, take_in):
    known = Organisation.objects.create(
        name_fi="Länsi", name_sv="Kommune  vest", kind="foreign", country="GL"
    )
    Organisation.objects.create(name_en="Kommune Vest", kind="foreign", country="DK")
    take_in(write(FIRST), "--apply")
    assert case("G-1").owner == known
    known.name_sv = "Västra kommunen"
    known.save()
    take_in(write(FIRST, (*SECOND[:3], "kommune vest", *SECOND[4:])), "--apply")
    assert case("G-2").owner == known
    assert not case("G-1").revisions.filter(number=2).exists()


# Again ------------------------------------------------------------------------------


def test_a_second_run_changes_nothing(write, take_in):
    path = write(FIRST, SECOND)
    take_in(path, "--apply")
    before = everything()
    assert "2 left as they are" in take_in(path, "--apply")
    assert everything() == before


def test_what_the_source_changes_is_changed(write, take_in, tmp_path):
    take_in(write(FIRST, SECOND), "--apply")
    report = tmp_path / "report.csv"
    changed = (*FIRST[:4], "Prøve", "2020", *FIRST[6:])
    take_in(write(changed, SECOND), "--apply", "--report", str(report))
    assert outcomes(report) == {
        "G-1": ("changed", "changed: life_cycle, started_year"),
        "G-2": ("left", ""),
    }
    taken = case("G-1")
    assert (taken.life_cycle, taken.started_year) == ("pilot", 2020)
    assert [one.state for one in taken.revisions.order_by("number")] == ["published", "published"]


def test_what_was_edited_here_stays_when_the_source_changes_something_else(write, take_in, tmp_path):
    take_in(write(FIRST), "--apply")
    actions.set_terms(case("G-1"), by=moderator(), vocabulary="principle", codes=["2"])
    assert "1 left as they are" in take_in(write(FIRST), "--apply")
    path = write((*FIRST[:1], "Bedre isvarsling", *FIRST[2:]))
    take_in(path, "--apply")
    taken = case("G-1")
    assert [term.code for term in taken.principles] == ["2"]
    assert taken.texts.get().title == "Bedre isvarsling"
    before = everything()
    assert "1 left as they are" in take_in(path, "--apply")
    assert everything() == before


def edit(taken: Case, change) -> None:
    """Moderators edit a public case and publish it again."""
    editor, publisher = moderator(), moderator()
    content = of_case(taken)
    change(content)
    revision = actions.open_revision(taken, by=editor, content=content)
    actions.submit(revision, by=editor)
    actions.start_review(revision, by=publisher)
    actions.publish(revision, by=publisher, seen_version=revision.version, criteria=ALL_CRITERIA)


def test_where_both_changed_the_same_the_edit_stays_and_is_told(write, take_in, tmp_path):
    take_in(write(FIRST), "--apply")

    def translate(content):
        content["texts"]["en"]["title"] = "Ice warnings"
        content["texts"]["fi"] = {**content["texts"]["en"], "title": "Jäävaroitukset"}

    edit(case("G-1"), translate)
    report = tmp_path / "report.csv"
    path = write((*FIRST[:1], "Bedre isvarsling", "Varsler.", *FIRST[3:]))
    take_in(path, "--apply", "--report", str(report))
    outcome, why = outcomes(report)["G-1"]
    assert outcome == "changed"
    assert "changed: solution (en)" in why
    assert "kept as edited here, although the source changed it: title (en)" in why
    texts = {text.language: text for text in case("G-1").texts.all()}
    assert (texts["en"].title, texts["en"].solution) == ("Ice warnings", "Varsler.")
    assert texts["fi"].title == "Jäävaroitukset"
    assert "1 left as they are" in take_in(path, "--apply")


def test_a_case_that_is_being_edited_is_refused_until_that_is_done(write, take_in, tmp_path):
    take_in(write(FIRST), "--apply")
    editor = moderator()
    revision = actions.open_revision(case("G-1"), by=editor)
    path, report = write((*FIRST[:1], "Bedre isvarsling", *FIRST[2:])), tmp_path / "report.csv"
    printed = take_in(path, "--apply", "--report", str(report))
    assert "row 2, G-1: somebody is editing or reviewing it here: finish that first" in printed
    assert outcomes(report)["G-1"][0] == "refused"
    actions.discard(revision, by=editor)
    assert "1 changed" in take_in(path, "--apply")


@pytest.mark.parametrize("state", ["archived", "withdrawn"])
def test_what_was_taken_away_here_is_not_brought_back(write, take_in, tmp_path, state):
    take_in(write(FIRST), "--apply")
    taken = case("G-1")
    if state == "archived":
        actions.archive(taken, by=moderator(), message="It is not an innovation.")
    else:
        Case.objects.filter(pk=taken.pk).update(state=state)
    report = tmp_path / "report.csv"
    take_in(write((*FIRST[:1], "Bedre", *FIRST[2:])), "--apply", "--report", str(report))
    assert outcomes(report)["G-1"][0] == "left"
    assert case("G-1").state == state


# What the source no longer holds ----------------------------------------------------


def test_what_the_source_no_longer_holds_is_archived_and_brought_back_with_it(write, take_in, tmp_path):
    rows = [row(number) for number in range(1, 11)]
    take_in(write(*rows), "--apply")
    report = tmp_path / "report.csv"
    printed = take_in(write(*rows[:8]), "--apply", "--report", str(report))
    assert "2 archived" in printed
    assert outcomes(report)["G-10"] == ("archived", "the source no longer holds it")
    assert case("G-10").state == Case.State.ARCHIVED
    assert not SearchEntry.objects.filter(case=case("G-10")).exists()
    # What is gone already is not archived once more.
    assert "0 archived" in take_in(write(*rows[:8]), "--apply")
    take_in(write(*rows), "--apply", "--report", str(report))
    assert outcomes(report)["G-10"] == ("changed", "the source holds it again")
    assert case("G-10").is_public


def test_archiving_more_than_a_fifth_needs_force(write, take_in):
    rows = [row(number) for number in range(1, 11)]
    take_in(write(*rows), "--apply")
    short = write(*rows[:7], row(11))
    before = everything()
    with pytest.raises(CommandError, match=r"3 of the source’s 10 public cases .* more than a fifth"):
        take_in(short, "--apply")
    assert everything() == before
    with pytest.raises(CommandError, match="more than a fifth"):
        take_in(short)
    printed = take_in(short, "--apply", "--force")
    assert "1 created" in printed
    assert "3 archived" in printed


def test_a_refused_row_does_not_archive_its_case(write, take_in):
    take_in(write(FIRST, SECOND), "--apply")
    printed = take_in(write(FIRST, (*SECOND[:4], "ukendt", *SECOND[5:])), "--apply")
    assert "1 refused" in printed
    assert "0 archived" in printed
    assert case("G-2").is_public


def test_cases_of_other_sources_are_left_alone(write, take_in, tmp_path):
    take_in(write(FIRST), "--apply")
    other = tmp_path / "other.toml"
    other.write_text(MAPPING.read_text().replace('key = "gronland"', 'key = "other"'))
    take_in(write(FIRST), "--apply", mapping=other)
    assert Case.objects.public().filter(external_id="G-1").count() == 2


# What is told -----------------------------------------------------------------------


def test_rows_are_refused_one_by_one_with_their_reasons(write, take_in, tmp_path):
    report = tmp_path / "report.csv"
    rows = [row(1), row(2), row(2, Navn="Another"), row(4, Fra="soon"), ("", *SECOND[1:])]
    printed = take_in(write(*rows), "--apply", "--report", str(report))
    assert "1 created" in printed
    assert "4 refused" in printed
    assert "row 3, G-2: column “Nr”: “G-2” is on 2 rows" in printed
    assert "row 5, G-4: column “Fra”: “soon” is not a year from 1990 to 2100" in printed
    assert "row 6, no identifier: column “Nr”: the row has no identifier" in printed
    assert outcomes(report)["G-1"] == ("created", "")
    assert Case.objects.filter(source__key="gronland").count() == 1


def test_values_that_the_mapping_does_not_know_are_counted(write, take_in):
    printed = take_in(write(row(1, Emne="Fiskeri"), row(2, Emne="Fiskeri")))
    assert "2 × “Fiskeri” in “Emne”" in printed


def test_a_report_is_safe_to_open_in_a_spreadsheet(write, take_in, tmp_path):
    report = tmp_path / "report.csv"
    take_in(
        write(row(1, Navn='=HYPERLINK("https://evil.example";"x")', Emne="@SUM(A1)")), "--report", str(report)
    )
    with report.open(encoding="utf-8-sig", newline="") as lines:
        cells = [cell for line in csv.reader(lines) for cell in line]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_a_file_with_a_new_column_is_taken_in_and_the_column_told(write, capsys, take_in):
    path = write((*FIRST, "something"), header=(*HEADER, "Nyt felt"))
    call_command("import_cases", str(path), "--mapping", str(MAPPING), "--apply")
    captured = capsys.readouterr()
    assert "1 created" in captured.out
    assert "does not know the column “Nyt felt”: it is left out" in captured.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"delimiter": ","}, "no semicolon separates its columns"),
        ({"encoding": "cp1252"}, "Row 1, column “.*”: .* is not utf-8"),
        ({"header": HEADER[:9]}, "lacks the columns “Åbne data”"),
    ],
)
def test_a_wrong_file_is_told_and_nothing_taken_in(write, take_in, options, message):
    rows = [row(1)[: len(options.get("header", HEADER))]]
    with pytest.raises(CommandError, match=message):
        take_in(write(*rows, **options), "--apply")
    assert not Case.objects.exists()


def test_a_failure_half_way_takes_nothing_in(write, take_in, monkeypatch):
    monkeypatch.setattr("cases.importers.intake.BATCH", 1)
    before = everything()
    import_cases, calls = actions.import_cases, []

    def fail_the_second_time(*args, **options):
        calls.append(args)
        if len(calls) == 2:
            raise DatabaseError("The disk is full.")
        return import_cases(*args, **options)

    monkeypatch.setattr(actions, "import_cases", fail_the_second_time)
    with pytest.raises(DatabaseError, match="The disk is full"):
        take_in(write(FIRST, SECOND), "--apply")
    assert everything() == before
