"""The editor's desk: the grid of one question's figures, its checks, preview and saving."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from barometer import actions, series
from barometer.models import Figure, Option, Question, Survey, SurveyQuestion
from tests.reviewing.pages import client_of

from . import factories
from .test_desk_editions import fields, words

pytestmark = pytest.mark.django_db

NOTE = {"note_fi": "Korjattu.", "note_sv": "Rättat.", "note_en": "Corrected."}


@pytest.fixture
def client() -> Client:
    return client_of(factories.editor())


@pytest.fixture
def asked() -> SurveyQuestion:
    """A question of a draft, with two answers and “don’t know”, broken down by three sizes."""
    question = factories.question("new-things")
    for code in ("yes", "no"):
        factories.option(question, code)
    factories.option(question, "dont-know", role=Option.Role.DONT_KNOW)
    for key in ("small", "middle", "large"):
        factories.group("size", key)
    return factories.asked(factories.survey(), question)


def grid(asked: SurveyQuestion, by: str = "") -> str:
    address = reverse("admin:barometer_survey_figures", args=[asked.survey_id, asked.question.key])
    return f"{address}?by={by}" if by else address


def typed(asked: SurveyQuestion, shares: dict[str, str], base: str = "100", **more: str) -> dict[str, str]:
    """Shares of the total, by the codes of their options, all seen in the source."""
    pks = dict(asked.question.options.values_list("code", "pk"))
    return {
        "base-total": base,
        "precision-total": "rounded",
        "all_seen": "on",
        **{f"share-{pks[code]}-total": share for code, share in shares.items()},
        **more,
    }


def send(client: Client, asked: SurveyQuestion, act: str, changes: dict[str, str], by: str = "", after=None):
    """Type into the page, or into the page that an answer shows, and press a button."""
    page = after or client.get(grid(asked, by))
    return client.post(grid(asked, by), {**fields(page), **changes, "act": act})


def shares(asked: SurveyQuestion) -> dict[str, Decimal | None]:
    return dict(asked.figures.filter(group=None).values_list("option__code", "share"))


def test_a_draft_is_saved_at_once(client, asked):
    answer = send(
        client, asked, "save", typed(asked, {"yes": "79,5", "no": " 20.5 % "}, **{"precision-total": "exact"})
    )
    assert answer.status_code == 302
    assert shares(asked) == {"yes": Decimal("79.5"), "no": Decimal("20.5")}
    assert set(asked.figures.values_list("is_verified", "base", "precision")) == {(True, 100, "exact")}
    assert asked.survey.events.first().act == "enter"


def test_numbers_stand_in_the_grid_as_they_are_written_in_the_page_s_language(client, asked):
    send(client, asked, "save", typed(asked, {"yes": "79.5", "no": "20.5"}, **{"precision-total": "exact"}))
    for language, number in (("fi", "79,5"), ("sv", "79,5"), ("en", "79.5")):
        with override(language):
            assert number in fields(client.get(grid(asked))).values()


@pytest.mark.parametrize("share", ["101", "-1", "abc", "12.345", "NaN", "Infinity", "1e3"])
def test_what_is_no_share_is_told_and_stays_as_typed(client, asked, share):
    answer = send(client, asked, "save", typed(asked, {"yes": share, "no": "20"}))
    assert answer.status_code == 200
    assert len(answer.context["form"].errors) == 1
    assert share in fields(answer).values()
    first = BeautifulSoup(answer.content, "html.parser").select_one(".error-summary a")
    assert BeautifulSoup(answer.content, "html.parser").select_one(first["href"])["value"] == share
    assert not asked.figures.exists()


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ({"yes": "80", "no": "20"}, 0),
        ({"yes": "80", "no": "21"}, 1),
        ({"yes": "80", "no": "10"}, 1),
        ({"yes": "80", "no": "10", "dont-know": "5"}, 0),
        ({"yes": "79.5", "no": "20.5"}, 2),
    ],
)
def test_sums_and_decimals_that_may_be_wrong_are_asked_about(client, asked, told, count):
    answer = send(client, asked, "save", typed(asked, told))
    if not count:
        assert answer.status_code == 302
        return
    assert len(answer.context["preview"].warnings) == count
    assert not asked.figures.exists()
    unconfirmed = send(client, asked, "save", {}, after=answer)
    assert "confirmed" in unconfirmed.context["save_form"].errors
    assert send(client, asked, "save", {"confirmed": "on"}, after=unconfirmed).status_code == 302
    assert len(shares(asked)) == len(told)


def test_several_answers_may_make_more_than_all(client, asked):
    Question.objects.update(kind=Question.Kind.MULTI)
    assert send(client, asked, "save", typed(asked, {"yes": "80", "no": "70"})).status_code == 302
    Question.objects.update(most_answers=2)
    answer = send(client, asked, "save", typed(asked, {"yes": "80", "no": "70", "dont-know": "60"}))
    assert len(answer.context["preview"].warnings) == 1


def test_what_was_confirmed_is_not_confirmed_for_other_figures(client, asked):
    answer = send(client, asked, "preview", typed(asked, {"yes": "80", "no": "30"}))
    changed = typed(asked, {"yes": "80", "no": "90"}, confirmed="on")
    answer = send(client, asked, "save", changed, after=answer)
    assert answer.context["is_stale"]
    assert not asked.figures.exists()


def test_the_preview_shows_what_the_public_would_see_and_saves_nothing(client, asked):
    answer = send(client, asked, "preview", typed(asked, {"yes": "79", "no": "21"}))
    preview = answer.context["preview"]
    assert [row.share for row in preview.shown[0].observations][:2] == [79, 21]
    assert BeautifulSoup(answer.content, "html.parser").select_one("#preview figure")
    assert len(preview.changes) == 2
    assert not asked.figures.exists()
    assert asked.survey.events.count() == 0
    assert send(client, asked, "save", {}, after=answer).status_code == 302
    assert shares(asked) == {"yes": 79, "no": 21}


def test_what_is_previewed_is_what_the_public_then_reads(client, asked):
    small, middle, large = factories.Group.objects.order_by("order")
    yes = asked.question.options.get(code="yes")
    told = typed(asked, {"yes": "79", "no": "21"}, base="60")
    for group, base in ((small, "2"), (middle, "18"), (large, "40")):
        told |= {f"share-{yes.pk}-{group.pk}": "60", f"base-{group.pk}": base}
    answer = send(client, asked, "preview", told, by="size")
    send(client, asked, "save", {"confirmed": "on"}, by="size", after=answer)
    actions.publish(Survey.objects.get(), by=None)
    public = series.all_of_edition(Survey.objects.get(), AnonymousUser())
    assert [told_by(row) for row in public] == [told_by(row) for row in answer.context["preview"].shown]


def told_by(row: series.Series) -> tuple:
    return row.key, [(seen.option, seen.group, seen.value_text, seen.base) for seen in row.observations]


def test_figures_that_nobody_has_seen_are_stored_and_not_previewed(client, asked):
    told = typed(asked, {"yes": "79", "no": "21"})
    del told["all_seen"]
    preview = send(client, asked, "preview", told).context["preview"]
    assert (preview.shown, preview.unverified) == ([], 2)
    send(client, asked, "save", told)
    assert set(asked.figures.values_list("is_verified", flat=True)) == {False}


def test_small_groups_are_told_of_before_they_are_saved(client, asked):
    [small, middle, large] = factories.Group.objects.order_by("order")
    yes = asked.question.options.get(code="yes")
    told = typed(asked, {"yes": "100"}, base="43", act="preview")
    for group, base in ((small, "3"), (middle, "10"), (large, "30")):
        told |= {f"share-{yes.pk}-{group.pk}": "100", f"base-{group.pk}": base}
    answer = send(client, asked, "preview", told, by="size")
    preview = answer.context["preview"]
    assert [column for column, _reason in preview.not_shown] == [small.name, middle.name]
    shown = {
        row.group: row.value_text for series in preview.shown for row in series.observations if row.is_shown
    }
    assert set(shown) == {None, large}
    assert send(client, asked, "save", {}, by="size", after=answer).status_code == 302
    assert Figure.objects.get(group=small).suppression == "small"


def test_groups_with_more_answers_than_the_total_are_asked_about(client, asked):
    yes = asked.question.options.get(code="yes")
    told = typed(asked, {"yes": "100"}, base="20")
    for group in factories.Group.objects.all():
        told |= {f"share-{yes.pk}-{group.pk}": "100", f"base-{group.pk}": "10"}
    assert len(send(client, asked, "save", told, by="size").context["preview"].warnings) == 1


def test_a_column_is_kept_back_and_let_go(client, asked):
    send(client, asked, "save", typed(asked, {"yes": "80", "no": "20"}, **{"kept-total": "on"}))
    assert set(asked.figures.values_list("suppression", flat=True)) == {"by_editor"}
    page = fields(client.get(grid(asked)))
    page.pop("kept-total")
    client.post(grid(asked), {**page, "act": "save"})
    assert set(asked.figures.values_list("suppression", flat=True)) == {""}


def test_an_emptied_cell_takes_the_figure_away(client, asked):
    send(client, asked, "save", typed(asked, {"yes": "80", "no": "10", "dont-know": "10"}))
    answer = send(client, asked, "preview", typed(asked, {"dont-know": ""}))
    assert [change["after"] for change in answer.context["preview"].changes] == [None]
    send(client, asked, "save", {"confirmed": "on"}, after=answer)
    assert shares(asked) == {"yes": 80, "no": 10}


def test_details_of_an_answer_are_opened_and_saved(client, asked):
    yes = asked.question.options.get(code="yes")
    opened = send(client, asked, "open", typed(asked, {"yes": "80", "no": "20"}, open=str(yes.pk)))
    assert not asked.figures.exists()
    place = f"{yes.pk}-total"
    assert fields(opened)[f"share-{place}"] == "80"
    told = {
        f"precision-{place}": "worded",
        f"base-{place}": "90",
        f"low-{place}": "70",
        f"high-{place}": "85,5",
        **{f"words_{language}-{place}": "four of five" for language in ("fi", "sv", "en")},
    }
    assert send(client, asked, "save", told, after=opened).status_code == 302
    figure = asked.figures.get(option=yes)
    assert (figure.precision, figure.base, figure.high, figure.words_sv) == (
        "worded",
        90,
        Decimal("85.5"),
        "four of five",
    )
    other = asked.figures.get(option__code="no")
    assert (other.precision, other.base) == ("rounded", 100)


def test_details_that_are_not_open_stay(client, asked):
    yes, no = asked.question.options.filter(code__in=["yes", "no"])
    actions.enter_figures(
        asked.survey,
        [
            factories.figure(asked, yes, 80, 90, note_fi="Huomaa", precision="about", low=70, high=85),
            factories.figure(asked, no, 20, 100),
            factories.figure(asked, asked.question.options.get(code="dont-know"), 0, 100),
        ],
        by=None,
    )
    assert send(client, asked, "save", {}).context["preview"].changes == []
    send(client, asked, "save", {f"share-{yes.pk}-total": "79"})
    figure = asked.figures.get(option=yes)
    assert (figure.share, figure.base, figure.note_fi, figure.precision, figure.low) == (
        79,
        90,
        "Huomaa",
        "about",
        70,
    )


def test_a_share_outside_its_limits_opens_the_details(client, asked):
    yes = asked.question.options.get(code="yes")
    actions.enter_figures(asked.survey, [factories.figure(asked, yes, 80, 90, low=70, high=85)], by=None)
    answer = send(client, asked, "save", {f"share-{yes.pk}-total": "60"})
    assert f"low-{yes.pk}-total" in answer.context["form"].errors
    assert fields(answer)[f"low-{yes.pk}-total"] == "70"


def test_published_figures_are_corrected_with_a_note_that_stays_as_typed(client):
    asked = factories.published().asked.get()
    yes = asked.question.options.get(code="yes")
    no = asked.question.options.get(code="no")
    change = {f"share-{yes.pk}-total": "75", f"share-{no.pk}-total": "25"}
    answer = send(client, asked, "save", change)
    assert answer.context["is_stale"], "nothing public is changed without a preview"
    answer = send(client, asked, "save", {**NOTE, "note_sv": ""}, after=answer)
    assert list(answer.context["save_form"].errors) == ["note_sv"]
    assert fields(answer)["note_fi"] == "Korjattu."
    assert send(client, asked, "save", NOTE, after=answer).status_code == 302
    assert shares(asked) == {"yes": 75, "no": 25}
    event = asked.survey.events.first()
    assert (event.act, event.note["sv"]) == ("correct", "Rättat.")
    page = words(client.get(reverse("admin:barometer_survey_change", args=[asked.survey_id])))
    assert "Rättat." in page
    assert "75" in page


def test_who_was_slower_is_told_and_loses_nothing(client, asked):
    page = client.get(grid(asked))
    survey = Survey.objects.get()
    yes = asked.question.options.get(code="yes")
    actions.enter_figures(survey, [factories.figure(asked, yes, 50)], by=None)
    answer = send(client, asked, "save", typed(asked, {"yes": "80", "no": "20"}), after=page)
    assert answer.status_code == 409
    assert shares(asked) == {"yes": 50}
    assert "80" in fields(answer).values()
    [first, _second] = answer.context["preview"].changes
    assert (first["before"]["share"], first["after"]["share"]) == ("50.00", "80.00")
    assert send(client, asked, "save", {}, after=answer).status_code == 302
    assert shares(asked) == {"yes": 80, "no": 20}


def test_answers_in_own_words_have_no_grid(client):
    asked = factories.asked(factories.survey(), factories.question(kind=Question.Kind.TEXT))
    assert client.get(grid(asked)).status_code == 404


def test_the_grid_asks_as_often_whatever_the_number_of_answers(client, asked):
    def count() -> int:
        client.get(grid(asked, "size"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(grid(asked, "size")).status_code == 200
        return len(queries)

    few = count()
    for number in range(5):
        option = factories.option(asked.question, f"more-{number}")
        actions.enter_figures(asked.survey, [factories.figure(asked, option, 5)], by=None)
        factories.group("size", f"size-{number}")
    assert count() == few
