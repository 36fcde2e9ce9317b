"""The barometer's pages: what readers find on them, and what they never do."""

import re
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from barometer import actions
from barometer.models import Figure, Group, Option, Question, Sector, Survey, UnitAsked

from . import factories

MOST_QUERIES = 8
MOST_BYTES = 100_000
NOTE = {"fi": "Luku oli väärin.", "sv": "Talet var fel.", "en": "The number was wrong."}


def text_of(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text(" ").split())


def headline_question() -> Question:
    question = factories.question("at-least-one-innovation")
    factories.option(question, "yes")
    factories.option(question, "no")
    return question


def edition(question: Question, share, key: str = "", **values) -> Survey:
    """A published edition with this share of the question's first option."""
    survey = factories.survey(key, **values)
    asked = factories.asked(survey, question)
    actions.enter_figures(survey, [exact(asked, question.options.first(), share)], by=None)
    actions.publish(survey, by=None)
    return survey


def exact(*place_and_share, **values) -> Figure:
    """A figure that is shown with its decimal, by which it can be told on a page."""
    return factories.figure(*place_and_share, precision=Figure.Precision.EXACT, **values)


def factor_question(*keys: str) -> Question:
    """A question about factors, each with a promoting and a hindering side."""
    question = factories.question("factors", kind=Question.Kind.FACTOR)
    for key in keys:
        factor = factories.factor(key)
        for direction in (Option.Direction.PROMOTES, Option.Direction.HINDERS):
            factories.option(
                question,
                f"{key}-{direction}",
                factor=factor,
                direction=direction,
                degree=Option.Degree.ANY,
            )
    return question


def every_page() -> list[str]:
    """Every address of what is in the tables, those of drafts among them."""
    pages = [reverse("barometer:overview"), reverse("barometer:questions")]
    pages += [question.get_absolute_url() for question in Question.objects.all()]
    for survey in Survey.objects.prefetch_related("asked__question"):
        pages.append(survey.get_absolute_url())
        pages += [
            reverse("barometer:asked", args=[survey.key, asked.question.key]) for asked in survey.asked.all()
        ]
    return pages


# Overview ---------------------------------------------------------------------


def test_the_overview_lists_editions_finnish_ones_first_and_says_what_is_not_known(client, db):
    question = headline_question()
    edition(question, 80, country="DK", sector=Sector.ALL, name_fi="Tanska 3", answered=2271)
    edition(question, 96, country="FI", name_fi="Suomi 2022", invited=142, answered=63)
    page = BeautifulSoup(client.get(reverse("barometer:overview")).content, "html.parser")
    rows = [" ".join(row.get_text(" ").split()) for row in page.select(".edition-table tbody tr")]
    assert [row.split()[0] for row in rows] == ["Suomi", "Suomi", "Tanska", "Tanska"]
    assert "142" in rows[1]
    assert "44,4 %" in rows[1]
    assert rows[3].count("ei tiedossa") == 2 or rows[3].count("not known") == 2


def test_the_overview_narrows_the_editions_down_by_country_and_sector(client, db):
    question = headline_question()
    edition(question, 80, country="DK", name_fi="Tanska valtio")
    edition(question, 96, country="FI", name_fi="Suomi valtio")
    edition(question, 95, country="FI", sector=Sector.MUNICIPAL, name_fi="Suomi kunnat")
    page = client.get(reverse("barometer:overview"), {"country": "FI", "sector": "municipal"})
    table = BeautifulSoup(page.content, "html.parser").select_one(".edition-table")
    assert [link.text for link in table.select("a")] == ["Suomi kunnat"]
    none = client.get(reverse("barometer:overview"), {"country": "IS"})
    assert none.status_code == 200
    assert b"edition-table" not in none.content


def test_the_overview_works_before_there_is_any_edition(client, db):
    for language in ("fi", "sv", "en"):
        for page in (f"/{language}/", reverse("barometer:overview"), reverse("barometer:questions")):
            assert client.get(page).status_code == 200


def test_questions_tell_in_how_many_editions_there_are_answers(client, db):
    question = headline_question()
    edition(question, 80)
    edition(question, 96)
    factories.asked(factories.survey(), question)
    page = client.get(reverse("barometer:questions"))
    assert [found.edition_count for found in page.context["questions"]] == [2]
    assert question.title in text_of(page)


# One edition ------------------------------------------------------------------


def test_an_edition_tells_its_findings_in_words_its_caveat_and_its_facts(client, db):
    survey = edition(
        headline_question(),
        96,
        findings_fi="**Raha** on tiukassa. <script>alert(1)</script>",
        method_fi="# Otos\n\nKysyttiin kaikilta.",
        invited=142,
        answered=63,
        respondents=71,
    )
    response = client.get(survey.get_absolute_url())
    html = response.content.decode()
    assert "<strong>Raha</strong>" in html
    assert "<script>alert" not in html
    assert "<h3>Otos</h3>" in html
    text = text_of(response)
    for words in ("Not to be generalised fi", "142", "63", "71", "44,4", "96", survey.source.title):
        assert words in text, words


def test_an_edition_without_known_shares_says_so_and_leads_to_the_publication(client, db):
    survey = factories.survey(**factories.in_three("findings", "Time and money are short."))
    factories.asked(survey, factories.question("barriers"))
    actions.publish(survey, by=None)
    page = BeautifulSoup(client.get(survey.get_absolute_url()).content, "html.parser")
    unknown = page.select_one("section[aria-labelledby=unknown]")
    assert unknown.select_one(f'a[href="{survey.source.url}"][rel=external]')
    assert "barriers" in unknown.text


def test_an_edition_leads_to_the_ones_before_and_after_of_the_same_country_and_sector(client, db):
    question = headline_question()
    first, second, third = (edition(question, 90, year=year) for year in (2018, 2022, 2026))
    edition(question, 90, year=2023, sector=Sector.MUNICIPAL)
    edition(question, 90, year=2023, country="DK")
    page = BeautifulSoup(client.get(second.get_absolute_url()).content, "html.parser")
    assert page.select_one("a[rel=prev]")["href"] == first.get_absolute_url()
    assert page.select_one("a[rel=next]")["href"] == third.get_absolute_url()


def test_a_correction_is_told_with_its_day_in_the_language_of_the_page(client, db):
    question = headline_question()
    survey = edition(question, 96)
    figure = factories.figure(survey.asked.get(), question.options.first(), 95)
    actions.enter_figures(survey, [figure], by=None, note=NOTE)
    for language, note in NOTE.items():
        with override(language):
            page = BeautifulSoup(client.get(survey.get_absolute_url()).content, "html.parser")
        section = page.select_one("section[aria-labelledby=corrections]")
        assert note in section.text
        assert section.select_one("time")


def test_an_edition_with_many_charts_draws_the_first_and_links_to_the_others(client, db):
    survey = factories.survey()
    figures = []
    for number in range(40):
        question = factories.question(f"question-with-a-long-subject-{number}")
        asked = factories.asked(survey, question)
        figures += [
            factories.figure(asked, factories.option(question, f"answer-{code}"), 10 * code)
            for code in range(8)
        ]
    actions.enter_figures(survey, figures, by=None)
    actions.publish(survey, by=None)
    response = client.get(survey.get_absolute_url(), headers={"Accept-Encoding": "gzip"})
    assert len(response.content) <= MOST_BYTES / 2
    last = reverse("barometer:chart", args=[f"{survey.key}--question-with-a-long-subject-39"])
    assert last in client.get(survey.get_absolute_url()).content.decode()


def test_an_edition_cannot_have_the_address_of_another_page_in_any_language(db):
    factories.survey("free-word").clean()
    for language in ("fi", "sv", "en"):
        with override(language):
            others = [
                reverse("barometer:questions"),
                reverse("barometer:chart", args=["x"]),
                reverse("pages:self_test"),
                reverse("pages:factor", args=["x"]),
            ]
        for word in (path.split("/")[3] for path in others):
            with pytest.raises(ValidationError):
                Survey(key=word).clean()


# One question of one edition --------------------------------------------------


def test_a_question_of_an_edition_tells_the_words_who_was_asked_and_its_breakdowns(client, db):
    question = factories.question("partners", kind=Question.Kind.MULTI)
    option = factories.option(question, "companies")
    survey = factories.survey()
    asked = factories.asked(
        survey,
        question,
        is_verbatim=True,
        **factories.in_three("wording", "With whom?"),
        **factories.in_three("asked_of", "Those with an innovation"),
        **factories.in_three("note", "Asked for the first time"),
    )
    small, large = factories.group("size", "small"), factories.group("size", "large")
    actions.enter_figures(
        survey,
        [
            factories.figure(asked, option, 64),
            factories.figure(asked, option, 51, group=small),
            factories.figure(asked, option, 77, group=large),
        ],
        by=None,
    )
    actions.publish(survey, by=None)
    response = client.get(reverse("barometer:asked", args=[survey.key, "partners"]))
    text = text_of(response)
    for words in (
        "With whom? fi",
        "Those with an innovation fi",
        "Asked for the first time fi",
        "64",
        "51",
        "77",
    ):
        assert words in text, words
    assert [series.key for series in response.context["found"]] == [
        f"{survey.key}--partners",
        f"{survey.key}--partners--by--size",
    ]


def test_a_question_of_an_edition_leads_to_the_same_question_elsewhere(client, db):
    question = headline_question()
    here, other = edition(question, 96), edition(question, 80, country="DK")
    html = client.get(reverse("barometer:asked", args=[here.key, question.key])).content.decode()
    assert reverse("barometer:asked", args=[other.key, question.key]) in html
    assert question.get_absolute_url() in html


def test_a_question_answered_in_own_words_has_no_page_and_is_not_called_unknown(client, db):
    survey = edition(headline_question(), 96)
    factories.asked(survey, factories.question("describe-it", kind=Question.Kind.TEXT))
    assert client.get(reverse("barometer:asked", args=[survey.key, "describe-it"])).status_code == 404
    assert "describe-it" not in client.get(survey.get_absolute_url()).content.decode()


# Questions over editions ------------------------------------------------------


def test_a_question_compares_the_chosen_answer_and_says_why_bars_differ(client, db):
    question = headline_question()
    edition(question, 96, unit_asked=UnitAsked.ORGANISATION)
    edition(question, 80, country="DK", unit_asked=UnitAsked.WORKPLACE, period_years=Decimal(3))
    response = client.get(question.get_absolute_url())
    (compared,) = response.context["compared"]
    assert compared.key == "compare--at-least-one-innovation--yes"
    (marked,) = compared.breaks
    text = text_of(response)
    for reason in marked.reasons:
        assert reason in text
    assert "96" in text
    assert "80" in text


def test_the_answer_and_the_sector_are_chosen_by_addresses_that_can_be_shared(client, db):
    question = factories.question("partners", kind=Question.Kind.MULTI)
    companies, citizens = factories.option(question, "companies"), factories.option(question, "citizens")
    for sector, shares in ((Sector.STATE, (10, 20)), (Sector.MUNICIPAL, (30, 40))):
        survey = factories.survey(sector=sector)
        asked = factories.asked(survey, question)
        figures = [
            factories.figure(asked, option, share)
            for option, share in zip((companies, citizens), shares, strict=True)
        ]
        actions.enter_figures(survey, figures, by=None)
        actions.publish(survey, by=None)
    path = question.get_absolute_url()
    page = client.get(path, {"option": "citizens", "sector": "municipal"})
    (compared,) = page.context["compared"]
    assert [row.share for row in compared.observations] == [40]
    links = [link["href"] for link in BeautifulSoup(page.content, "html.parser").select(".choice-links a")]
    assert links == [
        "?option=companies&sector=municipal",
        "?option=citizens&sector=municipal",
        "?option=citizens",
        "?option=citizens&sector=state",
        "?option=citizens&sector=municipal",
    ]
    # The switch of languages stays with what was chosen.
    assert "?option=citizens&amp;sector=municipal" in page.content.decode()
    # What does not exist is as if nothing had been chosen.
    (first,) = client.get(path, {"option": "aliens", "sector": "moon"}).context["compared"]
    assert first.option == companies


def test_a_question_about_factors_shows_both_sides_of_the_chosen_one_and_the_latest_editions(client, db):
    question = factor_question("money", "staff")
    for year in (2019, 2023):
        survey = factories.survey(f"dk-{year}", country="DK", year=year)
        asked = factories.asked(survey, question)
        figures = [factories.figure(asked, option, 20 + option.order) for option in question.options.all()]
        actions.enter_figures(survey, figures, by=None)
        actions.publish(survey, by=None)
    response = client.get(question.get_absolute_url(), {"factor": "staff"})
    assert [series.option.code for series in response.context["compared"]] == [
        "staff-promotes",
        "staff-hinders",
    ]
    assert [series.key for series in response.context["latest"]] == ["dk-2023--factors"]


# What is not for everybody ----------------------------------------------------


def test_drafts_are_on_no_page_but_the_editors(client, db):
    question = headline_question()
    edition(question, 96)
    draft = factories.survey(name_fi="Salainen luonnos")
    asked = factories.asked(draft, question)
    actions.enter_figures(draft, [exact(asked, question.options.first(), "12.3")], by=None)
    of_draft = [draft.get_absolute_url(), reverse("barometer:asked", args=[draft.key, question.key])]
    for path in ["/fi/", *every_page()]:
        response = client.get(path)
        if path in of_draft:
            assert response.status_code == 404
        else:
            assert response.status_code == 200
        assert "Salainen luonnos" not in response.content.decode(), path
        assert "12,3" not in response.content.decode(), path
    client.force_login(factories.editor())
    for path in of_draft:
        response = client.get(path)
        assert response.status_code == 200
        assert "12,3" in response.content.decode()
        assert "notice--warning" in response.content.decode()
    assert "Salainen luonnos" in client.get(reverse("barometer:overview")).content.decode()


def test_what_was_withdrawn_is_gone_and_on_no_page(client, db):
    question = headline_question()
    edition(question, 96)
    taken = edition(question, "77.7", name_fi="Peruttu painos")
    actions.withdraw(taken, by=None)
    of_taken = [taken.get_absolute_url(), reverse("barometer:asked", args=[taken.key, question.key])]
    for path in every_page():
        response = client.get(path)
        assert response.status_code == (410 if path in of_taken else 200), path
        assert "Peruttu painos" not in response.content.decode()
        assert "77,7" not in response.content.decode()


def test_a_figure_that_nobody_has_seen_in_its_source_is_on_no_page(client, db):
    question = headline_question()
    survey = edition(question, 96)
    other = factories.question("rumours")
    actions.enter_figures(
        survey,
        [
            exact(survey.asked.get(), question.options.last(), "33.3", is_verified=False),
            exact(factories.asked(survey, other), factories.option(other, "so"), "44.4", is_verified=False),
        ],
        by=None,
        note=NOTE,
    )
    client.force_login(factories.editor())
    seen = [client.get(path) for path in every_page()]
    client.logout()
    seen += [client.get(path) for path in every_page()]
    for response in seen:
        assert "33,3" not in response.content.decode()
        assert "44,4" not in response.content.decode()
    assert client.get(other.get_absolute_url()).status_code == 404


def test_an_unknown_edition_or_question_is_not_found(client, db):
    survey = edition(headline_question(), 96)
    for path in (
        reverse("barometer:survey", args=["nothing"]),
        reverse("barometer:asked", args=[survey.key, "nothing"]),
        reverse("barometer:question", args=["nothing"]),
    ):
        assert client.get(path).status_code == 404


# What holds for each of them --------------------------------------------------


def a_barometer(editions: range, questions: int, options: int) -> None:
    """Editions of several countries and sectors that asked the same questions, broken down by sector."""
    asked_questions = list(Question.objects.all()) or [
        headline_question(),
        factor_question(*(f"factor-{number}" for number in range(options))),
    ]
    for number in range(len(asked_questions), questions):
        question = factories.question(f"subject-{number}", kind=Question.Kind.MULTI)
        for code in range(options):
            factories.option(question, f"answer-{code}")
        asked_questions.append(question)
    groups = Group.objects.all() or [factories.group("sector", sector) for sector in ("state", "municipal")]
    for number in editions:
        survey = factories.survey(
            f"barometer-{number}",
            country=("FI", "DK", "NO")[number % 3],
            sector=(Sector.STATE, Sector.ALL)[number % 2],
            year=2010 + number,
        )
        figures = []
        for question in asked_questions:
            asked = factories.asked(survey, question)
            for option in question.options.all():
                figures += [factories.figure(asked, option, 50, group=group) for group in (None, *groups)]
        actions.enter_figures(survey, figures, by=None)
        actions.publish(survey, by=None)
        corrected = factories.figure(survey.asked.first(), asked_questions[0].options.first(), 51)
        actions.enter_figures(survey, [corrected], by=None, note=NOTE)


def pages_of_the_barometer(edition: str) -> dict[str, str]:
    return {
        "front": reverse("pages:front"),
        "overview": reverse("barometer:overview"),
        "questions": reverse("barometer:questions"),
        "survey": reverse("barometer:survey", args=[edition]),
        "asked": reverse("barometer:asked", args=[edition, "subject-2"]),
        "question": reverse("barometer:question", args=["subject-2"]) + "?option=answer-1&sector=state",
        "factors": reverse("barometer:question", args=["factors"]),
    }


def queries_of(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_queries_are_few_and_do_not_grow(client, db):
    a_barometer(range(2), questions=3, options=2)
    few = {name: queries_of(client, path) for name, path in pages_of_the_barometer("barometer-1").items()}
    a_barometer(range(2, 9), questions=7, options=6)
    many = {name: queries_of(client, path) for name, path in pages_of_the_barometer("barometer-7").items()}
    assert max(many.values()) <= MOST_QUERIES, many
    assert few == many


def test_pages_are_light_set_no_cookie_and_answer_304_when_nothing_changed(client, db):
    a_barometer(range(9), questions=6, options=6)
    for name, path in pages_of_the_barometer("barometer-0").items():
        response = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip", name
        assert len(response.content) <= MOST_BYTES / 2, (name, len(response.content))
        assert not response.cookies, name
        again = client.get(path, headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304, name


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_has_one_heading_a_description_and_its_addresses_in_other_languages(client, db, language):
    a_barometer(range(3), questions=3, options=2)
    for path in every_page():
        html = client.get(path).content.decode()
        page = BeautifulSoup(html, "html.parser")
        assert len(page.select("h1")) == 1, path
        assert page.select_one("meta[name=description]")["content"].strip(), path
        assert page.select_one("link[rel=canonical]")["href"].endswith(path), path
        other = page.select_one(f'link[rel=alternate][hreflang="{language}"]')["href"]
        assert client.get(re.sub(r"^https?://[^/]+", "", other)).status_code == 200, path
