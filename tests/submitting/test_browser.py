"""Telling in a browser, with scripts and without; every page accessible and valid."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from cases import actions
from cases.models import Case, CaseRevision
from cases.schema import Section
from taxonomy.models import Vocabulary
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.accounts.sign_in import sign_in
from tests.cases import factories

pytestmark = pytest.mark.browser

STEPS = [f"step_{section.value}" for section in Section]


@pytest.fixture
def user(client):
    user = UserFactory(organisation=OrganisationFactory(name_fi="Esimerkkilän kunta"))
    sign_in(client, user, "code")
    return user


@pytest.fixture
def signed_in(client, user, new_page, live_server):
    """Opens pages on which the person is signed in already."""

    def open_page(**options):
        page = new_page(**options)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        return page

    return open_page


@pytest.mark.parametrize("java_script", [True, False])
def test_a_case_is_told_with_the_keyboard_and_the_mouse(signed_in, user, java_script):
    factories.complete_content()  # makes the terms
    page = signed_in(java_script_enabled=java_script)
    page.goto(reverse("cases:tell"))
    page.click(f'main a[href="{reverse("cases:begin")}"]')
    for name in ("title", "summary", "problem", "solution", "newness"):
        page.fill(f"#id_{name}", f"Teksti {name}")
    # Enter in a field goes on, as the green button does.
    page.press("#id_title", "Enter")
    for name in ("principle", "theme", "kind"):
        page.check(f"#id_{name}_0")
    page.check("#id_level_of_government_2")
    page.check("#id_life_cycle_2")
    page.fill("#id_started_year", "vuosi")
    page.click("main button.button >> nth=0")
    page.wait_for_selector(".error-summary:focus")
    page.click(".error-summary a")
    page.wait_for_selector("#id_started_year:focus")
    page.fill("#id_started_year", "2022")
    page.click("main button.button >> nth=0")
    page.click("main button.button >> nth=0")
    page.click("#evidence summary >> nth=0")
    page.select_option("#id_evidence-0-kind", "hours_saved")
    page.fill("#id_evidence-0-value", "3 200")
    page.fill("#id_evidence-0-unit", "h")
    page.check("#id_evidence-0-established_0")
    page.click("main button.button >> nth=0")
    page.fill("#id_role", "Kirjaamo")
    page.fill("#id_email", "kirjaamo@example.org")
    page.click("main button.button >> nth=0")
    assert not page.query_selector(".error-summary")
    page.click("main form button")
    revision = CaseRevision.objects.get()
    expect(page.locator(".receipt-number")).to_have_text(str(revision.case_id))
    assert revision.state == CaseRevision.State.SUBMITTED
    assert revision.content["evidence"][0]["value"] == "3200"


def test_a_new_row_is_offered_when_the_one_before_is_opened(signed_in, user):
    revision = factories.draft(by=user)
    page = signed_in()
    page.goto(reverse("cases:step_effects", args=[revision.case_id]))
    offered = page.locator("#evidence .row--new > summary")
    more = page.locator("#evidence .more-rows")
    assert [offered.nth(index).is_visible() for index in range(3)] == [True, False, False]
    for index in range(3):
        expect(more).to_be_hidden()
        offered.nth(index).click()
    expect(more).to_be_visible()


# Every page ------------------------------------------------------------------------


def pages_of_one(case):
    names = [*STEPS, "own_case", "check", "act_discard"]
    return [
        *(reverse(f"cases:{name}", args=[case.pk]) for name in names),
        reverse("cases:translation", args=[case.pk, "sv"]),
        reverse("cases:own_revision", args=[case.pk, 1]),
        reverse("cases:act_take_back", args=[case.pk]),
    ]


@pytest.fixture
def everything(user):
    """Addresses of all the pages, among them pages of refusal and with something missing."""
    for vocabulary in Vocabulary.values:
        factories.term(vocabulary, "1", description_fi="Mitä se on.")
    organisation = OrganisationFactory()
    effect = {
        "kind": "other",
        "label": {"fi": "asia"},
        "value": "1",
        "unit": "kpl",
        "established": "measured",
    }
    draft = factories.draft(
        by=user,
        partners=[organisation.pk],
        evidence=[effect],
        adoptions=[{"organisation": organisation.pk, "mode": "copy", "follows": None}],
        materials=[{"kind": "link", "url": "https://example.org/", "title": ""}],
    )
    returned = factories.in_review(by=user)
    actions.return_for_changes(returned, by=returned.reviewer, message="Lähde?")
    submitted = factories.submitted(by=user)
    published = factories.published(by=user)
    return [
        reverse("cases:tell"),
        reverse("cases:begin"),
        reverse("cases:own"),
        *pages_of_one(draft.case),
        reverse("cases:own_case", args=[returned.case_id]),
        reverse("cases:step_about", args=[submitted.case_id]),
        reverse("cases:submitted", args=[submitted.case_id]),
        reverse("cases:own_case", args=[published.pk]),
        reverse("cases:act_withdraw", args=[published.pk]),
        reverse("cases:report_adoption", args=[published.pk]),
    ]


def test_every_page_is_accessible(signed_in, everything, axe):
    page = signed_in()
    faults = []
    for address in everything:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        faults += [f"{address}: {fault}" for fault in axe(page)]
    assert not faults, "\n".join(faults)


def test_pages_with_errors_are_accessible(signed_in, everything, user, axe, nu):
    case = Case.objects.earliest("pk")
    page = signed_in(viewport={"width": 320, "height": 640}, color_scheme="dark")
    page.goto(reverse("cases:step_effects", args=[case.pk]))
    page.click("#evidence summary >> nth=0")
    page.fill("#id_evidence-0-value", "paljon")
    page.click("main button.button >> nth=0")
    assert page.query_selector(".error-summary")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert not axe(page)
    assert not nu(page.content())


@pytest.mark.django_db
def test_every_page_is_valid_html(client, everything, nu):
    faults = [f"{address}: {fault}" for address in everything for fault in nu(client.get(address).content)]
    assert not faults, "\n".join(faults)


def test_no_page_is_wider_than_a_small_phone(signed_in, everything):
    page = signed_in(viewport={"width": 320, "height": 640})
    wide = []
    for address in everything:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(address)
    assert not wide
