"""Coordinators’ pages of events in a browser: accessible, valid and within the window."""

import pytest
from django.urls import reverse

from network import event_actions

from . import factories, pages
from .test_desk_in_browser import open_page
from .test_events import published, values

pytestmark = pytest.mark.browser


def some_of_everything() -> dict[str, str]:
    draft = event_actions.create(values(), by=factories.coordinator())
    event = published(capacity=1, online_url="https://meet.example.org/a-long-address/that-does-not-break")
    event_actions.add_material(event, title="Kalvot", url="https://example.org/slides", by=None)
    for _number in range(2):
        event_actions.sign_up(event, user=factories.member().user)
    acts = ("cancel", "copy", "add-material", "remove-material")
    return {
        "list": pages.changelist("event"),
        "add": reverse("admin:network_event_add"),
        "event": pages.page(event),
        "draft": pages.page(draft),
        "edit": reverse("admin:network_event_edit", args=[event.pk]),
        "publish": pages.act(draft, "publish"),
        **{name: pages.act(event, name) for name in acts},
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
            faults[name] += ["wider than the window"]
    assert {name: found for name, found in faults.items() if found} == {}


def test_errors_are_accessible_and_valid(new_page, live_server, axe, nu):
    page = open_page(new_page, live_server)
    page.goto(reverse("admin:network_event_add"))
    page.locator("main form button").click()
    page.locator(".error-summary").wait_for()
    assert [*axe(page), *nu(page.content())] == []
