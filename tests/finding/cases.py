"""Public cases for the tests of finding, made many at once."""

from collections.abc import Iterable
from typing import Any

from cases import actions
from cases.actions import Incoming
from cases.models import Case
from taxonomy.models import Vocabulary
from tests.accounts.factories import OrganisationFactory
from tests.cases.factories import complete_content, term


def publish(*contents: dict[str, Any]) -> list[Case]:
    """Make each content public; the last is the newest. Every key that is not given has a usual value."""
    owner = OrganisationFactory().pk
    incoming = [Incoming("", complete_content(**{"owner": owner, **content})) for content in contents]
    cases = actions.import_cases(incoming, source=None, publish=True)
    return list(Case.objects.filter(pk__in=[case.pk for case in cases]).order_by("pk"))


def titled(title: str, language: str = "fi", **texts: str) -> dict[str, Any]:
    return {"original_language": language, "texts": {language: {"title": title, **texts}}}


def tagged(**codes: Iterable[str]) -> dict[str, Any]:
    """Terms by vocabulary, made if they are not there yet."""
    for vocabulary, of_vocabulary in codes.items():
        for code in of_vocabulary:
            term(Vocabulary(vocabulary), code)
    return {"terms": {vocabulary: list(of_vocabulary) for vocabulary, of_vocabulary in codes.items()}}
