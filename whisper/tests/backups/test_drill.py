"""A drill with real processes: back up, lose everything, restore."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from memories.models import Message
from profiles.models import Profile
from whisper.backups import automatic, backup_place, folder
from whisper.copying.locations import named
from whisper.environment import environment
from whisper.periodic import JobError
from whisper.tests.commands import manage
from whisper.tests.database_copies import ANN, BEN, fill, make, sqlite_url

pytestmark = pytest.mark.process

ERASE = """
from asgiref.sync import async_to_sync
from whisper.personal_data.registry import erase_person
async_to_sync(erase_person)({person})
"""

# The second time that rows are counted is within the transaction that replaces them.
RESTORE_WHILE_ERASING = """
import threading
from contextlib import nullcontext
from asgiref.sync import async_to_sync
from whisper.backups.restoring import restore
from whisper.copying.locations import configured_database
from whisper.personal_data.registry import erase_person

erasing = threading.Thread(target=async_to_sync(erase_person), args=({person},))
times = iter(range(100))

def show(what, total):
    if what == "rows" and next(times) == {time}:
        erasing.start()
    return nullcontext(lambda rows: None)

restore("latest", configured_database(), alone=False, show=show)
erasing.join()
"""


@pytest.fixture
def home(tmp_path, new_url):
    """Give the variables of an installation with a filled record."""
    (tmp_path / "data").mkdir()
    fill(make(sqlite_url(tmp_path / "data" / "whisper.sqlite3")))
    return {"WHISPER_DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "", "REDIS_URL": ""}


def people(home: dict[str, str]) -> set[str]:
    own = sqlite_url(Path(home["WHISPER_DATA_DIR"]) / "whisper.sqlite3")
    place = named(home["DATABASE_URL"] or own)
    names = set(Profile.objects.using(place.alias).values_list("name", flat=True))
    said = Message.objects.using(place.alias).values_list("person_id", flat=True)
    place.release()
    return names | {str(person) for person in said}


def run(home: dict[str, str], *arguments: str) -> str:
    done = manage(*arguments, **home)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_was_lost_comes_back_and_who_was_erased_does_not(home):
    before = people(home)
    run(home, "backup")
    run(home, "shell", "-c", ERASE.format(person=ANN))
    for file in Path(home["WHISPER_DATA_DIR"]).glob("whisper.sqlite3*"):
        file.unlink()

    told = run(home, "restore", "latest")

    assert "was restored" in told
    assert people(home) == before - {"Ann", str(ANN)}
    assert "Erased again" in told


@pytest.mark.service
@pytest.mark.long
@pytest.mark.parametrize("time", [0, 1])
def test_who_is_erased_while_a_backup_is_restored_does_not_come_back(time, home, new_url):
    home["DATABASE_URL"] = new_url("postgresql")
    fill(make(home["DATABASE_URL"]))
    run(home, "backup")

    run(home, "shell", "-c", RESTORE_WHILE_ERASING.format(person=ANN, time=time))

    assert people(home) & {"Ann", str(ANN)} == set()
    assert "Ben" in people(home)


@pytest.mark.long
def test_who_was_erased_since_stays_erased_though_the_list_beside_the_database_is_lost(home):
    run(home, "backup", "--portable")
    run(home, "shell", "-c", ERASE.format(person=BEN))
    (Path(home["WHISPER_DATA_DIR"]) / "erased.jsonl").unlink()

    run(home, "restore", "latest")

    assert people(home) & {"Ben", str(BEN)} == set()
    assert "Ann" in people(home)


def test_who_was_erased_does_not_come_back_with_an_older_file_that_is_put_in_place(home):
    before = people(home)
    file = Path(home["WHISPER_DATA_DIR"]) / "whisper.sqlite3"
    older = file.read_bytes()
    run(home, "shell", "-c", ERASE.format(person=BEN))
    file.write_bytes(older)

    run(home, "runbot", "--terminal")

    assert people(home) == before - {"Ben", str(BEN)}


@pytest.mark.parametrize("options", [[], pytest.param(["--portable"], marks=pytest.mark.long)])
def test_a_full_disk_is_told_and_nothing_is_left_of_the_backup(home, tmp_path, options):
    place = named(sqlite_url(tmp_path / "data" / "whisper.sqlite3"))
    # Digits of chance, which can't be made small.
    Message.objects.using(place.alias).filter(pk=1).update(text=os.urandom(200_000).hex())
    place.release()
    # A file may not grow beyond this; the same error as that of a full disk, but for its number.
    limit = 100_000
    done = subprocess.run(
        [sys.executable, "manage.py", "backup", *options],
        cwd=settings.BASE_DIR,
        env=home
        | {"DJANGO_SETTINGS_MODULE": "whisper.settings", "WHISPER_ENV_FILE": ""}
        # What Python keeps of modules would be cut off as well, for everybody.
        | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1
    assert "The backup failed" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    left = [path for path in (tmp_path / "data" / "backups").iterdir() if path.is_dir()]
    assert left == []


def test_a_backup_is_due_once_the_last_one_is_old(new_url, monkeypatch):
    monkeypatch.setattr(environment, "auto_backup_interval_hours", 24)
    place = make(new_url("sqlite"))
    now = datetime.now(UTC)
    assert automatic.due()
    backup_place(place, "before-import")
    assert automatic.due()
    backup_place(place, "manual")
    assert not automatic.due(now + timedelta(hours=23))
    assert automatic.due(now + timedelta(hours=25))


async def test_the_periodic_job_has_a_backup_made(home, monkeypatch):
    for name, value in home.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "whisper.settings")
    where = Path(home["WHISPER_DATA_DIR"]) / "backups"
    monkeypatch.setattr(environment, "backup_path", where)
    monkeypatch.setattr(environment, "auto_backup_enabled", True)
    async with asyncio.timeout(60):
        await automatic.back_up(asyncio.Event())
    assert [each.reason for each in folder.backups(where)] == ["automatic"]


async def test_a_backup_that_is_being_made_ends_when_the_bot_is_told_to_stop(home, monkeypatch):
    for name, value in home.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "whisper.settings")
    stop = asyncio.Event()
    stop.set()
    with pytest.raises(JobError):
        await automatic.back_up(stop)
