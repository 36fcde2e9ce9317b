"""How much one client may ask for in a minute, over all processes of the installation.

Writing each request down in the shared cache would make every reading a writing. Instead a process takes
requests for a client out of the cache by packets, and hands them out from its memory.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from . import error_views

WINDOW = 60
PACKETS = 30  # in a full allowance
HEADERS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@dataclass(frozen=True)
class Allowance:
    """What is left to a client: requests, until so many seconds have passed."""

    is_granted: bool
    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        values = (self.limit, self.remaining, self.reset)
        return dict(zip(HEADERS, map(str, values), strict=True))


class Meter:
    """Counts requests by client, in a window of time that is the same for all. ``setting`` holds the limit.

    It may grant less than the limit, since a packet that one process has taken is lost to the others; and a
    packet more, when two processes take one in the same instant.
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting
        self._lock = Lock()
        # Held while a packet is taken: threads that find nothing in hand do not take one each.
        self._fetching = Lock()
        self._window = 0
        # Of this window, by client: requests in hand, and whether the cache has more.
        self._in_hand: dict[str, int] = {}
        self._used_up: set[str] = set()
        # What was left in the cache when a packet was last taken.
        self._in_cache: dict[str, int] = {}

    def take(self, client: str) -> Allowance:
        """Count one request."""
        limit = getattr(settings, self._setting)
        now = time.time()
        window = int(now // WINDOW)
        self._begin(window)
        is_granted = self._take_in_hand(client)
        if not is_granted:
            with self._fetching:
                is_granted = self._take_in_hand(client) or self._fetch(client, window, limit)
        with self._lock:
            remaining = self._in_hand.get(client, 0) + self._in_cache.get(client, 0)
        reset = (window + 1) * WINDOW - int(now)
        return Allowance(is_granted, limit, remaining, reset)

    def forget(self) -> None:
        """Count from nothing, where the clock cannot tell: another database."""
        with self._lock:
            self._window = 0

    def _begin(self, window: int) -> None:
        with self._lock:
            if window != self._window:
                self._window = window
                self._in_hand.clear()
                self._used_up.clear()
                self._in_cache.clear()

    def _take_in_hand(self, client: str) -> bool:
        with self._lock:
            left = self._in_hand.get(client, 0)
            if left:
                self._in_hand[client] = left - 1
            return left > 0

    def _fetch(self, client: str, window: int, limit: int) -> bool:
        """Take a packet out of the cache, and a request out of it."""
        with self._lock:
            if client in self._used_up:
                return False
        packet = max(limit // PACKETS, 1)
        key = f"rate:{self._setting}:{window}:{client}"
        # Not ``incr``, which would keep the key for longer.
        taken = cache.get(key, 0)
        granted = min(packet, max(limit - taken, 0))
        cache.set(key, taken + packet, timeout=2 * WINDOW)
        with self._lock:
            self._in_cache[client] = max(limit - taken - packet, 0)
            if granted:
                self._in_hand[client] = granted - 1
            else:
                self._used_up.add(client)
        return granted > 0


api_requests = Meter("API_REQUESTS_PER_MINUTE")
downloads = Meter("DOWNLOADS_PER_MINUTE")


def counted_download(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For a view that makes a file anew for each request: 429 for whoever has asked for too many."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        allowance = downloads.take(client_of(request))
        if not allowance.is_granted:
            return error_views.too_many(request, seconds=allowance.reset)
        return view(request, *args, **kwargs)

    return run


def client_of(request: HttpRequest) -> str:
    """A mark of the network address that asks: a digest, and of IPv6 the network of a household.

    The address is the one that ``TRUSTED_PROXY_COUNT`` leads to, as in forms and sign-in.
    """
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:
        # The proxy tells none: all such clients are one.
        address = ""
    if ":" in address:
        found = ipaddress.IPv6Address(address)
        # A server that listens on both kinds is told IPv4 addresses within IPv6: they are no household.
        address = str(found.ipv4_mapped or ipaddress.IPv6Network((found, 64), strict=False))
    return hashlib.sha256(f"{settings.SECRET_KEY}:{address}".encode()).hexdigest()[:32]
