"""Backups: made, kept, verified, restored."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from memories.models import Message
from whisper.backups import BackupError, backup_place, folder, making, manifest, restoring
from whisper.backups.manifest import FILE, Manifest
from whisper.copying.locations import Location, named
from whisper.environment import environment
from whisper.tests.database_copies import fill, held, make

pytestmark = pytest.mark.heavy

TO_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.service)]
ON_POSTGRESQL, MORE = pytest.mark.service, [pytest.mark.service, pytest.mark.long]
# Where a backup is made, whether it is to be portable, its form, and where it goes.
CROSSINGS = [
    ("sqlite", False, "sqlite", "sqlite"),
    pytest.param("sqlite", False, "sqlite", "postgresql", marks=MORE),
    pytest.param("sqlite", True, "portable", "sqlite", marks=pytest.mark.long),
    pytest.param("sqlite", True, "portable", "postgresql", marks=ON_POSTGRESQL),
    pytest.param("postgresql", False, "pg_dump", "postgresql", marks=ON_POSTGRESQL),
    pytest.param("postgresql", False, "pg_dump", "sqlite", marks=MORE),
    pytest.param("postgresql", True, "portable", "sqlite", marks=MORE),
    pytest.param("postgresql", True, "portable", "postgresql", marks=MORE),
]


@pytest.fixture
def place(new_url) -> Location:
    """Give a filled record in SQLite."""
    made = make(new_url("sqlite"))
    fill(made)
    return made


def at(made: Manifest) -> Path:
    """Return the folder of a backup."""
    assert environment.backup_path is not None
    return environment.backup_path / made.name


@pytest.mark.heavy
@pytest.mark.parametrize(("here", "portable", "form", "engine"), CROSSINGS)
def test_a_backup_comes_back_in_either_engine(new_url, here, portable, form, engine):
    source = make(new_url(here))
    fill(source)
    made = backup_place(source, "manual", portable=portable)
    assert made.form == form
    target_url = new_url(engine)

    call_command("restore", made.name, "--into", target_url)

    assert held(named(target_url)) == held(source)


@pytest.mark.parametrize("portable", [True, False])
def test_a_backup_whose_file_has_the_name_of_earlier_versions_comes_back(
    place, new_url, portable, monkeypatch
):
    older = {form: name.replace("database.", "record.") for form, name in making.FILES.items()}
    with monkeypatch.context() as earlier:
        earlier.setattr(making, "FILES", older)
        made = backup_place(place, "manual", portable=portable)
    assert made.file.startswith("record.")

    target_url = new_url("sqlite")
    call_command("restore", made.name, "--into", target_url)

    assert held(named(target_url)) == held(place)
    assert backup_place(place, "manual", portable=portable).file.startswith("database.")


def test_nobody_else_may_read_a_backup(place):
    made = at(backup_place(place, "manual"))
    assert made.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in made.iterdir()} == {0o600}


def test_a_manifest_says_what_is_in_a_backup(place):
    made = backup_place(place, "manual")
    said = json.loads((at(made) / FILE).read_text())
    messages = next(table for table in said["tables"] if table["name"] == "memories_message")
    assert messages["rows"] == 60
    assert messages["sha256"] == held(place)["memories_message"].sha256
    assert ["memories", "0001_initial"] in said["migrations"]
    assert said["versions"]["engine"].startswith("SQLite 3")


@pytest.mark.heavy
def test_sessions_do_not_come_back_to_life(place):
    with place.open(readonly=False) as opened:
        opened.execute("INSERT INTO django_session VALUES ('key', 'data', '2030-01-01 00:00:00')")
    made = backup_place(place, "manual")
    call_command("restore", made.name, "--into", f"sqlite:///{place.file}")
    with place.open(readonly=True) as opened:
        assert opened.execute("SELECT * FROM django_session") == []


@pytest.mark.heavy
def test_what_a_restore_replaces_is_backed_up(place, capsys):
    made = backup_place(place, "manual")
    Message.objects.using(place.alias).filter(person_id=1001).delete()
    place.release()
    before = held(place)

    call_command("restore", "latest", "--into", f"sqlite:///{place.file}")
    assert held(place) == made.digests

    kept = capsys.readouterr().out.partition("backed up as ")[2].split(".\n")[0]
    call_command("restore", kept, "--into", f"sqlite:///{place.file}")
    assert held(place) == before


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def newer(path: Path) -> None:
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))


def wrong_count(path: Path) -> None:
    path.write_text(path.read_text().replace('"rows": 60', '"rows": 59'))


@pytest.mark.heavy
@pytest.mark.parametrize("portable", [True, False])
@pytest.mark.parametrize(
    ("file", "damage", "words"),
    [
        ("record", flip, "checksum"),
        ("record", cut, "bytes, not"),
        ("record", Path.unlink, "is missing"),
        (FILE, flip, "is damaged"),
        (FILE, cut, "is damaged"),
        (FILE, wrong_count, "its manifest was changed"),
        (FILE, newer, "made by a newer version"),
        (FILE, Path.unlink, "has no manifest.json"),
    ],
)
def test_a_damaged_backup_replaces_nothing(place, portable, file, damage, words):
    made = backup_place(place, "manual", portable=portable)
    Message.objects.using(place.alias).filter(person_id=1001).delete()
    place.release()
    before = held(place)
    damage(at(made) / (made.file if file == "record" else file))

    with pytest.raises(CommandError, match=words):
        call_command("restore", made.name, "--into", f"sqlite:///{place.file}")

    assert held(place) == before
    assert [each.name for each in folder.backups(at(made).parent)] in ([], [made.name])
    with pytest.raises(CommandError):
        call_command("backups", "--verify")


@pytest.mark.heavy
@pytest.mark.parametrize("portable", [True, False])
def test_rows_that_are_not_those_of_the_manifest_replace_nothing(place, portable, monkeypatch):
    made = backup_place(place, "manual", portable=portable)
    monkeypatch.setattr(restoring, "check_file", lambda manifest, where: other(manifest, where))

    def other(manifest: Manifest, where: Path) -> Path:
        Message.objects.using(place.alias).filter(pk=1).update(text="never said")
        place.release()
        changed = backup_place(place, "manual", portable=portable)
        return where / changed.name / changed.file

    with pytest.raises(BackupError, match="memories_message: 60 rows on both sides"):
        restoring.verify(made.name)


def test_the_latest_is_none_that_was_made_before_a_move(place):
    made = backup_place(place, "manual")
    backup_place(place, "before-restore")
    assert restoring.find("latest", at(made).parent) == made


@pytest.mark.heavy
def test_a_name_that_is_none_is_told(place):
    with pytest.raises(CommandError, match="There is no backup in"):
        call_command("restore", "latest")
    backup_place(place, "manual")
    for name in ("nonsense", "../backups", "."):
        with pytest.raises(CommandError, match="no backup"):
            call_command("restore", name)


def test_a_folder_that_can_not_be_written_is_told(place, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BackupError, match="can't be written"):
        backup_place(place, "manual", to=tmp_path / "file" / "backups")


def test_ctrl_c_in_the_middle_leaves_no_half_of_a_backup(place, monkeypatch):
    monkeypatch.setattr("whisper.copying.digests.Digesting.add", interrupted)
    for portable in (True, False):
        with pytest.raises(KeyboardInterrupt):
            backup_place(place, "manual", portable=portable)
    assert environment.backup_path is not None
    assert [path for path in environment.backup_path.iterdir() if path.is_dir()] == []


@pytest.mark.heavy
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=MORE)])
def test_ctrl_c_in_the_middle_of_a_restore_leaves_the_database_as_it_was(
    new_url, engine, monkeypatch
):
    url = new_url(engine)
    target = make(url)
    fill(target)
    made = backup_place(target, "manual")
    Message.objects.using(target.alias).filter(person_id=1001).delete()
    target.release()
    before = held(target)
    with monkeypatch.context() as patched:
        patched.setattr("whisper.copying.transfer.Transfer._links", interrupted)
        with pytest.raises(CommandError, match="the database is unchanged"):
            call_command("restore", made.name, "--into", url)
    assert held(target) == before


def interrupted(*_: object) -> None:
    """Be where Ctrl-C is pressed."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("engine", TO_BOTH)
def test_a_record_in_use_is_not_replaced(new_url, engine):
    url = new_url(engine)
    target = make(url)
    fill(target)
    made = backup_place(target, "manual")
    with target.open(readonly=True), pytest.raises(CommandError, match="in use"):
        call_command("restore", made.name, "--into", url)


@pytest.mark.heavy
def test_the_oldest_backups_go_away_those_before_moves_by_themselves(place, monkeypatch):
    monkeypatch.setattr(environment, "backup_retention_count", 2)
    first = backup_place(place, "manual")
    moves = [backup_place(place, "before-import") for _ in range(3)]
    others = [backup_place(place, "automatic") for _ in range(2)]
    assert {each.name for each in folder.backups(at(first).parent)} == {
        each.name for each in [*moves[1:], *others]
    }


def test_a_name_in_a_manifest_leads_to_nothing_elsewhere(place, monkeypatch):
    monkeypatch.setattr(environment, "backup_retention_count", 1)
    made = backup_place(place, "manual")
    elsewhere = at(made).parent.parent / "elsewhere"
    elsewhere.mkdir()
    manifest.write(replace(made, name="../elsewhere"), at(made))
    backup_place(place, "manual")
    assert elsewhere.exists()
    assert not at(made).exists()


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_a_link_that_somebody_put_in_the_way_is_not_followed(tmp_path, what):
    ours = tmp_path / "ours"
    ours.write_text("words")
    backups = tmp_path / "backups"
    backups.mkdir()
    (backups / f".{what}.lock").symlink_to(ours)
    with pytest.raises(BackupError, match="can't be locked"), folder.locked(backups, what):
        pass
    assert ours.read_text() == "words"


def test_what_a_killed_backup_left_goes_away_with_the_next(place):
    left = folder.backup_folder() / ".20260101-manual.backup"
    left.mkdir()
    backup_place(place, "manual")
    assert not left.exists()


@pytest.mark.heavy
@pytest.mark.long
def test_a_backup_of_an_older_version_is_brought_up_to_date(new_url):
    old = make(new_url("sqlite"))
    executor = MigrationExecutor(connections[old.alias])
    executor.migrate([("memories", "0002_index_of_slots"), ("whisper", "0001_initial")])
    connections[old.alias].cursor().execute(
        "INSERT INTO memories_message (platform, message_id, channel_id, place, author_name, "
        "from_companion, text, attachments, sent_at, answer) VALUES "
        "('discord', 1, 2, 'direct', 'Ann', false, 'hello', '[]', '2026-01-01 00:00:00', 'none')"
    )
    old.release()
    for portable in (False, True):
        made = backup_place(old, "manual", portable=portable)
        url = new_url("sqlite")
        call_command("restore", made.name, "--into", url)
        said = Message.objects.using(named(url).alias).get()
        assert (said.text, said.mentions) == ("hello", [])


def test_a_backup_of_a_newer_version_is_refused(place):
    assert place.file is not None
    with sqlite3.connect(place.file) as raw:
        raw.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('memories', '9', 0)"
        )
    made = backup_place(place, "manual")
    with pytest.raises(CommandError, match=r"newer version of Whisper \(it has memories.9\)"):
        call_command("restore", made.name, "--into", f"sqlite:///{place.file}")


@pytest.mark.service
def test_without_pg_dump_a_backup_of_postgresql_is_portable(new_url, monkeypatch):
    source = make(new_url("postgresql"))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert backup_place(source, "manual").form == "portable"


def test_an_empty_database_is_told(new_url):
    url = new_url("sqlite")
    sqlite3.connect(url.removeprefix("sqlite:///")).executescript("CREATE TABLE x (y)")
    with pytest.raises(BackupError, match="is not a Whisper database"):
        backup_place(named(url), "manual")
