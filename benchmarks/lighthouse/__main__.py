"""``./run lighthouse``: every kind of page as Lighthouse sees it on a phone, with the content of a first run.

Performance is that of a mid-range phone on slow 4G, as Lighthouse reckons it; a page that misses its bar is
measured twice more, and the middle one counts, since a busy machine disturbs single runs.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.__main__ import ROOT, processor, python, served

# Scores of 100 that a page has to reach.
BARS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
# Such pages are for people: they ask machines not to list them, which Lighthouse takes for a fault.
NOT_LISTED = "is-crawlable"
RUNS_OF_A_MISS = 3
# Now and then Lighthouse loses its browser.
TRIES = 3
HEAD = """# Lighthouse

`./run lighthouse --output docs/lighthouse.md` opens every kind of page, with the content of a first run, in
Debian's Chromium as Lighthouse's phone (slow 4G, a processor four times slower), and writes this page. Bars:
performance 98, accessibility, best practices and SEO 100, no layout shift. A page below 98 is measured three
times, and the middle one counts. Results of a search, thanks for feedback and figures of invented examples
ask machines not to list them (`noindex`), which Lighthouse holds against their SEO score; that one fault is
allowed. Paint is that of the largest content.
A form with errors is not among the pages: it takes the focus and scrolls, and Lighthouse then tells no speed.
"""
CHROMIUM_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run"
)


@dataclass(frozen=True)
class Result:
    """Scores of 100 by category; layout shift; largest paint in seconds; audits that lost points."""

    scores: dict[str, int]
    shift: float
    largest_paint: float
    faults: tuple[str, ...]

    @property
    def misses(self) -> list[str]:
        found = [name for name, bar in BARS.items() if self.scores[name] < bar]
        if "seo" in found and self.faults == (NOT_LISTED,):
            found.remove("seo")
        return [*found, *(["layout shift"] if self.shift else [])]


class LostRunError(Exception):
    """Lighthouse could not measure the page, however often it tried."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run lighthouse", description=__doc__)
    parser.add_argument("--tools", type=Path, required=True, help="where npm has put Lighthouse")
    parser.add_argument("--only", nargs="+", help="names of pages, as in tests/site/addresses.py")
    parser.add_argument("--output", type=Path, help="write the report to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="registry-lighthouse-") as home:
        environment = {**os.environ, "REGISTRY_HOME": home, "LOG_LEVEL": "WARNING"}
        environment.pop("DATABASE_URL", None)
        python(environment, "manage.py", "set_up")
        with served(environment) as port:
            results, lost = {}, {}
            for name, path in addresses(environment).items():
                if options.only and name not in options.only:
                    continue
                try:
                    results[name] = measured(f"http://127.0.0.1:{port}{path}", options.tools)
                except LostRunError as error:
                    lost[name] = str(error)
    report = as_markdown(results, lost)
    print(report, *lost.values(), sep="\n")  # noqa: T201
    if options.output:
        options.output.write_text(report)
    if lost or any(result.misses for result in results.values()):
        sys.exit(1)


def addresses(environment: dict[str, str]) -> dict[str, str]:
    """Every kind of page in Finnish, and the front page in the other languages."""
    listed = subprocess.run(
        [sys.executable, "-m", "benchmarks.lighthouse.addresses"],
        cwd=ROOT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "innovation_registry.settings"},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(listed.stdout)


def measured(url: str, tools: Path) -> Result:
    first = run(url, tools)
    if first.scores["performance"] >= BARS["performance"]:
        return first
    runs = [first, *(run(url, tools) for _again in range(RUNS_OF_A_MISS - 1))]
    middle = statistics.median(one.scores["performance"] for one in runs)
    return next(one for one in runs if one.scores["performance"] == middle)


def run(url: str, tools: Path) -> Result:
    """One run on the page. Raises :class:`LostRunError` when Lighthouse cannot measure it."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise RuntimeError("Chromium is missing.")
    command = [
        *("node", str(tools / "node_modules" / "lighthouse" / "cli" / "index.js"), url),
        *("--output=json", "--quiet", f"--chrome-flags={CHROMIUM_FLAGS}"),
        f"--only-categories={','.join(BARS)}",
    ]
    for _try in range(TRIES):
        done = subprocess.run(
            command, env={**os.environ, "CHROME_PATH": chromium}, capture_output=True, text=True
        )
        told = json.loads(done.stdout) if not done.returncode else {}
        # A run that went wrong in the middle has no score in some category.
        if told and all(told["categories"][name]["score"] is not None for name in BARS):
            break
    else:
        raise LostRunError(f"{url}: {told.get('runtimeError') or done.stderr}")
    categories, audits = told["categories"], told["audits"]
    scored = {reference["id"] for name in BARS for reference in _weighty(categories[name])}
    return Result(
        scores={name: round(categories[name]["score"] * 100) for name in BARS},
        shift=round(audits["cumulative-layout-shift"]["numericValue"], 3),
        largest_paint=round(audits["largest-contentful-paint"]["numericValue"] / 1000, 1),
        faults=tuple(sorted(name for name in scored if _is_lost(audits[name]))),
    )


def _weighty(category: dict) -> list[dict]:
    """The audits that a category's score is made of, but those of speed, which are degrees."""
    is_speed = category["id"] == "performance"
    return [] if is_speed else [one for one in category["auditRefs"] if one["weight"]]


def _is_lost(audit: dict) -> bool:
    return audit["score"] is not None and audit["score"] < 1


def as_markdown(results: dict[str, Result], lost: Iterable[str]) -> str:
    lines = [
        HEAD,
        f"Measured {time.strftime('%Y-%m-%d')} on {processor()}, {os.cpu_count()} cores.",
        "",
        "| page | performance | accessibility | best practices | SEO | layout shift | paint, s | faults |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for name, result in results.items():
        scores = " | ".join(str(result.scores[category]) for category in BARS)
        faults = ", ".join(result.faults)
        lines.append(f"| {name} | {scores} | {result.shift:g} | {result.largest_paint:.1f} | {faults} |")
    missed = {name: result.misses for name, result in results.items() if result.misses}
    missed |= {name: ["could not be measured"] for name in lost}
    told = "; ".join(f"{name}: {', '.join(misses)}" for name, misses in missed.items())
    lines += ["", f"Missed: {told}." if missed else "All bars are met.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
