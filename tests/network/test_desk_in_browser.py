"""The desk in a browser: accessible, valid, in the window; the path of a request, without scripts, too."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import expect

from accounts.models import User
from network import actions
from network.models import JoinRequest, ListExport, Member
from tests.accounts.factories import OrganisationFactory
from tests.cases.factories import term

from . import factories, pages

pytestmark = pytest.mark.browser


def open_page(new_page, live_server, **options):
    """A browser page of a coordinator who is signed in."""
    page = new_page(**options)
    session = pages.coordinators_client().cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    return page


def some_of_everything() -> dict[str, str]:
    """Addresses of every kind of page, each with something on it."""
    by = factories.coordinator()
    town = OrganisationFactory(name="Keksitty kunta", kind="municipality", region=term("region", "06"))
    town.domains.create(domain="keksitty.example")
    interests = [term("principle", "1"), term("theme", "07")]
    member = factories.member(name="Aino Esimerkki", organisation=town, interests=interests, language="sv")
    ended = OrganisationFactory(name="Vanha virasto", valid_to=timezone.localdate() - timedelta(days=1))
    ended.successors.set([town, OrganisationFactory(name="Toinen virasto")])
    factories.member(name="Väinö Esimerkki", organisation=ended)
    left = factories.member(name="Louhi Esimerkki")
    actions.leave(left, by=left.user)
    request = factories.pending(
        name="Aino Esimerkki",
        email="aino.esimerkki@keksitty.example",
        works_on="Neuvontaa uudella tavalla.",
        wants_to_learn="Miten muut mittaavat.",
        interests=interests,
        language="en",
    )
    actions.note(request, by=by, note="Soitettu.", seen_version=request.version)
    asked = factories.pending(name="Kysytty")
    actions.ask_more(asked, by=by, message="Missä työskentelet?")
    actions.answer(asked, text="Kunnassa.")
    declined = factories.pending(name="Hylätty")
    actions.decline(declined, by=by, message="Ei nyt.")
    ListExport.objects.create(
        purpose="necessary", why="Kutsu", file_format="csv", count=2, by=by, filters={"kind": "municipality"}
    )
    found = {
        "front": reverse("admin:index"),
        "app": reverse("admin:app_list", args=["network"]),
        "queue": pages.changelist("joinrequest"),
        "empty queue": pages.changelist("joinrequest") + "?state=withdrawn&kind=agency&q=x",
        "request": pages.page(request),
        "answered request": pages.page(asked),
        "declined request": pages.page(declined),
        "not possible": pages.act(declined, "approve"),
        "many": pages.approve_many(request, asked, declined),
        "nobody": pages.approve_many(),
        "members": pages.changelist("member") + "?kind=municipality",
        "member": pages.page(member),
        "member who left": pages.page(left),
        "ended": reverse("admin:network_member_ended"),
        "moving people": reverse("admin:network_member_move_people", args=[ended.pk]),
        "lists": pages.changelist("listexport"),
        "taking a list": reverse("admin:network_listexport_take"),
        "statistics": reverse("admin:network_member_statistics"),
    }
    found |= {name: pages.act(request, name) for name in ("approve", "decline", "ask_more", "note")}
    found |= {f"{name} a member": pages.act(member, name) for name in ("move", "note", "remove")}
    return found


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (320, "dark")], ids=["wide and light", "narrow and dark"]
)
def test_every_page_is_accessible_valid_and_within_the_window(new_page, live_server, axe, nu, width, scheme):
    paths = some_of_everything()
    page = open_page(new_page, live_server, viewport={"width": width, "height": 800}, color_scheme=scheme)
    faults = {}
    for name, path in paths.items():
        answer = page.goto(path)
        assert answer.status == 200, name
        faults[name] = axe(page)
        if scheme == "light":
            faults[name] += nu(answer.text())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert {name: found for name, found in faults.items() if found} == {}


def test_what_comes_after_a_press_is_accessible_and_valid(new_page, live_server, axe, nu):
    request = factories.pending(name="Aino Esimerkki")
    page = open_page(new_page, live_server)
    page.goto(pages.act(request, "decline"))
    page.locator("main form button").click()
    page.locator(".error-summary").wait_for()
    assert [*axe(page), *nu(page.content())] == []
    page.locator("textarea").fill("Verkosto on julkiselle sektorille.")
    page.locator("main form button").click()
    page.locator(".mail-shown").wait_for()
    assert [*axe(page), *nu(page.content())] == []
    actions.withdraw(request)
    page.locator("main form button").click()
    page.locator(".notice--danger").wait_for()
    expect(page.get_by_text("Verkosto on julkiselle sektorille.")).to_be_visible()
    assert [*axe(page), *nu(page.content())] == []
    page.goto(reverse("admin:network_listexport_take"))
    page.locator("[name=why]").fill("Kutsu")
    page.locator("main form button:not([name])").click()
    page.locator(".notice--info").wait_for()
    assert [*axe(page), *nu(page.content())] == []


@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_coordinator_approves_from_the_front_page(new_page, live_server, language, java_script_enabled):
    OrganisationFactory(name="Keksitty kunta")
    request = factories.pending(name="Aino Esimerkki", organisation_name="Keksityn kunnan hyte")
    with override(language):
        page = open_page(new_page, live_server, java_script_enabled=java_script_enabled)
        page.goto(reverse("admin:index"))
        page.locator(f".task[href^='{pages.changelist('joinrequest')}']").first.click()
        page.get_by_role("link", name="Aino Esimerkki").click()
        page.locator(f"a[href='{pages.act(request, 'approve')}']").click()
        page.locator("[name=organisation]").fill("keksitty kunta")
        page.locator("[name=message]").fill("Tervetuloa, Aino!")
        page.locator("main form button").click()
        page.locator(".notice--info").wait_for()
        expect(page.locator(".mail-shown")).to_contain_text("Tervetuloa, Aino!")
        assert not Member.objects.exists()
        page.locator("main form button").click()
        page.locator(".notice--success").wait_for()
        expect(page).to_have_url(pages.changelist("joinrequest"))
    member = Member.objects.get()
    assert member.organisation.name == "Keksitty kunta"
    assert "Tervetuloa, Aino!" in factories.sent_to(request.email)[-1].body


@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["with scripts", "without scripts"])
def test_coordinator_approves_several_and_takes_a_list(new_page, live_server, settings, java_script_enabled):
    # Each is approved in a transaction of its own.
    settings.ZEAL_ALLOWLIST = [*settings.ZEAL_ALLOWLIST, {"model": "*", "field": "*"}]
    for name in ("Aino Esimerkki", "Väinö Esimerkki"):
        factories.pending(name=name)
    page = open_page(new_page, live_server, java_script_enabled=java_script_enabled)
    page.goto(pages.changelist("joinrequest"))
    for box in page.locator("#result_list .action-select").all():
        box.check()
    page.locator("select[name=action]").select_option("approve_selected")
    page.locator("#changelist-form button[name=index]").click()
    page.locator(".mail-shown").wait_for()
    page.locator("main form button").click()
    page.locator(".notice--success").wait_for()
    assert Member.objects.active().count() == 2
    assert not JoinRequest.objects.queue().exists()
    page.goto(reverse("admin:network_listexport_take"))
    page.locator("[name=why]").fill("Kutsu tapaamiseen")
    with page.expect_download() as download:
        page.locator("main form button[name=take]").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert ListExport.objects.get().by == User.objects.get(email="coordinator@example.org")
