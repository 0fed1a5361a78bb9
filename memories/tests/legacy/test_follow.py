"""While the older bot still runs, an import follows it."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing

import pytest

from memories.tests.legacy.older_chroma import add, remove, store, talk
from memories.tests.legacy.test_killed import command, run
from whisper.tests.waiting import wait_until


def waits_for(home, wanted):
    """Wait until the database has these texts."""
    wait_until(lambda: texts_of(home) == wanted)


def texts_of(home):
    with closing(sqlite3.connect(home / "whisper.sqlite3", timeout=30)) as database:
        return {text for (text,) in database.execute("SELECT text FROM memories_memory")}


@pytest.mark.slow
@pytest.mark.long
def test_following_takes_what_is_added_and_changed_until_it_is_stopped(tmp_path):
    home, folder = tmp_path / "home", store(tmp_path / "store", [talk("one") | {"key": "a"}])
    run(command(home, "migrate", "-v0"))
    # A shell's background jobs ignore Ctrl-C, and so would what they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = command(home, "import_legacy", "memories", str(folder), "--follow")
    try:
        waits_for(home, {"one"})
        add(folder, talk("two") | {"key": "b"})
        waits_for(home, {"one", "two"})
        remove(folder, "a")
        # Whoever reads this has read the removal as well.
        add(folder, talk("two, changed") | {"key": "b"})
        waits_for(home, {"one", "two, changed"})
    finally:
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0, out
    assert "removed from the source" in out
    assert "is complete" in out
