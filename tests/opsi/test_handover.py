"""The queue of handing over to OPSI: who may do what, what the public then sees, and who was quicker."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, NETWORK_COORDINATORS
from cases import actions
from cases.models import Case, CaseEvent, Handover, PublicVersion
from common.workflow import Refusal, TransitionRefused
from tests.accounts.factories import StaffFactory, UserFactory
from tests.cases import factories
from tests.cases.test_races import at_once
from tests.reviewing import pages

from .cases import ENGLISH, english, finnish, link

ADDRESS = "https://oecd-opsi.org/innovations/permit/"
LIST = "cases_opsicandidate"


@pytest.fixture(autouse=True)
def speak_english():
    with override("en"):
        yield


def path(case: Case, name: str = "") -> str:
    if name:
        return reverse(f"admin:{LIST}_act", args=[case.pk, name])
    return reverse(f"admin:{LIST}_change", args=[case.pk])


def handover(case: Case) -> Handover:
    return Handover.of(Case.objects.get(pk=case.pk))


def brought_to(state: str, case: Case | None = None) -> Case:
    """A case that staff have brought that far."""
    case = case or english()
    staff = factories.moderator()
    if state != "not_offered":
        actions.offer_to_opsi(handover(case), by=staff)
    if state in ("sent", "published"):
        actions.sent_to_opsi(handover(case), by=staff)
    if state == "published":
        actions.published_by_opsi(handover(case), by=staff, url=ADDRESS)
    return case


ACTS = [
    ("not_offered", "opsi_offer", {}, "offered"),
    ("offered", "opsi_send", {}, "sent"),
    ("sent", "opsi_publish", {"url": ADDRESS}, "published"),
    ("published", "opsi_correct", {"url": ADDRESS + "2"}, "published"),
    ("offered", "opsi_take_back", {"message": "Not now."}, "not_offered"),
    ("sent", "opsi_take_back", {"message": "OPSI said no."}, "not_offered"),
    ("published", "opsi_gone", {"message": "Taken away."}, "not_offered"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "name", "typed", "after"), ACTS)
def test_asking_changes_nothing_and_answering_is_done_once_and_kept(before, name, typed, after):
    case = brought_to(before)
    moderator = factories.moderator()
    client = pages.client_of(moderator)
    events = CaseEvent.objects.count()
    assert client.get(path(case, name)).status_code == 200
    assert (handover(case).state, CaseEvent.objects.count()) == (before, events)
    assert client.post(path(case, name), typed).status_code == 302
    assert handover(case).state == after
    assert handover(case).url == typed.get("url", "")
    event = CaseEvent.objects.latest("pk")
    told = (event.act, event.by, event.from_state, event.to_state, event.message)
    assert told == (name, moderator, before, after, "".join(typed.values()))
    assert client.post(path(case, name), typed).status_code == (302 if name == "opsi_correct" else 409)


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "name"), [("sent", "opsi_publish"), ("published", "opsi_correct")])
def test_what_was_typed_is_still_there_when_somebody_else_was_quicker(before, name):
    case = brought_to(before)
    client = pages.moderators_client()
    take = actions.take_back_from_opsi if before == "sent" else actions.gone_from_opsi
    take(handover(case), by=factories.moderator(), message="Not now.")
    answer = client.post(path(case, name), {"url": ADDRESS + "typed"})
    assert answer.status_code == 409
    assert ADDRESS + "typed" in answer.content.decode()


@pytest.mark.django_db
def test_handing_over_lets_no_process_read_all_innovations_anew():
    case = english()
    published = PublicVersion.objects.get().number
    brought_to("published", case)
    assert PublicVersion.objects.get().number == published


@pytest.mark.django_db
def test_acts_need_the_token():
    case = english()
    client = pages.moderators_client()
    client.handler.enforce_csrf_checks = True
    assert client.post(path(case, "opsi_offer")).status_code == 403
    assert handover(case).state == "not_offered"


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["", "oecd", "javascript:alert(1)", "ftp://oecd-opsi.org/", "https://"])
def test_address_has_to_be_one_of_the_web(url):
    case = brought_to("sent")
    answer = pages.moderators_client().post(path(case, "opsi_publish"), {"url": url})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    with pytest.raises(TransitionRefused):
        actions.published_by_opsi(handover(case), by=factories.moderator(), url=url)
    assert handover(case).state == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "name"), [("sent", "opsi_take_back"), ("published", "opsi_gone")])
def test_reasons_are_needed(before, name):
    case = brought_to(before)
    answer = pages.moderators_client().post(path(case, name), {"message": " "})
    assert answer.context["form"].errors
    take = actions.take_back_from_opsi if name == "opsi_take_back" else actions.gone_from_opsi
    with pytest.raises(TransitionRefused):
        take(handover(case), by=factories.moderator(), message=" ")
    assert handover(case).state == before


@pytest.mark.django_db
def test_what_cannot_be_taken_back_says_why():
    case = brought_to("published")
    answer = pages.moderators_client().get(path(case, "opsi_take_back"))
    assert "not possible now: the state is “Published by OPSI”" in answer.content.decode()


@pytest.mark.django_db
def test_what_is_offered_has_to_be_public_finnish_and_real():
    foreign = english(country="SE")
    archived = brought_to("offered")
    actions.archive(Case.objects.get(pk=archived.pk), by=factories.moderator(), message="Ei.")
    example = english()
    Case.objects.filter(pk=example.pk).update(is_example=True)
    refused_acts = (
        (foreign, actions.offer_to_opsi),
        (example, actions.offer_to_opsi),
        (archived, actions.sent_to_opsi),
    )
    for case, act in refused_acts:
        with pytest.raises(TransitionRefused) as refused:
            act(handover(case), by=factories.moderator())
        assert refused.value.decision.refusal is Refusal.BLOCKED
        assert str(refused.value)


@pytest.mark.django_db
def test_what_has_no_english_is_offered_but_not_sent():
    case = brought_to("offered", finnish())
    page = pages.moderators_client().get(path(case))
    html = BeautifulSoup(page.content, "html.parser")
    assert "There is no English text yet" in html.get_text()
    assert {"Summary", "The solution"} <= {item.get_text() for item in html.select(".notice li")}
    with pytest.raises(TransitionRefused, match="Translate it first"):
        actions.sent_to_opsi(handover(case), by=factories.moderator())


@pytest.mark.django_db
@pytest.mark.parametrize("who", [NETWORK_COORDINATORS, BAROMETER_EDITORS, CONTENT_EDITORS, "no role"])
def test_other_staff_neither_see_nor_act(who):
    client = pages.client_of(StaffFactory() if who == "no role" else pages.member_of(who))
    case = english()
    assert client.get(pages.changelist(LIST)).status_code == 403
    assert client.get(path(case)).status_code == 403
    for _before, name, typed, _after in ACTS:
        assert client.post(path(case, name), typed).status_code == 403
    assert not Handover.objects.exists()


@pytest.mark.django_db
def test_readers_and_submitters_are_led_to_sign_in(client):
    case = english()
    for person in (None, case.submitter):
        if person:
            client.force_login(person)
        assert client.get(path(case)).status_code == 302
        assert client.post(path(case, "opsi_offer")).status_code == 302
    for person in (case.submitter, UserFactory()):
        with pytest.raises(TransitionRefused) as refused:
            actions.offer_to_opsi(handover(case), by=person)
        assert refused.value.decision.refusal is Refusal.NOT_PERMITTED
    assert not Handover.objects.exists()


@pytest.mark.django_db
def test_public_page_leads_to_opsi_once_it_is_there(client):
    case = brought_to("sent")
    page = Case.objects.get(pk=case.pk).get_absolute_url()
    assert "Also in OPSI’s case library" not in client.get(page).content.decode()
    actions.published_by_opsi(handover(case), by=factories.moderator(), url=ADDRESS)
    link_there = BeautifulSoup(client.get(page).content, "html.parser").find("a", href=ADDRESS)
    assert link_there.get_text() == "Also in OPSI’s case library"
    assert link_there["rel"] == ["external"]
    actions.gone_from_opsi(handover(case), by=factories.moderator(), message="Taken away.")
    assert ADDRESS not in client.get(page).content.decode()


@pytest.mark.django_db
def test_list_has_published_finnish_ones_and_those_on_their_way():
    waiting = english(title="Waiting")
    foreign = english(country="SE", title="Foreign")
    gone = brought_to("published", english(title="Gone"))
    actions.archive(Case.objects.get(pk=gone.pk), by=factories.moderator(), message="Ei.")
    factories.draft()
    client = pages.moderators_client()

    def listed(query: str = "") -> set[int]:
        return {case.pk for case in client.get(pages.changelist(LIST) + query).context["cl"].result_list}

    assert listed() == {waiting.pk, gone.pk}
    assert listed("?state=not_offered") == {waiting.pk}
    assert listed("?state=published") == {gone.pk}
    assert listed("?state=sent") == set()
    assert "Not published here" in client.get(pages.changelist(LIST)).content.decode()
    assert client.get(path(foreign)).status_code == 200
    assert "OPSI still shows it" in client.get(path(gone)).content.decode()


@pytest.mark.django_db
def test_list_tells_how_ready_each_is():
    english()
    finnish()
    english(users="x" * 501, results="")
    html = pages.moderators_client().get(pages.changelist(LIST)).content.decode()
    assert "Ready" in html
    assert "4 to translate" in html
    assert "1 missing; 1 too long" in html


@pytest.mark.django_db
def test_list_and_page_take_the_same_queries_however_much_there_is():
    client = pages.moderators_client()
    first = brought_to("sent")

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    client.get(pages.changelist(LIST))
    few = count(pages.changelist(LIST)), count(path(first))
    for _number in range(3):
        brought_to("offered", english(materials=[link("https://a.example/"), link("https://b.example/")]))
        finnish()
    assert (count(pages.changelist(LIST)), count(path(first))) == few


@pytest.mark.django_db
def test_page_holds_each_value_to_copy():
    case = english()
    html = BeautifulSoup(pages.moderators_client().get(path(case)).content, "html.parser")
    assert html.find("textarea", id="name_of_innovation").text.strip() == ENGLISH["title"]
    assert html.find("textarea", id="executive_summary")["readonly"] == ""
    assert len(html.select(".opsi-field")) == 48
    named = {html.find(id=area["aria-labelledby"]).text for area in html.select("textarea")}
    assert "Title of Innovation" in named


@pytest.mark.django_db
def test_start_page_counts_those_that_wait_and_tells_what_happened():
    brought_to("offered")
    brought_to("sent")
    page = pages.moderators_client().get(reverse("admin:index"))
    counter = next(one for one in page.context["counters"] if "opsicandidate" in one.url)
    assert (counter.count, counter.url.endswith("?state=offered")) == (1, True)
    assert counter.note
    assert "Sent to OPSI" in {str(happening.act) for happening in page.context["happenings"]}


@pytest.mark.django_db(transaction=True)
def test_of_several_who_act_at_once_one_wins():
    case = english()
    rivals = [factories.moderator() for _number in range(4)]

    def refusals(act):
        return at_once(*(lambda rival=rival: act(handover(case), by=rival) for rival in rivals))

    for act, name in ((actions.offer_to_opsi, "opsi_offer"), (actions.sent_to_opsi, "opsi_send")):
        assert refusals(act).count(None) == 1
        assert CaseEvent.objects.filter(case=case, act=name).count() == 1
    assert Handover.objects.get().state == "sent"
