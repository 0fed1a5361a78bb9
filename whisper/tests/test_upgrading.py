"""`manage.py upgrade_check` says what an update would do, and whether the bot may keep running."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor

from whisper import upgrading

pytestmark = pytest.mark.django_db


def migration(*operations):
    return type("Migration", (migrations.Migration,), {"operations": list(operations)})(
        "0099_next", "whisper"
    )


EXPANDS = migration(
    migrations.AddField("heartbeat", "version", models.CharField(default="", db_default=""))
)
BREAKS = migration(migrations.RemoveField("heartbeat", "duties"))
FILLS = migration(migrations.RunPython(migrations.RunPython.noop))


@pytest.fixture
def coming(monkeypatch):
    """Let a migration be to come, with a backup of today or without."""

    def come(made, *, backup):
        change = upgrading._change(made)
        monkeypatch.setattr(upgrading, "changes", lambda: [change])
        monkeypatch.setattr(upgrading, "has_recent_backup", lambda: backup)

    return come


def test_a_database_that_is_up_to_date_needs_nothing(capsys):
    call_command("upgrade_check")
    assert "up to date" in capsys.readouterr().out


def test_while_a_column_is_added_the_bot_may_run(coming, capsys):
    coming(EXPANDS, backup=True)
    call_command("upgrade_check")
    assert "The bot may keep running" in capsys.readouterr().out


def test_before_a_column_is_removed_the_bot_has_to_stop(coming, capsys):
    coming(BREAKS, backup=True)
    with pytest.raises(CommandError, match="Stop the bot") as ended:
        call_command("upgrade_check")
    assert ended.value.returncode == 3
    assert "Remove field duties" in capsys.readouterr().out


def test_a_migration_that_goes_through_rows_says_so(coming, capsys):
    coming(FILLS, backup=True)
    call_command("upgrade_check")
    assert "goes through existing rows" in capsys.readouterr().out


def test_without_a_backup_of_today_one_is_made_first(coming):
    coming(EXPANDS, backup=False)
    with pytest.raises(CommandError, match="backup first") as ended:
        call_command("upgrade_check")
    assert ended.value.returncode == 1


def test_what_the_older_tables_lack_is_found(monkeypatch):
    executor = MigrationExecutor(connection)
    applied = dict(executor.loader.applied_migrations)
    last = max(name for name in applied if name[0] == "whisper")
    applied.pop(last)
    monkeypatch.setattr(
        "django.db.migrations.recorder.MigrationRecorder.applied_migrations", lambda self: applied
    )
    assert [change.name for change in upgrading.changes()] == [".".join(last)]
