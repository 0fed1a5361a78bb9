"""Carrying a whole record between databases, both ways."""

from __future__ import annotations

import hashlib
import sqlite3

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from memories.models import Memory, Message
from profiles.models import Profile
from whisper.copying.locations import named
from whisper.copying.tables import Table, tables
from whisper.tests.database_copies import fill, held, make, rows, sqlite_url

MORE = [pytest.mark.service, pytest.mark.long]
# To another engine more can go wrong than to the same one.
OTHER_WAYS = [
    pytest.param("sqlite", "sqlite", marks=pytest.mark.long),
    pytest.param("sqlite", "postgresql", marks=pytest.mark.service),
    pytest.param("postgresql", "postgresql", marks=MORE),
]
BACK = pytest.param("postgresql", "sqlite", marks=pytest.mark.service)
BACK_TOO = pytest.param("postgresql", "sqlite", marks=MORE)
TO_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.service)]


@pytest.mark.heavy
@pytest.mark.parametrize(("here", "there"), [*OTHER_WAYS, BACK])
def test_everything_arrives(new_url, here, there, capsys):
    source, target_url = new_url(here), new_url(there)
    fill(make(source))

    call_command("copy_database", source, target_url)

    assert held(named(target_url)) == held(named(source))
    assert "Both sides hold the same" in capsys.readouterr().out


@pytest.mark.heavy
@pytest.mark.parametrize(("here", "there"), [*OTHER_WAYS, BACK_TOO])
def test_rows_still_refer_to_each_other_and_are_read_by_django(new_url, here, there):
    source, target_url = new_url(here), new_url(there)
    fill(make(source))
    make(target_url)

    call_command("copy_database", source, target_url)

    alias = named(target_url).alias
    assert Permission.objects.using(alias).filter(group__user__username="ann").count() == 1
    newer = Memory.objects.using(alias).get(text="fact 0 of Ann").superseded_by
    assert newer is not None
    assert newer.text == "fact 2 of Ann"
    assert Memory.objects.using(alias).get(text="fact 0 of Ben").sources.count() == 2
    assert Profile.objects.using(alias).get(name="Ann").preferences["ratio"] == 0.1
    assert Message.objects.using(alias).filter(text="Ben said\tline 3\nand \\N more").exists()
    named(target_url).release()


@pytest.mark.heavy
@pytest.mark.parametrize(("here", "there"), [*OTHER_WAYS, BACK_TOO])
def test_no_number_is_given_out_twice(new_url, here, there):
    source, target_url = new_url(here), new_url(there)
    place = make(source)
    make(target_url)
    fill(place)
    Message.objects.using(place.alias).latest("pk").delete(using=place.alias)
    place.release()

    call_command("copy_database", source, target_url)

    alias = named(target_url).alias
    first = Message.objects.using(alias).exclude(trace__isnull=False).first()
    assert first is not None
    first.pk, first.platform_id, first._state.adding = None, 12345, True
    first.save(using=alias, force_insert=True)
    named(target_url).release()
    assert first.pk == 61


@pytest.mark.heavy
def test_the_source_stays_byte_for_byte_with_what_a_killed_bot_left_in_its_log(new_url, tmp_path):
    source, target_url = new_url("sqlite"), new_url("sqlite")
    place = make(source)
    make(target_url)
    fill(place)
    assert place.file is not None
    writer = sqlite3.connect(place.file)
    writer.execute("UPDATE profiles_profile SET name = 'Anna' WHERE name = 'Ann'")
    writer.commit()
    log = place.file.with_name(f"{place.file.name}-wal")
    assert log.stat().st_size
    before = [hashlib.sha256(path.read_bytes()).digest() for path in (place.file, log)]

    call_command("copy_database", source, target_url)

    assert [hashlib.sha256(path.read_bytes()).digest() for path in (place.file, log)] == before
    writer.close()
    assert Profile.objects.using(named(target_url).alias).filter(name="Anna").exists()
    named(target_url).release()


@pytest.mark.service
def test_a_source_in_postgresql_can_not_be_written(new_url):
    place = make(new_url("postgresql"))
    with place.open(readonly=True) as opened, pytest.raises(Exception, match="read-only"):
        opened.execute("DELETE FROM profiles_profile")


@pytest.mark.heavy
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=MORE)])
def test_a_target_that_holds_something_is_replaced_only_when_told_and_after_a_backup(
    new_url, engine, capsys
):
    source, target_url = new_url("sqlite"), new_url(engine)
    fill(make(source))
    target = make(target_url)
    fill(target, messages=3)
    before = held(target)

    with pytest.raises(CommandError, match=r"holds \d+ rows already"):
        call_command("copy_database", source, target_url)
    assert held(target) == before

    call_command("copy_database", source, target_url, "--overwrite")
    assert held(target) == held(named(source))
    kept = capsys.readouterr().out.partition("backed up as ")[2].split(".\n")[0]
    call_command("restore", kept, "--into", target_url)
    assert held(target) == before


@pytest.mark.parametrize("engine", TO_BOTH)
def test_a_target_that_has_only_its_tables_counts_as_empty(new_url, engine):
    source, target_url = new_url("sqlite"), new_url(engine)
    fill(make(source), messages=2)
    target = make(target_url)

    call_command("copy_database", source, target_url)

    assert held(target) == held(named(source))


def test_a_rehearsal_and_a_comparison_write_nothing(new_url, capsys):
    source, target_url = new_url("sqlite"), new_url("sqlite")
    fill(make(source))

    call_command("copy_database", source, target_url, "--dry-run")
    target = named(target_url)
    assert target.file is not None
    assert not target.file.exists()
    assert "memories_message: 60 rows" in capsys.readouterr().out

    with pytest.raises(CommandError, match="There is no SQLite"):
        call_command("copy_database", source, target_url, "--verify")
    make(target_url)
    with pytest.raises(CommandError, match="memories_message: 60 rows here, 0 there"):
        call_command("copy_database", source, target_url, "--verify")
    assert rows(target, "memories_message") == 0


@pytest.mark.parametrize("engine", TO_BOTH)
def test_one_database_under_two_addresses_is_refused(new_url, engine, tmp_path):
    source = new_url(engine)
    place = make(source)
    other = source.replace("127.0.0.1", "localhost")
    if place.file:
        (tmp_path / "link.sqlite3").symlink_to(place.file)
        other = sqlite_url(tmp_path / "link.sqlite3")
    for target in (source, other):
        with pytest.raises(CommandError, match="are the same database"):
            call_command("copy_database", source, target)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nonsense", "such as postgres://"),
        ("mysql://root@127.0.0.1/x", "such as postgres://"),
        ("postgres://nobody@127.0.0.1:1/none", "PostgreSQL can't be used"),
        ("sqlite:////nowhere/at/all/x.sqlite3", "can't be written"),
    ],
)
def test_a_target_that_is_none_is_told_in_one_line(new_url, target, words):
    source = new_url("sqlite")
    make(source)
    with pytest.raises(CommandError, match=words) as told:
        call_command("copy_database", source, target)
    assert len(str(told.value).splitlines()) == 1


def test_a_source_that_is_none_is_told_in_one_line(new_url, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Ann, " * 100)
    sqlite3.connect(tmp_path / "empty.sqlite3").executescript("CREATE TABLE x (y)")
    for name, words in {
        "missing.sqlite3": "There is no SQLite",
        "letter.txt": "is not a database",
        "empty.sqlite3": "is not a Whisper database",
    }.items():
        with pytest.raises(CommandError, match=words):
            call_command("copy_database", sqlite_url(tmp_path / name), new_url("sqlite"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM django_migrations WHERE app = 'memories'", "older version"),
        ("UPDATE django_migrations SET name = '9999_x' WHERE name LIKE '0001%'", "newer version"),
    ],
)
def test_a_source_of_another_version_is_refused(new_url, change, words):
    place = make(new_url("sqlite"))
    assert place.file is not None
    with sqlite3.connect(place.file) as connection:
        connection.execute(change)
    with pytest.raises(CommandError, match=words):
        call_command("copy_database", sqlite_url(place.file), new_url("sqlite"))


@pytest.mark.parametrize("engine", TO_BOTH)
def test_a_target_in_use_is_refused(new_url, engine):
    source, target_url = new_url("sqlite"), new_url(engine)
    make(source)
    target = make(target_url)
    with target.open(readonly=True), pytest.raises(CommandError, match="in use"):
        call_command("copy_database", source, target_url)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "engine",
    [
        pytest.param("sqlite", marks=pytest.mark.long),
        pytest.param("postgresql", marks=pytest.mark.service),
    ],
)
def test_what_one_engine_can_not_hold_is_mended_and_told(new_url, engine, capsys):
    source, target_url = new_url("sqlite"), new_url(engine)
    place = make(source)
    make(target_url)
    fill(place)
    assert place.file is not None
    with sqlite3.connect(place.file) as raw:
        raw.execute("UPDATE profiles_profile SET name = 'An' || char(0) || 'n' WHERE id = 1")
        raw.execute("UPDATE profiles_profile SET name = CAST(x'42ff6e' AS TEXT) WHERE id = 2")
        raw.execute(
            "UPDATE profiles_profile SET preferences = ? WHERE id = 3",
            (r'{"a\u0000": "\ud800", "fine": "\ud83d\ude00 \\u0000"}',),
        )

    call_command("copy_database", source, target_url)

    found = Profile.objects.using(named(target_url).alias).order_by("pk")
    assert [profile.name for profile in found][:2] == ["An\ufffdn", "B\ufffdn"]
    assert found[2].preferences == {"a\ufffd": "\ufffd", "fine": "😀 \\u0000"}
    told = capsys.readouterr().out
    assert "2 x profiles_profile.name: NUL or broken characters" in told
    assert "1 x profiles_profile.preferences: NUL, broken" in told
    named(target_url).release()


@pytest.mark.heavy
def test_what_can_not_be_mended_is_listed_and_the_copy_goes_on_once_it_is_corrected(
    new_url, capsys
):
    source, target_url = new_url("sqlite"), new_url("sqlite")
    place = make(source)
    make(target_url)
    fill(place)
    assert place.file is not None
    bad = {
        "interaction_count = 3000000000": "interaction_count is out of range",
        "archived = 'maybe'": "archived is neither true nor false",
        "created_at = 'yesterday'": "created_at is not a time",
    }
    with sqlite3.connect(place.file) as raw:
        for change in bad:
            raw.execute(f"UPDATE profiles_profile SET {change} WHERE id = 2")
        raw.execute("UPDATE memories_message SET author_name = ? WHERE id = 7", ("x" * 101,))

    with pytest.raises(CommandError, match="correct those above"):
        call_command("copy_database", source, target_url, "--dry-run")
    listed = capsys.readouterr().out
    for told in [*bad.values(), "row 7: author_name has 101 characters, 100 are allowed"]:
        assert told in listed

    with pytest.raises(CommandError, match="--resume"):
        call_command("copy_database", source, target_url)
    with sqlite3.connect(place.file) as raw:
        raw.execute(
            "UPDATE profiles_profile SET interaction_count = 3, archived = 0, "
            "created_at = '2026-01-01 00:00:00' WHERE id = 2"
        )
        raw.execute("UPDATE memories_message SET author_name = 'x' WHERE id = 7")
    call_command("copy_database", source, target_url, "--resume")
    assert held(named(target_url)) == held(place)


@pytest.mark.heavy
def test_an_unfinished_copy_is_neither_begun_anew_nor_given_another_source_by_chance(
    new_url, monkeypatch
):
    source, other, target_url = new_url("sqlite"), new_url("sqlite"), new_url("sqlite")
    fill(make(source))
    fill(make(other), messages=2)
    make(target_url)
    with monkeypatch.context() as patched:
        patched.setattr("whisper.copying.sqlite.SqliteDatabase.change", interrupted)
        with pytest.raises(CommandError) as stopped:
            call_command("copy_database", source, target_url)
    assert "continue with --resume" in str(stopped.value)
    assert stopped.value.returncode == 130

    for address, words in ((source, "continue it with --resume"), (other, "from another source")):
        with pytest.raises(CommandError, match=words):
            call_command("copy_database", address, target_url)
    call_command("copy_database", source, target_url, "--resume")
    call_command("copy_database", source, target_url, "--resume")  # finished: compared again
    assert held(named(target_url)) == held(named(source))


def interrupted(*_: object) -> None:
    """Be where Ctrl-C is pressed."""
    raise KeyboardInterrupt


@pytest.mark.heavy
def test_a_source_that_changed_meanwhile_is_told(new_url, monkeypatch):
    source, target_url = new_url("sqlite"), new_url("sqlite")
    place = make(source)
    make(target_url)
    fill(place)
    call_command("copy_database", source, target_url)
    Profile.objects.using(place.alias).filter(name="Ann").update(name="Anna")
    place.release()
    with pytest.raises(CommandError, match="profiles_profile: 3 rows on both sides"):
        call_command("copy_database", source, target_url, "--resume")


def test_every_table_but_sessions_and_checkpoints_is_carried():
    names = {table.name for table in tables()}
    assert {"auth_user_groups", "django_admin_log", "memories_memory_sources"} <= names
    assert not names & {"django_session", "whisper_copycheckpoint"}


def test_a_table_stands_after_those_that_it_needs():
    ordered = tables()
    for number, table in enumerate(ordered):
        earlier = {other.name for other in ordered[:number]} | {table.name}
        assert {name for _, name in table.references} <= earlier


def test_a_table_survives_its_manifest():
    for table in tables():
        assert Table.from_json(table.as_json()) == table
