"""My innovations: where each of them is, and what can be done about it."""

import pytest
from django.urls import reverse

from cases import actions
from cases.models import Case, CaseRevision
from cases.views.own import WHAT_NEXT
from cases.workflow import Criterion
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases import factories

from .pages import form_data, soup, text_of

pytestmark = pytest.mark.django_db


def own(case):
    return reverse("cases:own_case", args=[case.pk])


def act(name, case):
    return reverse(f"cases:act_{name}", args=[case.pk])


def press(client, address):
    """Open the page that says what will happen, and press its button."""
    page = client.get(address)
    assert page.status_code == 200
    return client.post(address, form_data(page))


def returned(by, message="Kertoisitteko lähteen?"):
    revision = factories.in_review(by=by)
    actions.return_for_changes(revision, by=revision.reviewer, message=message)
    return revision


# The list ---------------------------------------------------------------------


def test_the_list_says_what_to_do_next_and_what_the_reviewer_wrote(client, teller):
    returned(by=teller)
    text = text_of(client.get(reverse("cases:own")))
    assert "Kertoisitteko lähteen?" in text
    assert str(WHAT_NEXT[CaseRevision.State.RETURNED]) in text


def test_what_waits_for_the_person_comes_first(client, teller):
    waiting = factories.draft(by=teller, texts={"fi": {"title": "Kesken"}})
    factories.published(by=teller)
    links = soup(client.get(reverse("cases:own"))).select(".own-list h2 a")
    assert links[0]["href"] == own(waiting.case)
    assert len(links) == 2


def test_the_list_has_only_ones_own_and_no_discarded_drafts(client, teller):
    factories.draft()
    discarded = factories.draft(by=teller)
    actions.discard(discarded, by=teller)
    assert not soup(client.get(reverse("cases:own"))).select(".own-list li")


def test_withdrawn_and_archived_ones_are_told_of(client, teller):
    withdrawn, archived = factories.published(by=teller), factories.published(by=teller)
    actions.withdraw(withdrawn, by=teller)
    actions.archive(archived, by=factories.moderator(), message="Vanhentunut")
    cards = soup(client.get(reverse("cases:own"))).select(".own-list .pills")
    pills = {" ".join(card.get_text().split()) for card in cards}
    assert pills == {str(Case.State.WITHDRAWN.label), str(Case.State.ARCHIVED.label)}


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_asks_the_database_a_few_times_however_long_it_is(
    client, teller, django_assert_max_num_queries, count
):
    organisation = OrganisationFactory()
    for _number in range(count):
        returned_one = factories.in_review(by=teller, owner=organisation.pk)
        actions.return_for_changes(returned_one, by=returned_one.reviewer, message="Lähde?")
        factories.published(by=teller, owner=organisation.pk)
    with django_assert_max_num_queries(8):  # the menus' look among them
        response = client.get(reverse("cases:own"))
    assert len(soup(response).select(".own-list > li")) == min(2 * count, 20)


def test_a_newcomer_is_led_to_telling(client, teller):
    page = soup(client.get(reverse("cases:own")))
    assert page.select_one(f'main a[href="{reverse("cases:tell")}"]')


# One case -----------------------------------------------------------------------


def test_the_history_says_who_did_what(client, teller):
    revision = returned(by=teller)
    text = text_of(client.get(own(revision.case)))
    for event in revision.case.events.all():
        assert event.get_act_display() in text
    assert str(revision.reviewer) in text


@pytest.mark.parametrize(
    ("made", "offered"),
    [
        (factories.draft, {"discard"}),
        (factories.submitted, {"take_back", "withdraw"}),
        (factories.in_review, {"withdraw"}),
        (returned, {"discard"}),
        (factories.published, {"open", "withdraw"}),
    ],
)
def test_each_state_offers_what_can_be_done_then(client, teller, made, offered):
    thing = made(by=teller)
    case = thing if isinstance(thing, Case) else thing.case
    links = {link["href"] for link in soup(client.get(own(case))).select("main a")}
    names = ("open", "take_back", "discard", "withdraw")
    assert {name for name in names if act(name, case) in links} == offered


# Acts -------------------------------------------------------------------------------


def test_a_submission_is_taken_back(client, teller):
    revision = factories.submitted(by=teller)
    assert press(client, act("take_back", revision.case)).url == own(revision.case)
    assert CaseRevision.objects.get().state == CaseRevision.State.DRAFT


def test_a_draft_is_discarded_after_a_page_that_says_so(client, teller):
    revision = factories.draft(by=teller)
    client.get(act("discard", revision.case))
    assert CaseRevision.objects.get().state == CaseRevision.State.DRAFT
    assert press(client, act("discard", revision.case)).url == reverse("cases:own")
    assert CaseRevision.objects.get().state == CaseRevision.State.DISCARDED


def test_withdrawing_says_who_gets_mail_and_ends_the_public_page(
    client, teller, mailoutbox, django_capture_on_commit_callbacks
):
    case = factories.published(by=teller)
    factories.moderator()
    assert "2" in text_of(client.get(act("withdraw", case)))
    with django_capture_on_commit_callbacks(execute=True):
        press(client, act("withdraw", case))
    assert len(mailoutbox) == 2
    assert client.get(case.get_absolute_url()).status_code == 410


def test_a_published_text_stays_up_while_it_is_edited(client, teller):
    case = factories.published(by=teller)
    assert press(client, act("open", case)).url == reverse("cases:step_about", args=[case.pk])
    address = reverse("cases:step_about", args=[case.pk])
    client.post(address, {**form_data(client.get(address)), "title": "Uusi nimi", "then": "next"})
    assert "Uusi nimi" not in text_of(client.get(case.get_absolute_url()))
    revision = case.revisions.open().get()
    client.post(reverse("cases:check", args=[case.pk]), {"version": revision.version})
    revision.refresh_from_db()
    reviewer = factories.moderator()
    actions.start_review(revision, by=reviewer)
    actions.publish(revision, by=reviewer, seen_version=revision.version, criteria=list(Criterion))
    case = Case.objects.get()
    assert "Uusi nimi" in text_of(client.get(case.get_absolute_url()))


def test_what_was_returned_is_edited_and_submitted_again(client, teller):
    revision = returned(by=teller)
    address = reverse("cases:step_story", args=[revision.case_id])
    client.post(address, {**form_data(client.get(address)), "results": "Lähde on tässä.", "then": "next"})
    response = press(client, reverse("cases:check", args=[revision.case_id]))
    assert response.url == reverse("cases:submitted", args=[revision.case_id])
    revision.refresh_from_db()
    assert revision.state == CaseRevision.State.SUBMITTED


def test_an_earlier_text_is_read_and_brought_back(client, teller):
    texts = factories.complete_content()["texts"]
    texts["fi"]["title"] = "Ensimmäinen"
    case = factories.published(by=teller, texts=texts)
    actions.set_terms(case, by=factories.moderator(), vocabulary="principle", codes=[])
    page = client.get(reverse("cases:own_revision", args=[case.pk, 1]))
    assert "Ensimmäinen" in text_of(page)
    address = reverse("cases:bring_back", args=[case.pk, 1])
    assert soup(page).select_one(f'a[href="{address}"]')
    assert press(client, address).url == reverse("cases:step_about", args=[case.pk])
    assert case.revisions.open().get().content["terms"]["principle"] == ["1"]


def test_a_wrong_state_is_explained_and_never_a_missing_right(client, teller):
    case = factories.published(by=teller)
    for name in ("take_back", "discard"):
        for response in (client.get(act(name, case)), client.post(act(name, case))):
            assert response.status_code == 409
            assert str(CaseRevision.State.PUBLISHED.label) in text_of(response)
    press(client, act("withdraw", case))
    response = client.post(act("withdraw", case))
    assert response.status_code == 409
    assert str(Case.State.WITHDRAWN.label) in text_of(response)


def test_a_second_draft_of_a_published_case_is_explained(client, teller):
    case = factories.published(by=teller)
    press(client, act("open", case))
    response = client.post(act("open", case))
    assert response.status_code == 409
    assert case.revisions.open().count() == 1


def test_the_receipt_is_there_only_while_the_review_goes_on(client, teller):
    revision = factories.draft(by=teller)
    assert client.get(reverse("cases:submitted", args=[revision.case_id])).url == own(revision.case)


def test_a_moderator_sees_anothers_case_but_does_not_withdraw_it(client):
    case = factories.published(by=UserFactory())
    client.force_login(factories.moderator())
    assert client.get(own(case)).status_code == 200
    assert client.post(act("withdraw", case)).status_code == 404
    assert Case.objects.get().state == Case.State.PUBLISHED
