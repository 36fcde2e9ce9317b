"""Thousands of requests made out of the description, right and wrong ones: the API does what it says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from innovation_registry.wsgi import application
from pages.api.description import description

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
def application_within_the_test() -> Iterator[Any]:
    """The server's application, which leaves the test's transaction open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    with override_settings(API_REQUESTS_PER_MINUTE=1_000_000, ALLOWED_HOSTS=["*"]):
        yield application
    for signal in signals:
        signal.connect(close_old_connections)


def test_every_path_is_asked(registry):
    assert set(description()["paths"]) == set(PATHS)


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value
)
@pytest.mark.parametrize("path", PATHS)
def test_answers_are_as_described(registry, application_within_the_test, path, mode):
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application_within_the_test)
    seen: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=api[path]["GET"].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        answer = case.call(headers={"Accept-Encoding": "identity"})
        accepted = [] if KNOWN_INSIDE & set(case.query or {}) else [checks.positive_data_acceptance]
        case.validate_response(answer, checks=[*CHECKS, *accepted])
        assert "set-cookie" not in {name.lower() for name in answer.headers}
        seen.add(answer.status_code)

    ask()
    assert seen & {200, 404} if mode is GenerationMode.POSITIVE else seen & {400, 404}
