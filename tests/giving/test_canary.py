"""Nothing that is not public is at any address, in any format: marked words are looked for in every byte."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import resvg_py
from django.test import Client
from django.utils.translation import override

from barometer.queries import FigureQuerySet, SurveyQuerySet
from cases.exports import INNOVATIONS
from cases.queries import AdoptionQuerySet, CaseQuerySet
from common.records import Column
from network.queries import EventQuerySet
from pages.queries import ContactQuerySet

from . import canary

pytestmark = pytest.mark.django_db

# Addresses that answer nobody who has not signed in or was mailed a link, by how their names begin.
CLOSED = (
    "account_", "mfa_", "openid_", "socialaccount_", "gallery",
    "cases:begin", "cases:step_", "cases:translation", "cases:check", "cases:submitted", "cases:own",
    "cases:act_", "cases:bring_back", "cases:report_adoption",
    "network:unsubscribe", "network:sign_up", "network:take_back", "network:calendar_address",
    "network:own", "network:request", "network:directory", "network:member", "network:profile",
    "network:data", "network:leave", "pages:people", "pages:self_test_kept", "pages:self_test_delete",
)  # fmt: skip
# Those that lead on to another address, or nowhere.
LEADING = {"case_identifier", "organisation_identifier", "cases:", "favicon", ""}
# Those that have nothing to show in this world.
EMPTY = {
    "pages:bulletin",
    "pages:factor",
    "pages:self_test",
    "pages:self_test_result",
    "pages:self_test_keep",
}


@pytest.fixture
def svgs(monkeypatch) -> list[str]:
    """What pictures are drawn of; nothing is drawn."""
    drawn: list[str] = []

    def svg_to_bytes(*, svg_string: str, **_options: Any) -> bytes:
        drawn.append(svg_string)
        return b"picture"

    monkeypatch.setattr(resvg_py, "svg_to_bytes", svg_to_bytes)
    return drawn


def asked_for() -> list[canary.Route]:
    with override("en"):
        return [route for route in canary.routes() if not canary.is_left_out(route)]


def test_nothing_secret_is_at_any_address(client, svgs, settings):
    settings.SECURITY_CONTACT = ["security@example.org"]
    case = canary.world()
    assert [route for route in asked_for() if canary.values_of(route) is None] == []

    answered, leaks = canary.sweep(client, svgs)

    assert sorted(leaks) == []
    silent = {route.name for route in asked_for()} - answered - LEADING - EMPTY
    assert {name for name in silent if not name.startswith(CLOSED)} == set()
    # Where a mark may stand it does, so that it would have been found elsewhere.
    assert canary.CONTACT in client.get(case.get_absolute_url()).content.decode()


# It can fail -------------------------------------------------------------------


def everything(queryset: Any, *_user: Any) -> Any:
    """A visibility rule that forgot what it is for."""
    return queryset.all()


def once_public(queryset: Any) -> Any:
    return queryset.filter(published_at__isnull=False)


BROKEN = {
    "cases that are gone": (
        CaseQuerySet, "public", once_public, canary.CANARY,
        {"cases:list", "cases:feed", "cases:detail", "cases:picture", "cases:opsi_json", "cases:opsi_docx",
         "case_identifier", "sitemap", "pages:open_data_file", "pages:front"},
    ),
    "adoptions that nobody confirmed": (
        AdoptionQuerySet, "confirmed", everything, canary.CANARY, {"cases:detail"},
    ),
    "figures that nobody checked": (
        FigureQuerySet, "visible_to", everything, "number", {"barometer:chart", "barometer:picture"},
    ),
    "drafts of editions": (
        SurveyQuerySet, "visible_to", everything, canary.CANARY, {"barometer:overview", "barometer:survey"},
    ),
    "events for members": (
        EventQuerySet, "visible_to", everything, canary.CANARY, {"network:events", "network:event_ics"},
    ),
    "hidden contacts": (
        ContactQuerySet, "public", everything, canary.CANARY, {"pages:contacts", "catalogue_ttl"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_rule_that_is_broken_is_found(name, svgs, monkeypatch):
    queryset, method, rule, mark, routes = BROKEN[name]
    canary.world()
    monkeypatch.setattr(queryset, method, rule)
    _answered, leaks = canary.sweep(Client(raise_request_exception=False), svgs, languages=("fi",))
    found = {leak.route for leak in leaks if leak.mark == mark}
    assert routes - found == set()


def test_a_contact_in_the_tables_is_found_in_every_format_that_they_are_given_in(client, svgs, monkeypatch):
    canary.world()
    contact = Column(code="contact", heading="Contact", value=lambda case: case.contact_email)
    monkeypatch.setitem(INNOVATIONS.__dict__, "columns", (*INNOVATIONS.columns, contact))
    _answered, leaks = canary.sweep(client, svgs, languages=("fi",))
    endings = {leak.path.rpartition(".")[2] for leak in leaks if leak.mark == canary.CONTACT}
    assert {"csv", "xlsx", "jsonl"} <= endings


def test_an_address_with_parameters_that_nobody_has_told_is_noticed():
    new = canary.Route("pages:new_format", "fi/uusi/<slug:thing>.ttl")
    assert canary.values_of(new) is None


def test_what_is_packed_is_looked_into():
    def packed(name: str, content: bytes) -> bytes:
        file = BytesIO()
        with ZipFile(file, "w") as archive:
            archive.writestr(name, content)
        return file.getvalue()

    inner = packed("xl/sharedStrings.xml", canary.CANARY.encode())
    assert canary.CANARY.encode() in canary.everything_in(packed("a/b.xlsx", inner))
    assert b"kanarialintu.txt" in canary.everything_in(packed("kanarialintu.txt", b""))
