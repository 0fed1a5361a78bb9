"""What backups are measured with."""

from __future__ import annotations

import pytest

from bench import backup
from memories.models import Memory, Message, ReplyTrace
from profiles.models import EmotionRecord
from whisper.tests.database_copies import make, sqlite_url

pytestmark = pytest.mark.heavy


def test_a_database_is_multiplied_with_each_row_of_its_own(
    tmp_path, monkeypatch, django_db_blocker
):
    monkeypatch.setattr(backup, "FIRST", 100)
    with django_db_blocker.unblock():
        place = make(sqlite_url(tmp_path / "many.sqlite3"))
        rows = backup.fill(place, 300)
        kinds = (Message, Memory, EmotionRecord, ReplyTrace)
        counts = [kind._default_manager.using(place.alias).count() for kind in kinds]
        place.release()
    assert sum(counts) == rows > 250
    assert min(counts) > 30


def test_a_large_backup_is_made_and_restored(monkeypatch, django_db_blocker):
    with django_db_blocker.unblock():
        backup_row, restore_row = backup.measure_large(0.0001)
    assert "of 400 rows in SQLite" in backup_row.what
    assert backup_row.met
    assert "restore" in restore_row.what
