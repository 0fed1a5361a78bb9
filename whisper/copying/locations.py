"""Where databases are: the configured one, and any that an address names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from pydantic import SecretStr, ValidationError

from whisper.copying.base import Database
from whisper.copying.errors import CopyError
from whisper.copying.postgres import OTHERS, PostgresDatabase, first_line
from whisper.copying.sqlite import SqliteDatabase, is_open_elsewhere
from whisper.database.postgresql.pools import close_pool
from whisper.environment import environment
from whisper.settings import DATA_DIR
from whisper.settings.databases import database

Migrations = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Location:
    """A database that may belong to Whisper.

    Args:
        alias: what Django calls it.
        shown: how it is displayed; without secrets.
        file: the SQLite file; None for PostgreSQL.
    """

    alias: str
    shown: str
    file: Path | None

    @property
    def fingerprint(self) -> str:
        """Return its fingerprint, 64 characters."""
        return hashlib.sha256(self.shown.encode()).hexdigest()

    @property
    def exists(self) -> bool:
        """Return whether there is something to open; for a server, find out by opening."""
        return self.file is None or self.file.exists()

    @contextmanager
    def open(self, *, readonly: bool) -> Iterator[Database]:
        """Open it for the duration of a `with` block.

        Raises:
            CopyError: it can't be reached or used.
        """
        opened = self._opened(readonly=readonly)
        try:
            yield opened
        finally:
            opened.close()

    def migrate(self) -> None:
        """Create or migrate its tables.

        Raises:
            CopyError: that fails.
        """
        try:
            call_command("migrate", database=self.alias, verbosity=0, interactive=False)
        except DatabaseError as error:
            raise CopyError(
                f"The tables of {self.shown} can't be created: {first_line(error)}. "
                "Nothing was copied: run the same command again once that is fixed."
            ) from error
        finally:
            self.release()

    def release(self) -> None:
        """Close what Django holds open of it in this thread."""
        connection = connections[self.alias]
        if connection.in_atomic_block:
            return
        connection.close()
        if self.alias == DEFAULT_DB_ALIAS:
            # No other place has one.
            close_pool()

    def in_use(self) -> bool:
        """Return whether other processes are connected; ask before this one opens it.

        Raises:
            CopyError: it can't be reached.
        """
        if self.file is not None:
            return is_open_elsewhere(self.file)
        with self.open(readonly=True) as opened:
            return bool(opened.execute(OTHERS))

    def _opened(self, *, readonly: bool) -> Database:
        if self.file is not None:
            return SqliteDatabase(self.file, readonly=readonly)
        parameters = connections[self.alias].get_connection_params()
        known = {"pool", "server_side_binding", "cursor_factory", "context", "prepare_threshold"}
        return PostgresDatabase(
            {name: value for name, value in parameters.items() if name not in known},
            readonly=readonly,
        )


def configured_database() -> Location:
    """Return the place that is configured."""
    return _place(DEFAULT_DB_ALIAS, connections[DEFAULT_DB_ALIAS].settings_dict)


def named(address: str) -> Location:
    """Return the place that an address names, known to Django from now on.

    Args:
        address: as DATABASE_URL takes it: `postgres://...` or `sqlite:///path`.

    Raises:
        CopyError: the address is not of that kind.
    """
    elsewhere = environment.model_copy()
    try:
        elsewhere.database_url = SecretStr(address)
    except ValidationError:
        raise CopyError(
            "An address is none such as postgres://user@host:5432/name or sqlite:///path; "
            "what stands before its first colon: "
            f"{address.partition(':')[0][:20]!r}."
        ) from None
    return added(database(elsewhere, DATA_DIR))


def added(config: dict[str, Any]) -> Location:
    """Return the place of a configuration of Django, known to Django from now on."""
    # A copy is one connection; a pool would keep others.
    options = {name: value for name, value in config["OPTIONS"].items() if name != "pool"}
    config = config | {"OPTIONS": options, "CONN_MAX_AGE": 0}
    if config["ENGINE"].endswith("sqlite3"):
        config["NAME"] = Path(config["NAME"]).absolute()
    place = _place("", config)
    alias = f"copy-{place.fingerprint[:16]}"
    filled = connections.configure_settings({DEFAULT_DB_ALIAS: {}, alias: config})
    connections.settings[alias] = filled[alias]
    return _place(alias, config)


def migrations(opened: Database) -> Migrations:
    """Return the migrations applied to a database."""
    if "django_migrations" not in opened.present():
        return set()
    return {(app, name) for app, name in opened.execute("SELECT app, name FROM django_migrations")}


def missing(had: Migrations) -> list[str]:
    """Return the migrations of this version of Whisper that a database lacks."""
    return sorted(".".join(name) for name in _known() - had)


def newer(had: Migrations) -> list[str]:
    """Return the migrations of a database that this version of Whisper doesn't know."""
    known = _known()
    apps = {app for app, _ in known}
    return sorted(".".join(name) for name in had - known if name[0] in apps)


def models_at(had: Migrations) -> Apps:
    """Return the models as they were after these migrations and no others."""
    loader = MigrationLoader(None)
    nodes = [key for key in loader.disk_migrations if key in had]
    apps: Apps = loader.project_state(nodes).apps
    return apps


@cache
def _known() -> Migrations:
    # To read all of them takes a tenth of a second.
    return set(MigrationLoader(None).disk_migrations)


def _place(alias: str, config: Any) -> Location:
    name = config["NAME"]
    if config["ENGINE"].endswith("sqlite3"):
        file = Path(name).absolute()
        return Location(alias, f"SQLite {file}", file)
    host, port = config.get("HOST") or "localhost", config.get("PORT") or 5432
    return Location(alias, f"PostgreSQL {host}:{port}/{name}", None)
