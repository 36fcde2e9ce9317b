"""Each act has a page that says what it does, and does it once, through the actions."""

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.urls import reverse

from cases import actions, workflow
from cases.admin.acts import ADOPTION_ACTS, CASE_ACTS, OPSI_ACTS, REVISION_ACTS
from cases.models import Adoption, Case, CaseEvent, CaseRevision
from cases.workflow import Criterion
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases import factories

from . import pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return factories.moderator(display_name="Maija Moderaattori")


@pytest.fixture
def client(moderator):
    return pages.client_of(moderator)


def words(answer) -> str:
    return BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)


def publishing(revision: CaseRevision, **changes) -> dict:
    return {"seen_version": revision.version, "criteria": list(Criterion.values), **changes}


def archived() -> Case:
    case = factories.published()
    actions.archive(case, by=factories.moderator(), message="Vanha.")
    return case


def reported() -> Adoption:
    return actions.report_adoption(
        factories.published(),
        by=UserFactory(display_name="Riitta Raportoija"),
        organisation=OrganisationFactory(),
        mode="copy",
        year=2024,
        result="Toimii.",
    )


# What is done, from what, with what is typed, and the state that follows.
ACTS = [
    ("start_review", factories.submitted, {}, "in_review"),
    ("return", factories.in_review, {"message": "Kerro lisää."}, "returned"),
    ("reject", factories.in_review, {"message": "Ei kuulu tänne."}, "rejected"),
    ("submit", factories.draft, {}, "submitted"),
    ("discard", factories.draft, {}, "discarded"),
    ("archive", factories.published, {"message": "Vanhentunut."}, "archived"),
    ("restore", archived, {}, "published"),
    ("feature", factories.published, {}, "published"),
    ("confirm", reported, {}, "confirmed"),
    ("decline", reported, {"message": "Ei pidä paikkaansa."}, "declined"),
]


@pytest.mark.parametrize(("name", "make", "typed", "state"), ACTS)
def test_asking_changes_nothing_and_answering_does_it_once(client, moderator, name, make, typed, state):
    subject = make()
    before, events = subject.state, CaseEvent.objects.count()
    assert client.get(pages.act(subject, name)).status_code == 200
    subject.refresh_from_db()
    assert (subject.state, CaseEvent.objects.count()) == (before, events)

    assert client.post(pages.act(subject, name), typed).status_code == 302
    subject.refresh_from_db()
    assert subject.state == state
    event = CaseEvent.objects.latest("pk")
    assert (event.by, event.message) == (moderator, typed.get("message", ""))


@pytest.mark.parametrize(("name", "make", "typed", "_state"), ACTS)
def test_page_names_just_those_who_then_get_mail(
    client, django_capture_on_commit_callbacks, name, make, typed, _state
):
    subject = make()
    named = {person.email for person in client.get(pages.act(subject, name)).context["recipients"]}
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(pages.act(subject, name), typed)
    assert {address for message in mail.outbox for address in message.to} == named


def test_every_transition_that_moderators_may_take_has_its_page():
    assert {act.name for act in REVISION_ACTS} == {transition.name for transition in workflow.REVIEW}
    assert {act.name for act in ADOPTION_ACTS} == {transition.name for transition in workflow.ADOPTION}
    assert {act.name for act in OPSI_ACTS} == {transition.name for transition in workflow.TO_OPSI}
    # Withdrawing is the owner's; tagging has a page of its own.
    names = {"open_revision", "archive", "restore", "feature", "unfeature"}
    assert {act.name for act in CASE_ACTS} == names


def test_every_act_says_what_it_does_and_what_the_public_sees():
    subjects = {CaseRevision: factories.in_review(), Case: factories.published(), Adoption: reported()}
    for kind, acts in ((CaseRevision, REVISION_ACTS), (Case, CASE_ACTS), (Adoption, ADOPTION_ACTS)):
        for act in acts:
            assert all(act.words(subjects[kind]))
            assert act.done_words != act.mail_name


# Publishing -------------------------------------------------------------------


def test_published_is_what_was_read_and_the_criteria_are_kept(client):
    revision = factories.in_review()
    assert client.post(pages.act(revision, "publish"), publishing(revision)).status_code == 302
    revision.refresh_from_db()
    assert revision.state == "published"
    assert set(revision.criteria) == set(Criterion.values)
    assert Case.objects.public().get(pk=revision.case_id).published_revision == revision


def test_publishing_without_a_criterion_is_refused_and_keeps_what_was_typed(client):
    revision = factories.in_review()
    typed = publishing(revision, criteria=["new"], message="Kiitos, hieno työ!")
    answer = client.post(pages.act(revision, "publish"), typed)
    assert answer.status_code == 409
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.find("textarea", {"name": "message"}).text.strip() == "Kiitos, hieno työ!"
    ticked = [box["value"] for box in page.find_all("input", {"name": "criteria"}) if box.has_attr("checked")]
    assert ticked == ["new"]
    revision.refresh_from_db()
    assert revision.state == "in_review"


def test_version_saved_meanwhile_is_refused_and_the_change_shown_word_by_word(client):
    revision = factories.in_review()
    client.get(pages.page(revision))
    typed = publishing(revision, message="Kiitos!")
    content = {**revision.content, "website": "https://uusi.example/"}
    content["texts"]["fi"]["problem"] = "Joka neljäs hakemus palautui."
    actions.save_content(revision, by=factories.moderator(), content=content)

    answer = client.post(pages.act(revision, "publish"), typed)
    assert answer.status_code == 409
    page = BeautifulSoup(answer.content, "html.parser")
    assert "kolmas" in page.find("del").text
    assert "neljäs" in page.find("ins").text
    assert page.find("textarea", {"name": "message"}).text.strip() == "Kiitos!"
    # Having been shown the change, the moderator can go on.
    version = page.find("input", {"name": "seen_version"})["value"]
    answer = client.post(pages.act(revision, "publish"), publishing(revision, seen_version=version))
    assert answer.status_code == 302
    assert Case.objects.get(pk=revision.case_id).text_in("fi").problem == "Joka neljäs hakemus palautui."


def test_page_of_publishing_warns_of_a_version_that_came_after_the_review_was_opened(client):
    revision = factories.in_review()
    link = BeautifulSoup(client.get(pages.page(revision)).content, "html.parser").find(
        "a", href=lambda href: href and href.startswith(pages.act(revision, "publish"))
    )["href"]
    assert "is_changed" not in client.get(link).context
    content = revision.content
    content["texts"]["fi"]["newness"] = "Aivan muuta."
    actions.save_content(revision, by=factories.moderator(), content=content)
    answer = client.get(link)
    assert answer.context["is_changed"]
    assert [difference.field.name for difference in answer.context["differences"]] == ["newness"]


def test_version_that_was_never_read_here_is_not_published_but_to_be_read_first(client):
    revision = factories.in_review()
    actions.save_content(revision, by=factories.moderator(), content=revision.content)
    for answer in (
        client.get(pages.act(revision, "publish"), {"version": 1}),
        client.post(pages.act(revision, "publish"), publishing(revision, seen_version=1, message="Kiitos!")),
    ):
        page = BeautifulSoup(answer.content, "html.parser")
        assert not page.select("main form")
        assert page.select(f"main a.back-link[href='{pages.page(revision)}']")
    assert "Kiitos!" in words(answer)
    revision.refresh_from_db()
    assert revision.state == "in_review"


def test_nobody_publishes_their_own_and_is_told_why(client, moderator):
    revision = factories.submitted(moderator)
    actions.start_review(revision, by=moderator)
    answer = client.get(pages.act(revision, "publish"))
    assert answer.status_code == 200
    assert answer.context["decision"].reasons[0] in words(answer)
    assert not BeautifulSoup(answer.content, "html.parser").select("main form")
    assert client.post(pages.act(revision, "publish"), publishing(revision)).status_code == 409


# Refusals ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["return", "reject"])
def test_reasons_are_needed(client, name):
    revision = factories.in_review()
    answer = client.post(pages.act(revision, name), {"message": "  "})
    assert answer.status_code == 200
    assert answer.context["form"].errors["message"]
    revision.refresh_from_db()
    assert revision.state == "in_review"


@pytest.mark.parametrize("name", [act.name for act in REVISION_ACTS if act.name != "take_back"])
def test_wrong_state_is_explained_and_never_called_a_missing_right(client, name):
    case = factories.published()
    revision = case.published_revision
    answer = client.get(pages.act(revision, name))
    assert answer.status_code == 200
    assert answer.context["decision"].reasons[0] in words(answer)
    typed = publishing(revision, message="Jotakin.")
    assert client.post(pages.act(revision, name), typed).status_code == 409


def test_second_of_two_moderators_is_told_and_keeps_the_message(client):
    revision = factories.in_review()
    assert client.get(pages.act(revision, "reject")).status_code == 200
    other = pages.moderators_client()
    assert other.post(pages.act(revision, "publish"), publishing(revision)).status_code == 302
    answer = client.post(pages.act(revision, "reject"), {"message": "Tämä ei riitä."})
    assert answer.status_code == 409
    assert "Tämä ei riitä." in words(answer)
    revision.refresh_from_db()
    assert revision.state == "published"


def test_unknown_act_and_unknown_row_are_not_found(client):
    revision = factories.in_review()
    assert client.get(pages.act(revision, "feature")).status_code == 404
    assert client.get(reverse("admin:cases_caserevision_act", args=[99999, "publish"])).status_code == 404
    assert client.get(reverse("admin:cases_caserevision_change", args=[99999])).status_code == 404


# Cases ------------------------------------------------------------------------


def test_featured_case_offers_only_to_feature_it_no_more(client):
    case = factories.published()
    client.post(pages.act(case, "feature"))
    case.refresh_from_db()
    assert case.featured_at
    names = [button["decision"].transition.name for button in client.get(pages.page(case)).context["buttons"]]
    assert "unfeature" in names
    assert "feature" not in names
    client.post(pages.act(case, "unfeature"))
    case.refresh_from_db()
    assert case.featured_at is None


def test_old_text_is_brought_back_as_a_new_revision(client, moderator):
    case = factories.published()
    first = case.published_revision
    second = actions.open_revision(case, by=case.submitter)
    changed = {**second.content, "started_year": 2024}
    actions.save_content(second, by=case.submitter, content=changed)
    actions.submit(second, by=case.submitter)
    actions.start_review(second, by=factories.moderator())
    second.refresh_from_db()
    actions.publish(
        second, by=factories.moderator(), seen_version=second.version, criteria=factories.ALL_CRITERIA
    )

    offer = client.get(pages.page(first)).context["bring_back"]
    assert offer["decision"].allowed
    confirmation = client.get(offer["url"])
    assert [difference.field.name for difference in confirmation.context["differences"]] == ["started_year"]
    client.post(offer["url"], {"number": first.number})
    third = case.revisions.get(number=3)
    assert (third.state, third.content, third.created_by) == ("draft", first.content, moderator)
    assert Case.objects.get(pk=case.pk).started_year == 2024


def test_public_text_is_not_brought_back(client):
    case = factories.published()
    assert client.get(pages.page(case.published_revision)).context["bring_back"] is None
    draft = factories.draft()
    assert client.get(pages.page(draft)).context["bring_back"] is None


def test_number_of_another_cases_revision_is_not_found(client):
    case = factories.published()
    answer = client.post(pages.act(case, "open_revision"), {"number": 17})
    assert answer.status_code == 404
    assert case.revisions.count() == 1
