"""Tests of the migrated databases that those of the tests are copied from."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta

import psycopg
import pytest

from conftest import require_service
from whisper.tests import migrated_database
from whisper.tests.migrated_database import KEPT, migrated

pytestmark = pytest.mark.service

TODAY = date(2026, 3, 1)
DAY = timedelta(days=1)


class Server:
    """A PostgreSQL server, on which the databases of a test have a prefix of their own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.migrated: list[str] = []

    def states(self) -> set[str]:
        """Return the states of which there is a database."""
        with psycopg.connect(self.address) as connection:
            rows = connection.execute("SELECT datname FROM pg_database").fetchall()
        prefix = migrated_database.PREFIX
        return {name.removeprefix(prefix) for (name,) in rows if name.startswith(prefix)}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server(f"{require_service('postgres').rpartition('/')[0]}/postgres")
    prefix = f"kept_{uuid.uuid4().hex[:12]}_"
    monkeypatch.setattr(migrated_database, "PREFIX", prefix)
    monkeypatch.setattr(migrated_database, "_migrate", server.migrated.append)
    yield server
    with psycopg.connect(server.address, autocommit=True) as connection:
        for state in server.states():
            connection.execute(f'DROP DATABASE "{prefix}{state}"'.encode())


def test_checkouts_with_different_migrations_keep_their_databases(server):
    names = [migrated(server.address, state, TODAY) for state in ("a", "b", "a")]
    assert names[0] == names[2] != names[1]
    assert server.states() == {"a", "b"}
    assert len(server.migrated) == 2


def test_a_database_that_nobody_has_asked_for_lately_is_dropped(server):
    for state in ("a", "b"):
        migrated(server.address, state, TODAY)
    migrated(server.address, "a", TODAY + KEPT)
    assert server.states() == {"a", "b"}
    migrated(server.address, "a", TODAY + KEPT + DAY)
    assert server.states() == {"a"}
    assert len(server.migrated) == 2


def test_a_database_whose_migration_failed_is_made_again(server, monkeypatch):
    def fails(address):
        raise RuntimeError(address)

    with monkeypatch.context() as broken:
        broken.setattr(migrated_database, "_migrate", fails)
        with pytest.raises(RuntimeError):
            migrated(server.address, "a", TODAY)
    migrated(server.address, "a", TODAY)
    assert server.states() == {"a"}
