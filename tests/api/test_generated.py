"""Thousands of requests made out of the description, right and wrong ones: the API does what it says."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.management import call_command
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

PATHS = (
    "/api/v1/innovations",
    "/api/v1/innovations/{id}",
    "/api/v1/organisations",
    "/api/v1/organisations/{id}",
    "/api/v1/vocabularies",
    "/api/v1/barometer/editions",
    "/api/v1/barometer/questions",
    "/api/v1/barometer/figures",
)
# Of each path and mode: more than 2,000 in all.
EXAMPLES = 130
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
# What the description cannot tell from outside: which cursors were given out, which organisations there are.
KNOWN_INSIDE = {"cursor", "organisation"}


@pytest.fixture
def description_of_the_server(live_server: Any) -> Any:
    """The running server's own description of itself, with the registry as it comes behind it."""
    for command in ("load_reference_data", "load_examples", "load_barometer"):
        call_command(command, verbosity=0)
    return schemathesis.openapi.from_url(f"{live_server.url}/api/v1/openapi.json")


@pytest.mark.timeout(900)
def test_a_running_server_answers_as_it_describes(description_of_the_server):
    assert set(description_of_the_server.raw_schema["paths"]) == set(PATHS)
    for path in PATHS:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            seen = ask(description_of_the_server, path, mode)
            assert seen & ({200, 404} if mode is GenerationMode.POSITIVE else {400, 404}), (path, mode)


def ask(api: Any, path: str, mode: GenerationMode) -> set[int]:
    """Make requests of the path, check each answer, and return the states that were answered."""
    seen: set[int] = set()

    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=api[path]["GET"].as_strategy(generation_mode=mode))
    def made(case: Any) -> None:
        answer = case.call(headers={"Accept-Encoding": "identity"})
        accepted = [] if KNOWN_INSIDE & set(case.query or {}) else [checks.positive_data_acceptance]
        case.validate_response(answer, checks=[*CHECKS, *accepted])
        assert "set-cookie" not in {name.lower() for name in answer.headers}
        seen.add(answer.status_code)

    made()
    return seen
