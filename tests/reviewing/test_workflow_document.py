"""``docs/workflow.md`` and ``cases/workflow.py`` say the same, and it holds in every state for everybody."""

import itertools
from pathlib import Path

import pytest

from cases import notifications, workflow
from cases.models import Adoption, Case, CaseRevision, Handover
from common.workflow import Refusal, Transition, decide
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases import factories
from tests.opsi import cases as opsi

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"
TRANSITIONS = [found for found in vars(workflow).values() if isinstance(found, Transition)]
OF_REVISIONS = (*workflow.REVIEW, workflow.EDIT, workflow.AMEND)

# The document's words for the functions that the transitions hold.
PERMITTED = {
    "_edits": "submitter",
    "_edits_case": "submitter",
    "_edits_or_reviews": "submitter or moderator",
    "_edits_case_or_reviews": "submitter or moderator",
    "_reviews": "moderator",
}
CONDITIONS = {
    "_is_complete": "all that is asked for is told",
    "_is_not_own": "not submitted by oneself",
    "_case_was_not_withdrawn": "the innovation is not withdrawn",
    "_owner_is_in_register": "the owner is in the register",
    "_other_organisations_are_in_register": "the other organisations are in the register",
    "_refers_to_what_exists": "its terms and organisations still exist",
    "_has_no_open_revision": "no revision is open",
    "_case_is_public": "the innovation is published here",
    "_case_is_finnish": "it is Finnish",
    "_case_is_real": "it is no invented example",
    "_has_english_text": "it has an English text",
}


def tables(first_column: str) -> list[dict[str, str]]:
    """The rows of the document's tables whose first column has that name."""
    found, header = [], None
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            header = None
        elif header is None:
            header = cells
        elif header[0] == first_column and not set(line) <= set("|-"):
            found.append(dict(zip(header, cells, strict=True)))
    return found


RULES = tables("name")


def in_words(transition: Transition) -> dict[str, str]:
    conditions = [CONDITIONS[blocker.__name__] for blocker in transition.blockers]
    if transition.needs_message:
        conditions.append("reasons are told")
    return {
        "name": transition.name,
        "from": ", ".join(
            state for state in model_of(transition).State.values if state in transition.sources
        ),
        "to": transition.target,
        "who": PERMITTED[transition.permitted.__name__],
        "conditions": "; ".join(conditions),
    }


def model_of(transition: Transition) -> type:
    if transition in OF_REVISIONS:
        return CaseRevision
    if transition in workflow.TO_OPSI:
        return Handover
    return Adoption if transition in workflow.ADOPTION else Case


def test_document_tells_every_transition_as_it_is():
    assert sorted(RULES, key=lambda rule: rule["name"]) == sorted(
        (in_words(transition) for transition in TRANSITIONS), key=lambda rule: rule["name"]
    )


def test_document_tells_the_states_as_they_are():
    text = DOCUMENT.read_text(encoding="utf-8")
    for model in (CaseRevision, Case, Adoption, Handover):
        assert "States: " + ", ".join(f"`{state}`" for state in model.State.values) + "." in text


@pytest.mark.django_db
def test_document_tells_who_gets_mail():
    case = factories.published()
    moderator, reporter = factories.moderator(), UserFactory()
    columns = {"submitter": case.submitter, "moderators": moderator, "who reported the adoption": reporter}
    rows = tables("act")
    for row in rows:
        told = {
            person
            for person, _template in notifications.recipients(row["act"], case, by=None, reporter=reporter)
        }
        assert {column for column, person in columns.items() if person in told} == {
            column for column in columns if row[column] == "yes"
        }, row["act"]
    others = {name for name in workflow._ACT_LABELS if name not in {row["act"] for row in rows}}
    for name in others:
        assert not notifications.recipients(name, case, by=None, reporter=reporter)


@pytest.mark.django_db
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["name"])
def test_rule_holds_in_every_state_for_everybody(rule):
    transition = next(found for found in TRANSITIONS if found.name == rule["name"])
    case = factories.published()
    subject = {
        CaseRevision: case.published_revision,
        Case: case,
        Adoption: Adoption(case=case, organisation=OrganisationFactory()),
        Handover: Handover(case=opsi.english()),
    }[model_of(transition)]
    people = {
        "submitter": case.submitter,
        "moderator": factories.moderator(),
        "somebody else": UserFactory(),
    }
    for state, (role, user) in itertools.product(model_of(transition).State.values, people.items()):
        # In memory alone: deciding reads and never writes.
        subject.state = state
        decision = decide(transition, subject, user)
        if role not in rule["who"].split(" or "):
            assert decision.refusal is Refusal.NOT_PERMITTED, (state, role)
        elif state not in rule["from"].split(", "):
            assert decision.refusal is Refusal.WRONG_STATE, (state, role)
        else:
            assert decision.allowed, (state, role, decision.reasons)


@pytest.mark.django_db
def test_each_condition_blocks_with_a_reason():
    moderator = factories.moderator()

    def reasons(transition: Transition, subject: object, user=moderator) -> tuple[str, ...]:
        decision = decide(transition, subject, user)
        assert decision.refusal is Refusal.BLOCKED
        return decision.reasons

    incomplete = factories.in_review()
    incomplete.content["level_of_government"] = ""
    assert len(reasons(workflow.PUBLISH, incomplete)) == 1
    ownerless = factories.in_review()
    ownerless.content.update(owner=None, owner_name="Uusi virasto")
    assert len(reasons(workflow.PUBLISH, ownerless)) == 1
    strangers = factories.in_review()
    strangers.content["partner_names"] = ["Uusi yhdistys"]
    assert "Uusi yhdistys" in reasons(workflow.PUBLISH, strangers)[0]
    lost = factories.in_review()
    lost.content["terms"]["tag"] = ["poistettu"]
    lost.content["partners"] = [99999]
    assert len(reasons(workflow.PUBLISH, lost)) == 2
    own = factories.in_review(by=moderator)
    assert len(reasons(workflow.PUBLISH, own)) == 1
    withdrawn = factories.in_review()
    withdrawn.case.state = Case.State.WITHDRAWN
    assert len(reasons(workflow.PUBLISH, withdrawn)) == 1
    opened = factories.published()
    factories.actions.open_revision(opened, by=opened.submitter)
    for transition in (workflow.OPEN_REVISION, workflow.CURATE):
        assert len(reasons(transition, opened)) == 1
