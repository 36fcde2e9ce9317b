"""20,000 respondents × 60 questions are reckoned within the time and the memory that are promised."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from xlsxwriter import Workbook

ROOT = Path(__file__).resolve().parents[2]
RESPONDENTS = 20_000
QUESTIONS = 60
SECONDS = 60
MEGABYTES = 300
VALUES = ("Kyllä", "Ei", "En osaa sanoa", "")
SIZES, REGIONS = 5, 19

MEASURED = f"""
import re, sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from tests.barometer import factories
survey = factories.survey("edition", design="sample")
for number in range({QUESTIONS}):
    question = factories.question(f"q{{number}}")
    for code, role in (("yes", "answer"), ("no", "answer"), ("dont-know", "dont_know")):
        factories.option(question, code, role=role)
    factories.asked(survey, question)
for dimension, groups in (("size", {SIZES}), ("region", {REGIONS})):
    for number in range(groups):
        factories.group(dimension, f"{{dimension}}-{{number}}")
began = time.process_time()
call_command("import_responses", *sys.argv[1:], "--survey", "edition", "--apply")
seconds = time.process_time() - began
# Not getrusage's ru_maxrss: that begins with the size of the process that started this one.
most = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(seconds, int(most[1]) / 1024)
"""


def codebook() -> str:
    groups = "\n".join(
        f'[groups.{dimension}]\ncolumn = "{dimension}"\n[groups.{dimension}.values]\n'
        + "\n".join(f'"{number}" = "{dimension}-{number}"' for number in range(count))
        for dimension, count in (("size", SIZES), ("region", REGIONS))
    )
    questions = "\n".join(
        f'[[questions]]\nkey = "q{number}"\nkind = "single"\ncolumn = "q{number}"\n'
        'values = { "Kyllä" = "yes", "Ei" = "no" }\ndont_know = ["En osaa sanoa"]'
        for number in range(QUESTIONS)
    )
    return f'[weight]\ncolumn = "weight"\n{groups}\n{questions}\n'


def rows():
    yield ["weight", "size", "region", *(f"q{number}" for number in range(QUESTIONS))]
    for n in range(RESPONDENTS):
        # One region has only a few people, so that something has to be kept back.
        region = 0 if n < 3 else 1 + n % (REGIONS - 1)
        answers = [VALUES[(n * (number + 3) // 7) % 4] for number in range(QUESTIONS)]
        yield [f"{0.5 + n % 40 / 20:.2f}", str(n % SIZES), str(region), *answers]


def write_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows())


def write_xlsx(path: Path) -> None:
    with Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows()):
            sheet.write_row(number, 0, row)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("name", "write"), [("responses.csv", write_csv), ("responses.xlsx", write_xlsx)])
def test_twenty_thousand_respondents_are_reckoned_within_time_and_memory(tmp_path, name, write) -> None:
    write(tmp_path / name)
    (tmp_path / "codebook.toml").write_text(codebook(), encoding="utf-8")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "innovation_registry.settings",
        # A process of its own, so a database of its own.
        "DATABASE_URL": f"sqlite:///{tmp_path / 'registry.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path / name), "--codebook", str(tmp_path / "codebook.toml")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"{RESPONDENTS:,} respondents" in done.stdout
    seconds, megabytes = map(float, done.stdout.split()[-2:])
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
