"""An import that is killed anywhere goes on, ends as one that was not, and changes no source."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings

from memories.tests.legacy.older_chroma import ZONE, fact, store, talk
from memories.tests.legacy.test_chroma_reader import digest
from whisper.tests.migrated_file import copy_migrated
from whisper.tests.waiting import wait_until

ROWS = 1_500
KILLS = 20
# What must be the same; ids and times of making are each run's own.
STATE = (
    "SELECT person_id, kind, text, context, origin, place, said_at, slot, valid_to, embedding "
    "FROM memories_memory ORDER BY origin",
    "SELECT store, key, digest, outcome, document, metadata FROM memories_importedrow ORDER BY key",
    "SELECT person_id, status, source FROM profiles_consent ORDER BY person_id",
    "SELECT count(*) FROM whisper_importrun WHERE finished_at IS NOT NULL",
)


def older_store(folder):
    """Write a directory with vectors, repeats and facts that contradict each other."""
    rows = []
    for number in range(ROWS):
        user = 10**17 + number % 7
        at = f"2025-{1 + number // 250:02}-{1 + number // 10 % 25:02}T{number % 24:02}:00:00"
        row = talk(f"line {number // 2}", "Yes.", user=user, timestamp=at, channel_id=str(user))
        if number % 50 == 0:
            row = fact(
                f"User lives in {['Lyon', 'Ghent', 'Oslo'][number // 50 % 3]}", user, timestamp=at
            )
        vector = random.Random(number).choices([-1.0, 1.0], k=384)
        rows.append(row | {"vector": [one / 384**0.5 for one in vector]})
    return store(folder, rows)


def command(home, *words):
    """Start a command on a record of its own."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "WHISPER_DATA_DIR": str(home),
        "WHISPER_ENV_FILE": "",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def importing(home, folder):
    words = ("--trust-vectors", "--resume", "--batch-size", "20", "--timezone", ZONE)
    return command(home, "import_legacy", "memories", str(folder), *words)


def run(process):
    out, _ = process.communicate(timeout=100)
    assert process.returncode == 0, out


def state(home):
    with closing(sqlite3.connect(home / "whisper.sqlite3")) as database:
        return [database.execute(sql).fetchall() for sql in STATE]


def rows_of(home):
    with closing(sqlite3.connect(home / "whisper.sqlite3", timeout=30)) as database:
        return database.execute("SELECT count(*) FROM memories_importedrow").fetchone()[0]


def wait_for_rows(process, home, count):
    """Wait until an import in progress has taken a number of rows."""
    wait_until(lambda: process.poll() is not None or rows_of(home) >= count)
    assert process.poll() is None, "it was done before it was killed"


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_an_import_killed_at_random_points_ends_as_one_that_was_not(tmp_path):
    folder = older_store(tmp_path / "store")
    before = digest(folder)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for home in (whole, killed):
        home.mkdir()
        copy_migrated(home / "whisper.sqlite3")
    run(importing(whole, folder))
    for wanted in sorted(random.choices(range(ROWS * 2 // 3), k=KILLS)):
        process = importing(killed, folder)
        wait_for_rows(process, killed, wanted)
        process.kill()
        process.communicate()
    run(importing(killed, folder))
    assert state(killed) == state(whole)
    assert digest(folder) == before
