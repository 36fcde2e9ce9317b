"""No line of a log tells who did it."""

import json
import logging
import logging.config
from io import StringIO

import pytest
import structlog
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from common.logs import RequestMiddleware, logging_settings, mask, mask_report


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail to aino.virtanen@example.fi failed", "mail to [e-mail] failed"),
        ("Key (email)=(aino@example.fi) already exists", "Key (email)=([e-mail]) already exists"),
        ("/fi/kirjaudu/aino%40example.fi/", "/fi/kirjaudu/[e-mail]/"),
        ("GET /fi/innovaatiot/?q=oma+sairaus", "GET /fi/innovaatiot/?[query]"),
        ("from 193.166.3.2 and 2001:db8::7334:1", "from [address] and [address]"),
        ("/fi/salasana/3-cz7x1u-0123456789abcdef0123456789abcdef/", "/fi/salasana/3-cz7x1u-[key]/"),
    ],
)
def test_mask_hides_what_tells_who(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "GET /fi/innovaatiot/12-tekoalyavusteinen-asiakaspalvelu-ja-neuvonta/",
        "at 12:30:45 on 2026-11-24, version 5.2.19",
        "13b2e0bc-95f1-4f0b-a7d5-0b4bcb1c2f10",
    ],
)
def test_mask_leaves_ordinary_words_alone(text):
    assert mask(text) == text


def test_mask_hides_signed_values():
    key = signing.dumps({"case": 12})
    assert mask(f"/fi/seuranta/{key}/") == "/fi/seuranta/[key]/"


@pytest.fixture
def log_lines():
    """What production writes, line by line; the ordinary logs are back after the test."""
    root = logging.getLogger()
    structlog_before, handlers_before = structlog.get_config(), root.handlers[:]
    logging.config.dictConfig(logging_settings(level="INFO", as_json=True))
    written = StringIO()
    for handler in root.handlers:
        handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = handlers_before
    structlog.configure(**structlog_before)


def test_both_ways_to_log_end_in_the_same_masked_lines(log_lines):
    structlog.get_logger("cases").info("published", to="aino@example.fi", number=12)
    logging.getLogger("library").warning("no answer for %s", "aino@example.fi")
    first, second = log_lines()
    assert (first["event"], first["to"], first["number"], first["level"]) == (
        "published",
        "[e-mail]",
        12,
        "info",
    )
    assert (second["event"], second["logger"]) == ("no answer for [e-mail]", "library")


def test_traceback_is_masked_and_holds_no_local_values(log_lines):
    password = "kissanviikset"
    try:
        raise ValueError("aino@example.fi is taken")
    except ValueError:
        logging.getLogger("library").exception("failed")
    (line,) = log_lines()
    assert "ValueError: [e-mail] is taken" in line["exception"]
    assert password not in line["exception"]


def test_request_is_one_line_without_reader_query_and_keys(log_lines, settings):
    settings.DJANGO_STRUCTLOG_STATUS_DEFAULT_LOG_LEVEL = logging.INFO
    request = RequestFactory().get(
        "/fi/vahvista/salainen/?q=sairaus", REMOTE_ADDR="193.166.3.2", headers={"User-Agent": "Oma selain"}
    )
    request.resolver_match = ResolverMatch(lambda: None, (), {"key": "salainen", "number": 7})
    RequestMiddleware(lambda request: HttpResponse())(request)
    (line,) = log_lines()
    assert line["request"] == "GET /fi/vahvista/[key]/"
    assert line["code"] == 200
    text = json.dumps(line, ensure_ascii=False)
    assert not [secret for secret in ("salainen", "sairaus", "193.166.3.2", "Oma selain") if secret in text]


def test_error_report_leaves_out_who_and_what_was_asked():
    report = {
        "user": {"id": 4},
        "request": {"url": "https://registry.example/?q=sairaus", "cookies": "sessionid=1"},
        "exception": {"values": [{"value": "aino@example.fi is taken"}]},
    }
    assert mask_report(report, {}) == {"exception": {"values": [{"value": "[e-mail] is taken"}]}}
