"""The editor's desk in a browser: accessible, valid, within the window; from a draft to a public edition."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from barometer import actions
from barometer.models import Option, OwnWords, Survey
from tests.reviewing.test_in_browser import open_page

from . import factories

pytestmark = pytest.mark.browser


def address(survey: Survey, name: str = "change", *more: str) -> str:
    return reverse(f"admin:barometer_survey_{name}", args=[survey.pk, *more])


@pytest.fixture
def survey(transactional_db) -> Survey:
    """A draft that everything can be seen of: three kinds of questions, groups, few answers, a history."""
    survey = factories.survey("next")
    sizes = [factories.group("size", key) for key in ("small", "large")]
    question = factories.question("one-answer", in_bank=True)
    answers = [factories.option(question, code) for code in ("yes", "no")]
    answers.append(factories.option(question, "dont-know", role=Option.Role.DONT_KNOW))
    asked = factories.asked(survey, question)
    figures = [
        factories.figure(asked, answer, share) for answer, share in zip(answers, (70, 20, 10), strict=True)
    ]
    figures += [
        factories.figure(asked, answers[0], 50, base, group=group)
        for group, base in zip(sizes, (3, 90), strict=True)
    ]
    actions.enter_figures(survey, figures, by=factories.editor("other@example.org"))
    factors = factories.question("factors", kind="factor")
    factories.option(factors, "time", factor=factories.factor("time"), direction="hinders", degree="any")
    factories.asked(survey, factors)
    words = factories.asked(survey, factories.question("words", kind="text"))
    OwnWords.objects.create(asked=words, text="Omin sanoin")
    factories.question("not-asked")
    return survey


def paths(survey: Survey) -> dict[str, str]:
    question = survey.asked.get(question__key="one-answer").question
    return {
        "front": reverse("admin:index"),
        "editions": reverse("admin:barometer_survey_changelist"),
        "edition": address(survey),
        "describe": address(survey, "describe"),
        "next edition": reverse("admin:barometer_survey_add") + f"?after={survey.pk}",
        "questions": address(survey, "questions"),
        "wording": address(survey, "question", question.key),
        "grid": address(survey, "figures", question.key),
        "grid by size": address(survey, "figures", question.key) + "?by=size",
        "grid of factors": address(survey, "figures", "factors"),
        "import": address(survey, "import"),
        "publish": address(survey, "act", "publish"),
        "discard": address(survey, "act", "discard"),
        "bank": reverse("admin:barometer_question_changelist"),
        "question": reverse("admin:barometer_question_change", args=[question.pk]),
        "breakdown": reverse("admin:barometer_dimension_change", args=[1]),
        "factor": reverse("admin:barometer_factor_add"),
        "source": reverse("admin:barometer_source_change", args=[survey.source_id]),
        "own words": reverse("admin:barometer_ownwords_changelist"),
    }


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (320, "dark")], ids=["wide and light", "narrow and dark"]
)
def test_every_page_of_the_desk_is_accessible_valid_and_within_the_window(
    new_page, live_server, axe, nu, survey, width, scheme
):
    faults = {}
    viewport = {"width": width, "height": 800}
    page = open_page(new_page, live_server, factories.editor(), viewport=viewport, color_scheme=scheme)
    for name, path in paths(survey).items():
        answer = page.goto(path)
        assert answer.status == 200, name
        faults[name] = axe(page)
        if scheme == "light":
            faults[name] += nu(answer.text())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("width", [1280, 320])
def test_errors_details_and_the_preview_are_accessible_and_valid(
    new_page, live_server, axe, nu, survey, width
):
    page = open_page(new_page, live_server, factories.editor(), viewport={"width": width, "height": 800})
    page.goto(address(survey, "figures", "one-answer") + "?by=size")
    share = page.locator("[name^=share]").first
    share.fill("170")
    page.locator("button[value=preview]").click()
    page.locator(".error-summary").wait_for()
    assert [*axe(page), *nu(page.content())] == []
    page.locator(".error-summary a").click()
    page.keyboard.type("70")
    page.locator("button[value=open]").click()
    page.locator(".figures-details").first.wait_for()
    assert [*axe(page), *nu(page.content())] == []
    page.locator("[name^=share]").first.fill("65")
    page.locator("button[value=preview]").click()
    page.locator("#preview figure").first.wait_for()
    assert [*axe(page), *nu(page.content())] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_next_edition_is_brought_in_without_scripts(new_page, live_server, survey):
    page = open_page(new_page, live_server, factories.editor(), java_script_enabled=False)
    page.goto(reverse("admin:barometer_survey_add") + f"?after={survey.pk}")
    page.locator("#id_key").fill("after-next")
    page.locator("#id_year").fill("2028")
    for language in ("fi", "sv", "en"):
        page.locator(f"#id_period_{language}").fill("2026–2027")
    page.locator("#id_source").select_option(index=1)
    page.locator("main form button[type=submit]").click()
    made = Survey.objects.get(key="after-next")
    page.goto(address(made, "figures", "one-answer"))
    for field, share in zip(page.locator("[name^=share]").all(), ("60", "30,5", "9,5"), strict=True):
        field.fill(share)
    page.locator("[name=base-total]").fill("200")
    page.locator("[name=precision-total]").select_option("exact")
    page.locator("[name=all_seen]").check()
    # The Enter key previews; it never saves.
    page.locator("[name=base-total]").press("Enter")
    expect(page.locator("#preview figure")).to_have_count(1)
    assert not made.asked.filter(figures__isnull=False).exists()
    page.locator("#preview button[value=save]").click()
    page.goto(address(made))
    page.locator(".acts .button").first.click()
    page.locator("main form button[type=submit]").click()
    made.refresh_from_db()
    assert made.is_public
