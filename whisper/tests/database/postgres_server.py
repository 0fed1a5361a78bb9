"""A PostgreSQL of a test's own that can be paused, killed and restarted."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest
from pydantic import SecretStr

from whisper.database.switching import use_database
from whisper.environment import environment
from whisper.settings.databases import database
from whisper.tests.redis.redis_server import free_port
from whisper.tests.waiting import runs, wait_until

OWNER = "postgres"


def _programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest version's."""
    found = shutil.which("initdb")
    folders = (
        [Path(found).resolve().parent]
        if found
        else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    )
    return folders[-1] if folders else None


class PostgresServer:
    """A real server in a folder of its own, which goes with it.

    Args:
        options: settings by name; it takes `max_connections=20` and does not wait for the disk.
    """

    def __init__(self, **options: object) -> None:
        self.port = free_port()
        self._options = {"max_connections": 20, "fsync": "off"} | options
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path()

    @property
    def url(self) -> str:
        """Return the address of its database."""
        return f"postgres://{OWNER}@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        if _programs() is None:
            if os.environ.get("REQUIRE_SERVICES") == "1":
                pytest.fail("PostgreSQL's programs are missing, and REQUIRE_SERVICES=1 asks for it")
            pytest.skip("PostgreSQL's programs are not at hand")
        self._folder = Path(tempfile.mkdtemp(prefix="whisper-postgres-"))
        if os.geteuid() == 0:
            # It refuses to run as root.
            shutil.chown(self._folder, OWNER)
        self._make_data()
        self.start()
        return self

    def _make_data(self) -> None:
        self._run("initdb", "-D", str(self._data), "-U", OWNER, "-A", "trust", "--no-sync")

    def _run(self, program: str, *options: str) -> None:
        subprocess.run(
            [_program(program), *options],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            **_as_owner(),
        )

    def __exit__(self, *error: object) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self, *, wait: bool = True) -> None:
        """Start it, as it was when it ended."""
        options = self._options | {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
        }
        given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_program("postgres"), "-D", str(self._data), *given],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                **_as_owner(),
            )
        if wait:
            wait_until(self._answers)

    def _answers(self) -> bool:
        assert self._process is not None
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            assert self._process.poll() is None, (self._folder / "log").read_text()
            return False
        return True

    def execute(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask it something, on a connection of its own."""
        with psycopg.connect(self.url, connect_timeout=5, autocommit=True) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def drop_connections(self) -> None:
        """End all connections of others, as an administrator does."""
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    def pause(self) -> None:
        """Stop it from answering; connections are still accepted."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._send(signal.SIGCONT)

    def kill(self) -> None:
        """End all its processes at once, without a chance to write anything."""
        # Else it might start another while the others are ended.
        self._send(signal.SIGSTOP)
        ended = self._pids()
        self._send(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None
        # It does not start again as long as one of the old ones is left.
        wait_until(lambda: not any(map(runs, ended)))

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _send(self, number: signal.Signals) -> None:
        for pid in self._pids():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _pids(self) -> list[int]:
        """Return its first process, and those that this one has started for its connections."""
        if self._process is None:
            return []
        first = self._process.pid
        children = Path(f"/proc/{first}/task/{first}/children")
        others = children.read_text().split() if children.exists() else []
        return [first, *map(int, others)]


class Replica(PostgresServer):
    """Follows another server, which acknowledges a commit once the replica has it, too."""

    def __init__(self, primary: PostgresServer) -> None:
        super().__init__()
        self._primary = primary

    def _make_data(self) -> None:
        address = ["-h", "127.0.0.1", "-p", str(self._primary.port), "-U", OWNER]
        self._run("pg_basebackup", "-D", str(self._data), "-R", "--checkpoint=fast", *address)

    def follow(self) -> None:
        """Let the other server wait for this one from now on."""
        self._primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self._primary.execute("SELECT pg_reload_conf()")
        wait_until(self._is_waited_for)

    def _is_waited_for(self) -> bool:
        return self._primary.execute("SELECT sync_state FROM pg_stat_replication") == [("sync",)]

    def take_over(self) -> None:
        """Take the place of the other server, which was killed, and its address."""
        self.execute("SELECT pg_promote()")
        self.kill()
        self.port = self._primary.port
        self.start()


def _program(name: str) -> str:
    folder = _programs()
    assert folder is not None
    return str(folder / name)


def _as_owner() -> dict[str, Any]:
    """Return the options of a process that must not be root's."""
    if os.geteuid() != 0:
        return {}
    return {"user": OWNER, "group": OWNER, "extra_groups": []}


@contextmanager
def record_on(server: PostgresServer, monkeypatch: Any, **variables: Any) -> Iterator[None]:
    """Let a server hold the database, up to date, for as long as the block lasts.

    Args:
        variables: fields of the environment that differ.
    """
    with monkeypatch.context() as changed:
        for name, value in {"database_url": SecretStr(server.url), **variables}.items():
            changed.setattr(environment, name, value)
        with use_database(database(environment, Path())):
            yield
