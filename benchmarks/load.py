"""Asks a server for pages over several connections at once, and times the answers."""

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Timing:
    """Requests answered a second over all connections; median and 95th percentile of one, in milliseconds."""

    rate: float
    median: float
    p95: float


def measure(port: int, paths: Sequence[str], *, seconds: float, connections: int = 8) -> Timing:
    """Ask for the paths in turn for so many seconds. Raises RuntimeError on any answer but 200."""
    times: list[float] = []
    failures: list[str] = []
    ends_at = time.perf_counter() + seconds

    def ask(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        number = first
        while time.perf_counter() < ends_at and not failures:
            began_at = time.perf_counter()
            connection.request("GET", paths[number % len(paths)], headers={"Accept-Encoding": "gzip"})
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                failures.append(f"{response.status} for {paths[number % len(paths)]}")
            times.append(time.perf_counter() - began_at)
            number += connections
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(connections)]
    began_at = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - began_at
    if failures:
        raise RuntimeError(failures[0])
    milliseconds = [1000 * duration for duration in times]
    return Timing(len(times) / elapsed, median(milliseconds), quantiles(milliseconds, n=20)[-1])
