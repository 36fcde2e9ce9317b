"""The front page of a first run: in a module of its own, for all of it sees what the run has loaded."""

from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation
from cases import actions
from cases.models import Case, Evidence

from .test_front import MOST_QUERIES, front, hours, titled, words


def test_what_is_invented_is_in_no_figure(registry, client):
    html = words(front(client))
    real = Case.objects.public().filter(is_example=False)
    assert f"{real.count()} innovations in the registry and 8 invented examples" in html
    assert f"{len(set(real.values_list('owner', flat=True)))} organisations behind them" in html
    assert Evidence.objects.filter(kind="hours_saved", case__is_example=True).exists()
    assert "of working time saved a year" not in html
    assert "times adopted elsewhere" not in html


def test_queries_are_as_many_with_few_and_many_innovations(registry, client):
    def queries() -> int:
        front(client)
        for cache in caches.all(initialized_only=True):
            cache.clear()
        with CaptureQueriesContext(connection) as captured:
            front(client)
        return len(captured)

    few = queries()
    owners = Organisation.objects.order_by("pk")[:12]
    for number, owner in enumerate(owners):
        case = titled(f"Another {number}", owner=owner.pk, evidence=[hours(100, "measured")])
        Case.objects.filter(pk=case.pk).update(featured_at=timezone.now())
    actions.public_changed()
    assert queries() <= few <= MOST_QUERIES
