"""Public Sector Tech Watch's columns given away: taking them in again changes nothing."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Organisation
from accounts.reference_data import load_organisations
from cases import actions
from cases.importers.mapping import load_mapping
from cases.importers.outward import Outward
from cases.models import Case, CaseEvent, CaseRevision, CaseText, PublicVersion
from common import files
from common.imports.text import one_line
from common.tabular import guarded, unguarded
from tests.accounts.factories import OrganisationFactory
from tests.cases import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("terms")]

# Every way in which the columns can tell something, with the quirks of the real file.
ROWS = [
    {
        "PSTW ID": "PSTW-1",
        "Name": "=Chatbot, with a comma",
        "Website": "https://one.example/ https://two.example/",
        "Description": "First paragraph.\n\nSource of the information: a lie.",
        "Geographical extent": "National",
        "Geographical coverage (country)": "Finland",
        "NUTS 2021": "FI1B",
        "Responsible organisation": "City of Espoo",
        "Responsible organisation category": "Local Government",
        "Functions of Government (COFOG level I)": "Health",
        "Functions of Government (COFOG level II)": "Hospital services",
        " Status": "In development",
        "Start Year": "2020",
        "Process type": "Adjudication",
        "Application type": "Internatl support processes",
        "Cross Border": "No",
        "Primary Technology": "Artificial Intelligence",
        "Interaction": "G2C",
        "Improved Public Service": "x",
        "Cost-reduction": "x",
        "Source": "See page 3 of the report",
        "AI Classification (I)": "Communication",
        "AI Classification Subdomain (II) (main)": "Generative AI",
        "AI Keywords": "chatbot; speech",
        "Collaboration type": "Other PAs",
        "Funding source": "EU-funded project",
        "GovTech": "@quoted",
        "Open components in input": "+some library",
        "Stories link": "https://story.example/ The whole story",
        "Date updated": "13/03/2025",
    },
    {
        "PSTW ID": "PSTW-2",
        "Name": "Second",
        "Description": "-starts with a dash",
        "Geographical coverage (country)": "Vatican City",
        "Responsible organisation": "@Somebody",
        "Responsible organisation category": "European Institution/Agency",
        " Status": "Not in use",
        "Start Year": "2019",
        "End Year": "2021",
        "Functions of Government (COFOG level I)": "Defence\nEducation",
        "Website": "not an address",
    },
]


def header() -> tuple[str, ...]:
    return load_mapping("pstw").header


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "pstw.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, header())
        writer.writeheader()
        writer.writerows(ROWS)
    return path


@pytest.fixture
def give(client, tmp_path) -> Callable[..., Path]:
    """Downloads the file, as anybody may, into the folder of the test."""

    def download(name: str = "given.csv", language: str = "fi") -> Path:
        with override(language):
            answer = client.get(reverse("cases:pstw"))
        assert answer.status_code == 200
        path = tmp_path / name
        path.write_bytes(b"".join(answer.streaming_content))
        return path

    return download


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {
            unguarded(row["PSTW ID"]): {name: unguarded(cell) for name, cell in row.items()}
            for row in csv.DictReader(lines)
        }


def everything() -> dict[str, object]:
    """All that taking in could change."""
    return {
        "public": PublicVersion.objects.get().number,
        "events": CaseEvent.objects.count(),
        "revisions": list(
            CaseRevision.objects.order_by("pk").values_list("pk", "state", "content", "source_row")
        ),
        "cases": list(Case.objects.order_by("pk").values_list("pk", "state", "changed_at", "owner")),
        "texts": list(CaseText.objects.order_by("pk").values_list("case", "title", "solution", "users")),
        "organisations": Organisation.objects.count(),
    }


def assert_changes_nothing(path: Path, take_in: Callable[..., str], left: int) -> str:
    before = everything()
    printed = take_in(path, "--apply", mapping="pstw")
    assert f"{left:,} left as they are" in printed
    for outcome in ("created", "changed", "refused", "archived", "organisations added"):
        assert f" 0 {outcome}" in printed, printed
    assert everything() == before
    return printed


def taken_in(file: Path, take_in: Callable[..., str]) -> None:
    load_organisations()
    printed = take_in(file, "--apply", mapping="pstw")
    assert " 0 refused" in printed, printed


def edit(case: Case, **changes: object) -> None:
    """Staff publish another content of the case."""
    moderator, author = factories.moderator(), factories.moderator()
    revision = actions.open_revision(case, by=author)
    content = revision.content
    for name, value in changes.items():
        if name in content["texts"]["en"]:
            content["texts"]["en"][name] = value
        elif name in content["terms"]:
            content["terms"][name] = value
        else:
            content[name] = value
    revision = actions.save_content(revision, by=author, content=content)
    actions.submit(revision, by=author)
    actions.start_review(revision, by=moderator)
    revision.refresh_from_db()
    actions.publish(revision, by=moderator, seen_version=revision.version, criteria=factories.ALL_CRITERIA)


def own(**changes: object) -> Case:
    return factories.published(**changes)


@pytest.mark.shared
def test_header_is_that_of_the_real_file(shared_data):
    path = shared_data / "data" / "pstw" / "pstw_dataset_2026-03-04.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        assert tuple(next(csv.reader(lines))) == header()
    assert len(header()) == 56


@pytest.mark.shared
def test_the_real_file_comes_back_and_changes_nothing(shared_data, take_in, give):
    path = shared_data / "data" / "pstw" / "pstw_dataset_2026-03-04.csv"
    taken_in(path, take_in)
    given = give("first.csv")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        source = {row["PSTW ID"]: row for row in csv.DictReader(lines)}
    rows = rows_of(given)
    assert list(rows) == list(source)
    for external_id, row in rows.items():
        for name, cell in row.items():
            assert one_line(cell) == one_line(source[external_id][name]), (external_id, name)
    assert_changes_nothing(given, take_in, 2291)
    assert give("second.csv", "en").read_bytes() == given.read_bytes()


def test_every_kind_of_column_comes_back_and_changes_nothing(file, take_in, give):
    taken_in(file, take_in)
    given = give("first.csv")
    for row in ROWS:
        told = rows_of(given)[row["PSTW ID"]]
        assert told == {name: row.get(name, "") for name in header()}
    assert_changes_nothing(given, take_in, 2)
    assert give("second.csv", "sv").read_bytes() == given.read_bytes()


def test_no_cell_is_a_formula(file, take_in, give):
    taken_in(file, take_in)
    own(
        texts={"en": {**factories.complete_content()["texts"]["fi"], "title": "=1+1"}}, original_language="en"
    )
    text = give().read_text(encoding="utf-8-sig")
    for row in csv.reader(io.StringIO(text)):
        assert not [cell for cell in row if cell[:1] in tuple("=+-@|%\t\r\n＝＋－＠")]
    assert "'=1+1" in text


@pytest.mark.parametrize("value", ["", "a", "'", "'a", "=a", "'=a", "''=a", "-5", "@x", "+", "\t=a", "＝1"])
def test_what_is_guarded_comes_back(value):
    assert unguarded(guarded(value)) == value
    assert guarded(value)[:1] not in ("=", "+", "-", "@", "\t", "＝")


def test_a_case_whose_identifier_was_guarded_has_not_vanished(file, take_in, give):
    file.write_text(file.read_text("utf-8").replace("PSTW-1,", "-1,"), "utf-8")
    taken_in(file, take_in)
    assert Case.objects.public().filter(external_id="-1").exists()
    assert_changes_nothing(give(), take_in, len(ROWS))
    assert Case.objects.public().filter(external_id="-1").exists()


def test_what_was_edited_here_is_given_away_and_changes_nothing(file, take_in, give):
    taken_in(file, take_in)
    case = Case.objects.get(external_id="PSTW-1")
    ending = case.texts.get().solution.removeprefix(ROWS[0]["Description"])
    assert "Classified by the source as" in ending
    edit(
        case,
        title="Better name",
        solution="Better description." + ending,
        users="Told in other words.",
        lessons="No column tells this.",
        life_cycle="in_use",
        started_year=2021,
        principle=["1"],
        theme=["07", "09"],
        website="https://other.example/",
    )
    given = give("first.csv")
    told = rows_of(given)["PSTW-1"]
    assert told["Name"] == "Better name"
    assert told["Description"] == "Better description."
    assert told[" Status"] == "Implemented"
    assert told["Start Year"] == "2021"
    assert told["Functions of Government (COFOG level I)"] == "Health\nEducation"
    assert told["AI Keywords"] == ROWS[0]["AI Keywords"]
    # No column can tell these words, and the source's are not said any more.
    assert told["Interaction"] == ""
    assert_changes_nothing(given, take_in, 2)
    assert give("second.csv").read_bytes() == given.read_bytes()


def test_owner_that_staff_have_changed_is_given_away(file, take_in, give):
    taken_in(file, take_in)
    case = Case.objects.get(external_id="PSTW-1")
    edit(case, owner=Organisation.objects.get(code="virasto-dvv").pk)
    given = give()
    assert rows_of(given)["PSTW-1"]["Responsible organisation"] == (
        "Digital and Population Data Services Agency"
    )
    assert_changes_nothing(given, take_in, 2)


def test_what_was_edited_away_here_is_not_given_away(file, take_in, give):
    taken_in(file, take_in)
    case = Case.objects.get(external_id="PSTW-1")
    links = [row["Source"] for row in ROWS if row["PSTW ID"] == "PSTW-1"]
    assert links[0] in rows_of(give("before.csv"))["PSTW-1"]["Source"]
    edit(case, solution="Nothing of the source's words.", users="", materials=[])
    given = give()
    told = rows_of(given)["PSTW-1"]
    assert told["Source"] == told["Interaction"] == ""
    assert told["Description"] == "Nothing of the source's words."
    assert_changes_nothing(given, take_in, 2)


def test_case_being_edited_here_is_no_obstacle(file, take_in, give):
    taken_in(file, take_in)
    case = Case.objects.get(external_id="PSTW-1")
    edit(case, title="Better name")
    actions.open_revision(Case.objects.get(pk=case.pk), by=factories.moderator())
    assert_changes_nothing(give(), take_in, 2)


def test_what_is_gone_here_is_not_given_away_and_stays_gone(file, take_in, give):
    taken_in(file, take_in)
    actions.archive(Case.objects.get(external_id="PSTW-2"), by=factories.moderator(), message="Ei.")
    given = give()
    assert list(rows_of(given)) == ["PSTW-1"]
    assert_changes_nothing(given, take_in, 1)


def test_own_cases_are_told_as_far_as_the_columns_can_and_left_alone(file, take_in, give):
    taken_in(file, take_in)
    english = {**factories.complete_content()["texts"]["fi"], "title": "Own", "solution": "We did it."}
    case = own(
        texts={"en": {**english, "users": "Residents."}},
        original_language="en",
        owner=OrganisationFactory(name_fi="Oma kunta", name_en="Own Municipality").pk,
        website="https://own.example/",
    )
    finnish = own()
    draft = factories.draft().case
    example = own()
    Case.objects.filter(pk=example.pk).update(is_example=True)
    given = give()
    rows = rows_of(given)
    addresses = {
        pk: next((address for address in rows if address.endswith(f"/id/innovation/{pk}")), "")
        for pk in (case.pk, finnish.pk, draft.pk, example.pk)
    }
    assert not addresses[draft.pk]
    assert not addresses[example.pk]
    told = {name: cell for name, cell in rows[addresses[case.pk]].items() if cell}
    assert told == {
        "PSTW ID": addresses[case.pk],
        "Name": "Own",
        "Website": "https://own.example/",
        "Description": "We did it.",
        "Geographical coverage (country)": "Finland",
        "Responsible organisation": "Own Municipality",
        "Responsible organisation category": "Local Government",
        "Functions of Government (COFOG level I)": "Health",
        " Status": "Implemented",
        "Start Year": "2022",
        "Process type": "Public services and engagement",
    }
    # In another language there is its name, so that one knows it.
    assert rows[addresses[finnish.pk]]["Name"] == "Lupahakemus yhdellä keskustelulla"
    assert rows[addresses[finnish.pk]]["Description"] == ""
    report = given.with_name("report.csv")
    assert_changes_nothing(given, take_in, 4)
    take_in(given, "--report", str(report), mapping="pstw")
    assert report.read_text(encoding="utf-8-sig").count("it is this registry’s own") == 2


def test_contacts_are_in_no_byte(give):
    own(contact={"role": "Salarooli", "email": "salainen@example.org"})
    content = give().read_bytes()
    assert b"Salarooli" not in content
    assert b"salainen" not in content


def test_rows_taken_in_before_rows_were_kept_are_kept_by_the_next_time(file, take_in, give):
    taken_in(file, take_in)
    CaseRevision.objects.update(source_row=None)
    before = everything()
    assert "2 left as they are" in take_in(file, "--apply", mapping="pstw")
    assert CaseRevision.objects.filter(source_row__isnull=False).count() == 2
    # What the file gives has changed.
    assert everything()["public"] == before["public"] + 1
    assert rows_of(give())["PSTW-1"]["AI Classification (I)"] == "Communication"


def test_row_that_tells_the_same_in_other_words_is_kept_as_it_now_is(file, take_in, give):
    taken_in(file, take_in)
    file.write_text(
        file.read_text(encoding="utf-8-sig").replace("13/03/2025", "14/03/2026"), encoding="utf-8-sig"
    )
    assert "2 left as they are" in take_in(file, "--apply", mapping="pstw")
    assert rows_of(give())["PSTW-1"]["Date updated"] == "14/03/2026"


def test_queries_are_constant_in_the_number_of_cases(file, take_in, client):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            b"".join(client.get(reverse("cases:pstw")).streaming_content)
        return len(queries)

    taken_in(file, take_in)
    own()
    edit(Case.objects.get(external_id="PSTW-1"), title="Better name")
    few = count()
    for _number in range(3):
        own()
    edit(Case.objects.get(external_id="PSTW-2"), title="Better name")
    assert count() == few


def test_file_is_made_whole_and_kept_until_something_changes(file, take_in, client, monkeypatch):
    taken_in(file, take_in)
    first = client.get(reverse("cases:pstw"))
    assert first["Content-Length"] == str(len(b"".join(first.streaming_content)))
    with CaptureQueriesContext(connection) as queries:
        again = client.get(reverse("cases:pstw"), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again["ETag"], len(queries)) == (304, first["ETag"], 1)
    edit(Case.objects.get(external_id="PSTW-1"), title="Better name")
    with files.in_turn():
        monkeypatch.setattr(files, "_began_at", files._began_at - files.PATIENCE)
        assert client.get(reverse("cases:pstw")).status_code == 503
    assert b"Better name" in client.get(reverse("cases:pstw")).getvalue()


def test_error_in_the_midst_gives_no_file(file, take_in, client, monkeypatch):
    taken_in(file, take_in)

    def broken(self: Outward) -> Iterator[list[str]]:
        yield [""] * len(self.mapping.header)
        raise RuntimeError("the database went away")

    monkeypatch.setattr(Outward, "rows", broken)
    client.raise_request_exception = False
    assert client.get(reverse("cases:pstw")).status_code == 500


def test_download_sets_no_cookie_and_takes_no_other_method(client):
    answer = client.get(reverse("cases:pstw"))
    assert not answer.cookies
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert client.post(reverse("cases:pstw")).status_code == 405
