"""The administration in a browser: accessible, valid, within the window, and the path of a review."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from accounts.models import User
from cases import actions
from cases.models import Adoption, Case, CaseRevision, ImportSource
from taxonomy.models import Term
from tests.accounts.factories import OrganisationFactory, StaffFactory, UserFactory
from tests.cases import factories
from tests.opsi import cases as opsi

from . import pages

pytestmark = pytest.mark.browser


def open_page(new_page, live_server, user: User, **options):
    """A browser page of somebody who is signed in to the admin."""
    page = new_page(**options)
    session = pages.client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    return page


def some_of_everything() -> dict[str, str]:
    """Addresses of every kind of page, each with something on it."""
    case = factories.published()
    change = actions.open_revision(case, by=case.submitter)
    content = {**change.content, "website": "https://esimerkki.example/"}
    content["texts"]["fi"]["problem"] = "Joka neljäs hakemus palautui."
    actions.save_content(change, by=case.submitter, content=content)
    actions.submit(change, by=case.submitter)
    actions.start_review(change, by=factories.moderator())
    nameless = factories.in_review()
    content = {**nameless.content, "owner": None, "owner_name": "Uusi virasto"}
    actions.save_content(nameless, by=factories.moderator(), content=content)
    adoption = actions.report_adoption(
        case, by=UserFactory(), organisation=OrganisationFactory(), mode="copy", year=2024, result="Toimii."
    )
    source = ImportSource.objects.create(key="x", name="Lähde", licence="CC0", attribution="Lähde")
    term = factories.term("tag", "neuvonta")
    term.name_sv = "Rådgivning"
    term.save()
    untagged = factories.published()
    untagged.terms.remove(*untagged.principles)
    found = {
        "front": reverse("admin:index"),
        "app": reverse("admin:app_list", args=["cases"]),
        "queue": pages.changelist("cases_caserevision"),
        "empty queue": pages.changelist("cases_caserevision") + "?state=rejected&q=x",
        "cases": pages.changelist("cases_case"),
        "adoptions": pages.changelist("cases_adoption"),
        "handing over to OPSI": pages.changelist("cases_opsicandidate"),
        "OPSI's form": reverse("admin:cases_opsicandidate_change", args=[opsi.english(users="x" * 501).pk]),
        "OPSI's form, not translated": reverse("admin:cases_opsicandidate_change", args=[case.pk]),
        "offering to OPSI": reverse("admin:cases_opsicandidate_act", args=[case.pk, "opsi_offer"]),
        "sources": pages.changelist("cases_importsource"),
        "terms": pages.changelist("taxonomy_term"),
        "organisations": pages.changelist("accounts_organisation"),
        "users": pages.changelist("accounts_user"),
        "second factors": pages.changelist("accounts_secondfactor"),
        "change in review": pages.page(change),
        "owner to choose": pages.page(nameless),
        "case": pages.page(case),
        "adoption": pages.page(adoption),
        "bring back": pages.act(case, "open_revision") + "?number=1",
        "principles": reverse("admin:cases_case_principles", args=[untagged.pk]) + "?queue=1",
        "blocked": pages.act(nameless, "publish"),
        "source": pages.page(source),
        "source's history": reverse("admin:cases_importsource_history", args=[source.pk]),
        "term": pages.page(term),
        "new term": reverse("admin:taxonomy_term_add"),
        "term's history": reverse("admin:taxonomy_term_history", args=[term.pk]),
        "old term": reverse("admin:taxonomy_term_simple_history", args=[term.pk, term.history.latest().pk]),
        "deleting a term": reverse("admin:taxonomy_term_delete", args=[term.pk]),
        "deleting a used term": reverse(
            "admin:taxonomy_term_delete", args=[Term.objects.filter(cases=case).first().pk]
        ),
        "organisation": pages.page(case.owner),
        "organisation's history": reverse("admin:accounts_organisation_history", args=[case.owner_id]),
        "user": pages.page(case.submitter),
        "new user": reverse("admin:accounts_user_add"),
        "password": reverse("admin:auth_user_password_change", args=[case.submitter_id]),
    }
    found |= {f"{name} a revision": pages.act(change, name) for name in ("publish", "return", "reject")}
    found |= {f"{name} a case": pages.act(case, name) for name in ("archive", "feature")}
    found |= {f"{name} an adoption": pages.act(adoption, name) for name in ("confirm", "decline")}
    return found


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (320, "dark")], ids=["wide and light", "narrow and dark"]
)
def test_every_page_is_accessible_valid_and_within_the_window(new_page, live_server, axe, nu, width, scheme):
    paths = some_of_everything()
    faults = {}
    page = open_page(
        new_page,
        live_server,
        StaffFactory(is_superuser=True),
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
    )
    for name, path in paths.items():
        answer = page.goto(path)
        assert answer.status == 200, name
        faults[name] = axe(page)
        if scheme == "light":
            faults[name] += nu(answer.text())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert {name: found for name, found in faults.items() if found} == {}


def test_errors_and_refusals_are_accessible_and_valid(new_page, live_server, axe, nu):
    moderator = factories.moderator()
    revision = factories.in_review()
    page = open_page(new_page, live_server, moderator)
    page.goto(pages.act(revision, "return"))
    page.locator("main form button").click()
    page.locator(".error-summary").wait_for()
    assert [*axe(page), *nu(page.content())] == []
    page.goto(pages.act(revision, "reject"))
    page.locator("textarea").fill("Ei riitä.")
    actions.return_for_changes(revision, by=factories.moderator(), message="Kerro lisää.")
    page.locator("main form button").click()
    page.locator(".notice--danger").wait_for()
    expect(page.get_by_text("Ei riitä.")).to_be_visible()
    assert [*axe(page), *nu(page.content())] == []
    term = factories.term("tag", "neuvonta")
    page.goto(pages.page(term))
    page.locator("#id_order").fill("")
    page.locator("[name=_save]").click()
    page.locator(".errornote").wait_for()
    assert [*axe(page), *nu(page.content())] == []


@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_moderator_reviews_from_the_front_page_to_the_public_page(
    new_page, live_server, language, java_script_enabled
):
    revision = factories.submitted()
    moderator = factories.moderator()
    with override(language):
        page = open_page(new_page, live_server, moderator, java_script_enabled=java_script_enabled)
        page.goto(reverse("admin:index"))
        page.locator(".task").first.click()
        page.get_by_role("link", name=revision.title).click()
        page.locator(f"a[href^='{pages.act(revision, 'start_review')}']").click()
        page.locator("main form button").click()
        page.locator(f"a[href^='{pages.act(revision, 'publish')}']").click()
        for box in page.locator("[name=criteria]").all():
            box.check()
        page.locator("main form button").click()
        page.locator(".notice--success").wait_for()
        expect(page).to_have_url(pages.changelist("cases_caserevision"))
        case = Case.objects.public().get(pk=revision.case_id)
        page.goto(pages.page(case))
        page.locator(f"a[href='{case.get_absolute_url()}']").click()
        page.wait_for_url(f"**{case.get_absolute_url()}")
        expect(page.locator("h1")).to_have_text(revision.title)
    assert CaseRevision.objects.get(pk=revision.pk).reviewer == moderator
    assert not Adoption.objects.exists()
