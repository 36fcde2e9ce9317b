"""How much one client may ask for in a minute, over all processes of the installation.

Writing each request down in the shared cache would make every reading a writing. Instead a process takes
requests for a client out of the cache by packets, and hands them out from its memory.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time
from dataclasses import dataclass
from threading import Lock

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

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
    """Counts requests by client, in a window of time that is the same for all.

    It may grant less than the limit, since a packet that one process has taken is lost to the others; and a
    packet more, when two processes take one in the same instant.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._window = 0
        # Of this window, by client: requests in hand, and whether the cache has more.
        self._in_hand: dict[str, int] = {}
        self._used_up: set[str] = set()
        # What was left in the cache when a packet was last taken.
        self._in_cache: dict[str, int] = {}

    def take(self, client: str) -> Allowance:
        """Count one request."""
        limit = settings.API_REQUESTS_PER_MINUTE
        now = time.time()
        window = int(now // WINDOW)
        self._begin(window)
        if not self._has(client):
            self._fetch(client, window, limit)
        with self._lock:
            left = self._in_hand.get(client, 0)
            self._in_hand[client] = max(left - 1, 0)
            remaining = self._in_hand[client] + self._in_cache.get(client, 0)
        reset = (window + 1) * WINDOW - int(now)
        return Allowance(left > 0, limit, remaining, reset)

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

    def _has(self, client: str) -> bool:
        with self._lock:
            return self._in_hand.get(client, 0) > 0 or client in self._used_up

    def _fetch(self, client: str, window: int, limit: int) -> None:
        packet = max(limit // PACKETS, 1)
        key = f"api-rate:{window}:{client}"
        cache.add(key, 0, timeout=2 * WINDOW)
        taken = cache.incr(key, packet)
        granted = min(packet, max(limit - (taken - packet), 0))
        with self._lock:
            self._in_hand[client] = self._in_hand.get(client, 0) + granted
            self._in_cache[client] = max(limit - taken, 0)
            if not granted:
                self._used_up.add(client)


meter = Meter()


def client_of(request: HttpRequest) -> str:
    """A mark of the network address that asks: a digest, and of IPv6 the network of a household.

    The address is the one that ``TRUSTED_PROXY_COUNT`` leads to, as in forms and sign-in.
    """
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:
        # The proxy tells none: all such clients are one.
        address = ""
    try:
        if ipaddress.ip_address(address).version == 6:
            address = str(ipaddress.IPv6Network((address, 64), strict=False))
    except ValueError:
        pass
    return hashlib.sha256(f"{settings.SECRET_KEY}:{address}".encode()).hexdigest()[:32]
