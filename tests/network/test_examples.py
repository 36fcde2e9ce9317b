"""The invented events: loaded by the first run, marked as invented everywhere, taken away by one command."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import icalendar
import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.demo import DemoRefusedError
from network import examples
from network.models import Event, EventMaterial, SignUp
from tests.submitting.pages import soup

from . import pages
from .joining import address
from .test_events import published

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def media(tmp_path, settings, monkeypatch) -> Path:
    monkeypatch.setattr("accounts.demo.FILE", tmp_path / "demo_sign_ins.json")
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def loaded(media, django_capture_on_commit_callbacks) -> int:
    with django_capture_on_commit_callbacks(execute=True):
        return examples.load_invented()


def test_some_are_to_come_one_is_full_and_one_has_been_with_materials(loaded):
    assert loaded == 5
    assert set(Event.objects.values_list("state", "is_example")) == {("published", True)}
    assert Event.objects.coming().count() == 4
    assert all(timezone.localtime(event.starts_at).isoweekday() < 6 for event in Event.objects.all())
    assert sorted(SignUp.objects.values_list("state", flat=True)) == ["going", "going", "waiting"]
    (past,) = Event.objects.past()
    assert sorted(bool(material.file) for material in past.materials.all()) == [False, True]
    assert not mail.outbox


def test_second_run_changes_nothing_until_all_have_passed(loaded, clock):
    clock.move_to(timezone.now())
    before = list(Event.objects.values())
    assert examples.load_invented() == 0
    assert list(Event.objects.values()) == before
    clock.shift(timedelta(days=400))
    assert examples.load_invented() == 5
    assert Event.objects.count() == 5
    assert Event.objects.coming().exists()


def test_production_refuses_them(media, settings):
    settings.PRODUCTION = True
    with pytest.raises(DemoRefusedError):
        examples.load_invented()
    assert not Event.objects.exists()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_is_marked_as_invented_on_its_page_in_lists_and_in_calendars(loaded, language):
    client = Client()
    with override(language):
        words = gettext("Invented example")
        ending = gettext("%(title)s (invented example)") % {"title": ""}
        public = {event.title: event.get_absolute_url() for event in Event.objects.filter(is_public=True)}
    for path in public.values():
        assert words in soup(client.get(path)).select_one(".page-head").text
    for name, shown in (("events", 4), ("front", 3)):
        page = soup(client.get(address(name, language=language)))
        cards = [
            card
            for card in page.select(".card")
            if card.select_one(f'h3 a[href^="{address("events", language=language)}"]')
        ]
        assert len(cards) == shown
        assert all(words in card.text for card in cards)
    calendar = icalendar.Calendar.from_ical(client.get(address("calendar", language=language)).content)
    summaries = {str(event["summary"]) for event in calendar.walk("VEVENT")}
    assert summaries == {f"{title}{ending}" for title in public}


def test_coordinators_see_which_are_invented(loaded):
    desk = pages.coordinators_client()
    with override("fi"):
        words = gettext("Invented example")
    assert desk.get(pages.changelist("event")).content.decode().count(words) == 5
    assert words in desk.get(pages.page(Event.objects.coming()[0])).content.decode()


def test_what_is_invented_is_taken_away_and_the_rest_stays(loaded, media, django_capture_on_commit_callbacks):
    event = published()
    with django_capture_on_commit_callbacks(execute=True):
        assert "Invented events removed: 5" in run("remove_examples")
    assert list(Event.objects.all()) == [event]
    assert not SignUp.objects.exists()
    assert not EventMaterial.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert "Invented events removed: 0" in run("remove_examples")
