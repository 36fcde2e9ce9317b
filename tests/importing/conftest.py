"""A small register of another country, invented, with the quirks that real ones have."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from cases.models import Case
from taxonomy.reference_data import load_terms

MAPPING = Path(__file__).parent / "registers" / "gronland.toml"
HEADER = ("Nr", "Navn", "Beskrivelse", "Myndighed", "Tilstand ", "Fra", "Til", "Emne", "Link", "Åbne data")
FIRST = (
    "G-1",
    "Isvarsling",
    "Varsler om is.\nHver dag.",
    "Kommune Vest",
    "I drift",
    "2019",
    "",
    "Sundhed",
    "https://is.example/",
    "x",
)
SECOND = ("G-2", "Lån et bibliotek", "", "Kommune Øst", "prøve ", "2023", "2024", "", "", "")


def row(number: int, **changes: str) -> tuple[str, ...]:
    """A row of the register; ``changes`` are by position names n (name), o (owner) and so on."""
    values = dict(zip(HEADER, SECOND, strict=True)) | {"Nr": f"G-{number}", "Navn": f"Sag {number}"}
    assert not set(changes) - set(values)
    return tuple({**values, **changes}.values())


@pytest.fixture
def english() -> Iterator[None]:
    """Faults of files are told in the reader's language; the tests read English."""
    with translation.override("en"):
        yield


@pytest.fixture
def terms(db: None) -> None:
    load_terms()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows under the header to a CSV file."""

    def write_file(
        *rows: tuple[str, ...], header: tuple[str, ...] = HEADER, name: str = "register.csv", **options: Any
    ) -> Path:
        path = tmp_path / name
        encoding = options.pop("encoding", "utf-8-sig")
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, **{"delimiter": ";", **options}).writerows([header, *rows])
        return path

    return write_file


@pytest.fixture
def take_in(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs the command and gives what it printed."""

    def run(path: Path, *options: str, mapping: Path | str = MAPPING) -> str:
        capsys.readouterr()
        call_command("import_cases", str(path), "--mapping", str(mapping), *options)
        return capsys.readouterr().out

    return run


def case(external_id: str) -> Case:
    return Case.objects.get(external_id=external_id)
