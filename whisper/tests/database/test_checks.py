"""What keeps Whisper from starting is told before anything is harmed."""

from __future__ import annotations

import sqlite3

import pytest
from django.core.management import CommandError

from whisper.copying.checkpoints import BEGUN, DONE, WHOLE
from whisper.database.checks import require_usable_database
from whisper.models import CopyCheckpoint
from whisper.tests.commands import manage

pytestmark = pytest.mark.process


@pytest.fixture
def home(tmp_path):
    """Return variables of an empty data folder on SQLite."""
    return {"WHISPER_DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "", "REDIS_URL": ""}


@pytest.mark.long
def test_a_missing_data_folder_is_made(home, tmp_path):
    assert manage("migrate", **home).returncode == 0
    assert (tmp_path / "data" / "whisper.sqlite3").exists()


@pytest.mark.parametrize("folder", ["/proc", "/dev/null/data"])
def test_a_data_folder_that_cant_be_written_is_named(home, folder):
    run = manage("create_first_admin", **home | {"WHISPER_DATA_DIR": folder})
    assert run.returncode == 2
    assert run.stderr.startswith(f"WHISPER_DATA_DIR: {folder} can't be written")
    assert "Name a writable folder" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_database_without_tables_asks_for_migrate(home):
    run = manage("create_first_admin", **home)
    assert run.returncode == 5
    assert "run `manage.py migrate`" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_database_of_a_newer_version_is_left_alone(home, tmp_path):
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "whisper.sqlite3") as database:
        database.execute("create table django_migrations (id integer, app, name, applied)")
        database.execute(
            "insert into django_migrations values (1, 'memories', '9999_new', '2030-01-01')"
        )
    for command in ("prepare", "migrate"):
        run = manage(command, **home)
        assert run.returncode != 0
        assert "newer version of Whisper (it has memories.9999_new)" in run.stderr
        assert "Traceback" not in run.stderr
    tables = database.execute("select count(*) from sqlite_master where type = 'table'")
    assert tables.fetchone() == (1,)


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        (
            "postgres://whisper:hunter2@127.0.0.1:1/whisper",
            "Check DATABASE_URL, and that PostgreSQL runs.",
        ),
        (
            "sqlite:////dev/null/whisper.sqlite3",
            "Give /dev/null/whisper.sqlite3 and its folder to the account that runs Whisper.",
        ),
    ],
)
def test_a_database_that_is_away_gives_one_line_that_says_what_to_do(home, address, remedy):
    run = manage("create_first_admin", **home | {"DATABASE_URL": address})
    assert run.returncode == 5
    assert "The database can't be used" in run.stderr
    assert run.stderr.endswith(f"{remedy}\n")
    assert len(run.stderr.splitlines()) == 1
    assert "hunter2" not in run.stderr


def test_a_file_that_is_no_database_gives_one_line(home, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "whisper.sqlite3").write_text("Dear diary, " * 1000)
    run = manage("create_first_admin", **home)
    assert (run.returncode, len(run.stderr.splitlines())) == (5, 1)
    assert "restore a backup" in run.stderr


@pytest.mark.long
def test_a_deployment_passes_djangos_own_check(home):
    run = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        **home,
        BEHIND_HTTPS="true",
        ALLOWED_HOSTS="whisper.example",
        SECRET_KEY="k3y" * 20 + "-Zq8",
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.django_db
def test_a_record_that_is_half_copied_is_not_used():
    CopyCheckpoint.objects.create(source="x", table=WHOLE, last_key=BEGUN)
    with pytest.raises(CommandError, match="unfinished copy"):
        require_usable_database()
    CopyCheckpoint.objects.update(last_key=DONE)
    require_usable_database()
