"""The front page: composed from what is public, with figures that say of how many innovations they are."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from cases import actions, public_index
from cases.models import Adoption, Case
from network.models import Event
from tests.accounts.factories import OrganisationFactory
from tests.cases import factories

LANGUAGES = ("fi", "sv", "en")
MOST_QUERIES = 8


def front(client, language: str = "en") -> str:
    with translation.override(language):
        return client.get(reverse("pages:front")).content.decode()


def words(html: str) -> str:
    """What a reader reads, with plain spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\N{NO-BREAK SPACE}", " "))


def hours(value: int, established: str, unit: str = "h") -> dict[str, str]:
    return {
        "kind": "hours_saved",
        "value": str(value),
        "unit": unit,
        "established": established,
        "source": "A count of our own",
    }


def titled(title: str, **changes) -> Case:
    text = {"title": title, "summary": "S", "problem": "P", "solution": "S", "newness": "N"}
    return factories.published(texts={"en": text}, original_language="en", **changes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_before_the_first_innovation_has_no_empty_place(client, db, language):
    call_command("load_reference_data", verbosity=0)
    html = front(client, language)
    assert 'class="stats"' not in html
    assert 'id="newest"' not in html
    assert 'id="featured"' not in html
    assert 'id="barometer"' not in html
    assert html.count("principle-card-number") == 5
    assert not re.search(r">\s*0 ", html)
    assert reverse("cases:tell") in front(client, "fi")


def test_figures_are_what_counting_row_by_row_gives(client, db):
    owner = OrganisationFactory()
    first = titled("A", owner=owner.pk, evidence=[hours(1000, "measured"), hours(200, "measured")])
    second = titled("B", owner=owner.pk, evidence=[hours(70, "evaluated"), hours(90, "measured")])
    titled("C", evidence=[hours(5000, "estimated")])
    titled("D", evidence=[hours(30, "measured"), hours(400, "estimated")])
    titled("E", evidence=[hours(12, "measured", "htv")])
    titled("F", life_cycle="planned", evidence=[hours(9999, "measured")])
    adopter, other = OrganisationFactory(), OrganisationFactory()
    for case, organisation, state in (
        (first, adopter, "confirmed"),
        (first, other, "confirmed"),
        (second, adopter, "confirmed"),
        (second, other, "reported"),
    ):
        Adoption.objects.create(case=case, organisation=organisation, mode="copy", state=state)
    factories.draft(evidence=[hours(7777, "measured")])
    actions.public_changed()

    totals = public_index.current().totals

    assert totals.cases == 6
    assert totals.organisations == 5
    assert (totals.adoptions, totals.adopters) == (3, 2)
    assert (totals.known_hours.amount, totals.known_hours.cases) == (1000 + 200 + 70 + 30, 3)
    assert (totals.estimated_hours.amount, totals.estimated_hours.cases) == (5000, 1)
    text = words(front(client))
    assert "1,300 h of working time saved a year measured or evaluated, 3 innovations" in text
    assert "5,000 h of working time saved a year only estimated, 1 other innovation" in text
    assert "3 times adopted elsewhere by 2 organisations" in text


def test_featured_and_newest_are_told_apart(client, db):
    cases = [titled(f"Innovation number {number}") for number in range(12)]
    for case in cases[:4]:
        Case.objects.filter(pk=case.pk).update(featured_at=timezone.now())
    actions.public_changed()
    html = front(client)
    featured, newest = html.split('id="newest"')
    assert re.findall(r"Innovation number (\d+)<", featured) == ["3", "2", "1"]
    assert re.findall(r"Innovation number (\d+)<", newest) == ["11", "10", "9", "8", "7", "6"]


def test_what_is_not_public_is_not_on_the_page(client, db):
    secret = "Nobody may read this yet"
    factories.draft(texts={"en": {"title": secret}}, original_language="en")
    factories.in_review(
        texts={"en": {"title": secret, "summary": "S", "problem": "P", "solution": "S", "newness": "N"}},
        original_language="en",
    )
    gone = titled(f"{secret}, and no more")
    Case.objects.filter(pk=gone.pk).update(featured_at=timezone.now())
    actions.archive(gone, by=factories.moderator(), message="Old")
    begins = timezone.now() + timezone.timedelta(days=3)
    for state, is_public in (("draft", True), ("published", False), ("cancelled", True)):
        Event.objects.create(
            kind="meeting",
            title=secret,
            starts_at=begins,
            ends_at=begins + timezone.timedelta(hours=1),
            state=state,
            is_public=is_public,
        )
    public_before = public_index.current().totals.cases
    for language in LANGUAGES:
        assert secret not in front(client, language)
    assert public_before == Case.objects.filter(state="published", is_example=False).count()


def test_the_next_open_event_takes_the_place_of_how_to_join(client, db):
    Event.objects.all().delete()
    assert "How to join" in front(client)
    begins = timezone.now() + timezone.timedelta(days=3)
    for title, days in (("The second one", 1), ("The first one", 0)):
        Event.objects.create(
            kind="meeting",
            title=title,
            starts_at=begins + timezone.timedelta(days=days),
            ends_at=begins + timezone.timedelta(days=days, hours=1),
            state="published",
            is_public=True,
        )
    html = front(client)
    assert "The first one" in html
    assert "The second one" not in html
    assert "How to join" not in html
