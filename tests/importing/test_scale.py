"""10,000 cases are taken in within the time and the memory that are promised."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.importing.conftest import MAPPING, row

ROOT = Path(__file__).resolve().parents[2]
CASES = 10_000
SECONDS = 30
MEGABYTES = 300
# As many words as the description of a case in Public Sector Tech Watch has.
DESCRIPTION = "The municipality warns its residents of thin ice by text messages every winter morning. " * 13

MEASURED = """
import re, sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from taxonomy.reference_data import load_terms
call_command("migrate", verbosity=0, interactive=False)
load_terms()
began = time.process_time()
call_command("import_cases", *sys.argv[1:])
seconds = time.process_time() - began
# Not getrusage's ru_maxrss: that begins with the size of the process that started this one.
most = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(seconds, int(most[1]) / 1024)
"""


@pytest.mark.timeout(600)
def test_ten_thousand_cases_are_taken_in_within_time_and_memory(write, tmp_path):
    path = write(
        *(row(n, Beskrivelse=f"{n} {DESCRIPTION}", Myndighed=f"By {n % 2000}") for n in range(CASES))
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "innovation_registry.settings",
        # A process of its own, so a database of its own; the time with PostgreSQL is in docs/import.md.
        "DATABASE_URL": f"sqlite:///{tmp_path / 'registry.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path), "--mapping", str(MAPPING), "--apply"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"{CASES:,} created" in done.stdout
    seconds, megabytes = map(float, done.stdout.split()[-2:])
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
