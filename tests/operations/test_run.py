"""``./run`` on machines that lack something: it says what, and writes nothing elsewhere."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

# What the script itself calls; a real machine has them all.
TOOLS = ("sh", "cat", "cksum", "cp", "cut", "dirname", "find", "head", "mkdir", "mv", "rm")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script alone, under a name with spaces."""
    folder = tmp_path / "a check out"
    folder.mkdir()
    for name in ("run", "uv.lock"):
        shutil.copy(settings.BASE_DIR / name, folder)
    return folder


def run(checkout: Path, *arguments: str, python: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script where ``python3`` is this shell text and no other Python is installed."""
    programs = checkout.parent / "bin"
    programs.mkdir()
    for tool in TOOLS:
        (programs / tool).symlink_to(str(shutil.which(tool)))
    fake = programs / "python3"
    fake.write_text(f"#!/bin/sh\n{python}\n")
    fake.chmod(0o755)
    return subprocess.run(
        [checkout / "run", *arguments],
        env={"PATH": str(programs), **environment},
        cwd=checkout.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_too_old_python_is_told_with_what_to_do(checkout):
    result = run(checkout, python="echo Python 3.9.2; exit 1")
    assert result.returncode == 1
    assert "Python 3.11-3.14 is needed, and python3 here is: Python 3.9.2" in result.stderr
    assert "apt install python3" in result.stderr


def test_missing_ensurepip_is_told_with_what_to_do(checkout):
    result = run(checkout, python='case "$*" in *ensurepip*) exit 1 ;; esac')
    assert result.returncode == 1
    assert "apt install python3-venv" in result.stderr


def test_home_may_be_elsewhere_and_is_relative_to_the_caller(checkout):
    run(checkout, python="exit 1", REGISTRY_HOME="another home")
    assert (checkout.parent / "another home").is_dir()
    assert sorted(os.listdir(checkout)) == ["run", "uv.lock"]


def test_unknown_command_lists_the_known_ones(checkout):
    result = run(checkout, "dance", python="exit 1")
    assert result.returncode == 1
    assert "./run test" in result.stderr
    assert "There is no command 'dance'." in result.stderr
