"""The front page of the administration, for editors of the barometer."""

import pytest
from django.urls import reverse

from accounts.permissions import MODERATORS
from barometer import actions
from tests.reviewing.pages import client_of, member_of

from . import factories

pytestmark = pytest.mark.django_db


def test_editors_see_what_waits_for_them_and_others_do_not() -> None:
    factories.published()
    draft = factories.survey()
    asked = factories.asked(draft, question := factories.question())
    option = factories.option(question, "yes")
    actions.enter_figures(draft, [factories.figure(asked, option, 40, is_verified=False)], by=None)
    client = client_of(factories.editor())
    page = client.get(reverse("admin:index"))
    counters = page.context["counters"]
    assert [counter.count for counter in counters] == [1, 0, 1]
    for counter in counters:
        answer = client.get(counter.url)
        assert answer.status_code == 200
        assert answer.context["cl"].result_count == counter.count
    others = client_of(member_of(MODERATORS)).get(reverse("admin:index"))
    assert not any("/barometer/" in counter.url for counter in others.context["counters"])
