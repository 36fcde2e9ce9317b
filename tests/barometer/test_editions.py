"""Beginning an edition, choosing its questions, describing it, deleting a draft."""

import pytest
from django.utils.translation import override

from barometer import actions, series
from barometer.models import Survey
from common.workflow import TransitionRefused

from . import factories

pytestmark = pytest.mark.django_db

PERIODS = ("period_fi", "period_sv", "period_en")


def unsaved(key: str = "next", **values) -> Survey:
    return Survey(key=key, name_fi="Seuraava", sector="state", year=2026, **values)


def keys_of(survey: Survey) -> list[str]:
    return list(survey.asked.order_by("order").values_list("question__key", flat=True))


def test_a_new_edition_begins_with_the_question_bank() -> None:
    for order, (key, in_bank) in enumerate([("second", True), ("other", False), ("first", True)]):
        factories.question(key, in_bank=in_bank, order=-order + 5)
    survey = unsaved()
    actions.begin(survey, by=factories.editor())
    assert keys_of(survey) == ["first", "second"]
    assert survey.state == Survey.State.DRAFT


def test_the_next_edition_asks_as_an_earlier_one_and_leaves_that_as_it_was() -> None:
    earlier = factories.published()
    asked = earlier.asked.get()
    asked.wording_sv = "Så frågades det."
    asked.save()
    survey = unsaved()
    actions.begin(survey, by=factories.editor(), after=earlier)
    [copy] = survey.asked.all()
    assert (copy.question, copy.wording_sv) == (asked.question, "Så frågades det.")
    assert not copy.figures.exists()
    assert earlier.asked.get().figures.count() == 2


def test_questions_are_added_removed_and_put_in_order() -> None:
    survey = factories.survey()
    first, second, third = (factories.question(key) for key in ("first", "second", "third"))
    actions.choose_questions(survey, [first, second], by=factories.editor())
    actions.choose_questions(survey, [third, first], by=None)
    assert keys_of(survey) == ["third", "first"]
    assert survey.events.first().act == "choose_questions"


def test_a_question_with_figures_is_not_left_out() -> None:
    survey = factories.published()
    with pytest.raises(TransitionRefused):
        actions.choose_questions(survey, [], by=factories.editor())
    assert survey.asked.count() == 1


def test_questions_of_a_changed_edition_are_not_chosen() -> None:
    survey = factories.survey()
    what = factories.question()
    with pytest.raises(TransitionRefused):
        actions.choose_questions(survey, [what], by=factories.editor(), seen_version=7)
    assert not survey.asked.exists()


def test_an_event_tells_which_words_of_a_description_changed() -> None:
    survey = factories.survey()
    survey.caveat_sv, survey.invited = "Nytt", 10
    actions.describe(survey, by=factories.editor())
    assert survey.events.first().changes == [
        {"field": "invited", "before": "", "after": "10"},
        {"field": "caveat_sv", "before": "Not to be generalised sv", "after": "Nytt"},
    ]


def test_only_a_draft_is_deleted() -> None:
    draft, public = factories.survey(), factories.published()
    actions.discard(draft, by=factories.editor())
    with pytest.raises(TransitionRefused):
        actions.discard(public, by=None)
    assert list(Survey.objects.all()) == [public]


def test_a_period_that_is_not_known_yet_is_called_so_where_editions_are_compared() -> None:
    what = factories.question()
    option = factories.option(what, "yes")
    drafts = [factories.survey(), factories.survey(period_years=None, **dict.fromkeys(PERIODS, ""))]
    rows = [series.Observation(asked=factories.asked(survey, what), option=option) for survey in drafts]
    with override("en"):
        reasons = list(series.break_reasons(*rows))
    assert reasons == ["the reference periods differ: 2020–2021 en, not known"]
