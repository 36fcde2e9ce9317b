"""Asking an address whether it still works, as a polite guest does.

One request at a time, with a pause between two at the same host; robots.txt (RFC 9309) and Retry-After are
followed; the service says who it is; no more is read than is needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urldefrag, urljoin
from urllib.robotparser import RobotFileParser

from django.conf import settings
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from pages.models import LinkCheck

from . import guard

# By this name a site's robots.txt can speak to the checker.
AGENT = "InnovationRegistryLinks"
# Between two requests at one host: slower than a person who reads.
PAUSE_SECONDS = 2.0
# A longer pause that robots.txt wishes is shortened to this, or one site would hold up the round.
LONGEST_PAUSE_SECONDS = 30.0
# A site that asks for a longer wait is left for the next round.
MOST_PATIENCE_SECONDS = 60.0
TIMEOUT = Timeout(connect=5.0, read=15.0)
MOST_REDIRECTS = 5
# RFC 9309 has a reader take in at least 500 KiB of robots.txt.
MOST_BYTES = 512 * 1024
# A body that has not come by then is not waited for.
MOST_READING_SECONDS = 30.0

_FOR_GOOD = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
_REDIRECTS = _FOR_GOOD | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}
# What sites answer that let people in and machines not.
_NOT_FOR_MACHINES = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
}


@dataclass(frozen=True)
class Answer:
    """What became of asking: ``status`` is the last answer's, ``leads_to`` where it has moved for good."""

    state: LinkCheck.State
    status: int | None = None
    leads_to: str = ""


class PutOff(Exception):
    """The site wants to be left in peace for longer than a round lasts."""


@dataclass(frozen=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class _NoRules(Exception):
    """The site's robots.txt could not be read, so nothing of it may be asked."""

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


class Asker:
    """One round's guest: remembers what each site allows and when it was last asked.

    ``may_reach`` tells which addresses of the network may be connected to.
    """

    def __init__(
        self,
        *,
        may_reach: guard.MayReach = guard.is_public,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._may_reach = may_reach
        self._sleep = sleep
        self._clock = clock
        self._rules: dict[str, RobotFileParser | _NoRules] = {}
        self._pauses: dict[str, float] = {}
        # When a host may be asked again, by the clock.
        self._free_at: dict[str, float] = {}
        self._put_off: set[str] = set()

    def ask(self, url: str) -> Answer:
        """What the address answers now. Raises PutOff when its site does not want to be asked today."""
        state = LinkCheck.State
        try:
            return self._follow(urldefrag(url).url)
        except _NoRules as silent:
            return Answer(state.UNREACHABLE, silent.status)
        except (guard.Refused, guard.NotFound, HTTPError):
            return Answer(state.UNREACHABLE)
        except ValueError:  # no address at all
            return Answer(state.BROKEN)

    def _follow(self, url: str) -> Answer:
        state = LinkCheck.State
        moved_to, is_for_good = "", True
        reply = None
        for _hop in range(MOST_REDIRECTS + 1):
            place = _parsed(url)
            if not self._may_ask(place):
                return Answer(state.NOT_ASKED)
            reply = self._page(place)
            location = reply.headers.get("Location", "")
            if reply.status not in _REDIRECTS or not location:
                return _judged(reply.status, moved_to)
            url = urldefrag(urljoin(place.url, _readable(location))).url
            is_for_good = is_for_good and reply.status in _FOR_GOOD
            if is_for_good:
                moved_to = url
        return Answer(state.BROKEN, reply.status if reply else None)

    # One page ---------------------------------------------------------------

    def _page(self, place: Url) -> _Reply:
        """The answer to HEAD; to GET where HEAD fails, as some servers know only that."""
        reply = self._patiently("HEAD", place)
        if reply.status < HTTPStatus.BAD_REQUEST or reply.status == HTTPStatus.GONE:
            return reply
        return self._patiently("GET", place)

    def _patiently(self, method: str, place: Url) -> _Reply:
        """The answer, after the wait that the site asks for, if it is short."""
        reply = self._request(method, place)
        if (wait := _wait_wanted(reply)) is None:
            return reply
        if wait <= MOST_PATIENCE_SECONDS:
            self._free_at[_host(place)] = self._clock() + wait
            reply = self._request(method, place)
        if _wait_wanted(reply) is None:
            return reply
        self._put_off.add(_host(place))
        raise PutOff(_host(place))

    def _request(self, method: str, place: Url, *, most_bytes: int = 0) -> _Reply:
        host = _host(place)
        if host in self._put_off:
            raise PutOff(host)
        if (wait := self._free_at.get(host, 0.0) - self._clock()) > 0:
            self._sleep(wait)
        try:
            return _exchange(method, place, self._may_reach, most_bytes)
        finally:
            self._free_at[host] = self._clock() + self._pauses.get(host, PAUSE_SECONDS)

    # robots.txt -------------------------------------------------------------

    def _may_ask(self, place: Url) -> bool:
        site = place._replace(auth=None, path="/robots.txt", query=None, fragment=None)
        if site.url not in self._rules:
            try:
                self._rules[site.url] = self._read_rules(site)
            except _NoRules as silent:
                self._rules[site.url] = silent
        rules = self._rules[site.url]
        if isinstance(rules, _NoRules):
            raise rules
        return rules.can_fetch(AGENT, place.url)

    def _read_rules(self, place: Url) -> RobotFileParser:
        """What robots.txt says: everything is allowed where there is none, nothing where it fails."""
        host = _host(place)
        rules = RobotFileParser()
        for _hop in range(MOST_REDIRECTS + 1):
            try:
                reply = self._request("GET", place, most_bytes=MOST_BYTES)
            except (guard.Refused, guard.NotFound, HTTPError) as error:
                raise _NoRules(None) from error
            location = reply.headers.get("Location", "")
            if reply.status not in _REDIRECTS or not location:
                break
            place = _parsed(urljoin(place.url, _readable(location)))
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _NoRules(reply.status)
        is_found = HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES
        rules.parse(reply.body.decode("utf-8", "replace").splitlines() if is_found else [])
        if delay := rules.crawl_delay(AGENT):
            self._pauses[host] = min(max(float(delay), PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
        return rules


def _exchange(method: str, place: Url, may_reach: guard.MayReach, most_bytes: int) -> _Reply:
    """One request and its answer, at the very address that was found to be allowed."""
    assert place.host
    port = place.port or (443 if place.scheme == "https" else 80)
    name = place.host.strip("[]")
    address = guard.resolve(name, port, may_reach)
    headers = {
        "Host": place.host + (f":{place.port}" if place.port else ""),
        "User-Agent": f"{AGENT}/1.0 (checks the links of the Innovation registry; +{settings.BASE_URL})",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
    }
    pool: HTTPConnectionPool
    if place.scheme == "https":
        # The certificate is to be the name's, not the number's.
        pool = HTTPSConnectionPool(address, port, server_hostname=name, assert_hostname=name)
    else:
        pool = HTTPConnectionPool(address, port)
    with pool:
        response = pool.urlopen(
            method,
            place.request_uri,
            headers=headers,
            timeout=TIMEOUT,
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
            assert_same_host=False,
        )
        try:
            body = _read(response, most_bytes)
            return _Reply(response.status, dict(response.headers.items()), body)
        finally:
            response.close()


def _read(response: BaseHTTPResponse, most_bytes: int) -> bytes:
    """The beginning of the body; what comes too slowly is left."""
    until = time.monotonic() + MOST_READING_SECONDS
    body = b""
    while len(body) < most_bytes and time.monotonic() < until:
        chunk = response.read(min(16_384, most_bytes - len(body)))
        if not chunk:
            break
        body += chunk
    return body


def _parsed(url: str) -> Url:
    """The parts of an address of the web; raises ValueError for any other."""
    try:
        place = parse_url(url)
    except LocationParseError as error:
        raise ValueError(url) from error
    if place.scheme not in ("http", "https") or not place.host:
        raise ValueError(url)
    return place


def _host(place: Url) -> str:
    assert place.host
    return place.host


def _readable(location: str) -> str:
    """A header's letters, which http.client reads as Latin-1, as the UTF-8 that they mostly are."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _wait_wanted(reply: _Reply) -> float | None:
    """How many seconds the site wants to be left in peace; None when it says nothing of the kind."""
    told = reply.headers.get("Retry-After", "").strip()
    is_too_many = reply.status == HTTPStatus.TOO_MANY_REQUESTS
    if not is_too_many and not (reply.status == HTTPStatus.SERVICE_UNAVAILABLE and told):
        return None
    if told.isdecimal():
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return float("inf")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _judged(status: int, moved_to: str) -> Answer:
    state = LinkCheck.State
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer(state.MOVED if moved_to else state.WORKS, status, moved_to)
    if status in _NOT_FOR_MACHINES:
        return Answer(state.NOT_ASKED, status)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer(state.UNREACHABLE, status)
    return Answer(state.BROKEN, status)
