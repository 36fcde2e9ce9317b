"""Acts: what each changes, whom it tells, and what it refuses."""

import datetime
import re
from pathlib import Path

import pytest
from django.core import mail

from cases import actions, content
from cases.models import Adoption, Case, CaseEvent, CaseRevision, PublicVersion, SearchEntry
from common.workflow import Refusal, TransitionRefused
from tests.accounts.factories import OrganisationFactory, UserFactory

from . import factories

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def version() -> int:
    return PublicVersion.objects.get().number


def acts(case: Case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("pk").values_list("act", flat=True))


def publish(revision: CaseRevision, **changes) -> None:
    values = {
        "by": revision.reviewer,
        "seen_version": revision.version,
        "criteria": factories.ALL_CRITERIA,
        **changes,
    }
    actions.publish(revision, **values)


def test_nothing_but_actions_writes_a_state():
    """No assignment to a state and no update of one but in the writers of the apps."""
    writes = re.compile(r"\.state\s*=(?!=)|\bstate=(?=[^)\n]*\)\s*\.?(?:save|update))|update\([^)]*\bstate=")
    offenders = []
    for app in ("accounts", "cases", "common", "pages", "taxonomy", "innovation_registry"):
        for file in (ROOT / app).rglob("*.py"):
            if "migrations" in file.parts or file.name == "actions.py":
                continue
            offenders += [
                f"{file.relative_to(ROOT)}: {line}"
                for line in file.read_text().splitlines()
                if writes.search(line)
            ]
    assert offenders == []


def test_a_case_goes_from_draft_to_public_and_each_act_is_recorded():
    case = factories.published()
    assert case.is_public
    assert case.text.title == "Lupahakemus yhdellä keskustelulla"
    assert [term.code for term in case.principles] == ["1"]
    assert acts(case) == ["create", "submit", "start_review", "publish"]
    assert case.published_revision.content == content.of_case(case)


def test_publishing_makes_the_case_searchable_and_raises_the_version():
    before = version()
    case = factories.published()
    assert version() > before
    assert "verkosto" not in SearchEntry.objects.get(case=case).title
    assert SearchEntry.objects.filter(case=case).count() == 1


def test_a_draft_is_neither_searchable_nor_a_change_of_what_the_public_sees():
    before = version()
    revision = factories.submitted()
    assert version() == before
    assert not SearchEntry.objects.filter(case=revision.case).exists()


def test_editing_a_published_case_leaves_the_public_text_until_the_new_one_is_published():
    case = factories.published()
    owner = case.submitter
    revision = actions.open_revision(case, by=owner)
    changed = revision.content | {"texts": {"fi": {**revision.content["texts"]["fi"], "title": "Uusi nimi"}}}
    actions.save_content(revision, by=owner, content=changed)
    actions.submit(revision, by=owner)
    case = Case.objects.get(pk=case.pk)
    assert case.is_public
    assert case.text.title == "Lupahakemus yhdellä keskustelulla"
    actions.start_review(revision, by=factories.moderator())
    publish(revision)
    case = Case.objects.get(pk=case.pk)
    assert case.text.title == "Uusi nimi"
    assert case.text.slug == "uusi-nimi"
    assert case.published_revision == revision


def test_a_renamed_case_redirects_from_its_former_name(client):
    case = factories.published()
    former = case.get_absolute_url()
    revision = actions.open_revision(case, by=case.submitter)
    text = revision.content["texts"]["fi"] | {"title": "Uusi nimi"}
    actions.save_content(revision, by=case.submitter, content=revision.content | {"texts": {"fi": text}})
    actions.submit(revision, by=case.submitter)
    actions.start_review(revision, by=factories.moderator())
    publish(revision)
    response = client.get(f"{former}?a=1")
    assert response.status_code == 301
    assert response["Location"].endswith("-uusi-nimi/?a=1")


def test_an_incomplete_draft_cannot_be_submitted_and_the_gaps_are_told():
    user = UserFactory()
    revision = actions.create_case(by=user, content=content.empty("fi"))
    with pytest.raises(TransitionRefused) as refused:
        actions.submit(revision, by=user)
    assert refused.value.decision.refusal is Refusal.BLOCKED
    assert len(refused.value.decision.reasons) >= 10
    revision.refresh_from_db()
    assert revision.state == CaseRevision.State.DRAFT


def test_the_exact_version_that_was_read_is_what_can_be_published():
    revision = factories.in_review()
    seen = revision.version
    actions.save_content(revision, by=factories.moderator(), content=revision.content)
    with pytest.raises(TransitionRefused) as refused:
        publish(revision, seen_version=seen)
    assert refused.value.decision.refusal is Refusal.WRONG_STATE
    assert Case.objects.get(pk=revision.case_id).state == Case.State.UNPUBLISHED


def test_of_two_moderators_one_wins_and_the_other_is_told():
    revision = factories.in_review()
    first, second = CaseRevision.objects.get(pk=revision.pk), CaseRevision.objects.get(pk=revision.pk)
    publish(first)
    with pytest.raises(TransitionRefused) as refused:
        actions.reject(second, by=factories.moderator(), message="Ei.")
    assert refused.value.decision.refusal is Refusal.WRONG_STATE
    assert str(refused.value)
    assert acts(revision.case).count("publish") == 1
    assert "reject" not in acts(revision.case)


def test_publishing_needs_all_five_criteria():
    revision = factories.in_review()
    with pytest.raises(TransitionRefused):
        publish(revision, criteria=factories.ALL_CRITERIA[:4])


def test_a_moderator_cannot_publish_what_they_submitted_themselves():
    own = factories.moderator()
    revision = factories.submitted(own)
    actions.start_review(revision, by=own)
    with pytest.raises(TransitionRefused) as refused:
        publish(revision, by=own)
    assert refused.value.decision.refusal is Refusal.BLOCKED


@pytest.mark.parametrize("act", [actions.return_for_changes, actions.reject])
def test_returning_and_rejecting_need_reasons(act):
    revision = factories.in_review()
    with pytest.raises(TransitionRefused):
        act(revision, by=revision.reviewer, message="   ")
    revision.refresh_from_db()
    assert revision.state == CaseRevision.State.IN_REVIEW


def test_a_person_without_the_right_is_refused_whatever_the_state():
    revision = factories.in_review()
    with pytest.raises(TransitionRefused) as refused:
        publish(revision, by=UserFactory())
    assert refused.value.decision.refusal is Refusal.NOT_PERMITTED


def test_two_drafts_saved_at_once_do_not_overwrite_each_other():
    revision = factories.draft()
    owner = revision.case.submitter
    seen = revision.version
    actions.save_content(revision, by=owner, content=revision.content, seen_version=seen)
    with pytest.raises(TransitionRefused):
        actions.save_content(revision, by=owner, content=revision.content, seen_version=seen)


def test_discarding_the_first_draft_withdraws_the_case():
    revision = factories.draft()
    actions.discard(revision, by=revision.case.submitter)
    assert Case.objects.get(pk=revision.case_id).state == Case.State.WITHDRAWN
    assert not Case.objects.get(pk=revision.case_id).is_gone


def test_an_old_content_can_be_brought_back():
    case = factories.published()
    old = case.published_revision.content
    revision = actions.open_revision(case, by=case.submitter, content=old)
    assert revision.content == old
    with pytest.raises(TransitionRefused):
        actions.open_revision(case, by=case.submitter)


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", "julkaistu"), ("sv", "publicerad"), ("en", "is published")],
)
def test_the_submitter_gets_mail_in_their_own_language(language, words, django_capture_on_commit_callbacks):
    owner = UserFactory(language=language)
    with django_capture_on_commit_callbacks(execute=True):
        factories.published(owner)
    to_owner = [message for message in mail.outbox if message.to == [owner.email]]
    assert words in to_owner[-1].subject
    assert len(to_owner) == 2


def test_a_refused_act_sends_no_mail(django_capture_on_commit_callbacks):
    revision = factories.draft()
    with django_capture_on_commit_callbacks(execute=True) as callbacks, pytest.raises(TransitionRefused):
        actions.start_review(revision, by=factories.moderator())
    assert callbacks == []


def test_an_adoption_counts_once_it_is_confirmed_and_no_longer_when_declined():
    case = factories.published()
    organisation = OrganisationFactory()
    reporter = UserFactory()
    adoption = actions.report_adoption(
        case, by=reporter, organisation=organisation, mode="copy", year=2024, result=""
    )
    assert Case.objects.get(pk=case.pk).adopter_count == 0
    actions.confirm_adoption(adoption, by=factories.moderator())
    assert Case.objects.get(pk=case.pk).adopter_count == 1
    with pytest.raises(TransitionRefused):
        actions.report_adoption(
            case, by=reporter, organisation=organisation, mode="copy", year=2024, result=""
        )
    actions.decline_adoption(adoption, by=factories.moderator(), message="Ei pidä paikkaansa.")
    assert Case.objects.get(pk=case.pk).adopter_count == 0


def test_the_owner_cannot_be_its_own_adopter():
    case = factories.published()
    with pytest.raises(TransitionRefused):
        actions.report_adoption(
            case, by=UserFactory(), organisation=case.owner, mode="copy", year=None, result=""
        )


def test_adoptions_told_by_the_owner_keep_their_chain():
    first, second = OrganisationFactory(), OrganisationFactory()
    case = factories.published(
        adoptions=[
            {"organisation": first.pk, "mode": "copy", "year": 2023},
            {"organisation": second.pk, "mode": "adapted", "year": 2024, "follows": 0},
        ]
    )
    chain = list(Adoption.objects.confirmed().filter(case=case).order_by("year"))
    assert chain[1].follows == chain[0]
    assert case.adopter_count == 2
    assert content.of_case(case) == case.published_revision.content


def test_tagging_an_imported_case_is_a_revision_of_its_own():
    case = factories.published()
    factories.term("principle", "3")
    actions.set_terms(case, by=factories.moderator(), vocabulary="principle", codes=["1", "3"])
    case = Case.objects.get(pk=case.pk)
    assert [term.code for term in case.principles] == ["1", "3"]
    assert case.published_revision.number == 2
    assert acts(case)[-1] == "curate"


def test_the_name_of_a_contact_person_is_erased_from_every_revision_on_its_day():
    until = datetime.date(2026, 1, 31)
    case = factories.published(
        contact={
            "role": "Kirjaamo",
            "email": "kirjaamo@example.org",
            "name": "Kanarialintu Esimerkki",
            "name_until": until.isoformat(),
        }
    )
    actions.open_revision(case, by=case.submitter)
    assert actions.erase_expired_contact_names(today=until) == 0
    assert actions.erase_expired_contact_names(today=until + datetime.timedelta(days=1)) == 1
    assert Case.objects.get(pk=case.pk).contact_name == ""
    for revision in CaseRevision.objects.filter(case=case):
        assert "Kanarialintu" not in str(revision.content)
    assert actions.erase_expired_contact_names(today=until + datetime.timedelta(days=1)) == 0
