"""The test of one's own organisation: weak spots, comparisons, and keeping a result."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import override

from barometer import actions, kept_tests, self_test, series
from barometer.models import Figure, Option, Question, SelfTest

from . import factories

# Weak spots -----------------------------------------------------------------

HAPPY = {
    "innovation-type": ["services"],
    "novelty": ["adapted"],
    "initiator": ["employees"],
    "partners": ["citizens", "companies"],
    "promotes": ["management"],
    "value": ["quality"],
    "technology-degree": ["minor-part"],
    "core-task": ["current"],
    "evaluation": ["otherwise"],
    "spread": ["yes"],
}


def keys_of(answers: self_test.Answers) -> list[str]:
    return [spot.key for spot in self_test.weak_spots(answers)]


def test_answers_without_any_weakness_have_no_weak_spot() -> None:
    assert keys_of(HAPPY) == []


def test_no_answer_beyond_the_first_has_no_weak_spot() -> None:
    assert keys_of({"innovation-type": ["services"]}) == []


@pytest.mark.parametrize(
    ("changes", "spot"),
    [
        ({"initiator": ["manager"]}, "not-from-staff"),
        ({"partners": ["none"], "initiator": ["employees", "citizens"]}, "alone"),
        ({"partners": ["companies"]}, "without-citizens"),
        ({"core-task": ["none"]}, "beside-core-tasks"),
        ({"value": ["too-early"]}, "value-not-known"),
        ({"value": ["dont-know"]}, "value-not-known"),
        ({"evaluation": ["no"]}, "not-evaluated"),
        ({"spread": ["no"]}, "not-spread"),
        ({"hinders": ["legislation"]}, "hindered-by-legislation"),
        # What also promoted still hindered.
        ({"hinders": ["management"]}, "hindered-by-management"),
    ],
)
def test_each_rule_finds_its_weak_spot_and_no_other(changes: dict[str, list[str]], spot: str) -> None:
    assert keys_of({**HAPPY, **changes}) == [spot]


@pytest.mark.parametrize(
    "changes",
    [
        {"initiator": ["dont-know"]},
        {"initiator": []},
        {"partners": ["dont-know"]},
        {"evaluation": ["planned"]},
        {"evaluation": ["dont-know"]},
        {"spread": ["dont-know"]},
        # Citizens set it going, although they were no partners.
        {"initiator": ["employees", "citizens"], "partners": ["companies"]},
    ],
)
def test_not_knowing_and_good_enough_are_no_weak_spots(changes: dict[str, list[str]]) -> None:
    assert keys_of({**HAPPY, **changes}) == []


@pytest.mark.parametrize(
    ("ongoing", "spot"),
    [(["no"], "nothing-under-way"), (["yes"], "nothing-in-use"), ([], "nothing-in-use")],
)
def test_without_an_innovation_only_what_applies_then_counts(ongoing: list[str], spot: str) -> None:
    answers = {**HAPPY, "innovation-type": ["none"], "spread": ["no"], "ongoing-work": ongoing}
    assert keys_of(answers) == [spot]
    assert keys_of({**answers, "hinders": ["lack-of-time"]}) == ["hindered-by-lack-of-time", spot]


def test_work_under_way_does_not_count_for_who_has_an_innovation() -> None:
    assert "ongoing-work" not in self_test.relevant({**HAPPY, "ongoing-work": ["no"]})


def test_rules_name_what_the_bank_and_the_vocabulary_have(bank: None) -> None:
    codes: dict[str, set[str]] = {}
    for question, code in Option.objects.values_list("question__key", "code"):
        codes.setdefault(question, set()).add(code)
    factors = set(
        Option.objects.filter(question__key=self_test.FACTORS, factor__isnull=False).values_list(
            "factor__key", flat=True
        )
    )
    assert set(self_test.COMPARED) <= codes.keys()
    for rule in self_test.RULES:
        for conditions in (rule.chosen, rule.lacking, rule.unless):
            for question, named in conditions.items():
                # "Too early" is an answer about value alone.
                assert named - codes[question] <= self_test.SAYS_NOTHING, (rule.key, question)
        assert set(rule.factors) <= factors, rule.key
        assert set(rule.principles) <= set("12345"), rule.key
    for (question, code), others in self_test.FOLLOWS_FROM.items():
        assert {code, *others} <= codes[question]


def test_the_document_tells_every_rule_with_what_helps() -> None:
    text = (settings.BASE_DIR / "docs" / "self-test.md").read_text()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if "|" in line]
    told = {row[0]: (row[2], row[3]) for row in rows if len(row) == 4}
    assert [key for key in told if key not in ("rule", "---")] == [rule.key for rule in self_test.RULES]
    for rule in self_test.RULES:
        assert told[rule.key] == (", ".join(rule.principles), ", ".join(rule.factors))


@pytest.fixture
def bank(db: None) -> None:
    call_command("load_barometer", verbosity=0)


# Beside figures -------------------------------------------------------------


def test_own_answers_stand_beside_the_editions_figures(db: None) -> None:
    spread = factories.question("spread")
    yes, no = (factories.option(spread, code) for code in ("yes", "no"))
    survey = factories.survey()
    asked = factories.asked(survey, spread)
    actions.enter_figures(survey, [factories.figure(asked, yes, 58)], by=None)
    actions.publish(survey, by=None)
    other = factories.published(year=2018)
    surveys = [survey, other]
    figures = series.totals(surveys, ["spread"], factories.editor())
    answers = {"innovation-type": ["services"], "spread": ["no"]}
    [found] = self_test.comparisons(answers, [yes, no], surveys, figures)
    told, own = found.rows
    assert (told.label, told.is_own, [[row.share for row in cell] for cell in told.cells]) == (
        yes.label,
        False,
        [[Decimal(58)], []],
    )
    assert (own.option, own.is_own, own.has_figures) == (no, True, False)
    assert found.has_figures
    assert self_test.comparisons({"innovation-type": ["services"]}, [yes, no], surveys, figures) == []


@override("en")
def test_the_chart_marks_own_answers_and_leaves_out_editions_that_tell_nothing(db: None) -> None:
    spread = factories.question("spread")
    yes, no = (factories.option(spread, code) for code in ("yes", "no"))
    surveys = [factories.survey(), factories.survey(), factories.survey()]
    for survey, share in zip(surveys[:2], (58, None), strict=True):
        asked = factories.asked(survey, spread)
        precision = Figure.Precision.ABOUT
        figures = [factories.figure(asked, yes, share, precision=precision), factories.figure(asked, no, 42)]
        actions.enter_figures(survey, figures, by=None)
    answers = {"innovation-type": ["services"], "spread": ["yes"]}
    figures = series.totals(surveys, ["spread"], factories.editor())
    found = self_test.comparisons(answers, [yes, no], surveys, figures)
    told, other = self_test.chart_of(found[0]).rows
    assert (told.label, told.note) == (f"✓ {yes.label}", "Your answer")
    assert [(bar.label, bar.value, bar.text) for bar in told.bars] == [
        (surveys[0].name, 58.0, "about 58%"),
        (surveys[1].name, None, "not known"),
    ]
    assert (other.label, other.note, len(other.bars)) == (no.label, "", 2)
    assert self_test.has_rough_figures(found)
    assert found[0].telling == surveys[:2]


def test_an_own_answer_that_no_edition_tells_of_has_no_bar(db: None) -> None:
    novelty = factories.question("novelty")
    first, copy = (factories.option(novelty, code) for code in ("first", "copy"))
    survey = factories.survey()
    asked = factories.asked(survey, novelty)
    actions.enter_figures(survey, [factories.figure(asked, copy, 13)], by=None)
    figures = series.totals([survey], ["novelty"], factories.editor())
    answers = {"innovation-type": ["services"], "novelty": ["first"]}
    found = self_test.comparisons(answers, [first, copy], [survey], figures)
    own, _other = self_test.chart_of(found[0]).rows
    assert [bar.value for bar in own.bars] == [None]
    assert not self_test.has_rough_figures(found)


def option_of(question: str, code: str, **values: object) -> Option:
    return Option(question=Question(key=question), code=code, **values)


@pytest.mark.parametrize(
    ("question", "code", "answers", "is_own"),
    [
        ("at-least-one-innovation", "yes", {"innovation-type": ["products"]}, True),
        ("at-least-one-innovation", "no", {"innovation-type": ["none"]}, True),
        ("at-least-one-innovation", "dont-know", {"innovation-type": ["dont-know"]}, True),
        ("at-least-one-innovation", "yes", {"innovation-type": ["none"]}, False),
        ("core-task", "current-or-future", {"core-task": ["future"]}, True),
        ("core-task", "current-or-future", {"core-task": ["none"]}, False),
        ("partners", "municipal-and-regional-actors", {"partners": ["regions"]}, True),
        ("partners", "citizens", {"partners": ["citizens"]}, True),
        ("partners", "citizens", {}, False),
    ],
)
def test_an_answer_follows_from_others(
    question: str, code: str, answers: dict[str, list[str]], is_own: bool
) -> None:
    assert self_test.is_own(option_of(question, code), answers) is is_own


def test_a_factor_is_answered_in_each_direction_and_without_degree(db: None) -> None:
    time = factories.factor("lack-of-time")
    hinders = option_of("factor-effect", "a", factor=time, direction="hinders", degree="any")
    promotes = option_of("factor-effect", "b", factor=time, direction="promotes", degree="any")
    highly = option_of("factor-effect", "c", factor=time, direction="hinders", degree="high")
    answers = {"hinders": ["lack-of-time"]}
    assert [self_test.is_own(one, answers) for one in (hinders, promotes, highly)] == [True, False, False]


def test_the_usual_editions_are_the_ones_that_tell_most_at_home_and_abroad() -> None:
    def edition(key: str, country: str, told: int, year: int) -> SimpleNamespace:
        return SimpleNamespace(key=key, country=SimpleNamespace(code=country), told=told, year=year)

    editions = [
        edition("fi-old", "FI", 9, 2018),
        edition("fi-new", "FI", 9, 2022),
        edition("dk", "DK", 4, 2023),
        edition("no", "NO", 12, 2018),
    ]
    assert self_test.usual_editions(editions) == ["fi-new", "no"]
    assert self_test.usual_editions(editions[2:3]) == ["dk"]
    assert self_test.usual_editions([]) == []


def test_only_public_editions_with_a_figure_that_is_shown_are_offered(db: None) -> None:
    what = factories.question("spread")
    yes = factories.option(what, "yes")
    public = factories.survey("public")
    draft = factories.survey("draft")
    few = factories.survey("few", findings_fi="a", findings_sv="a", findings_en="a")
    unverified = factories.survey("unverified", findings_fi="a", findings_sv="a", findings_en="a")
    for survey, values in (
        (public, {}),
        (draft, {}),
        (few, {"base": 3}),
        (unverified, {"is_verified": False}),
    ):
        of = factories.asked(survey, what)
        actions.enter_figures(survey, [factories.figure(of, yes, 50, **values)], by=None)
    for survey in (public, few, unverified):
        actions.publish(survey, by=None)
    assert [survey.key for survey in series.editions_that_tell(["spread"])] == ["public"]
    assert series.editions_that_tell(["novelty"]) == []


# Keeping --------------------------------------------------------------------


def test_of_the_secret_only_a_hash_is_kept_and_of_the_answers_what_counts(db: None) -> None:
    token = kept_tests.keep({**HAPPY, "ongoing-work": ["no"], "name": ["Somebody"]}, ["fi-2022"])
    kept = SelfTest.objects.get()
    # 24 random bytes.
    assert len(token) >= 32
    assert token not in "".join(str(value) for value in vars(kept).values())
    assert kept.answers == HAPPY
    assert kept.editions == ["fi-2022"]
    assert kept.expires_at - kept.created_at == timedelta(days=365)
    assert kept_tests.find(token) == kept
    assert kept_tests.find(token[:-1]) is None


def test_two_tests_never_share_their_secret(db: None) -> None:
    assert len({kept_tests.keep(HAPPY, []) for _number in range(5)}) == 5


def test_too_large_a_test_is_not_kept(db: None) -> None:
    with pytest.raises(kept_tests.TooLargeError):
        kept_tests.keep({**HAPPY, "hinders": [f"factor-{number}" for number in range(400)]}, [])
    assert not SelfTest.objects.exists()


def test_a_test_whose_time_is_up_opens_nothing_and_is_erased(db: None, capsys: pytest.CaptureFixture) -> None:
    token, fresh = kept_tests.keep(HAPPY, []), kept_tests.keep(HAPPY, [])
    old = kept_tests.find(token)
    assert old is not None
    long_ago = timezone.now() - timedelta(days=400)
    SelfTest.objects.filter(pk=old.pk).update(created_at=long_ago, expires_at=long_ago + timedelta(days=365))
    assert kept_tests.find(token) is None
    call_command("erase_expired_self_tests", "--dry-run")
    assert "1" in capsys.readouterr().out
    assert SelfTest.objects.count() == 2
    for deleted in ("1", "0"):
        call_command("erase_expired_self_tests")
        assert deleted in capsys.readouterr().out
    assert kept_tests.find(fresh) is not None


@pytest.mark.parametrize(
    "values", [{"token_hash": ""}, {"expires_at": timezone.now() - timedelta(days=1)}, {"token_hash": "same"}]
)
def test_the_database_refuses_a_test_that_anybody_could_open_or_that_never_was(
    db: None, values: dict[str, object]
) -> None:
    now = timezone.now()
    common = {"answers": {}, "created_at": now, "expires_at": now + timedelta(days=1)}
    SelfTest.objects.create(token_hash="same", **common)
    with pytest.raises(IntegrityError):
        SelfTest.objects.create(**{"token_hash": "other", **common, **values})
