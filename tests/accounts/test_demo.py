import stat
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts import demo
from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "FILE", tmp_path / "demo_sign_ins.json")


def test_demo_accounts_are_made_once_and_their_passwords_work(capsys):
    call_command("load_demo_accounts")
    passwords = demo.read_passwords()
    call_command("load_demo_accounts")
    assert demo.read_passwords() == passwords
    assert User.objects.filter(is_demo=True).count() == len(demo.DEMO_ACCOUNTS)
    for user in User.objects.all():
        assert user.is_staff == user.has_usable_password() == (user.email in passwords)
        assert not user.is_staff or user.check_password(passwords[user.email])
    call_command("show_demo_sign_ins")
    shown = capsys.readouterr().out
    assert all(account.email in shown for account in demo.DEMO_ACCOUNTS)
    assert all(password in shown for password in passwords.values())


def test_passwords_are_readable_by_the_owner_only():
    call_command("load_demo_accounts")
    assert stat.S_IMODE(demo.FILE.stat().st_mode) == 0o600


def test_passwords_survive_an_emptied_database_and_are_renewed_when_the_file_is_lost():
    call_command("load_demo_accounts")
    passwords = demo.read_passwords()
    User.objects.all().delete()
    call_command("load_demo_accounts")
    assert demo.read_passwords() == passwords
    demo.FILE.unlink()
    call_command("load_demo_accounts")
    renewed = demo.read_passwords()
    assert renewed.keys() == passwords.keys()
    assert not set(renewed.values()) & set(passwords.values())
    email, password = next(iter(renewed.items()))
    assert User.objects.get(email=email).check_password(password)


def test_each_home_has_passwords_of_its_own():
    call_command("load_demo_accounts")
    assert len(set(demo.read_passwords().values())) == sum(account.is_staff for account in demo.DEMO_ACCOUNTS)


def test_passwords_that_nobody_has_are_not_shown(capsys):
    call_command("show_demo_sign_ins")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["contributor"]


@pytest.mark.parametrize("value", ["1", "0"])
def test_production_refuses_the_setting_that_lets_demo_staff_in(value, tmp_path):
    answer = subprocess.run(
        [sys.executable, "-c", "import innovation_registry.settings"],
        env={
            "PRODUCTION": "1",
            "SECRET_KEY": "secret",
            "ALLOWED_HOSTS": "registry.example",
            "BASE_URL": "https://registry.example",
            "REGISTRY_HOME": str(tmp_path),
            "DEMO_STAFF_WITHOUT_SECOND_FACTOR": value,
        },
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    refused = "DEMO_STAFF_WITHOUT_SECOND_FACTOR" in answer.stderr
    assert (answer.returncode != 0, refused) == (value == "1", value == "1")


def test_production_refuses_demo_accounts(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("load_demo_accounts")
    assert not User.objects.exists()
