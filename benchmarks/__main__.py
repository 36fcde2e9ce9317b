"""``./run bench``: generate cases, serve them, measure pages, hold them against the bars.

Every measurement is a share of a floor of the same run (the same list page rendered from memory), so
that it says something about the registry and not about how busy the machine is.
"""

import argparse
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from .load import Timing, measure
from .words import COMMON_EVERY, COMMON_WORD, RARE_WORD

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10_000, 100_000)
IMPORTED = 10_000
PAGES = 200
# As many full pages as the smallest size has of the common word.
COMMON_PAGES = min(SIZES) // COMMON_EVERY // 20


@dataclass(frozen=True)
class Bar:
    """At the largest size, uncached: at least this share of the floor; and, from the smallest size, at
    most so many times slower."""

    share: float
    growth: float = 1.5


BARS = {
    "list": Bar(0.4),
    "two filters": Bar(0.4),
    "common word": Bar(0.2),
    "case page": Bar(0.8),
    "API, list": Bar(0.3, growth=2),
    "API, filter and common word": Bar(0.15, growth=3),
    "API, deep page": Bar(0.3),
    "API, one case": Bar(0.6),
    "API, organisations": Bar(1),
}
API = "/api/v1"
IMPORT_SECONDS, IMPORT_MEGABYTES = 30, 300
# The largest files of open data, made at the largest size.
DUMPS = (("innovations", "csv"), ("innovations", "jsonl"), ("innovations-all", "xlsx"))
DUMP_MEGABYTES = 200


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--database-url", help="an empty database; by default an SQLite file of its own")
    parser.add_argument("--seconds", type=float, default=6, help="how long each page is measured")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of cases, rising")
    parser.add_argument("--check", action="store_true", help="end with 1 when a bar is missed")
    parser.add_argument("--output", type=Path, help="add the report to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as home:
        report, missed = run(options, Path(home))
    print(report)  # noqa: T201
    if options.output:
        with options.output.open("a") as file:
            file.write(report)
    for miss in missed:
        print(f"Missed: {miss}", file=sys.stderr)  # noqa: T201
    if missed and options.check:
        sys.exit(1)


def run(options: argparse.Namespace, home: Path) -> tuple[str, list[str]]:
    environment = {
        **os.environ,
        "REGISTRY_HOME": str(home),
        "DATABASE_URL": options.database_url or f"sqlite:///{home / 'bench.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "LOG_LEVEL": "WARNING",
        # All requests come from one network address.
        "API_REQUESTS_PER_MINUTE": "1000000",
        "WEB_WORKERS": "2",
    }
    python(environment, "manage.py", "migrate", "--verbosity", "0")
    python(environment, "manage.py", "load_reference_data", "--verbosity", "0")
    python(environment, "manage.py", "compilemessages")
    python(environment, "manage.py", "prepare_search")
    python(environment, "manage.py", "build_assets")
    python(environment, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    importing = import_measured(environment, home)
    results: dict[int, dict[str, Timing]] = {}
    present = 0
    for size in options.sizes:
        python(environment, "-m", "benchmarks.fill", str(present), str(size))
        present = size
        results[size] = measured(environment, options.seconds)
    dumps = {f"{name}.{format}": dump_measured(environment, name, format) for name, format in DUMPS}
    missed = [*import_misses(*importing), *misses(results), *dump_misses(dumps)]
    return as_markdown(options, results, importing, dumps, missed), missed


def python(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=sys.stderr)


def import_measured(environment: dict[str, str], home: Path) -> tuple[float, float]:
    """Seconds and megabytes that the import command takes for 10,000 rows, in a process of its own."""
    file = home / "register.csv"
    python(environment, "-m", "benchmarks.register", str(file), str(IMPORTED))
    mapping = ROOT / "benchmarks" / "register.toml"
    command = [sys.executable, "manage.py", "import_cases", str(file), "--mapping", str(mapping), "--apply"]
    began_at = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sys.stderr)
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError("The import failed.")
    return time.perf_counter() - began_at, usage.ru_maxrss / 1024


@dataclass(frozen=True)
class Dump:
    """What making one file took, and how large it is."""

    seconds: float
    memory: float
    size: float


def dump_measured(environment: dict[str, str], name: str, format: str) -> Dump:
    """The file made in a process of its own; memory and size in megabytes."""
    command = [sys.executable, "-m", "benchmarks.dump", name, format]
    began_at = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    assert process.stdout
    printed = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.stdout.close()
    if status:
        raise RuntimeError(f"Making {name}.{format} failed.")
    return Dump(time.perf_counter() - began_at, usage.ru_maxrss / 1024, float(printed))


def dump_misses(dumps: dict[str, Dump]) -> list[str]:
    return [
        f"{name} took {dump.memory:.0f} MB of memory, over {DUMP_MEGABYTES}"
        for name, dump in dumps.items()
        if dump.memory > DUMP_MEGABYTES
    ]


def measured(environment: dict[str, str], seconds: float) -> dict[str, Timing]:
    """Every page uncached, then the list and a case again with remembered cards."""
    listing, searching, *case_pages = addresses(environment)
    pages = {
        "floor": ["/fi/floor/"],
        "list": [f"{listing}?page={number}" for number in range(1, PAGES)],
        "two filters": [
            f"{listing}?principle={number % 5 + 1}&theme={number % 9 + 1:02}&page={number % 7 + 1}"
            for number in range(PAGES)
        ],
        # Every spelling is another search, of which nothing is remembered.
        "common word": [f"{listing}?q={word}&page={COMMON_PAGES}" for word in spellings(COMMON_WORD)],
        "rare word": [f"{listing}?q={word}" for word in spellings(RARE_WORD)[:2000]],
        "site-wide search": [f"{searching}?q={word}" for word in spellings(COMMON_WORD)],
        "case page": case_pages,
        **api_addresses(case_pages),
    }
    timings: dict[str, Timing] = {}
    with served({**environment, "BENCH_UNCACHED": "1"}) as port:
        pages["API, deep page"] = deep_pages(port)
        for name, paths in pages.items():
            # Both workers have read their index before anything is timed.
            measure(port, paths, seconds=2)
            timings[name] = measure(port, paths, seconds=seconds)
    pages["common word"] = [f"{listing}?q={COMMON_WORD}&page={number}" for number in range(1, COMMON_PAGES)]
    with served(environment) as port:
        for name in ("list", "common word", "case page"):
            paths = pages[name][:20]
            measure(port, paths, seconds=2)
            timings[f"{name}, cached"] = measure(port, paths, seconds=seconds)
    return timings


def api_addresses(case_pages: list[str]) -> dict[str, list[str]]:
    """Addresses of the API, which remembers no answer."""
    innovations = f"{API}/innovations"
    return {
        "API, list": [
            f"{innovations}?sort={sort}&lang={language}"
            for sort in ("newest", "adopted", "started")
            for language in ("fi", "sv", "en")
        ],
        "API, filter and common word": [
            f"{innovations}?principle={number % 5 + 1}&q={word}"
            for number, word in enumerate(spellings(COMMON_WORD))
        ],
        "API, one case": [
            f"{innovations}/{path.rstrip('/').rpartition('/')[2].partition('-')[0]}" for path in case_pages
        ],
        "API, organisations": [f"{API}/organisations?lang={language}" for language in ("fi", "sv", "en")],
    }


def deep_pages(port: int) -> list[str]:
    """Addresses that lead on between the 5,000th innovation and the 10,000th, found by walking there."""
    following: str | None = f"{API}/innovations?limit=100&fields=id"
    found: list[str] = []
    while following and len(found) < 100:
        address = API + following.partition(API)[2]
        found.append(address.replace("limit=100", "limit=20").replace("&fields=id", ""))
        with urlopen(f"http://127.0.0.1:{port}{address}") as answer:
            following = json.load(answer)["next"]
    return found[len(found) // 2 :]


def spellings(word: str) -> list[str]:
    """The word in every mixture of small and large letters, with few and many points after it.

    They are far more than a process remembers, so none is still remembered when it is asked for again.
    """
    return [
        "".join(letter.upper() if mixture >> bit & 1 else letter for bit, letter in enumerate(word))
        + "." * points
        for points in range(16)
        for mixture in range(2 ** len(word))
    ]


def addresses(environment: dict[str, str]) -> list[str]:
    """Paths of the list and of the site-wide search, then those of some cases."""
    listed = subprocess.run(
        [sys.executable, "-m", "benchmarks.fill", "--paths", str(PAGES)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return listed.stdout.split()


@contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """The site under gunicorn with two workers, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn"),
            *("--config", "python:innovation_registry.gunicorn_conf", "innovation_registry.wsgi"),
        ],
        cwd=ROOT,
        env={**environment, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(port: int) -> None:
    for _attempt in range(240):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise RuntimeError("The server did not start.")


def misses(results: dict[int, dict[str, Timing]]) -> list[str]:
    smallest, largest = min(results), max(results)
    found = []
    for name, bar in BARS.items():
        share = results[largest][name].rate / results[largest]["floor"].rate
        if share < bar.share:
            found.append(f"{name}: {share:.2f} of the floor, not {bar.share}")
        growth = results[smallest][name].rate / results[largest][name].rate
        if growth > bar.growth:
            found.append(f"{name}: {growth:.1f} times slower than with {smallest} cases, not {bar.growth}")
    return found


def import_misses(seconds: float, megabytes: float) -> list[str]:
    found = []
    if seconds > IMPORT_SECONDS:
        found.append(f"import: {seconds:.0f} s, not {IMPORT_SECONDS}")
    if megabytes > IMPORT_MEGABYTES:
        found.append(f"import: {megabytes:.0f} MB, not {IMPORT_MEGABYTES}")
    return found


def as_markdown(
    options: argparse.Namespace,
    results: dict[int, dict[str, Timing]],
    importing: tuple[float, float],
    dumps: dict[str, Dump],
    missed: list[str],
) -> str:
    database = "PostgreSQL" if (options.database_url or "").startswith("postgres") else "SQLite"
    lines = [
        f"\n## {database}, {time.strftime('%Y-%m-%d')}\n",
        f"{processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; "
        f"gunicorn with 2 workers, 8 connections, {options.seconds:g} s a page.\n",
        f"Import of {IMPORTED:,} cases: {importing[0]:.1f} s, {importing[1]:.0f} MB.\n",
        "| page | cases | requests a second | of the floor | median ms | p95 ms |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for size, timings in results.items():
        floor = timings["floor"].rate
        lines += [
            f"| {name} | {size:,} | {timing.rate:.0f} | {timing.rate / floor:.2f} "
            f"| {timing.median:.1f} | {timing.p95:.1f} |"
            for name, timing in timings.items()
        ]
    lines += ["", "| file | cases | MB | seconds to make | memory, MB |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {name} | {max(results):,} | {dump.size:.0f} | {dump.seconds:.0f} | {dump.memory:.0f} |"
        for name, dump in dumps.items()
    ]
    lines.append(f"\n{'Missed: ' + '; '.join(missed) if missed else 'All bars are met.'}\n")
    return "\n".join(lines)


def processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")),
        platform.machine(),
    )


if __name__ == "__main__":
    main()
