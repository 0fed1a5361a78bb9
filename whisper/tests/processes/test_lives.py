"""Which processes have ended."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings

from whisper.processes import lives

# Takes something in hand, says what it marks it with, and lives until its input ends.
PROCESS = """
import sys
from pathlib import Path
from django.conf import settings
settings.configure(DATA_DIR=Path(sys.argv[1]))
from whisper.processes import lives
print(lives.new_token(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def process(monkeypatch, tmp_path):
    """Run another process with the same data folder."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    command = [sys.executable, "-c", PROCESS, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=settings.BASE_DIR
    ) as process:
        yield process
        process.kill()


def test_the_end_of_a_process_that_was_killed_can_be_seen(process):
    mark = lives.mark_of(process.stdout.readline().decode().strip())
    assert not lives.has_ended(mark)
    process.kill()
    process.wait()
    assert lives.has_ended(mark)
    with lives.ended() as marks:
        assert marks == [mark]
    with lives.ended() as marks:
        assert marks == []


def test_a_process_that_ends_by_itself_leaves_no_file(process, tmp_path):
    process.stdout.readline()
    assert len(list(tmp_path.rglob("*.lock"))) == 1
    process.stdin.close()
    assert process.wait() == 0
    assert list(tmp_path.rglob("*.lock")) == []


def test_this_process_lives_and_nothing_is_known_of_a_strange_one():
    assert not lives.has_ended(lives.own_mark())
    assert not lives.has_ended("0123456789ab")


def test_what_could_not_be_done_about_an_ended_process_is_done_later(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    (tmp_path / lives.FOLDER).mkdir()
    (tmp_path / lives.FOLDER / "0123456789ab.lock").touch()
    with pytest.raises(OSError, match="away"), lives.ended():
        raise OSError("away")
    with lives.ended() as marks:
        assert marks == ["0123456789ab"]
