"""After erasing, a search through the bytes of the stores' files finds nothing of a person."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.utils import timezone

from botrunner.history.redis import RedisConversationCache
from botrunner.tests.history.people import said as cached
from memories.actions import MemoryDraft, Said, remember, store_message, store_trace
from memories.models import Memory, Place
from profiles.actions import decide_consent, meet, record_emotion
from profiles.models import Emotion
from whisper import periodic
from whisper.database.switching import use_database
from whisper.environment import environment
from whisper.models import PeriodicJob
from whisper.personal_data import purging, registry
from whisper.personal_data.rewriting import rewrite_redis
from whisper.redis.connections import connect
from whisper.tests.database.postgres_server import PostgresServer, record_on
from whisper.tests.redis.redis_server import RedisServer

ANN, BEN = 410_000_000_000_000_401, 410_000_000_000_000_402
NAME, WORD = "Xanthippe", "Zwiebelkuchen"
LONG = 40  # words, enough for PostgreSQL to keep the text beside the table

erase = async_to_sync(registry.erase_person)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def live(person, name, word, messages=30):
    """Let a person leave names and texts, short and long, in every table that takes them."""
    decide_consent(person, granted=True, source="test")
    meet(person, name=name, at=timezone.now())
    for number in range(messages):
        text = f"{word} {number} " * (1 + number % LONG)
        at = timezone.now()
        said = Said(
            platform="discord",
            platform_id=person + 1_000 * number,
            person_id=person,
            author_name=name,
            text=text,
            sent_at=at,
            channel_id=7,
            guild_id=None,
            place=Place.DIRECT,
            keep=True,
        )
        row, _ = store_message(said)
        store_trace(row.pk, person_id=person, prompt=[{"role": "user", "content": text}], model="x")
        draft = MemoryDraft(
            person_id=person,
            kind=Memory.Kind.CONVERSATION,
            text=text,
            speaker=name,
            place=Place.DIRECT,
            said_at=at,
            sources=(row.pk,),
        )
        remember(draft)
        record_emotion(
            person,
            emotion=Emotion.HAPPY,
            scores={},
            intensity=1,
            confidence=1,
            valence=1,
            triggers=[word],
            source_message_id=row.pk,
            model="x",
            felt_at=at,
        )


def files_with(folder: Path, *words: str) -> list[str]:
    """Return the files below a folder in whose bytes one of the words stands."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [path.name for word in words if word.encode() in content]
    return found


@pytest.fixture
def sqlite(tmp_path, transactional_db):
    """Return the folder of an SQLite record of the test's own, open as the product opens it."""
    folder = tmp_path / "record"
    folder.mkdir()
    base = configured.DATABASES["default"]
    if not base["ENGINE"].endswith("sqlite3"):
        pytest.skip("the database of this run is not SQLite")
    with use_database({**base, "NAME": folder / "whisper.sqlite3"}):
        yield folder


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_sqlites_files_hold_nothing_at_once(sqlite):
    live(BEN, "Benedict", "Marzipan")
    live(ANN, NAME, WORD)
    assert files_with(sqlite, NAME, WORD)
    erase(ANN)
    assert files_with(sqlite, NAME, WORD) == []
    assert files_with(sqlite, "Benedict")


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_a_reader_delays_it_no_longer_than_it_reads(sqlite, monkeypatch):
    monkeypatch.setattr(purging, "BUSY_MILLISECONDS", 1)
    live(ANN, NAME, WORD)
    reader = sqlite3.connect(sqlite / "whisper.sqlite3", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM memories_message").fetchone()
    erase(ANN)
    with pytest.raises(CommandError, match="being read"):
        call_command("purge_erased")
    reader.close()
    call_command("purge_erased")
    assert files_with(sqlite, NAME, WORD) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.process
def test_postgresqls_files_hold_nothing_after_purging(monkeypatch, capsys):
    with PostgresServer() as server, record_on(server, monkeypatch):
        live(BEN, "Benedict", "Marzipan")
        live(ANN, NAME, WORD)
        server.execute("ANALYZE")
        server.execute("CHECKPOINT")
        erase(ANN)
        server.execute("CHECKPOINT")
        assert files_with(server._data, NAME, WORD), "it would hold nothing without purging either"
        call_command("purge_erased")
        assert files_with(server._data, NAME, WORD) == []
        assert files_with(server._data, "Benedict")
        assert "database: tables and log were rewritten" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
@pytest.mark.process
@pytest.mark.parametrize("seconds", [0.1, 0.001])
@pytest.mark.long
def test_a_table_that_would_be_locked_for_long_is_left_to_the_command(seconds, monkeypatch, capsys):
    with PostgresServer() as server, record_on(server, monkeypatch):
        monkeypatch.setattr(environment, "purge_lock_seconds", seconds)
        with psycopg.connect(server.url) as reader:
            reader.execute("LOCK TABLE memories_message IN ACCESS SHARE MODE")
            done, failed = async_to_sync(purging.purge)()
        assert "memories_message" in failed["database"]
        assert "run purge_erased at a quiet hour" in failed["database"]
        assert "database" not in done
        call_command("purge_erased")
        assert "database: tables and log were rewritten" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
@pytest.mark.process
@pytest.mark.long
def test_a_role_without_the_right_rewrites_its_tables_and_says_what_is_left(monkeypatch, capsys):
    with PostgresServer() as server:
        server.execute("CREATE ROLE plain LOGIN")
        server.execute("CREATE DATABASE plain OWNER plain")
        monkeypatch.setattr(
            type(server),
            "url",
            property(lambda one: f"postgres://plain@127.0.0.1:{one.port}/plain"),
        )
        with record_on(server, monkeypatch):
            call_command("purge_erased")
    assert "GRANT pg_checkpoint" in capsys.readouterr().out


async def test_redis_files_hold_nothing_after_purging(tmp_path, settings):
    folder = tmp_path / "redis"
    folder.mkdir()
    with RedisServer(folder, "--appendonly", "yes", "--save", "1 1") as server:
        settings.REDIS_ADDRESS = server.url
        client = connect(server.url)
        cache = RedisConversationCache(client)
        await cache.append(cached(1, by=ANN, text=WORD))
        await client.execute_command("SAVE")
        await cache.forget(ANN)
        assert files_with(folder, WORD)
        assert await rewrite_redis() == "append-only file and snapshot rewritten"
        assert files_with(folder, WORD) == []
        await client.aclose()


async def test_a_redis_that_is_away_is_told(tmp_path, settings):
    with RedisServer(tmp_path) as server:
        settings.REDIS_ADDRESS = server.url
    with pytest.raises(purging.PurgeError, match="Redis: "):
        await rewrite_redis()


@pytest.mark.django_db(transaction=True)
def test_erasures_share_a_purge_some_minutes_later(monkeypatch):
    ran = []

    async def purge():
        ran.append(1)
        return {"database": "is rewritten"}, {}

    monkeypatch.setattr(purging, "purge", purge)
    erase(ANN)
    erase(BEN)
    job = PeriodicJob.objects.get(name=purging.PURGE)
    assert job.due_at
    assert job.due_at > timezone.now()
    assert ran == []
    # What was erased shortly before the purge began may still be held: it is done once more.
    assert async_to_sync(periodic.run_now)(purging.PURGE)
    again = PeriodicJob.objects.get(name=purging.PURGE).due_at
    assert again
    assert again > timezone.now()
    monkeypatch.setattr(periodic, "now", lambda: again + timedelta(seconds=1))
    assert async_to_sync(periodic.run_now)(purging.PURGE)
    job = PeriodicJob.objects.get(name=purging.PURGE)
    assert (ran, job.due_at, job.result) == ([1, 1], None, "database: is rewritten")


@pytest.mark.django_db(transaction=True)
def test_a_purge_that_fails_is_tried_again(monkeypatch):
    async def purge():
        return {}, {"database": "away"}

    monkeypatch.setattr(purging, "purge", purge)
    erase(ANN)
    assert not async_to_sync(periodic.run_now)(purging.PURGE)
    job = PeriodicJob.objects.get(name=purging.PURGE)
    assert (job.failures, job.result) == (1, "database: away")
    assert job.due_at
    assert job.due_at > timezone.now()
