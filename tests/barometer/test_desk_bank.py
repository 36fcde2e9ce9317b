"""The editor's desk: the question bank, factors, breakdowns, sources, answers in own words."""

import pytest
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from barometer.models import Dimension, Factor, Option, OwnWords, Question, Source
from tests.reviewing.pages import client_of

from . import factories
from .test_desk_editions import fields, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(factories.editor())


def row(thing, name: str = "change") -> str:
    return reverse(f"admin:barometer_{thing._meta.model_name}_{name}", args=[thing.pk])


def test_a_question_is_added_with_answers_in_three_languages(client):
    address = reverse("admin:barometer_question_add")
    sent = {
        **fields(client.get(address)),
        "key": "partners",
        "kind": "single",
        "in_bank": "on",
        **{f"{name}_{language}": "x" for name in ("title", "wording") for language in ("fi", "sv", "en")},
        "options-TOTAL_FORMS": "1",
        "options-0-order": "0",
        "options-0-code": "yes",
        "options-0-label_fi": "Kyllä",
        "options-0-label_sv": "Ja",
        "options-0-label_en": "Yes",
        "options-0-role": "answer",
    }
    assert client.post(address, sent).status_code == 302
    option = Option.objects.get(question__key="partners")
    assert (option.label_fi, option.label_sv, option.label_en) == ("Kyllä", "Ja", "Yes")
    assert option.question.history.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"direction": "promotes", "degree": "high", "factor": ""}, "factor"),
        ({"direction": "promotes", "degree": ""}, "degree"),
        ({"direction": "", "degree": "high"}, "degree"),
    ],
)
def test_what_the_table_refuses_of_an_option_is_told(client, values, field):
    question = factories.question(kind="factor")
    option = factories.option(question, "x", factor=factories.factor("time"), direction="neither")
    sent = fields(client.get(row(question)))
    answer = client.post(
        row(question), {**sent, **{f"options-0-{name}": text for name, text in values.items()}}
    )
    assert answer.status_code == 200
    [formset] = answer.context["inline_admin_formsets"]
    assert field in formset.formset.errors[0]
    option.refresh_from_db()
    assert option.direction == "neither"


def test_what_figures_use_keeps_its_code_and_is_not_deleted(client):
    survey = factories.published()
    question = survey.asked.get().question
    sent = fields(client.get(row(question)))
    sent |= {"key": "other", "options-0-code": "other", "options-0-DELETE": "on"}
    # Django's formsets ask for each of their rows.
    with zeal_ignore([{"model": "barometer.Option", "field": "get()"}]):
        client.post(row(question), sent)
    question.refresh_from_db()
    assert question.key != "other"
    assert set(question.options.values_list("code", flat=True)) == {"yes", "no"}
    for thing in (question, survey.source):
        assert client.get(row(thing, "delete")).status_code == 403
        assert client.post(row(thing, "delete"), {"post": "yes"}).status_code == 403


def test_what_nothing_uses_is_deleted(client):
    for thing in (
        factories.question(),
        factories.factor("time"),
        factories.source(),
        factories.group("a", "b").dimension,
    ):
        assert client.post(row(thing, "delete"), {"post": "yes"}).status_code == 302
    for model in (Question, Factor, Source, Dimension):
        assert not model.objects.exists()


def test_keys_hold_no_two_hyphens(client):
    address = reverse("admin:barometer_source_add")
    answer = client.post(address, {"key": "a--b", "title": "T", "publisher": "P"})
    assert "key" in answer.context["adminform"].form.errors


def test_history_of_a_question_opens(client):
    question = factories.question()
    client.post(row(question), fields(client.get(row(question))))
    assert client.get(row(question, "history")).status_code == 200


def test_answers_in_own_words_are_read_and_never_changed(client):
    asked = factories.asked(factories.survey(), factories.question(kind="text"))
    answer = OwnWords.objects.create(asked=asked, text="Omin sanoin")
    assert "Omin sanoin" in words(client.get(reverse("admin:barometer_ownwords_changelist")))
    address = reverse("admin:barometer_ownwords_changelist")
    assert client.get(f"{address}add/").status_code == 403
    assert client.post(row(answer, "delete"), {"post": "yes"}).status_code == 403
    client.post(row(answer), {"text": "Muutettu"})
    answer.refresh_from_db()
    assert answer.text == "Omin sanoin"
