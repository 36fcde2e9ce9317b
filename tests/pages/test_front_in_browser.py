"""The front page as a browser shows it: with examples and figures of every kind, and with nothing."""

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from cases import actions
from cases.models import Adoption
from tests.accounts.factories import OrganisationFactory

from .test_front import hours, titled

pytestmark = pytest.mark.browser

SIGHTS = (
    {"viewport": {"width": 1440, "height": 900}},
    {"viewport": {"width": 320, "height": 700}, "color_scheme": "dark"},
)


def faults_of(new_page, axe, nu) -> dict:
    faults = {}
    for options in SIGHTS:
        page = new_page(**options)
        for language in ("fi", "sv", "en"):
            response = page.goto(f"/{language}/")
            width = options["viewport"]["width"]
            faults[language, width] = [*axe(page), *nu(response.text())]
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (language, width)
    return {key: found for key, found in faults.items() if found}


def test_it_is_accessible_valid_and_fits_with_everything(transactional_db, new_page, axe, nu):
    for command in ("load_reference_data", "load_barometer", "load_examples"):
        call_command(command, verbosity=0)
    case = titled("A", evidence=[hours(1_234_567, "measured")])
    titled("B", evidence=[hours(7_654_321, "estimated")])
    Adoption.objects.create(
        case=case,
        organisation=OrganisationFactory(),
        mode="copy",
        state="confirmed",
        year=timezone.now().year,
    )
    actions.public_changed()
    assert faults_of(new_page, axe, nu) == {}
    page = new_page(**SIGHTS[0])
    page.goto("/en/")
    expect(page.locator(".stat")).to_have_count(5)
    greens = page.locator(".button:visible").evaluate_all(
        "all => all.filter(one => getComputedStyle(one).backgroundColor === 'rgb(13, 116, 73)').length"
    )
    assert greens == 1


def test_it_is_accessible_valid_and_fits_before_the_first_innovation(transactional_db, new_page, axe, nu):
    call_command("load_reference_data", verbosity=0)
    assert faults_of(new_page, axe, nu) == {}
