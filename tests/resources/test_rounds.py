"""A round of checking: what is asked, in which order, what is kept, and where links are used."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from barometer.models import Source
from cases.models import Case
from network.models import Event, EventMaterial
from pages.link_checks import rounds
from pages.link_checks.asking import Answer, PutOff
from pages.link_checks.places import places
from pages.models import LinkCheck
from tests.cases import factories as cases
from tests.editorial import factories as editorial

from .factories import resource

pytestmark = pytest.mark.django_db
State = LinkCheck.State


class Told:
    """An asker that has been told what to find."""

    def __init__(self, **answers: Answer | None) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def ask(self, url: str) -> Answer:
        self.asked.append(url)
        name = url.split("//")[1].split(".")[0]
        answer = self.answers.get(name, Answer(State.WORKS, 200))
        if answer is None:
            raise PutOff(name)
        return answer


@pytest.fixture
def only_resources(monkeypatch):
    """The foot of every page has links of its own; here it has none."""
    monkeypatch.setattr("common.navigation.FOOTER", [])


def event(**values) -> Event:
    now = timezone.now()
    told = {"kind": "meeting", "title": "Tapaaminen", "starts_at": now, "ends_at": now + timedelta(hours=1)}
    return Event.objects.create(**told | {"state": "published", "is_public": True} | values)


# Where links are --------------------------------------------------------------


def test_every_public_kind_of_content_has_its_links_asked(only_resources):
    resource("Opas", url="https://resource.example/")
    editorial.published("Sivu", body="[linkki](https://page.example/a) ja <https://auto.example/>")
    case = cases.published(
        website="https://case.example/",
        materials=[{"kind": "link", "url": "https://material.example/", "title": "M"}],
    )
    Source.objects.create(key="s", title="Lähde", publisher="P", url="https://source.example/")
    EventMaterial.objects.create(event=event(), title="Kalvot", url="https://event.example/")
    found = places()
    assert set(found) == {
        "https://resource.example/",
        "https://page.example/a",
        "https://auto.example/",
        "https://case.example/",
        "https://material.example/",
        "https://source.example/",
        "https://event.example/",
    }
    assert [place.title for place in found["https://case.example/"]] == [str(case)]
    assert all(place.edit_url for uses in found.values() for place in uses)


def test_nothing_of_what_is_not_public_is_asked(only_resources):
    resource(url="https://hidden.example/", is_public=False)
    editorial.draft("Luonnos", body="[x](https://draft.example/)")
    editorial.edited(editorial.published("Sivu"))
    revision = cases.in_review(website="https://waiting.example/")
    assert revision.case.state != Case.State.PUBLISHED
    gone = cases.published(website="https://gone.example/")
    Case.objects.filter(pk=gone.pk).update(state=Case.State.ARCHIVED)
    for values in ({"state": "draft"}, {"is_public": False}, {"state": "cancelled"}):
        EventMaterial.objects.create(event=event(**values), title="K", url="https://inner.example/")
    event(online_url="https://room.example/")
    assert places() == {}


def test_invented_examples_lead_nowhere_and_are_not_asked(only_resources):
    case = cases.published(website="https://invented.example/")
    Case.objects.filter(pk=case.pk).update(is_example=True)
    EventMaterial.objects.create(event=event(is_example=True), title="K", url="https://invented.example/")
    assert places() == {}


def test_links_within_the_site_and_ways_that_are_no_web_are_not_asked(only_resources, settings):
    settings.BASE_URL = "https://registry.example"
    body = "[a](/fi/x/) [b](https://registry.example/fi/) [c](mailto:a@b.example) [d](ftp://x.example/)"
    editorial.published("Sivu", body=body)
    assert places() == {}


def test_an_address_that_is_used_twice_is_asked_once_and_told_twice(only_resources):
    resource("Yksi", url="https://same.example/")
    resource("Kaksi", url="https://same.example/")
    assert [len(uses) for uses in places().values()] == [2]


def test_the_links_at_the_foot_of_every_page_are_among_them():
    assert "https://oecd-opsi.org/" in places()


def test_finding_the_links_takes_as_many_queries_whatever_their_number(only_resources):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            places()
        return len(captured)

    def more(number: int) -> None:
        resource(url=f"https://r{number}.example/")
        cases.published(website=f"https://c{number}.example/")
        editorial.published(body=f"[x](https://p{number}.example/)")

    more(1)
    few = queries()
    for number in range(2, 6):
        more(number)
    assert queries() == few


# What is kept -----------------------------------------------------------------


def test_failures_are_counted_in_a_row_and_forgotten_when_it_works(only_resources):
    resource(url="https://a.example/")
    for number in (1, 2, 3):
        rounds.check_links(Told(a=Answer(State.BROKEN, 404)))
        assert LinkCheck.objects.get().failures == number
    rounds.check_links(Told(a=Answer(State.UNREACHABLE)))
    assert LinkCheck.objects.get().failures == 4
    rounds.check_links(Told(a=Answer(State.MOVED, 200, "https://b.example/")))
    link = LinkCheck.objects.get()
    assert (link.state, link.status, link.leads_to, link.failures) == ("moved", 200, "https://b.example/", 0)


def test_a_site_that_wants_no_machines_has_not_failed(only_resources):
    resource(url="https://a.example/")
    rounds.check_links(Told(a=Answer(State.NOT_ASKED, 403)))
    assert LinkCheck.objects.get().failures == 0


def test_what_is_put_off_stays_as_it_was(only_resources):
    resource(url="https://a.example/")
    rounds.check_links(Told(a=Answer(State.BROKEN, 404)))
    before = LinkCheck.objects.values().get()
    assert rounds.check_links(Told(a=None)) == {rounds.PUT_OFF: 1}
    assert LinkCheck.objects.values().get() == before


def test_what_is_on_no_page_any_more_is_forgotten(only_resources):
    kept = resource(url="https://a.example/")
    rounds.check_links(Told())
    kept.is_public = False
    kept.save()
    rounds.check_links(Told())
    assert not LinkCheck.objects.exists()


def test_a_round_that_breaks_off_keeps_what_it_has_learnt(only_resources):
    resource(url="https://a.example/")
    resource(url="https://b.example/")

    class Breaking(Told):
        def ask(self, url: str) -> Answer:
            if url == "https://b.example/":
                raise KeyboardInterrupt
            return super().ask(url)

    with pytest.raises(KeyboardInterrupt):
        rounds.check_links(Breaking())
    assert LinkCheck.objects.get().url == "https://a.example/"


def test_an_endless_new_address_is_not_kept(only_resources):
    resource(url="https://a.example/")
    rounds.check_links(Told(a=Answer(State.MOVED, 200, "https://b.example/" + "x" * 1000)))
    assert LinkCheck.objects.get().leads_to == ""


# What is asked, and when ------------------------------------------------------


def test_those_never_asked_come_first_then_those_asked_longest_ago(only_resources):
    for name in "abc":
        resource(url=f"https://{name}.example/")
    now = timezone.now()
    LinkCheck.objects.create(url="https://a.example/", state="works", checked_at=now - timedelta(days=1))
    LinkCheck.objects.create(url="https://b.example/", state="works", checked_at=now - timedelta(days=9))
    asker = Told()
    rounds.check_links(asker, limit=2)
    assert asker.asked == ["https://c.example/", "https://b.example/"]
    asker = Told()
    rounds.check_links(asker, older_than=timedelta(hours=12))
    assert asker.asked == ["https://a.example/"]


def test_sites_take_turns():
    urls = ["https://a.example/1", "https://a.example/2", "https://a.example/3", "https://b.example/1"]
    assert rounds.in_turns(urls) == [urls[0], urls[3], urls[1], urls[2]]


def test_the_command_tells_what_it_found(only_resources, monkeypatch):
    resource(url="https://a.example/")
    resource(url="https://b.example/")
    resource(url="https://c.example/")
    LinkCheck.objects.create(url="https://a.example/", state="broken", failures=2)
    asker = Told(a=Answer(State.BROKEN, 404), c=None)
    monkeypatch.setattr("pages.management.commands.check_links.Asker", lambda: asker)
    out = StringIO()
    call_command("check_links", stdout=out)
    told = out.getvalue()
    assert "works: 1\n" in told
    assert "broken: 1\n" in told
    assert "left for the next time, as their sites asked: 1\n" in told
    assert "has not worked 3 times in a row: https://a.example/\n" in told


@pytest.mark.parametrize("options", [["--limit", "-1"], ["--only-older-than", "x"]])
def test_the_command_refuses_what_is_no_number(options):
    with pytest.raises(CommandError):
        call_command("check_links", *options)
