"""The whole path in a browser: somebody tells, staff review and publish, everybody finds and reads."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from accounts.permissions import MODERATORS
from cases.models import Case, CaseRevision
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.browser

PASSWORD = "a long password"
SUBMIT = "main form:has(.error-summary, .field) button[type=submit]"
# Title, and a form of one of its words, or a part of a compound, to look for.
WORDS = {
    "fi": ("Neuvontaverkosto vanhuspalveluihin", "verkostossa", "Neuvontaverkosto"),
    "sv": ("Rådgivning om byggnadstillstånd", "byggnadstillståndet", "byggnadstillstånd"),
    "en": ("Advisory services for builders", "service", "services"),
}
TEXTS = {
    "summary": "Summary 1",
    "problem": "Problem 2",
    "solution": "Solution 3",
    "newness": "Newness 4",
}


@pytest.fixture
def reference_data(transactional_db):
    call_command("load_reference_data", verbosity=0)


@pytest.fixture
def moderator(reference_data):
    user = UserFactory(is_staff=True, is_demo=True, password=PASSWORD, language="en")
    user.groups.add(Group.objects.get(name=MODERATORS))
    return user


def press(page, selector) -> None:
    page.locator(selector).first.click()
    page.wait_for_load_state()


def sign_in_by_code(page, address) -> None:
    page.fill("[name=email]", address)
    press(page, SUBMIT)
    code = re.search(r"\b\d{4}-\d{4}\b", mail.outbox[-1].body)[0]
    page.fill("[name=code]", code)
    press(page, SUBMIT)


def tell(page, language: str, title: str) -> None:
    """From the front page through all steps to the receipt."""
    page.goto(reverse("pages:front"))
    page.goto(reverse("cases:tell"))
    press(page, f"main a[href='{reverse('cases:begin')}']")
    sign_in_by_code(page, f"tekija.{language}@esimerkki.example")
    expect(page).to_have_url(reverse("cases:begin"))
    go_on = "main button[name=then][value=next]:not(.visually-hidden)"
    # Nothing is needed to save a draft but a title or anything else.
    page.check(f"[name=original_language][value={language}]")
    page.fill("[name=title]", title)
    for name, text in TEXTS.items():
        page.fill(f"[name={name}]", text)
    page.fill("[name=owner]", "Valtiokonttori" if language == "fi" else "Statskontoret")
    press(page, go_on)
    page.check("[name=principle][value='3']")
    page.check("[name=theme][value='10']")
    page.check("[name=kind][value=service]")
    page.check("[name=level_of_government][value=national]")
    page.check("[name=life_cycle][value=in_use]")
    page.fill("[name=started_year]", "2024")
    press(page, go_on)
    page.fill("[name=lessons]", "Lesson 5")
    press(page, go_on)
    press(page, go_on)
    page.fill("[name=role]", "Registry office")
    page.fill("[name=email]", "kirjaamo@example.org")
    press(page, go_on)
    assert "/check/" in page.url or page.url.endswith(reverse("cases:check", args=[Case.objects.get().pk]))
    for text in (title, *TEXTS.values(), "Lesson 5", "Registry office"):
        expect(page.locator("main")).to_contain_text(text)
    press(page, "main form:has([name=version]) button.button")


def review_and_publish(page, user) -> None:
    page.goto(reverse("account_login"))
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    press(page, SUBMIT)
    page.goto(reverse("admin:cases_caserevision_changelist"))
    press(page, "#result_list tbody th a")
    for act in ("start_review", "publish"):
        press(page, f".acts a[href*='/{act}/']")
        for box in page.locator("main input[type=checkbox]").all():
            box.check()
        press(page, "main form.stack .actions button.button")
        page.wait_for_load_state()


@pytest.mark.parametrize("java_script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_innovation_is_told_reviewed_published_found_and_read(new_page, moderator, language, java_script):
    title, searched, marked = WORDS[language]
    with override(language):
        teller = new_page(java_script_enabled=java_script)
        tell(teller, language, title)
        case = Case.objects.get()
        expect(teller).to_have_url(reverse("cases:submitted", args=[case.pk]))
        expect(teller.locator(".receipt-number")).to_contain_text(str(case.pk))

        reader = new_page(java_script_enabled=java_script)
        assert reader.goto(reverse("cases:detail", args=[case.pk, "x"])).status == 404

        review_and_publish(new_page(java_script_enabled=java_script), moderator)
        assert CaseRevision.objects.get().state == CaseRevision.State.PUBLISHED
        to_teller = [message for message in mail.outbox if message.to == [case.submitter.email]]
        assert [title in message.subject for message in to_teller[-2:]] == [True, True]

        reader.goto(reverse("pages:front"))
        reader.fill("main [name=q]", searched)
        press(reader, "main form[role=search] button")
        expect(reader.locator(".result-row mark").first).to_have_text(marked)
        reader.locator(".result-row h3 a").first.click()
        reader.wait_for_load_state()
        expect(reader.locator("h1")).to_have_text(title)
        for text in (*TEXTS.values(), "Lesson 5", "Registry office"):
            expect(reader.locator("main")).to_contain_text(text)
        assert reader.context.cookies() == []

        teller.goto(reverse("cases:own"))
        expect(teller.locator("main")).to_contain_text(title)
