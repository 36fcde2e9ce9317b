from django.db import DatabaseError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder


def test_live_answers_without_asking_the_database(client):
    # No database mark: pytest-django refuses every query of this test.
    response = client.get("/live")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_ready_answers_when_every_migration_is_applied(client, db):
    assert client.get("/ready").json() == {"status": "ok"}


def test_ready_refuses_while_a_migration_waits(client, db, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *args: [("a migration", False)])
    response = client.get("/ready")
    assert response.status_code == 503
    assert response.json()["reason"] == "migrations"


def test_ready_refuses_when_the_database_is_away(client, db, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError("away")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", fail)
    response = client.get("/ready")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "reason": "database"}


def test_health_is_never_cached_and_sets_no_cookie(client, db):
    for address in ("/live", "/ready"):
        response = client.get(address)
        assert "no-store" in response["Cache-Control"]
        assert not response.cookies


def test_health_answers_over_plain_http_in_production(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^live$", r"^ready$"]
    assert client.get("/live").status_code == 200
    assert client.get("/ready").status_code == 200


def test_health_accepts_reading_only(client):
    assert client.post("/live").status_code == 405
