"""Ties of factors to what helps: the page and the editors' admin."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, MODERATORS
from barometer.models import Factor
from cases.models import Case
from pages.models import FactorTie, TiedCase
from tests.accounts.factories import UserFactory
from tests.accounts.sign_in import sign_in_to_admin
from tests.barometer import factories as barometer_factories
from tests.cases import factories as case_factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def editor(group: str = BAROMETER_EDITORS):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def tie(factor: Factor, *cases: Case) -> FactorTie:
    made = FactorTie.objects.create(factor=factor, **barometer_factories.in_three("note", "Why"))
    for order, case in enumerate(cases):
        TiedCase.objects.create(tie=made, case=case, order=order)
    return made


# Page ------------------------------------------------------------------------


def test_a_factor_without_figures_and_ties_has_a_page(client):
    factor = barometer_factories.factor("weather")
    page = client.get(reverse("pages:factor", args=["weather"])).content.decode()
    assert factor.name_en in page
    assert "No edition that is public tells it in figures yet" in page
    assert client.get(reverse("pages:factor", args=["nothing"])).status_code == 404


def test_a_case_that_is_no_longer_public_is_not_shown_and_stays_tied(client):
    first, second = case_factories.published(), case_factories.published()
    tie(barometer_factories.factor("weather"), second, first)
    path = reverse("pages:factor", args=["weather"])
    assert [card["id"] for card in client.get(path).context["cards"]] == [second.pk, first.pk]
    Case.objects.filter(pk=second.pk).update(state="withdrawn")
    assert [card["id"] for card in client.get(path).context["cards"]] == [first.pk]
    assert TiedCase.objects.count() == 2


def test_the_list_is_narrowed_down_by_the_tied_principles_and_themes(client):
    made = tie(barometer_factories.factor("weather"))
    made.terms.set([case_factories.term("principle", "2"), case_factories.term("theme", "07")])
    retired = case_factories.term("theme", "09", is_active=False)
    made.terms.add(retired)
    page = client.get(reverse("pages:factor", args=["weather"])).content.decode()
    assert (
        f'href="{reverse("cases:list")}?principle=2&amp;theme=07">Innovations of these principles and themes'
        in page
    )


def test_queries_of_a_factors_page_do_not_grow_with_its_ties(client):
    made = tie(barometer_factories.factor("weather"), case_factories.published())
    path = reverse("pages:factor", args=["weather"])

    def queries() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    few = queries()
    for number in range(4):
        TiedCase.objects.create(tie=made, case=case_factories.published(), order=number + 5)
        made.terms.add(case_factories.term("principle", str(number + 1)))
    assert queries() == few <= 8


# Constraints ------------------------------------------------------------------


def test_a_tie_tells_why_in_every_language():
    factor = barometer_factories.factor("weather")
    with pytest.raises(IntegrityError):
        FactorTie.objects.create(factor=factor, note_fi="a", note_sv="", note_en="a")


def test_a_case_is_tied_once_to_a_factor():
    case = case_factories.published()
    made = tie(barometer_factories.factor("weather"), case)
    with pytest.raises(IntegrityError):
        TiedCase.objects.create(tie=made, case=case)


# Admin -----------------------------------------------------------------------


def submitted_form(factor: Factor, case: Case | None, **changes) -> dict:
    rows = {"tied_cases-0-case": case.pk, "tied_cases-0-order": 0} if case else {}
    return {
        "factor": factor.pk,
        **{f"{name}_{code}": "Text" for name in ("meaning", "note") for code in ("fi", "sv", "en")},
        "tied_cases-TOTAL_FORMS": len(rows) // 2,
        "tied_cases-INITIAL_FORMS": 0,
        "tied_cases-MIN_NUM_FORMS": 0,
        "tied_cases-MAX_NUM_FORMS": 1000,
        **rows,
        **changes,
    }


@pytest.mark.parametrize("group", [BAROMETER_EDITORS, CONTENT_EDITORS])
def test_editors_tie_a_factor_to_a_public_case(client, group):
    sign_in_to_admin(client, editor(group))
    case, principle = case_factories.published(), case_factories.term("principle", "2")
    add = reverse("admin:pages_factortie_add")
    assert client.get(add).status_code == 200
    factor = barometer_factories.factor("weather")
    response = client.post(add, submitted_form(factor, case, terms=[principle.pk]))
    assert response.status_code == 302, response.context["errors"]
    made = FactorTie.objects.get()
    assert [row.case for row in made.tied_cases.all()] == [case]
    assert [*made.terms.all()] == [principle]
    assert made.history.count() >= 1
    for page in ("change", "history"):
        assert client.get(reverse(f"admin:pages_factortie_{page}", args=[made.pk])).status_code == 200
    assert client.get(reverse("admin:pages_factortie_changelist")).status_code == 200


@pytest.mark.parametrize("group", [BAROMETER_EDITORS, MODERATORS])
def test_only_public_cases_are_suggested_and_taken(client, group):
    """A moderator sees the others elsewhere, but cannot tie them either."""
    user = editor(group)
    user.groups.add(Group.objects.get(name=BAROMETER_EDITORS))
    sign_in_to_admin(client, user)
    public = case_factories.published()
    secret = case_factories.published()
    secret.texts.update(title="Lupahakemus salassa")
    Case.objects.filter(pk=secret.pk).update(state="withdrawn")
    suggest = reverse("admin:pages_factortie_cases")
    for words in ("", "lupahakemus", "Lupahakemus salassa"):
        found = client.get(suggest, {"term": words}).json()["results"]
        assert [row["id"] for row in found] == ([] if "salassa" in words else [str(public.pk)])
    factor = barometer_factories.factor("weather")
    response = client.post(reverse("admin:pages_factortie_add"), submitted_form(factor, secret))
    assert response.status_code == 200
    assert "salassa" not in response.content.decode()
    assert not FactorTie.objects.exists()


def test_cases_are_suggested_by_any_of_their_words_whatever_the_case(client):
    sign_in_to_admin(client, editor())
    case = case_factories.published()
    case.texts.update(title="Älykäs lupahakemus")
    suggest = reverse("admin:pages_factortie_cases")
    for words in ("älykäs", "lupahakemus ÄLYKÄS"):
        assert [row["id"] for row in client.get(suggest, {"term": words}).json()["results"]] == [str(case.pk)]
    assert client.get(suggest, {"term": "älykäs puhelin"}).json()["results"] == []


def test_a_tied_case_taken_from_the_public_is_named_nowhere_in_the_admin(client):
    case = case_factories.published()
    made = tie(barometer_factories.factor("weather"), case)
    Case.objects.filter(pk=case.pk).update(state="withdrawn")
    sign_in_to_admin(client, editor())
    for page in ("change", "delete", "history"):
        response = client.get(reverse(f"admin:pages_factortie_{page}", args=[made.pk]))
        assert response.status_code == 200, page
        assert "Lupahakemus" not in response.content.decode(), page
    change = reverse("admin:pages_factortie_change", args=[made.pk])
    assert client.post(change, submitted_form(made.factor, None)).status_code == 302
    assert TiedCase.objects.get().case == case


def test_who_does_not_edit_sees_neither_ties_nor_suggestions(client):
    sign_in_to_admin(client, editor(MODERATORS))
    for name in ("changelist", "add", "cases"):
        assert client.get(reverse(f"admin:pages_factortie_{name}")).status_code == 403


def test_before_the_question_bank_is_loaded_there_is_no_test(client, db):
    assert client.get(reverse("pages:self_test")).status_code == 404
