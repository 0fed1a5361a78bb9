"""A copy says so when its source is in use, and a comparison advises nothing that loses data."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

import psycopg
import pytest
from django.core.management import CommandError, call_command

from profiles.models import Profile
from whisper.copying.locations import named
from whisper.tests.database_copies import fill, make

LONG, SERVICE = pytest.mark.long, pytest.mark.service
# Holds a file open as the bot does: in another process, with nothing going on.
OPEN = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("SELECT count(*) FROM profiles_profile").fetchone()
print("open", flush=True)
sys.stdin.read()
"""


@contextmanager
def used(url):
    """Let another process have a database open."""
    if url.startswith("postgres"):
        with psycopg.connect(url):
            yield
        return
    with subprocess.Popen(
        [sys.executable, "-c", OPEN, url.removeprefix("sqlite:///")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield
        process.kill()


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("option", "engine"),
    [
        (None, "sqlite"),
        pytest.param(None, "postgresql", marks=[SERVICE, LONG]),
        ("--dry-run", "sqlite"),
        pytest.param("--dry-run", "postgresql", marks=SERVICE),
        pytest.param("--verify", "sqlite", marks=LONG),
        pytest.param("--verify", "postgresql", marks=[SERVICE, LONG]),
    ],
)
def test_a_source_in_use_is_warned_of(new_url, engine, option, capsys):
    source, target = new_url(engine), new_url("sqlite")
    fill(make(source))
    make(target)
    named(source).release()
    if option == "--verify":
        call_command("copy_database", source, target)
    with used(source):
        call_command("copy_database", source, target, *([option] if option else []))
    said = capsys.readouterr().err
    assert "is in use by the bot, a worker, the console" in said
    assert "stop them first" in said


@pytest.mark.heavy
@pytest.mark.parametrize(
    "engine",
    [pytest.param("sqlite", marks=LONG), pytest.param("postgresql", marks=SERVICE)],
)
def test_a_source_that_nobody_uses_is_copied_without_a_word(new_url, engine, capsys):
    source, target = new_url(engine), new_url("sqlite")
    fill(make(source))
    make(target)
    named(source).release()
    call_command("copy_database", source, target)
    assert capsys.readouterr().err == ""


@pytest.mark.heavy
def test_a_comparison_does_not_advise_to_overwrite_what_differs(new_url):
    source, target = new_url("sqlite"), new_url("sqlite")
    fill(make(source))
    make(target)
    call_command("copy_database", source, target)
    Profile.objects.using(named(target).alias).update(name="newer")
    named(target).release()
    with pytest.raises(CommandError, match="not the same") as found:
        call_command("copy_database", source, target, "--verify")
    assert "--overwrite" not in str(found.value)
