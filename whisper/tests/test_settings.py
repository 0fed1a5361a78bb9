"""What Django's settings make of the variables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from whisper.environment import Environment
from whisper.settings.data_folder import secret_key
from whisper.settings.databases import database
from whisper.settings.redis import redis_address

# What SQLite answers for temp_store=MEMORY.
IN_MEMORY = 2


@pytest.fixture(autouse=True)
def _no_service_named(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def read(**values: Any) -> Environment:
    return Environment(_env_file=None, **values)


def test_postgresql_is_asked_for_what_its_address_names(tmp_path):
    address = "postgres://ann:p%40ss@db:5433/whisper?sslmode=require"
    config = database(read(database_url=address), tmp_path)
    assert (config["HOST"], config["PORT"], config["PASSWORD"]) == ("db", 5433, "p@ss")
    assert config["OPTIONS"]["sslmode"] == "require"
    assert config["OPTIONS"]["pool"]["max_size"] == 10


def test_the_older_variables_of_postgresql_do_as_well(tmp_path):
    config = database(read(postgres_host="db", postgres_password="p@ss"), tmp_path)
    found = [config[key] for key in ("HOST", "PORT", "NAME", "USER", "PASSWORD")]
    assert found == ["db", 5432, "whisper_engine", "bot_user", "p@ss"]


def test_where_people_wait_statements_and_locks_are_limited(tmp_path, monkeypatch):
    env = read(postgres_host="db", postgres_statement_timeout=1.5, postgres_lock_timeout=0)
    monkeypatch.setattr("sys.argv", ["manage.py", "runbot", "--web", "8000"])
    given = database(env, tmp_path)["OPTIONS"]["options"]
    assert "-c statement_timeout=1500 -c lock_timeout=0" in given
    monkeypatch.setattr("sys.argv", ["manage.py", "migrate"])
    assert "statement_timeout" not in database(env, tmp_path)["OPTIONS"]["options"]


def test_of_a_pgbouncer_nothing_is_asked_that_outlives_a_transaction(tmp_path):
    config = database(read(postgres_host="db", postgres_pgbouncer=True), tmp_path)
    assert config["DISABLE_SERVER_SIDE_CURSORS"]
    assert not {"options", "prepare_threshold", "server_side_binding"} & set(config["OPTIONS"])


def test_without_an_address_the_database_is_a_file_in_the_data_folder(tmp_path):
    config = database(read(), tmp_path / "new")
    assert config["NAME"] == tmp_path / "new" / "whisper.sqlite3"


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({}, None),
        ({"redis_url": "redis://one:1/2"}, "redis://one:1/2"),
        ({"redis_host": "one", "redis_password": "a/b"}, "redis://:a%2Fb@one:6379/0"),
        ({"use_redis_cache": True}, "redis://localhost:6379/0"),
        ({"redis_url": "redis://one:1/2", "use_redis_cache": False}, None),
    ],
)
def test_redis_is_used_where_it_is_named_and_not_switched_off(values, address):
    assert redis_address(read(**values)) == address


def test_sqlite_needs_no_folder_for_temporary_files(tmp_path):
    config = database(read(), tmp_path)
    with closing(sqlite3.connect(tmp_path / "any.sqlite3")) as connection:
        connection.executescript(config["OPTIONS"]["init_command"])
        assert connection.execute("PRAGMA temp_store").fetchone() == (IN_MEMORY,)


@pytest.mark.parametrize("left", ["", "   \n", "abc"])
def test_a_key_that_a_full_disk_cut_short_is_made_again(tmp_path, left):
    (tmp_path / "secret_key").write_text(left)
    made = secret_key(read(), tmp_path)
    assert len(made) >= 50
    assert secret_key(read(), tmp_path) == made
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]
