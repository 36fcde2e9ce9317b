"""Cases for tests, made by the same actions as in the product."""

from typing import Any

from django.contrib.auth.models import Group

from accounts.models import User
from accounts.permissions import MODERATORS
from cases import actions, content
from cases.models import Case, CaseRevision
from cases.workflow import Criterion
from taxonomy.models import Term, Vocabulary
from tests.accounts.factories import OrganisationFactory, UserFactory

ALL_CRITERIA = list(Criterion.values)


def term(vocabulary: str, code: str, **names: Any) -> Term:
    """The term, made if it is not there yet."""
    name = names.pop("name", f"{vocabulary} {code}")
    found, _created = Term.objects.get_or_create(
        vocabulary=vocabulary,
        code=code,
        defaults={"name_fi": name, "name_sv": name, "name_en": name, **names},
    )
    return found


def moderator(**fields: Any) -> User:
    user = UserFactory(is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=MODERATORS))
    return User.objects.get(pk=user.pk)


def complete_content(language: str = "fi", **changes: Any) -> content.Content:
    """A content with everything that submitting needs; ``changes`` replace top-level keys."""
    for vocabulary, code in (("principle", "1"), ("theme", "07"), ("kind", "service")):
        term(vocabulary, code)
    text = {
        "title": "Lupahakemus yhdellä keskustelulla",
        "summary": "Hakemus syntyy keskustelussa.",
        "problem": "Joka kolmas hakemus palautui.",
        "solution": "Neuvonta ja hakemus ovat yksi keskustelu.",
        "newness": "Kysymykset tulevat asukkaan järjestyksessä.",
    }
    values = {
        "original_language": language,
        "owner": None,
        "country": "FI",
        "level_of_government": "local",
        "life_cycle": "in_use",
        "started_year": 2022,
        "terms": {"principle": ["1"], "theme": ["07"], "kind": ["service"]},
        "texts": {language: text},
        "contact": {"role": "Kirjaamo", "email": "kirjaamo@example.org"},
        **changes,
    }
    if values["owner"] is None:
        values["owner"] = OrganisationFactory().pk
    return content.normalised(values)


def draft(by: User | None = None, **changes: Any) -> CaseRevision:
    return actions.create_case(by=by or UserFactory(), content=complete_content(**changes))


def submitted(by: User | None = None, **changes: Any) -> CaseRevision:
    revision = draft(by, **changes)
    actions.submit(revision, by=revision.case.submitter)
    return revision


def in_review(by: User | None = None, reviewer: User | None = None, **changes: Any) -> CaseRevision:
    revision = submitted(by, **changes)
    actions.start_review(revision, by=reviewer or moderator())
    return revision


def published(by: User | None = None, **changes: Any) -> Case:
    revision = in_review(by, **changes)
    actions.publish(revision, by=revision.reviewer, seen_version=revision.version, criteria=ALL_CRITERIA)
    return Case.objects.get(pk=revision.case_id)


def with_principles(*codes: str) -> dict[str, Any]:
    for code in codes:
        term(Vocabulary.PRINCIPLE, code)
    return {"terms": {"principle": list(codes), "theme": ["07"], "kind": ["service"]}}


def publish(revision: CaseRevision) -> None:
    """The reviewer publishes what they have read."""
    actions.publish(revision, by=revision.reviewer, seen_version=revision.version, criteria=ALL_CRITERIA)
