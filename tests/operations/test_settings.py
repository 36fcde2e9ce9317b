"""What a real installation must give, and what it may not have."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "PRODUCTION": "true",
    "SECRET_KEY": "q7Yz-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "ALLOWED_HOSTS": "registry.example",
    "BASE_URL": "https://registry.example",
    "DATABASE_URL": "postgres://registry@localhost/registry",
}


def start(tmp_path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own, with this environment alone."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import innovation_registry.settings as s; print(s.REGISTRY_HOME, s.PRODUCTION)",
        ],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "REGISTRY_HOME": str(tmp_path / "home"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_embedded_default_needs_no_environment_and_writes_into_its_home(tmp_path):
    result = start(tmp_path)
    assert result.stdout == f"{tmp_path / 'home'} False\n", result.stderr
    assert (tmp_path / "home" / "secret_key").stat().st_mode & 0o077 == 0


def test_production_starts_with_what_it_demands(tmp_path):
    result = start(tmp_path, **PRODUCTION)
    assert result.returncode == 0, result.stderr
    assert not (tmp_path / "home" / "secret_key").exists()


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_without(tmp_path, name):
    result = start(tmp_path, **{key: value for key, value in PRODUCTION.items() if key != name})
    assert result.returncode != 0
    assert name in result.stderr


@pytest.mark.parametrize("name", ["DEBUG", "DEMO_STAFF_WITHOUT_SECOND_FACTOR"])
def test_production_refuses_what_is_for_trying_out(tmp_path, name):
    result = start(tmp_path, **PRODUCTION, **{name: "true"})
    assert result.returncode != 0
    assert "refused when PRODUCTION is on" in result.stderr
