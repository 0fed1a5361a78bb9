"""The age of the last backup on the pages that tell how Whisper is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from whisper.backups import backup_place, health
from whisper.environment import environment
from whisper.tests.database_copies import make
from whisper.tests.moving import moving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]


@pytest.fixture
def place(new_url, monkeypatch):
    """Give an empty record; backups are made each day."""
    monkeypatch.setattr(environment, "auto_backup_enabled", True)
    monkeypatch.setattr(environment, "auto_backup_interval_hours", 24)
    return make(new_url("sqlite"))


def told(client):
    """Return what /health says of backups."""
    shown = client.get("/health").json()["checks"]["backups"]
    return {name: shown[name] for name in ("status", "detail")}


def clock(monkeypatch, later):
    """Let time go on."""
    monkeypatch.setattr(health, "now", lambda: datetime.now(UTC) + later)


def test_the_age_of_the_last_backup_is_told(client, place, monkeypatch):
    backup_place(place, "manual")
    clock(monkeypatch, timedelta(hours=47))
    backup_place(place, "before-import")
    assert told(client) == {"status": "ok", "detail": "the last is 47 hours old"}


def test_a_backup_older_than_two_intervals_is_told(client, place, monkeypatch):
    backup_place(place, "manual")
    clock(monkeypatch, timedelta(hours=49))
    assert told(client) == {"status": "degraded", "detail": "the last is 49 hours old"}


def test_who_makes_backups_by_hand_is_not_admonished(client, place, monkeypatch):
    monkeypatch.setattr(environment, "auto_backup_enabled", False)
    assert told(client) == {"status": "ok", "detail": "none was made yet"}
    backup_place(place, "manual")
    clock(monkeypatch, timedelta(days=30))
    assert told(client) == {"status": "ok", "detail": "the last is 720 hours old"}


def test_a_start_without_a_backup_has_time_to_make_the_first(client, place, monkeypatch):
    assert told(client) == {"status": "ok", "detail": "none was made yet"}
    clock(monkeypatch, timedelta(hours=2))
    assert told(client) == {"status": "degraded", "detail": "none was made yet"}


def test_a_folder_that_can_not_be_read_is_told_without_its_name(
    client, place, monkeypatch, tmp_path
):
    (tmp_path / "file").touch()
    monkeypatch.setattr(environment, "backup_path", tmp_path / "file" / "backups")
    detail = "the backup folder can't be used"
    assert told(client) == {"status": "degraded", "detail": detail}
    assert "whisper_backup_age_seconds NaN" in client.get("/metrics").content.decode()


def test_metrics_have_the_age(client, place, monkeypatch):
    with moving("whisper_backup_age_seconds"):
        backup_place(place, "manual")
    clock(monkeypatch, timedelta(hours=1))
    lines = client.get("/metrics").content.decode().splitlines()
    (age,) = [line.split()[1] for line in lines if line.startswith("whisper_backup_age_seconds ")]
    assert 3_600 <= float(age) < 3_660
