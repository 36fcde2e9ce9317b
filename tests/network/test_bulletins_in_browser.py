"""Bulletins in a browser: accessible, valid and within the window; stopping them without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from network import bulletin_actions
from network.bulletin_mails import secret_of
from pages import bulletins as joined
from tests.cases.factories import published

from . import factories, pages
from .bulletins import draft
from .test_desk_in_browser import open_page

pytestmark = pytest.mark.browser


def some_of_everything() -> dict[str, str]:
    by = factories.coordinator()
    member = factories.member()
    sent, waiting = draft(by=by), draft(by=by)
    joined.choose_cases(sent, [published()])
    bulletin_actions.start(sent, by=by, send=joined.enqueue_sending)
    return {
        "archive": reverse("pages:bulletins"),
        "bulletin": reverse("pages:bulletin", args=[sent.pk]),
        "unsubscribe": reverse("network:unsubscribe", args=[secret_of(member)]),
        "list": pages.changelist("bulletin"),
        "sent": pages.page(sent),
        "draft": pages.page(waiting),
        "write": reverse("admin:network_bulletin_write"),
        "edit": reverse("admin:network_bulletin_edit", args=[waiting.pk]),
        "start": pages.act(waiting, "start"),
        "test": pages.act(waiting, "test"),
        "mails": reverse("admin:network_mailtext_changelist"),
        "words": reverse("admin:network_mailtext_words", args=["network_approved", "sv"]),
        "queue": reverse("admin:network_mailtext_queue"),
    }


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
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults[name].append("wider than the window")
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_html_mail_is_accessible_valid_and_within_a_phone(new_page, live_server, axe, nu, scheme):
    bulletin = draft()
    joined.choose_cases(bulletin, [published()])
    html = joined.mail_in(bulletin, "fi").html
    page = new_page(viewport={"width": 375, "height": 800}, color_scheme=scheme)
    page.set_content(html)
    assert [*axe(page), *nu(html)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_preview_in_the_desk_is_drawn_just_as_the_mail_is(new_page, live_server, scheme, width):
    """The policy of the site forbids styles in a page: the mail has none that it would take away."""
    bulletin = draft()
    joined.choose_cases(bulletin, [published()])
    options = {"viewport": {"width": width, "height": 1200}, "color_scheme": scheme}
    preview = open_page(new_page, live_server, **options)
    answer = preview.goto(reverse("admin:network_bulletin_html", args=[bulletin.pk, "sv"]))
    assert answer.status == 200
    assert "style-src" in answer.headers["content-security-policy"]
    # As a mail program gets it: without the site's policy.
    mail = new_page(**options)
    html = joined.mail_in(bulletin, "sv").example("").alternatives[0][0]
    mail.route("**/mail", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    mail.goto("/mail")
    assert preview.screenshot() == mail.screenshot()


def test_preview_is_reached_from_the_draft_and_holds_what_the_mail_does(new_page, live_server):
    bulletin, case = draft(), published()
    joined.choose_cases(bulletin, [case])
    page = open_page(new_page, live_server)
    page.goto(pages.page(bulletin))
    page.locator(f"a[href='{reverse('admin:network_bulletin_html', args=[bulletin.pk, 'fi'])}']").click()
    page.get_by_role("heading", level=1, name="Syksyn kuulumiset").wait_for()
    assert (
        page.get_by_role("link", name=case.text.title).get_attribute("href").endswith(case.get_absolute_url())
    )


def test_member_stops_bulletins_without_scripts(new_page, live_server, axe, nu):
    member = factories.member()
    page = new_page(java_script_enabled=False)
    page.goto(reverse("network:unsubscribe", args=[secret_of(member)]))
    page.locator("main form button").click()
    page.locator("h1").wait_for()
    expect(page.locator("main form")).to_have_count(0)
    member.refresh_from_db()
    assert not member.wants_bulletins
