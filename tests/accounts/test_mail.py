import email
import email.policy
import smtplib

import pytest
import time_machine
from django.core import mail
from django.core.mail import BadHeaderError, EmailMessage
from django.core.management import call_command
from django.db import transaction
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from common.mail import RETRY_AFTER, enqueue, send_mail

pytestmark = pytest.mark.django_db(transaction=True)

TEMPLATE = """{% load i18n %}{% translate "Finnish" %}: {{ title }}

{{ title }}
{{ base_url }}/fi/
"""


@pytest.fixture(autouse=True)
def template(settings, tmp_path):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "example.txt").write_text(TEMPLATE)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]


@pytest.fixture
def queue(settings):
    """Tasks in the database, as in production; returns what the worker does once."""
    settings.TASKS_IN_DATABASE = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    def work() -> None:
        call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False)

    return work


def send(title: str = "A <b> & c", to: str = "matti@vm.example", language: str = "fi") -> None:
    send_mail("example", to, language, {"title": title})


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_mail_is_in_the_recipients_language(language):
    with translation.override("en"):
        send(language=language)
    with translation.override(language):
        assert mail.outbox[0].subject == f"{translation.gettext('Finnish')}: A <b> & c"
    html = mail.outbox[0].alternatives[0].content
    assert f'<html lang="{language}">' in html


def test_text_is_not_escaped_and_html_is():
    send()
    message = mail.outbox[0]
    assert message.body == "A <b> & c\nhttp://127.0.0.1:8000/fi/\n"
    html = message.alternatives[0].content
    assert "A &lt;b&gt; &amp; c" in html
    assert '<a href="http://127.0.0.1:8000/fi/"' in html


@pytest.mark.parametrize("title", ["x\nBcc: evil@example.com", "x\r\nBcc: evil@example.com"])
def test_line_break_in_a_subject_adds_no_header(title):
    send(title)
    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert mail.outbox[0].recipients() == ["matti@vm.example"]


def test_line_break_in_an_address_is_refused():
    with pytest.raises(BadHeaderError):
        send(to="matti@vm.example\nBcc: evil@example.com")
    with pytest.raises(BadHeaderError):
        enqueue(EmailMessage("x\nBcc: evil@example.com", "text", to=["matti@vm.example"]))


@pytest.mark.parametrize("in_database", [False, True])
def test_mail_of_a_transaction_that_is_undone_is_never_sent(request, in_database):
    work = request.getfixturevalue("queue") if in_database else lambda: None
    with transaction.atomic():
        send()
        transaction.set_rollback(True)
    work()
    assert mail.outbox == []


def test_mail_waits_for_the_end_of_the_transaction():
    with transaction.atomic():
        send()
        assert mail.outbox == []
    assert len(mail.outbox) == 1


def test_sent_mail_leaves_no_copy_in_the_queue(queue):
    send()
    assert DBTaskResult.objects.count() == 1
    queue()
    assert len(mail.outbox) == 1
    assert not DBTaskResult.objects.exists()


def test_mail_is_tried_again_later_until_the_server_takes_it(queue, monkeypatch):
    monkeypatch.setattr(EmailMessage, "send", refuse)
    with time_machine.travel("2026-11-24 12:00:00+00:00", tick=False) as clock:
        send()
        queue()
        assert DBTaskResult.objects.count() == 1
        monkeypatch.undo()
        queue()
        assert mail.outbox == []
        clock.shift(RETRY_AFTER[0])
        queue()
    assert len(mail.outbox) == 1
    assert not DBTaskResult.objects.exists()


def test_mail_is_given_up_after_the_last_try_without_naming_the_recipient(queue, monkeypatch, caplog):
    monkeypatch.setattr(EmailMessage, "send", refuse)
    with time_machine.travel("2026-11-24 12:00:00+00:00", tick=False) as clock:
        send()
        queue()
        for delay in RETRY_AFTER:
            clock.shift(delay)
            queue()
    failed = DBTaskResult.objects.get()
    assert failed.status == "FAILED"
    assert "SMTPRecipientsRefused" in failed.traceback
    assert "matti@" not in failed.traceback + caplog.text


def test_failure_in_the_embedded_default_names_no_recipient(monkeypatch, caplog):
    monkeypatch.setattr(EmailMessage, "send", refuse)
    send()
    assert "SMTPRecipientsRefused" in caplog.text
    assert "matti@" not in caplog.text


def refuse(message: EmailMessage, fail_silently: bool = False) -> int:
    raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"No such user")})


def test_embedded_default_writes_each_mail_to_a_file_and_the_console(settings, tmp_path, capsys):
    settings.EMAIL_BACKEND = "common.mail.ConsoleAndFileBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "sent"
    send("Ensimmäinen")
    send("Toinen")
    files = sorted(settings.EMAIL_FILE_PATH.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    assert [file.suffix for file in files] == [".eml", ".eml"]
    message = email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)
    assert message["To"] == "matti@vm.example"
    assert "Ensimmäinen" in message.get_body(("plain",)).get_content()
    assert "Toinen" in capsys.readouterr().out
