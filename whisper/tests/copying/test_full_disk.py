"""A copy that finds the disk full says so, and continues where there is room again."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command

from memories.models import Message
from whisper.copying.locations import named
from whisper.tests.database_copies import fill, held, make

pytestmark = pytest.mark.heavy

UNLIMITED = resource.RLIM_INFINITY


def manage(tmp_path, *arguments, database, room=UNLIMITED):
    """Run a command whose files may not outgrow a size: as on a full disk, but for the number."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "whisper.settings",
            "WHISPER_ENV_FILE": "",
            "WHISPER_DATA_DIR": str(tmp_path),
            "DATABASE_URL": database,
            # What Python keeps of modules would be cut off as well, for everybody.
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, UNLIMITED)),
    )


@pytest.fixture
def source(new_url):
    """Return the address of a database whose messages alone are a megabyte."""
    url = new_url("sqlite")
    place = make(url)
    fill(place)
    Message.objects.using(place.alias).update(text=os.urandom(20_000).hex())
    place.release()
    return url


def test_what_was_written_before_the_disk_was_full_is_kept_and_not_used(source, new_url, tmp_path):
    target, before = new_url("sqlite"), held(named(source))
    file = make(target).file
    assert file is not None
    room = file.stat().st_size + 400_000
    done = manage(tmp_path, "copy_database", source, target, database=source, room=room)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "disk" in line
    assert "continue with --resume" in line
    assert held(named(source)) == before
    bot = manage(tmp_path, "runbot", "--terminal", database=target)
    assert (bot.returncode, bot.stdout) == (5, "")
    assert "unfinished copy" in bot.stderr

    call_command("copy_database", source, target, "--resume")
    assert held(named(target)) == held(named(source)) == before


@pytest.mark.long
def test_without_room_for_tables_nothing_is_copied(source, new_url, tmp_path):
    target, before = new_url("sqlite"), held(named(source))
    done = manage(tmp_path, "copy_database", source, target, database=source, room=50_000)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "Nothing was copied: run the same command again" in line
    call_command("copy_database", source, target)
    assert held(named(target)) == held(named(source)) == before
