"""What stores that copy the database take beside a backup, and that it fails no backup."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from whisper.backups import backup_place, manifest, snapshots
from whisper.environment import environment
from whisper.tests.database_copies import fill, make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def back_up(new_url, monkeypatch, tmp_path):
    """Back a filled record up with the command; give what it says and the manifest."""
    place = make(new_url("sqlite"))
    fill(place)
    monkeypatch.setattr("whisper.management.commands.backup.configured_database", lambda: place)
    monkeypatch.setattr(environment, "backup_path", tmp_path / "backups")
    monkeypatch.setattr(environment, "auto_backup_enabled", True)

    def run(**takers):
        monkeypatch.setattr(snapshots, "_takers", takers)
        out = io.StringIO()
        call_command("backup", stdout=out)
        (folder,) = (one for one in (tmp_path / "backups").iterdir() if one.is_dir())
        return out.getvalue(), manifest.read(folder)

    return run


def test_a_backup_names_the_snapshots_beside_it(back_up):
    told, made = back_up(Index=lambda: "today", Unused=lambda: None)
    assert dict(made.snapshots) == {"Index": "today"}
    assert "Index: snapshot today" in told


@pytest.mark.heavy
def test_a_failing_snapshot_is_told_and_fails_no_backup(back_up, caplog, client):
    def fails():
        raise RuntimeError("no room")

    told, made = back_up(Index=fails)
    assert (dict(made.snapshots), made.rows > 0) == ({"Index": ""}, True)
    assert "Index: no snapshot" in told
    assert "no snapshot of Index: no room" in caplog.text
    shown = client.get("/health").json()["checks"]["backups"]
    assert (shown["status"], "without a snapshot of Index" in shown["detail"]) == ("degraded", True)


def test_a_backup_that_says_nothing_of_snapshots_is_read(new_url, tmp_path):
    made = backup_place(make(new_url("sqlite")), "manual", to=tmp_path)
    assert dict(manifest.read(tmp_path / made.name).snapshots) == {}
