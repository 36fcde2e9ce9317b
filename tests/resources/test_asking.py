"""Asking one address: what each answer means, robots.txt, Retry-After, and the inner network."""

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address

import pytest
from django.conf import settings
from urllib3 import Timeout

from pages.link_checks import asking, guard
from pages.link_checks.asking import Answer, Asker, PutOff
from pages.models import LinkCheck

from .sites import Site, site

State = LinkCheck.State


class Clock:
    """Time that passes by sleeping alone."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def here():
    with site() as served:
        yield served


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def asker(clock: Clock) -> Asker:
    """One that may reach this machine, as no other does."""
    return Asker(may_reach=lambda address: True, sleep=clock.sleep, clock=clock)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, State.WORKS),
        (204, State.WORKS),
        (400, State.BROKEN),
        (401, State.NOT_ASKED),
        (403, State.NOT_ASKED),
        (404, State.BROKEN),
        (405, State.BROKEN),
        (410, State.BROKEN),
        (451, State.NOT_ASKED),
        (500, State.UNREACHABLE),
        (503, State.UNREACHABLE),
    ],
)
def test_what_each_answer_means(here: Site, asker: Asker, status, state):
    assert asker.ask(here.answers("/page", status)) == Answer(state, status)


def test_head_is_asked_first_and_get_only_where_head_fails(here: Site, asker: Asker):
    here.answers("/well", 200)
    here.answers("/odd", 405, method="HEAD")
    here.answers("/odd", 200, method="GET")
    assert asker.ask(here.url + "/well").state == State.WORKS
    assert asker.ask(here.url + "/odd").state == State.WORKS
    assert here.asked == [("GET", "/robots.txt"), ("HEAD", "/well"), ("HEAD", "/odd"), ("GET", "/odd")]


def test_the_checker_says_who_it_is(here: Site, asker: Asker):
    asker.ask(here.answers("/page"))
    (agent,) = here.agents
    assert "Innovation registry" in agent
    assert settings.BASE_URL in agent


def test_what_has_moved_for_good_tells_where_to(here: Site, asker: Asker):
    here.answers("/old", 301, headers={"Location": "/newer"})
    here.answers("/newer", 308, headers={"Location": "/newest#part"})
    here.answers("/newest")
    assert asker.ask(here.url + "/old") == Answer(State.MOVED, 200, here.url + "/newest")


def test_what_is_elsewhere_for_now_works(here: Site, asker: Asker):
    here.answers("/page", 302, headers={"Location": "/today"})
    here.answers("/today", 301, headers={"Location": "/now"})
    here.answers("/now")
    assert asker.ask(here.url + "/page") == Answer(State.WORKS, 200)


def test_the_part_that_moved_for_good_is_told_without_what_is_for_now(here: Site, asker: Asker):
    here.answers("/old", 301, headers={"Location": "/new"})
    here.answers("/new", 302, headers={"Location": "/new/fi"})
    here.answers("/new/fi")
    assert asker.ask(here.url + "/old") == Answer(State.MOVED, 200, here.url + "/new")


def test_what_moved_to_something_that_is_gone_is_broken(here: Site, asker: Asker):
    here.answers("/old", 301, headers={"Location": "/gone"})
    here.answers("/gone", 410)
    assert asker.ask(here.url + "/old") == Answer(State.BROKEN, 410)


def test_a_loop_ends(here: Site, asker: Asker):
    here.answers("/round", 302, headers={"Location": "/round"})
    assert asker.ask(here.url + "/round") == Answer(State.BROKEN, 302)
    assert here.paths().count("/round") == asking.MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "location", ["ftp://x.example/", "javascript:alert(1)", "file:///etc/passwd", "http://["]
)
def test_a_redirect_out_of_the_web_is_broken(here: Site, asker: Asker, location):
    here.answers("/page", 302, headers={"Location": location})
    assert asker.ask(here.url + "/page").state == State.BROKEN


def test_a_fragment_is_not_sent(here: Site, asker: Asker):
    here.answers("/page?a=ä".replace("ä", "%C3%A4"))
    assert asker.ask(here.url + "/page?a=ä#part").state == State.WORKS


def test_a_site_that_does_not_answer_in_time_is_unreachable(here: Site, asker: Asker, monkeypatch):
    monkeypatch.setattr(asking, "TIMEOUT", Timeout(connect=1.0, read=0.2))
    assert asker.ask(here.answers("/slow", delay=5)) == Answer(State.UNREACHABLE)


def test_a_port_where_nobody_is_and_a_name_without_an_address_are_unreachable(asker: Asker, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert asker.ask(f"http://127.0.0.1:{port}/") == Answer(State.UNREACHABLE)
    monkeypatch.setattr(socket, "getaddrinfo", _nobody)
    assert asker.ask("https://nobody.example/") == Answer(State.UNREACHABLE)


def _nobody(*arguments, **options):
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize(
    "url", ["mailto:a@b.example", "https://", "http://[::1", "nonsense", "http://a:b:c/"]
)
def test_what_is_no_address_of_the_web_is_broken(asker: Asker, url):
    assert asker.ask(url) == Answer(State.BROKEN)


def test_no_more_of_robots_txt_is_read_than_needed(here: Site, asker: Asker, monkeypatch):
    monkeypatch.setattr(asking, "MOST_BYTES", 100)
    rules = b"# " + b"x" * 200 + b"\nUser-agent: *\nDisallow: /\n"
    here.answers("/robots.txt", body=rules)
    assert asker.ask(here.answers("/page")).state == State.WORKS


# Manners ----------------------------------------------------------------------


def test_what_robots_txt_forbids_is_not_asked(here: Site, asker: Asker):
    here.answers("/robots.txt", body=b"User-agent: *\nDisallow: /private\n")
    assert asker.ask(here.answers("/private/page")) == Answer(State.NOT_ASKED)
    assert asker.ask(here.answers("/page")).state == State.WORKS
    assert here.paths() == ["/robots.txt", "/page"]


def test_a_site_can_speak_to_the_checker_by_its_name(here: Site, asker: Asker):
    here.answers("/robots.txt", body=f"User-agent: {asking.AGENT}\nDisallow: /\n".encode())
    assert asker.ask(here.answers("/page")) == Answer(State.NOT_ASKED)


def test_a_redirect_into_what_is_forbidden_is_not_followed(here: Site, asker: Asker):
    here.answers("/robots.txt", body=b"User-agent: *\nDisallow: /private\n")
    here.answers("/page", 302, headers={"Location": "/private"})
    assert asker.ask(here.url + "/page") == Answer(State.NOT_ASKED)
    assert "/private" not in here.paths()


def test_each_site_on_the_way_has_its_own_rules(here: Site, asker: Asker):
    with site() as other:
        other.answers("/robots.txt", body=b"User-agent: *\nDisallow: /\n")
        here.answers("/page", 302, headers={"Location": other.url + "/page"})
        assert asker.ask(here.url + "/page") == Answer(State.NOT_ASKED)
        assert other.paths() == ["/robots.txt"]


def test_a_site_whose_robots_txt_fails_is_not_asked_for_more(here: Site, asker: Asker):
    here.answers("/robots.txt", 500)
    assert asker.ask(here.answers("/page")) == Answer(State.UNREACHABLE, 500)
    assert asker.ask(here.answers("/other")) == Answer(State.UNREACHABLE, 500)
    assert here.paths() == ["/robots.txt"]


def test_between_two_requests_to_a_host_there_is_a_pause(here: Site, asker: Asker, clock: Clock):
    asker.ask(here.answers("/one"))
    asker.ask(here.answers("/two"))
    assert clock.slept == [asking.PAUSE_SECONDS, asking.PAUSE_SECONDS]


def test_a_longer_pause_that_the_site_wishes_is_kept_within_reason(here: Site, asker: Asker, clock: Clock):
    here.answers("/robots.txt", body=b"User-agent: *\nCrawl-delay: 7\n")
    asker.ask(here.answers("/one"))
    asker.ask(here.answers("/two"))
    assert clock.slept[-1] == 7
    with site() as slow:
        slow.answers("/robots.txt", body=b"User-agent: *\nCrawl-delay: 3600\n")
        asker.ask(slow.answers("/one"))
        asker.ask(slow.answers("/two"))
    assert clock.slept[-1] == asking.LONGEST_PAUSE_SECONDS


def test_a_short_wait_that_is_asked_for_is_kept(here: Site, asker: Asker, clock: Clock):
    here.answers("/page", 429, headers={"Retry-After": "20"}, method="HEAD")
    here.answers("/page", 200)
    assert asker.ask(here.url + "/page").state == State.WORKS
    assert 20 in clock.slept


def test_a_moment_to_wait_for_is_understood(here: Site, asker: Asker, clock: Clock):
    moment = datetime.now(UTC) + timedelta(seconds=30)
    here.answers("/page", 503, headers={"Retry-After": format_datetime(moment, usegmt=True)}, method="HEAD")
    here.answers("/page", 200)
    assert asker.ask(here.url + "/page").state == State.WORKS
    assert 25 < max(clock.slept) <= 30


@pytest.mark.parametrize("wish", ["3600", "", "soon"])
def test_a_site_that_wants_a_long_wait_is_left_in_peace(here: Site, asker: Asker, wish):
    here.answers("/page", 429, headers={"Retry-After": wish} if wish else {})
    with pytest.raises(PutOff):
        asker.ask(here.url + "/page")
    asked = len(here.asked)
    with pytest.raises(PutOff):
        asker.ask(here.answers("/other"))
    assert len(here.asked) == asked


# The inner network ------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::",
        "2001:db8::1",
    ],
)
def test_inner_addresses_are_not_public_however_written(address):
    assert not guard.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "185.60.216.35", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_addresses_of_the_internet_are_public(address):
    assert guard.is_public(ip_address(address))


def test_the_ordinary_checker_does_not_ask_this_machine(here: Site, clock: Clock):
    asker = Asker(sleep=clock.sleep, clock=clock)
    for host in ("127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]"):
        port = here.url.rpartition(":")[2]
        assert asker.ask(f"http://{host}:{port}/page") == Answer(State.UNREACHABLE), host
    assert here.asked == []


def test_a_redirect_inside_is_not_followed(here: Site, clock: Clock):
    with site() as inner:
        reached = []

        def may_reach(address):
            # The first site stands for one outside; after it, nothing here is.
            reached.append(address)
            return len(reached) <= 2

        inner.answers("/secret")
        here.answers("/page", 302, headers={"Location": inner.url + "/secret"})
        asker = Asker(may_reach=may_reach, sleep=clock.sleep, clock=clock)
        assert asker.ask(here.url + "/page") == Answer(State.UNREACHABLE)
        assert inner.asked == []


def test_a_name_that_leads_inside_and_outside_is_refused(monkeypatch):
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: answers)
    with pytest.raises(guard.Refused):
        guard.resolve("two-faced.example", 80)


def test_the_name_is_looked_up_once_and_the_answer_used(here: Site, clock: Clock, monkeypatch):
    """A name that answers otherwise the second time leads nowhere else: connecting asks no more."""
    port = int(here.url.rpartition(":")[2])
    looked_up = []
    real = socket.getaddrinfo

    def getaddrinfo(host, *arguments, **options):
        if host == "changing.example":
            looked_up.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return real(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    asker = Asker(may_reach=lambda address: True, sleep=clock.sleep, clock=clock)
    here.answers("/page")
    assert asker.ask(f"http://changing.example:{port}/page").state == State.WORKS
    assert len(looked_up) == len(here.asked) == 2
