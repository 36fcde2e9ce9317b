"""What people told is erased on its day, leaves nothing behind, and does not come back with a backup."""

import csv
import io
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core import serializers
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from structlog.stdlib import ProcessorFormatter

from accounts import address_change
from accounts.models import User
from common import uploads
from network import actions, erasing, event_actions, list_actions
from network.models import (
    Bulletin,
    Consent,
    Delivery,
    Erasure,
    JoinRequest,
    ListExport,
    Member,
    MembershipEvent,
    SignUp,
)
from tests.cases.factories import draft

from . import factories, pages
from .joining import address
from .test_events import person, published, values

pytestmark = pytest.mark.django_db

DAYS = settings.NETWORK_RETENTION_DAYS


def run(name: str = "erase_expired", *arguments: str) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def left(**values) -> Member:
    member = factories.member(**values)
    actions.leave(member, by=member.user)
    return member


def test_unconfirmed_request_expires_after_two_days_and_is_erased_on_its_day(clock):
    request = factories.unconfirmed()
    clock.shift(timedelta(hours=47))
    assert "expired: 0" in run()
    clock.shift(timedelta(hours=2))
    assert "expired: 1" in run()
    request.refresh_from_db()
    assert (request.state, request.secret_digest) == ("expired", "")
    clock.shift(timedelta(days=DAYS["unconfirmed"] - 3))
    run()
    assert JoinRequest.objects.exists()
    clock.shift(timedelta(days=1))
    assert "Requests to join erased: 1" in run()
    assert not JoinRequest.objects.exists()


@pytest.mark.parametrize(("state", "kind"), [("withdrawn", "withdrawn"), ("declined", "declined")])
def test_closed_request_is_erased_on_its_day(clock, state, kind):
    request = factories.pending()
    if state == "withdrawn":
        actions.withdraw(request)
    else:
        actions.decline(request, by=factories.coordinator(), message="Ei nyt.")
    clock.shift(timedelta(days=DAYS[kind] - 1))
    run()
    assert JoinRequest.objects.exists()
    clock.shift(timedelta(days=1))
    run()
    assert not JoinRequest.objects.exists()


def test_request_that_waits_is_never_erased_by_the_clock(clock):
    factories.pending()
    clock.shift(timedelta(days=4000))
    run()
    assert JoinRequest.objects.count() == 1


def test_approved_request_goes_and_the_membership_with_its_consents_stays(clock):
    member = factories.member()
    consents = member.consents.count()
    clock.shift(timedelta(days=DAYS["decided"]))
    run()
    assert not JoinRequest.objects.exists()
    assert consents == member.consents.count() == 2
    assert member.events.filter(act="approve").exists()
    assert User.objects.filter(pk=member.user_id).exists()


def test_left_member_goes_with_all_that_hangs_on_it_and_an_account_for_nothing_else(clock):
    member = left()
    clock.shift(timedelta(days=DAYS["left"]))
    told = run()
    assert "Memberships erased: 1" in told
    assert "Accounts erased: 1" in told
    assert [model.objects.count() for model in (Member, JoinRequest, Consent, MembershipEvent)] == [
        0,
        0,
        0,
        0,
    ]
    assert not User.objects.filter(pk=member.user_id).exists()


def test_account_with_an_innovation_of_its_own_stays(clock):
    member = left()
    draft(member.user)
    clock.shift(timedelta(days=DAYS["left"]))
    assert "Accounts erased: 0" in run()
    assert User.objects.filter(pk=member.user_id).exists()
    assert not Member.objects.exists()


def test_account_of_staff_or_of_a_group_stays(clock):
    staff, grouped = left(), left()
    User.objects.filter(pk=staff.user_id).update(is_staff=True)
    grouped.user.groups.create(name="others")
    clock.shift(timedelta(days=DAYS["left"]))
    assert "Accounts erased: 0" in run()
    assert Member.objects.count() == 0


def test_who_asks_anew_meanwhile_keeps_the_new_request_and_the_account(clock):
    member = left()
    clock.shift(timedelta(days=DAYS["left"]))
    again = factories.pending(email=member.user.email)
    run()
    assert list(JoinRequest.objects.all()) == [again]
    assert again.consents.count() == 2
    assert User.objects.filter(pk=member.user_id).exists()


def test_who_came_back_stays(clock):
    member = left()
    actions.approve(factories.pending(email=member.user.email), by=User.objects.get(is_staff=True))
    clock.shift(timedelta(days=DAYS["left"]))
    run()
    assert Member.objects.get(pk=member.pk).is_active


def test_dry_run_counts_and_changes_nothing_and_a_second_run_finds_nothing(clock):
    left()
    factories.unconfirmed()
    clock.shift(timedelta(days=DAYS["left"]))
    dry = run("erase_expired", "--dry-run")
    assert Member.objects.count() == 1
    assert not Erasure.objects.exists()
    assert dry.replace("Nothing was changed.\n", "") == run()
    assert set(re.findall(r": (\d+)", run())) == {"0"}


def test_all_is_erased_in_batches(clock, monkeypatch):
    monkeypatch.setattr(erasing, "BATCH", 2)
    for _ in range(5):
        factories.unconfirmed()
    clock.shift(timedelta(days=DAYS["unconfirmed"]))
    assert "Requests to join erased: 5" in run()


def test_mails_to_the_erased_go_out_of_the_queue_and_those_of_others_stay(clock, settings):
    settings.TASKS_IN_DATABASE = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    gone, stays = left(), factories.member()
    # One failed, one was in hand when its worker stopped.
    to_gone = [row.pk for row in DBTaskResult.objects.all() if gone.user.email in str(row.args_kwargs)]
    DBTaskResult.objects.filter(pk=to_gone[0]).update(status="FAILED")
    DBTaskResult.objects.filter(pk=to_gone[1]).update(status="RUNNING", started_at=timezone.now())
    clock.shift(timedelta(days=DAYS["left"]))
    run()
    kept = str(list(DBTaskResult.objects.values_list("args_kwargs")))
    assert gone.user.email not in kept
    assert stays.user.email in kept


# Backups ----------------------------------------------------------------------


BACKED_UP = (User, JoinRequest, Member, Consent, MembershipEvent)


def test_what_was_erased_is_erased_again_after_an_old_backup_was_restored(clock, tmp_path):
    gone, stays = left(), factories.member()
    lonely = factories.unconfirmed()
    backup = [serializers.serialize("json", model.objects.all()) for model in BACKED_UP]
    clock.shift(timedelta(days=DAYS["left"]))
    run()
    file = tmp_path / "erasures.csv"
    file.write_text(run("export_erasures"))
    Erasure.objects.all().delete()
    for rows in backup:
        for row in serializers.deserialize("json", rows):
            row.save()
    assert Member.objects.count() == 2

    assert "Erased again: 4" in run("replay_erasures", str(file), "--dry-run")
    assert Member.objects.count() == 2
    run("replay_erasures", str(file))

    assert list(Member.objects.all()) == [stays]
    assert not User.objects.filter(pk=gone.user_id).exists()
    assert not JoinRequest.objects.filter(pk=lonely.pk).exists()
    assert run("export_erasures") == file.read_text()
    assert "Erased again: 0" in run("replay_erasures", str(file))


def test_list_of_erasures_tells_nothing_of_anybody(clock):
    left(name="Kanarialintu")
    clock.shift(timedelta(days=DAYS["left"]))
    run()
    rows = list(csv.reader(io.StringIO(run("export_erasures"))))
    assert rows[0] == ["kind", "key", "day"]
    assert all(
        re.fullmatch(r"(request|member|account),\d+,\d{4}-\d\d-\d\d", ",".join(row)) for row in rows[1:]
    )


def test_key_that_was_given_out_again_after_the_restore_is_safe(clock, tmp_path):
    request = factories.pending()
    file = tmp_path / "erasures.csv"
    file.write_text(f"kind,key,day\nrequest,{request.pk},{timezone.localdate() - timedelta(days=1)}\n")
    run("replay_erasures", str(file))
    assert JoinRequest.objects.filter(pk=request.pk).exists()


@pytest.mark.parametrize(
    "text", ["", "name\n", "kind,key,day\ncase,1,2026-01-01\n", "kind,key,day\nmember,x\n"]
)
def test_another_file_is_refused_whole(tmp_path, text):
    file = tmp_path / "other.csv"
    file.write_text(text)
    with pytest.raises(CommandError):
        run("replay_erasures", str(file))


# The canary -------------------------------------------------------------------

CANARY = "kanarialintunen"


def stored_text() -> str:
    """All that the database holds, each table read as it is, whatever the models say."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            if "_fts" in table or "search" in table:
                continue  # Its shadow tables are read through it.
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [f"{table}: {row!r}" for row in cursor.fetchall()]
    for model in apps.get_models(include_auto_created=True):
        found += [repr(row) for row in model._base_manager.values_list()]
    return "\n".join(found).lower()


def media_files() -> list[str]:
    """The names of all files that are kept, and what they hold."""
    files = [file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()]
    return [f"{file.name} {file.read_bytes()!r}" for file in files]


def test_nothing_is_left_of_a_person_after_a_whole_life(clock, settings, caplog, mail_at_once, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.TASKS_IN_DATABASE = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    caplog.set_level(logging.DEBUG)
    by = factories.coordinator()
    email = f"{CANARY}@example.org"
    request = factories.unconfirmed(
        email=email,
        name=f"{CANARY} Nimi",
        organisation_name=f"{CANARY} organisaatio",
        role=f"{CANARY} tehtävä",
        works_on=f"{CANARY} työ",
        wants_to_learn=f"{CANARY} oppi",
        in_directory=True,
    )
    secrets = set(re.findall(r"/([\w-]{43})/", repr(list(DBTaskResult.objects.values_list("args_kwargs")))))
    client = Client()
    for secret in secrets:
        client.get(address("request", secret))
        client.post(address("request", secret), {"act": "confirm"})
    request.refresh_from_db()
    actions.ask_more(request, by=by, message=f"Mitä {CANARY} tekee?")
    actions.answer(request, text=f"{CANARY} vastaus")
    actions.note(request, by=by, note=f"{CANARY} muistiinpano", seen_version=request.version)
    member = actions.approve(request, by=by, message=f"Tervetuloa {CANARY}")
    actions.note(member, by=by, note=f"{CANARY} muistiinpano", seen_version=member.version)
    client.force_login(member.user)
    client.get(address("own"))
    client.get(address("data_json"))
    address_change.ask(member.user, f"uusi.{CANARY}@example.org")
    # One event that the person comes to and has been, one that the person waits for until leaving.
    been, full = published(capacity=1, starts_at=timezone.now() + timedelta(hours=5)), published(capacity=1)
    event_actions.sign_up(been, user=member.user)
    event_actions.sign_up(full, user=person(1))
    client.post(address("sign_up", full.pk))
    assert sorted(SignUp.objects.filter(user=member.user).values_list("state", flat=True)) == [
        "going",
        "waiting",
    ]
    calendar = client.post(address("calendar_address")).context["address"]
    client.get(calendar)
    desk_of_events = pages.coordinators_client("third@example.org")
    desk_of_events.get(pages.page(been))
    notes = uploads.prepare(ContentFile(f"{CANARY} kertoi".encode(), name=f"{CANARY}.txt"))
    draft_with_file = event_actions.create(values(), by=by)
    event_actions.add_material(draft_with_file, title=f"{CANARY} kertoi", prepared=notes, by=by)
    call_command("remind_events")
    Delivery.objects.create(bulletin=Bulletin.objects.create(), member=member, language="fi")
    LogEntry.objects.log_actions(by.pk, [member], CHANGE, f"{CANARY}")
    desk = pages.coordinators_client()
    desk.get(pages.page(member))
    desk.get(pages.changelist("member"), {"q": CANARY})
    secrets |= set(re.findall(r"/([\w-]{43})/", repr(list(DBTaskResult.objects.values_list("args_kwargs")))))
    list_actions.take_list(
        by=by, purpose=ListExport.Purpose.NECESSARY, why="Kokouskutsu", chosen={}, file_format="csv"
    )
    client.post(address("leave"))
    cache.set("told", "something else")
    secrets.add(calendar.rsplit("/", 1)[1].removesuffix(".ics"))
    assert CANARY in " ".join(media_files())
    # What coordinators wrote of a person in an event goes when they delete it, its file too.
    event_actions.discard(draft_with_file, by=by)
    assert stored_text().count(CANARY) > 20
    assert len(secrets) > 3

    clock.shift(timedelta(days=max(DAYS.values())))
    call_command("clearsessions")
    run()

    assert not SignUp.objects.filter(user=member.user_id).exists()
    assert not Delivery.objects.exists()
    left_over = [line[:200] for line in stored_text().splitlines() if CANARY in line]
    assert left_over == []
    assert CANARY not in " ".join(media_files()).lower()
    told = as_logged(caplog.records)
    assert "[key]" in told
    assert not [secret for secret in secrets if secret in told]
    assert CANARY not in told.lower()


def as_logged(records: list[logging.LogRecord]) -> str:
    """The lines as they leave, masked last; without the debug log of the database, off in production."""
    line = settings.LOGGING["formatters"]["line"]
    formatter = ProcessorFormatter(**{name: value for name, value in line.items() if name != "()"})
    return "\n".join(
        formatter.format(record) for record in records if not record.name.startswith("django.db")
    )
