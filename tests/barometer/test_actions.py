"""Publishing, correcting and withdrawing an edition."""

import pytest

from barometer import actions
from barometer.models import Figure, Survey
from common.workflow import TransitionRefused

from . import factories

pytestmark = pytest.mark.django_db

NOTE = {"fi": "Korjattu.", "sv": "Rättat.", "en": "Corrected."}


def test_a_draft_without_what_readers_need_is_not_published() -> None:
    survey = factories.survey(caveat_sv="", unit_asked="")
    with pytest.raises(TransitionRefused) as refused:
        actions.publish(survey, by=factories.editor())
    assert len(refused.value.decision.reasons) == 3
    survey.refresh_from_db()
    assert survey.state == Survey.State.DRAFT


def test_who_is_no_editor_publishes_nothing() -> None:
    survey = factories.survey()
    stranger = factories.editor()
    stranger.groups.clear()
    with pytest.raises(TransitionRefused):
        actions.publish(survey, by=stranger)


def test_published_figures_are_corrected_only_with_a_note_in_three_languages() -> None:
    survey = factories.published()
    figure = Figure.objects.get(option__code="yes")
    figure.share = 75
    for note in (None, {**NOTE, "sv": ""}):
        with pytest.raises(TransitionRefused):
            actions.enter_figures(
                survey, [figure], by=factories.editor(f"{bool(note)}@example.org"), note=note
            )
    assert Figure.objects.get(pk=figure.pk).share == 80


def test_a_correction_is_recorded_with_what_was_and_what_is() -> None:
    survey = factories.published()
    figure = Figure.objects.get(option__code="yes")
    figure.share = 75
    editor = factories.editor()
    actions.enter_figures(survey, [figure], by=editor, note=NOTE)
    event = survey.events.first()
    assert (event.act, event.by, event.note) == ("correct", editor, NOTE)
    [change] = event.changes
    assert (change["before"]["share"], change["after"]["share"]) == ("80.00", "75.00")


def test_entering_the_same_figures_again_changes_nothing() -> None:
    survey = factories.published()
    events = survey.events.count()
    assert actions.enter_figures(survey, Figure.objects.all(), by=None) == []
    assert survey.events.count() == events


def test_who_read_an_older_version_changes_nothing() -> None:
    survey = factories.survey()
    what = factories.question()
    asked, option = factories.asked(survey, what), factories.option(what, "yes")
    actions.enter_figures(survey, [factories.figure(asked, option, 80)], by=None)
    with pytest.raises(TransitionRefused):
        actions.enter_figures(survey, [factories.figure(asked, option, 70)], by=None, seen_version=0)


def test_a_figure_of_few_is_not_shown_nor_what_would_tell_it() -> None:
    survey = factories.survey()
    what = factories.question()
    asked, option = factories.asked(survey, what), factories.option(what, "yes")
    groups = [factories.group("size", key) for key in ("small", "middle", "large")]
    figures = [factories.figure(asked, option, 50, 43)] + [
        factories.figure(asked, option, 50, base, group=group)
        for group, base in zip(groups, (3, 10, 30), strict=True)
    ]
    actions.enter_figures(survey, figures, by=None)
    shown = dict(Figure.objects.order_by("group__order").values_list("group__key", "suppression"))
    assert shown == {None: "", "small": "small", "middle": "complementary", "large": ""}


def test_a_withdrawn_edition_is_published_again() -> None:
    survey = factories.published()
    first = survey.published_at
    actions.withdraw(survey, by=None, note=NOTE)
    assert not Survey.objects.public().exists()
    actions.publish(survey, by=None)
    assert survey.published_at == first
