"""What readers of the barometer come to: the overview, an edition, one question of it, or of all editions."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView

from barometer import linked_data, series
from barometer.models import Factor, Figure, Option, Question, Sector, Survey, SurveyEvent, SurveyQuestion
from barometer.series import Kind, Series
from common.error_views import gone

# So many charts keep an edition's page under 100 kB; the others are a link away.
CHARTS_ON_PAGE = 24


def _barometer_crumb() -> tuple[str, str]:
    return _("Innovation barometer"), reverse("barometer:overview")


def _questions_crumb() -> tuple[str, str]:
    return _("Questions"), reverse("barometer:questions")


# Overview ---------------------------------------------------------------------


class OverviewView(ListView):
    """What a barometer is, its headline, and the ways in: editions and questions."""

    template_name = "barometer/overview.html"
    context_object_name = "surveys"

    def get_queryset(self) -> Any:
        return sorted(Survey.objects.visible_to(self.request.user), key=_finland_first)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        surveys = self.object_list
        country, sector = (self.request.GET.get(name, "") for name in ("country", "sector"))
        sectors = {survey.sector for survey in surveys}
        return super().get_context_data(
            headline=series.nordic(self.request.user),
            chosen={"country": country, "sector": sector},
            countries={survey.country.code: survey.country.name for survey in surveys},
            sectors=[one for one in Sector if one in sectors],
            editions=[
                survey
                for survey in surveys
                if (not country or survey.country.code == country) and (not sector or survey.sector == sector)
            ],
            questions=Question.objects.answered(self.request.user),
            breadcrumbs=[(_barometer_crumb()[0], "")],
            **kwargs,
        )


def _finland_first(survey: Survey) -> tuple[object, ...]:
    """Finland's editions first, then by country; within a country the newest first."""
    return (
        survey.country.code != "FI",
        str(survey.country.name),
        -survey.year,
        list(Sector).index(Sector(survey.sector)),
        survey.key,
    )


# One edition ------------------------------------------------------------------


class EditionPage(DetailView):
    """A page of an edition: not there for who may not see it, and gone when it was public once."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            if withdrawn := Survey.objects.gone().filter(key=self.kwargs["survey"]).first():
                return gone(request, withdrawn.why_withdrawn)
            raise


class SurveyView(EditionPage):
    """An edition: what came out, who was asked and how, its charts, and what is not known."""

    template_name = "barometer/survey.html"
    context_object_name = "survey"

    def get_object(self, queryset: Any = None) -> Survey:
        visible = Survey.objects.visible_to(self.request.user).select_related("source")
        return get_object_or_404(visible, key=self.kwargs["survey"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        survey = self.object
        found = series.all_of_edition(survey, self.request.user)
        answered = {one.question.pk for one in found}
        asked = (
            survey.asked.exclude(question__kind=Question.Kind.TEXT)
            .select_related("question")
            .order_by("order", "question__order", "question__key")
        )
        return super().get_context_data(
            questions=_by_question(found),
            linked_data=[linked_data.of_survey(survey, found)] if survey.is_public else [],
            unanswered=[row for row in asked if row.question_id not in answered],
            corrections=_corrections(survey),
            **_neighbours(survey, self.request.user),
            breadcrumbs=[_barometer_crumb(), (survey.name, "")],
            **kwargs,
        )


def _by_question(found: list[Series]) -> list[dict[str, Any]]:
    """Question by question, the charts to draw, totals before breakdowns, and those to link to."""
    totals_first = sorted(found, key=lambda one: one.kind is Kind.BREAKDOWN)
    drawn = {one.key for one in totals_first[:CHARTS_ON_PAGE]}
    questions = []
    for question, rows in groupby(found, key=lambda one: one.question):
        of_question = list(rows)
        questions.append(
            {
                "question": question,
                "drawn": [one for one in of_question if one.key in drawn],
                "linked": [one for one in of_question if one.key not in drawn],
            }
        )
    return questions


def _corrections(survey: Survey) -> list[dict[str, Any]]:
    """What was corrected after readers could see it: when, and what was told of it in the page's language."""
    return [
        {"at": event.at, "note": event.note.get(get_language(), "")}
        for event in SurveyEvent.objects.filter(survey=survey, act="correct")
    ]


def _neighbours(survey: Survey, user: Any) -> dict[str, Survey | None]:
    """The editions before and after it in the same country and sector."""
    others = list(
        Survey.objects.visible_to(user)
        .filter(country=survey.country, sector=survey.sector)
        .order_by("year", "key")
    )
    place = others.index(survey)
    return {
        "previous_edition": others[place - 1] if place else None,
        "next_edition": others[place + 1] if place + 1 < len(others) else None,
    }


class AskedView(EditionPage):
    """One question of one edition: the answers in total and broken down, and the question as asked.

    Questions that one answers in own words have none: only editors read those.
    """

    template_name = "barometer/asked.html"
    context_object_name = "asked"

    def get_object(self, queryset: Any = None) -> SurveyQuestion:
        visible = SurveyQuestion.objects.filter(survey__in=Survey.objects.visible_to(self.request.user))
        return get_object_or_404(
            visible.exclude(question__kind=Question.Kind.TEXT).select_related("survey__source", "question"),
            survey__key=self.kwargs["survey"],
            question__key=self.kwargs["question"],
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        survey, question = self.object.survey, self.object.question
        answered = _answered(question, self.request.user)
        return super().get_context_data(
            survey=survey,
            question=question,
            found=series.all_of_edition(survey, self.request.user, question=question.key),
            is_compared=bool(answered),
            others=[row.survey for row in answered if row.survey != survey],
            breadcrumbs=[_barometer_crumb(), (survey.name, survey.get_absolute_url()), (question.title, "")],
            **kwargs,
        )


def _answered(question: Question, user: Any) -> list[SurveyQuestion]:
    """Where the question has figures that the person may see, Finland's editions first."""
    figures = Figure.objects.visible_to(user).filter(asked=OuterRef("pk"))
    rows = SurveyQuestion.objects.filter(Exists(figures), question=question).select_related("survey")
    return sorted(rows, key=lambda row: _finland_first(row.survey))


# Questions over editions ------------------------------------------------------


class QuestionListView(ListView):
    """Everything that has been asked, and in how many editions there are answers."""

    template_name = "barometer/questions.html"
    context_object_name = "questions"

    def get_queryset(self) -> Any:
        return Question.objects.answered(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            breadcrumbs=[_barometer_crumb(), (_questions_crumb()[0], "")], **kwargs
        )


@dataclass(frozen=True)
class Choice:
    """What is looked at over editions: one answer; or one factor, with all that can be said of it."""

    key: str
    label: str
    options: list[Option]
    factor: Factor | None = None


class QuestionView(DetailView):
    """One question over editions and countries: one answer, or one factor, at a time."""

    template_name = "barometer/question.html"
    context_object_name = "question"
    slug_field = "key"
    slug_url_kwarg = "question"

    def get_queryset(self) -> Any:
        return Question.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question, user = self.object, self.request.user
        options = series.comparable_options(question, user)
        is_of_factors = question.kind == Question.Kind.FACTOR
        choices = _factors(options) if is_of_factors else _answers(options)
        name = "factor" if is_of_factors else "option"
        asked_for = self.request.GET.get(name, "")
        chosen = next((one for one in choices if one.key == asked_for), choices[0] if choices else None)
        sectors = series.comparable_sectors(chosen.options, user) if chosen else []
        sector = next((one for one in sectors if one == self.request.GET.get("sector")), "")

        compared = series.comparisons(chosen.options, user, sector=sector) if chosen else []

        def address(choice: Choice | None, sector: str) -> str:
            told = {name: choice.key if choice else "", "sector": sector}
            return "?" + urlencode({key: value for key, value in told.items() if value})

        return super().get_context_data(
            chosen=chosen,
            choices=[(choice, address(choice, sector)) for choice in choices],
            sector=sector,
            sectors=[("", _("All"), address(chosen, ""))]
            + [(one, one.label, address(chosen, one)) for one in sectors],
            compared=compared,
            cautions=[survey for survey in _surveys_of(compared) if survey.caveat],
            latest=series.latest_of_each(question, user) if is_of_factors else [],
            answered=_answered(question, user),
            breadcrumbs=[_barometer_crumb(), _questions_crumb(), (question.title, "")],
            **kwargs,
        )


def _surveys_of(found: Iterable[Series]) -> Iterable[Survey]:
    """The editions whose figures these are, each once."""
    return {survey.pk: survey for one in found for survey in one.surveys}.values()


def _answers(options: Iterable[Option]) -> list[Choice]:
    return [Choice(option.code, option.label, [option], option.factor) for option in options]


def _factors(options: Iterable[Option]) -> list[Choice]:
    """The factors that the options are about, in the options' order."""
    of_factor: dict[Factor, list[Option]] = {}
    for option in options:
        if option.factor:
            of_factor.setdefault(option.factor, []).append(option)
    return [Choice(factor.key, factor.name, about, factor) for factor, about in of_factor.items()]
