"""The drill of docs/backup.md, followed to the letter, reaches nothing of the real installation."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from whisper.tests.commands import manage
from whisper.tests.database_copies import fill, make, sqlite_url

pytestmark = pytest.mark.process


@pytest.fixture
def tripwire():
    """Give the address of a service that nobody may call; it tells whether somebody did."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.fixture
def real(tmp_path, tripwire, new_url):
    """Give the folder of an installation that has a backup and whose .env names services."""
    data = tmp_path / "real"
    data.mkdir()
    fill(make(sqlite_url(data / "whisper.sqlite3")))
    done = manage("backup", DATABASE_URL="", WHISPER_DATA_DIR=str(data), WHISPER_ENV_FILE="")
    assert done.returncode == 0, done.stderr
    (data / "erased.jsonl").touch()
    port = tripwire.getsockname()[1]
    (data / "env").write_text(
        f"WHISPER_DATA_DIR={data}\nREDIS_URL=redis://127.0.0.1:{port}/0\n"
        f"MEMORY_INDEX=elasticsearch\nELASTICSEARCH_URL=http://127.0.0.1:{port}\n"
    )
    return data


def drill() -> str:
    """Return the commands of the page's section."""
    page = (settings.BASE_DIR / "docs" / "backup.md").read_text()
    section = page.partition("## A drill\n")[2]
    blocks = re.findall(r"(?:^    .*\n)+", section, re.MULTILINE)
    # A block that begins with a prompt shows a command with what it prints.
    typed = [block for block in blocks if not block.startswith("    $ ")]
    return "".join(re.sub("^    ", "", block, flags=re.MULTILINE) for block in typed)


def follow(real: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Type in what the page says, on a machine with folders of its own."""
    commands = drill().replace("/tmp/whisper-drill", str(folder))
    commands = commands.replace(" data/", f" {real}/")
    # These tests may run in another environment than the one that `make run` makes.
    commands = commands.replace(".venv/bin/python", sys.executable)
    lines = [f"cd {settings.BASE_DIR}", "set -e", commands]
    return subprocess.run(
        ["sh", "-c", "\n".join(lines)],
        env=os.environ
        | dict(line.split("=", 1) for line in (real / "env").read_text().splitlines())
        | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "WHISPER_ENV_FILE": str(real / "env"),
        },
        input="hello\n",
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def digest(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    content = b"".join(str(path).encode() + path.read_bytes() for path in files)
    return hashlib.sha256(content).hexdigest()


@pytest.mark.long
def test_it_restores_and_talks_and_leaves_the_real_installation_alone(real, tmp_path, tripwire):
    before = digest(real)

    done = follow(real, tmp_path / "drill")

    assert done.returncode == 0, done.stderr
    assert "was restored" in done.stdout
    assert done.stdout.splitlines()[-1] != ""
    assert digest(real) == before
    assert not (tmp_path / "drill").exists()
    with pytest.raises(BlockingIOError):
        tripwire.accept()


def drilled(real, room):
    variables = dict(line.split("=", 1) for line in (real / "env").read_text().splitlines())
    return subprocess.run(
        [sys.executable, "manage.py", "drill", "--folder", room],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "whisper.settings", "DATABASE_URL": ""}
        | {"WHISPER_ENV_FILE": ""}
        | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.long
def test_the_command_restores_and_talks_and_leaves_the_real_installation_alone(
    real, tmp_path, tripwire
):
    room = tmp_path / "room"
    room.mkdir()
    before = digest(real / "backups")
    database = (real / "whisper.sqlite3").read_bytes()
    done = drilled(real, room)
    assert done.returncode == 0, done.stderr
    steps = [line.split()[0] for line in done.stdout.splitlines()[:-1]]
    assert steps == ["copy", "restore", "talk"]
    assert digest(real / "backups") == before
    assert (real / "whisper.sqlite3").read_bytes() == database
    assert list(room.iterdir()) == []
    with pytest.raises(BlockingIOError):
        tripwire.accept()


@pytest.mark.slow
@pytest.mark.long
def test_the_command_fails_with_a_damaged_backup_and_removes_its_copy(real, tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    (file,) = (real / "backups").glob("*/database.sqlite3.gz")
    file.write_bytes(file.read_bytes()[:-100] + bytes(100))
    done = drilled(real, room)
    assert done.returncode == 1
    assert "The step restore failed" in done.stderr
    assert list(room.iterdir()) == []


def test_without_a_backup_the_command_says_what_to_do(tmp_path):
    done = manage("drill", WHISPER_DATA_DIR=str(tmp_path), DATABASE_URL="", WHISPER_ENV_FILE="")
    assert done.returncode == 1
    assert "run manage.py backup first" in done.stderr


def test_no_step_of_it_writes_into_another_database():
    assert "copy_database" not in drill()
    assert "--overwrite" not in drill()
