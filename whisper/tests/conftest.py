"""What tests of carrying and of backups share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from conftest import require_service
from whisper.tests.database_copies import (
    PostgresDatabases,
    forget_aliases,
    sqlite_url,
)


@pytest.fixture
def new_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[str], str]]:
    """Give addresses of databases that do not exist or are empty; they go away at the end.

    The database of the tests itself is not touched.
    """
    monkeypatch.setattr("whisper.environment.environment.backup_path", tmp_path / "backups")
    made: list[PostgresDatabases] = []
    numbers = iter(range(100))

    def give(engine: str) -> str:
        if engine == "sqlite":
            return sqlite_url(tmp_path / f"record-{next(numbers)}.sqlite3")
        if not made:
            made.append(PostgresDatabases(require_service("postgres")))
        return made[0].make()

    with django_db_blocker.unblock():
        yield give
        forget_aliases()
    for server in made:
        server.drop()
