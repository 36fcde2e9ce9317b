"""The test of one's own organisation in a browser: answered, kept under a link, and deleted."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from barometer.models import SelfTest
from tests import first_run

pytestmark = pytest.mark.browser


@pytest.fixture
def registry(transactional_db) -> None:
    first_run.load()


def press(page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).or_(
        page.locator("main").get_by_role("link", name=name)
    ).first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("java_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_test_is_answered_compared_kept_and_deleted(registry, new_page, axe, nu, java_script):
    page = new_page(java_script_enabled=java_script, viewport={"width": 320, "height": 700})
    with override("en"):
        page.goto(reverse("pages:self_test"))
        press(page, "Show the result")
        expect(page.locator(".error-summary")).to_contain_text("Answer the first question")
        page.check("[name=innovation-type][value=services]")
        page.check("[name=hinders][value=legislation]")
        page.check("[name=spread][value=no]")
        press(page, "Show the result")
        expect(page.locator("main")).to_contain_text("Hindered by: legislation")
        assert page.context.cookies() == []

        page.check("[name=edition][value=dk-4]")
        page.uncheck("[name=edition][value=fi-municipal-2022]")
        press(page, "Compare")
        chart = page.locator(".comparison").first
        expect(chart).to_contain_text("✓ Yes")
        expect(chart).to_contain_text("83")
        expect(page.locator(".comparison >> nth=0")).not_to_contain_text("municipalities 2022")

        press(page, "Change the answers")
        assert page.is_checked("[name=hinders][value=legislation]")
        press(page, "Show the result")
        assert page.is_checked("[name=edition][value=dk-4]")

        press(page, "Get a link")
        faults = {"keep": nu(page.content()) if java_script else []}
        press(page, "Keep the answers and get a link")
        kept = page.url
        expect(page.locator(".self-test-address")).to_contain_text(kept.rsplit("/", 2)[1])
        faults["kept"] = [*axe(page), *nu(page.content())] if java_script else []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        press(page, "Delete now")
        faults["delete"] = [*axe(page), *nu(page.content())] if java_script else []
        press(page, "Delete now")
        expect(page.locator("h1")).to_contain_text("have been deleted")
        assert not SelfTest.objects.exists()
        assert page.goto(kept).status == 404
        assert {name: found for name, found in faults.items() if found} == {}
