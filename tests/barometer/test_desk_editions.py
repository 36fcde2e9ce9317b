"""The editor's desk: the list and the page of editions, what is told of them, their questions."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from barometer import actions
from barometer.models import Figure, Survey, UnitAsked
from tests.reviewing.pages import client_of

from . import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(factories.editor())


def page(survey: Survey, name: str = "change", *more: str) -> str:
    return reverse(f"admin:barometer_survey_{name}", args=[survey.pk, *more])


def words(answer) -> str:
    return BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)


def fields(answer) -> dict[str, str]:
    """What the page's POST form would send as it stands."""
    found = {}
    form = BeautifulSoup(answer.content, "html.parser").select_one("main form[method=post]")
    for field in form.select("input, textarea, select"):
        if field.get("type") in ("checkbox", "radio"):
            if field.has_attr("checked"):
                found[field["name"]] = field.get("value", "on")
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            found[field["name"]] = chosen["value"] if chosen else ""
        elif field.get("name") and field.name != "button":
            found[field["name"]] = (
                field.get_text()[1:] if field.name == "textarea" else field.get("value", "")
            )
    return found


def test_the_list_tells_state_and_counts_and_finds_words(client):
    factories.published("public-one")
    draft = factories.survey("draft-one", **factories.in_three("name", "Ääkköset"))
    asked = factories.asked(draft, question := factories.question())
    actions.enter_figures(
        draft, [factories.figure(asked, factories.option(question, "yes"), 40, is_verified=False)], by=None
    )
    address = reverse("admin:barometer_survey_changelist")
    everything = words(client.get(address))
    assert "Julkaistu" in everything or "Published" in everything
    found = client.get(address, {"q": "ääkk"})
    assert [survey.key for survey in found.context["cl"].result_list] == ["draft-one"]
    unseen = client.get(address, {"figures": "unverified"})
    assert [survey.key for survey in unseen.context["cl"].result_list] == ["draft-one"]


def test_every_page_of_an_edition_opens(client):
    survey = factories.published()
    key = survey.asked.get().question.key
    for address in (
        page(survey),
        page(survey, "describe"),
        page(survey, "questions"),
        page(survey, "question", key),
        page(survey, "figures", key),
        page(survey, "act", "withdraw"),
        reverse("admin:barometer_survey_add") + f"?after={survey.pk}",
    ):
        assert client.get(address).status_code == 200, address


def test_what_is_missing_for_publishing_is_told_on_the_page(client):
    survey = factories.survey(caveat_sv="", unit_asked="")
    blocked = BeautifulSoup(client.get(page(survey)).content, "html.parser").select(".act-blocked + ul li")
    assert len(blocked) == 3


def test_publishing_asks_first_and_then_publishes(client):
    survey = factories.published()
    actions.withdraw(survey, by=None)
    address = page(survey, "act", "publish")
    sent = fields(client.get(address))
    assert client.post(address, sent).status_code == 302
    survey.refresh_from_db()
    assert survey.is_public


def test_publishing_what_was_changed_meanwhile_is_refused(client):
    survey = factories.published()
    actions.withdraw(survey, by=None)
    address = page(survey, "act", "publish")
    sent = fields(client.get(address))
    Figure.objects.update(share=1)
    Survey.objects.update(version=survey.version + 1)
    answer = client.post(address, sent)
    assert answer.status_code == 409
    survey.refresh_from_db()
    assert not survey.is_public


def test_withdrawing_takes_a_note_in_each_language(client):
    survey = factories.published()
    address = page(survey, "act", "withdraw")
    answer = client.post(address, {"note_fi": "Väärin.", "note_sv": "Fel.", "note_en": ""})
    assert answer.status_code == 200
    assert "Väärin." in words(answer)
    client.post(address, {"note_fi": "Väärin.", "note_sv": "Fel.", "note_en": "Wrong."})
    survey.refresh_from_db()
    assert survey.state == Survey.State.WITHDRAWN
    assert survey.events.first().note["sv"] == "Fel."
    for language, reason in (("fi", "Väärin."), ("sv", "Fel."), ("en", "Wrong.")):
        with override(language):
            answer = Client().get(survey.get_absolute_url())
        assert answer.status_code == 410
        assert reason in words(answer)


def test_a_draft_is_deleted_and_a_published_edition_is_not(client):
    draft, public = factories.survey(), factories.published()
    assert client.post(page(draft, "act", "discard")).status_code == 302
    assert client.post(page(public, "act", "discard")).status_code == 409
    assert list(Survey.objects.all()) == [public]
    delete = reverse("admin:barometer_survey_changelist") + f"{public.pk}/delete/"
    assert client.post(delete, {"post": "yes"}).status_code == 404


def test_an_edition_is_described_through_the_action(client):
    survey = factories.survey()
    address = page(survey, "describe")
    sent = fields(client.get(address))
    assert client.post(address, {**sent, "caveat_sv": "Nytt", "invited": "10"}).status_code == 302
    survey.refresh_from_db()
    assert (survey.caveat_sv, survey.invited) == ("Nytt", 10)
    assert survey.events.first().act == "describe"
    assert "Nytt" in words(client.get(page(survey)))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"invited": "5", "answered": "6"}, "answered"),
        ({"response_rate": "101"}, "response_rate"),
        ({"year": "1890"}, "year"),
        ({"key": "two--hyphens"}, "key"),
        ({"key": "nordic"}, "key"),
        ({"key": "factors"}, "key"),
        ({"key": "kysymykset"}, "key"),
        ({"key": "questions"}, "key"),
        ({"name_fi": ""}, "name_fi"),
    ],
)
def test_what_the_table_refuses_is_told_by_the_form(client, typed, field):
    survey = factories.survey()
    address = page(survey, "describe")
    answer = client.post(address, {**fields(client.get(address)), **typed})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]


def test_a_published_edition_keeps_its_key_and_what_readers_need(client):
    survey = factories.published("kept")
    address = page(survey, "describe")
    sent = {**fields(client.get(address)), "key": "other"}
    answer = client.post(address, {**sent, "caveat_fi": "", "source": ""})
    assert set(answer.context["form"].errors) == {"caveat_fi", "source"}
    client.post(address, sent)
    survey.refresh_from_db()
    assert survey.key == "kept"


def test_who_was_slower_is_told_what_differs_and_loses_nothing(client):
    survey = factories.survey()
    address = page(survey, "describe")
    sent = fields(client.get(address))
    survey.caveat_fi = "Toisen teksti"
    survey.unit_asked = "workplace"
    actions.describe(survey, by=None)
    answer = client.post(address, {**sent, "caveat_fi": "Minun tekstini"})
    assert answer.status_code == 409
    assert "Toisen teksti" in words(answer)
    differences = [(row["stored"], row["typed"]) for row in answer.context["conflict"]]
    assert (str(UnitAsked.WORKPLACE.label), str(UnitAsked.ORGANISATION.label)) in differences
    assert fields(answer)["caveat_fi"] == "Minun tekstini"
    assert client.post(address, fields(answer)).status_code == 302
    survey.refresh_from_db()
    assert survey.caveat_fi == "Minun tekstini"
    assert f"{UnitAsked.WORKPLACE.label} " in words(client.get(page(survey)))


def test_the_next_edition_takes_over_what_can_be_the_same(client):
    earlier = factories.published(**factories.in_three("method", "Post"), invited=99)
    earlier_question = earlier.asked.get().question
    factories.question("banked", in_bank=True)
    address = reverse("admin:barometer_survey_add") + f"?after={earlier.pk}"
    sent = fields(client.get(address))
    assert (sent["method_sv"], sent["invited"], sent["period_fi"], sent["key"]) == ("Post sv", "", "", "")
    assert client.post(address, {**sent, "key": "next", "year": "2026"}).status_code == 302
    survey = Survey.objects.get(key="next")
    assert [asked.question for asked in survey.asked.all()] == [earlier_question]
    assert survey.state == Survey.State.DRAFT


def test_a_brand_new_edition_begins_with_the_question_bank(client):
    banked = factories.question("banked", in_bank=True)
    address = reverse("admin:barometer_survey_add")
    sent = {**fields(client.get(address)), "key": "new", "year": "2026", "name_fi": "Uusi", "sector": "state"}
    assert client.post(address, sent).status_code == 302
    assert [asked.question for asked in Survey.objects.get(key="new").asked.all()] == [banked]


def test_questions_are_put_in_order_added_and_left_out(client):
    survey = factories.survey()
    first, second, third = (factories.question(key) for key in ("first", "second", "third"))
    actions.choose_questions(survey, [first, second], by=None)
    address = page(survey, "questions")
    sent = fields(client.get(address))
    assert (sent[f"place-{first.pk}"], sent[f"place-{third.pk}"]) == ("1", "")
    sent |= {f"place-{first.pk}": "", f"place-{third.pk}": "1"}
    assert client.post(address, sent).status_code == 302
    assert [asked.question for asked in survey.asked.order_by("order")] == [third, second]


def test_a_question_with_figures_is_not_left_out(client):
    survey = factories.published()
    address = page(survey, "questions")
    answer = client.post(address, dict.fromkeys(fields(client.get(address)), "") | {"seen_version": "2"})
    assert answer.status_code == 409
    assert survey.asked.exists()


def test_a_question_is_worded_as_the_edition_asked(client):
    survey = factories.survey()
    asked = factories.asked(survey, factories.question("partners"))
    address = page(survey, "question", "partners")
    sent = fields(client.get(address))
    answer = client.post(address, {**sent, "is_verbatim": "on"})
    assert list(answer.context["form"].errors) == ["is_verbatim"]
    sent |= {"is_verbatim": "on", "wording_fi": "Kenen kanssa?", "asked_of_sv": "Alla"}
    assert client.post(address, sent).status_code == 302
    asked.refresh_from_db()
    assert (asked.wording_fi, asked.is_verbatim, asked.asked_of_sv) == ("Kenen kanssa?", True, "Alla")


def test_the_pages_ask_as_often_whatever_the_number_of_rows(client):
    def count(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    survey = factories.published()
    addresses = [reverse("admin:barometer_survey_changelist"), page(survey), page(survey, "questions")]
    few = [count(address) for address in addresses]
    for _number in range(3):
        asked = factories.asked(survey, what := factories.question())
        figures = [factories.figure(asked, factories.option(what, code), 50) for code in ("yes", "no")]
        note = {"fi": "x", "sv": "x", "en": "x"}
        actions.enter_figures(survey, figures, by=None, note=note)
        factories.published()
    assert [count(address) for address in addresses] == few
