"""The editor's desk: figures of an edition from a file."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from barometer import actions
from barometer.models import Survey, SurveyQuestion
from tests.reviewing.pages import client_of

from . import factories
from .test_desk_editions import words

pytestmark = pytest.mark.django_db

HEADER = "survey,question,option,share,base,verified\n"


@pytest.fixture
def client() -> Client:
    return client_of(factories.editor())


@pytest.fixture
def asked() -> SurveyQuestion:
    question = factories.question("partners")
    for code in ("yes", "no"):
        factories.option(question, code)
    return factories.asked(factories.survey("next"), question)


def address(survey: Survey, name: str = "import") -> str:
    return reverse(f"admin:barometer_survey_{name}", args=[survey.pk])


def csv(*rows: str, header: str = HEADER, name: str = "figures.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (header + "\n".join(rows)).encode())


def upload(client: Client, survey: Survey, file: SimpleUploadedFile):
    return client.post(address(survey), {"file": file})


def shares(survey: Survey) -> dict:
    return {
        figure.option.code: figure.share
        for asked in survey.asked.all()
        for figure in asked.figures.select_related("option")
    }


def test_a_file_is_planned_then_confirmed(client, asked):
    survey = asked.survey
    answer = upload(client, survey, csv("next,partners,yes,80,50,yes", "next,partners,no,20,50,yes"))
    assert answer.status_code == 200
    assert len(answer.context["told"]["rows"]) == 2
    assert not shares(survey)
    confirmed = client.post(address(survey), {"sealed": answer.context["sealed"]})
    assert confirmed.status_code == 302
    assert shares(survey) == {"yes": 80, "no": 20}
    assert survey.events.first().by.display_name == "Editor"


def test_rows_that_cannot_be_read_are_told_and_nothing_is_entered(client, asked):
    answer = upload(client, asked.survey, csv("next,partners,yes,800,50,yes", "next,partners,no,20,50,yes"))
    assert "800" in words(answer)
    assert not answer.context["told"]["can_apply"]
    client.post(address(asked.survey), {"sealed": answer.context["sealed"]})
    assert not shares(asked.survey)


@pytest.mark.parametrize(
    "file",
    [
        csv("x", name="figures.pdf"),
        SimpleUploadedFile("figures.xlsx", b"not a workbook"),
        SimpleUploadedFile("figures.csv", b"\xff\xfe\x00"),
        SimpleUploadedFile("figures.csv", b""),
        csv("a", header="only\n"),
        csv("other,partners,yes,80,50,yes"),
        SimpleUploadedFile("figures.csv", HEADER.encode() + b"x" * 1024 * 1024),
    ],
    ids=["ending", "no workbook", "encoding", "empty", "columns", "other edition", "large"],
)
def test_what_is_wrong_with_a_file_is_told(client, asked, file):
    factories.asked(factories.survey("other"), asked.question)
    file.seek(0)
    answer = upload(client, asked.survey, file)
    assert answer.status_code == 200
    assert answer.context["has_errors"]
    assert not answer.context["sealed"]


def test_a_file_without_editions_is_of_this_one(client, asked):
    file = csv("partners,yes,80", header="question,option,share\n")
    answer = upload(client, asked.survey, file)
    client.post(address(asked.survey), {"sealed": answer.context["sealed"]})
    assert shares(asked.survey) == {"yes": 80}


def test_what_changed_between_the_plan_and_its_confirmation_is_shown_first(client, asked):
    answer = upload(client, asked.survey, csv("next,partners,yes,80,50,yes"))
    yes = asked.question.options.get(code="yes")
    actions.enter_figures(Survey.objects.get(), [factories.figure(asked, yes, 70)], by=None)
    again = client.post(address(asked.survey), {"sealed": answer.context["sealed"]})
    assert again.status_code == 409
    assert shares(asked.survey) == {"yes": 70}
    client.post(address(asked.survey), {"sealed": again.context["sealed"]})
    assert shares(asked.survey) == {"yes": 80}


def test_a_file_of_somebody_else_or_of_another_edition_is_not_taken(client, asked):
    sealed = upload(client, asked.survey, csv("next,partners,yes,80,50,yes")).context["sealed"]
    stranger = client_of(factories.editor("second@example.org"))
    other = factories.survey("other")
    for who, survey, text in (
        (stranger, asked.survey, sealed),
        (client, other, sealed),
        (client, asked.survey, "x"),
    ):
        answer = who.post(address(survey), {"sealed": text})
        assert answer.context["refusal"]
        assert not shares(survey)


def test_published_figures_are_imported_with_a_note(client):
    survey = factories.published("public")
    key = survey.asked.get().question.key
    answer = upload(client, survey, csv(f"public,{key},yes,75,100,yes", f"public,{key},no,25,100,yes"))
    sent = {"sealed": answer.context["sealed"], "note_fi": "Korjattu.", "note_sv": "Rättat.", "note_en": ""}
    refused = client.post(address(survey), sent)
    assert list(refused.context["confirm"].errors) == ["note_en"]
    assert "Korjattu." in words(refused)
    assert client.post(address(survey), {**sent, "note_en": "Corrected."}).status_code == 302
    assert shares(survey) == {"yes": 75, "no": 25}


def test_the_table_to_fill_in_comes_back_as_it_is(client, asked):
    yes = asked.question.options.get(code="yes")
    group = factories.group("size", "small")
    figures = [
        factories.figure(asked, yes, "80.5", 90, low=70, high=85, precision="exact", note_fi="Huomaa"),
        factories.figure(asked, yes, 60, 20, group=group, is_verified=False, suppression="by_editor"),
    ]
    actions.enter_figures(asked.survey, figures, by=None)
    content = client.get(address(asked.survey, "download")).content
    rows = list(load_workbook(BytesIO(content)).active.values)
    assert len(rows) == 1 + 2 + 2
    answer = upload(client, asked.survey, SimpleUploadedFile("table.xlsx", content))
    counts = {label: count for label, _tone, count in answer.context["told"]["counts"]}
    assert not answer.context["told"]["can_apply"], words(answer)
    assert sum(counts.values()) == 4
