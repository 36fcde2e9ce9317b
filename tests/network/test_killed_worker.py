"""A bulletin to 5,000 whose worker gets SIGKILL half-way and which goes on by itself: each is mailed once.

Real processes on a database of their own, on SQLite and on PostgreSQL.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
RECIPIENTS = 5000
PREPARE = f"""
from accounts.models import User
from network import bulletin_actions
from network.models import Bulletin, Member
from pages.bulletins import enqueue_sending
from tests.network import factories
from tests.network.bulletins import draft
users = User.objects.bulk_create(
    User(email=f"person{{n}}@example.org", display_name=f"Person {{n}}", language=("fi", "sv", "en")[n % 3])
    for n in range({RECIPIENTS})
)
Member.objects.bulk_create(Member(user=user) for user in users)
by = factories.coordinator()
bulletin_actions.start(draft(by=by), by=by, send=enqueue_sending)
"""
TRY_STUCK_AGAIN = """
from datetime import timedelta
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from network import mail_queue
DBTaskResult.objects.filter(status="RUNNING").update(started_at=timezone.now() - timedelta(hours=1))
print(sum(mail_queue.retry(row.key) for row in mail_queue.mails() if row.is_uncertain))
"""
TELL = """
from network.models import Bulletin, Delivery
print(Bulletin.objects.get().state, *set(Delivery.objects.values_list("state", flat=True)))
"""


@contextmanager
def copied_database(folder: Path) -> Iterator[str]:
    """The address of a copy of the test's database, which other processes may use."""
    connection.ensure_connection()
    told, name = connection.settings_dict, f"killed_{uuid4().hex}"
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / name)) as copy:
            connection.connection.backup(copy)
        yield f"sqlite:///{folder}/{name}"
        return
    import psycopg

    # A database that somebody is connected to is not copied.
    connection.close()
    connection.close_pool()
    given = {"host": told["HOST"], "port": told["PORT"], "user": told["USER"], "password": told["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **given) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {told['NAME']}")
        try:
            yield (
                f"postgres://{quote(told['USER'])}:{quote(told['PASSWORD'])}"
                f"@{quote(told['HOST'], safe='')}:{told['PORT']}/{name}"
            )
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def environment(transactional_db, tmp_path) -> Iterator[dict[str, str]]:
    with copied_database(tmp_path) as url:
        yield {
            **os.environ,
            "REGISTRY_HOME": str(tmp_path),
            "DATABASE_URL": url,
            "TASKS_IN_DATABASE": "true",
            "EMAIL_URL": "",
            "LOG_LEVEL": "ERROR",
        }


def test_each_of_five_thousand_is_mailed_once_though_the_worker_is_killed(environment, tmp_path):
    folder = tmp_path / "mail"

    def begin(*words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE if words[0] == "shell" else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(process: subprocess.Popen[str]) -> str:
        told, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors[-2000:]
        return told or ""

    def work() -> None:
        """What starting two workers does, until nothing waits."""
        end(begin("resume_bulletins"))
        workers = [begin("db_worker", "--batch", "--interval", "0", "-v0") for _number in range(2)]
        for worker in workers:
            end(worker)

    def sent() -> list[str]:
        """To whom each mail that has left goes."""
        reader = BytesHeaderParser(policy=policy.compat32)
        return [reader.parsebytes(path.read_bytes())["to"] for path in folder.glob("*.eml")]

    end(begin("shell", "-v0", "-c", PREPARE))
    with begin("db_worker", "--interval", "0.1", "-v0") as worker:
        try:
            patience = time.monotonic() + 200
            while len(os.listdir(folder) if folder.exists() else ()) < RECIPIENTS // 2:
                assert time.monotonic() < patience
                assert worker.poll() is None
                time.sleep(0.1)
        finally:
            worker.send_signal(signal.SIGKILL)
    assert RECIPIENTS // 2 <= len(sent()) < RECIPIENTS
    work()
    mailed = sent()
    assert len(mailed) == len(set(mailed)) >= RECIPIENTS - 1
    if len(mailed) < RECIPIENTS:
        # The one in hand had not gone: a coordinator sees it in the list, and sends it again.
        assert end(begin("shell", "-v0", "-c", TRY_STUCK_AGAIN)).strip() == "1"
        work()
    assert sorted(sent()) == sorted(f"person{number}@example.org" for number in range(RECIPIENTS))
    assert end(begin("shell", "-v0", "-c", TELL)).split() == ["sent", "sent"]
