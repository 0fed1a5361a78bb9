"""A Redis of a test's own that can be paused, killed and restarted."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from conftest import require_service
from whisper.tests.waiting import wait_until

# Microseconds per key; after each one Redis checks whether somebody asks.
SLOW_LOADING = ("--key-load-delay", "2000", "--loading-process-events-interval-bytes", "1024")


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RedisServer:
    """A real redis-server in a folder of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        if shutil.which("redis-server") is None:
            require_service("redis")
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    def start(self, *more: str, wait: bool = True) -> None:
        """Start it, as it was when it ended."""
        given = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        quiet = ["--logfile", str(self._folder / "log"), "--save", ""]
        self._process = subprocess.Popen(["redis-server", *given, *quiet, *self._options, *more])
        if wait:
            wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            self._client().ping()
        except redis.AuthenticationError:
            return True
        except redis.ConnectionError:
            return False
        return True

    def pause(self) -> None:
        """Stop it from answering; connections are still accepted."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._send(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def start_loading(self) -> None:
        """Restart it, with so much to load that it is busy until `finish_loading`."""
        client = self._client()
        client.config_set("appendonly", "yes")
        for number in range(5000):
            client.set(f"other:{number}", os.urandom(1024))
        self._wait_for_rewrite(client)
        client.bgrewriteaof()
        self._wait_for_rewrite(client)
        self.kill()
        self.start("--appendonly", "yes", *SLOW_LOADING, wait=False)

    def wait_until_loading(self) -> None:
        """Wait until it answers that it is loading."""

        def loads() -> bool:
            try:
                self._client().get("key")
            except redis.BusyLoadingError:
                return True
            except (redis.ConnectionError, redis.TimeoutError):
                return False
            return False

        wait_until(loads)

    def finish_loading(self) -> None:
        """Let it load the rest at once."""

        def set_delay() -> bool:
            try:
                self._client().config_set("key-load-delay", 0)
            except (redis.ConnectionError, redis.TimeoutError):
                return False
            return True

        wait_until(set_delay)

    def _wait_for_rewrite(self, client: redis.Redis) -> None:
        def rewritten() -> bool:
            state = client.info("persistence")
            return not (state["aof_rewrite_in_progress"] or state["aof_rewrite_scheduled"])

        wait_until(rewritten)

    def _client(self) -> redis.Redis:
        return redis.Redis(port=self.port, retry=Retry(NoBackoff(), 0))

    def _send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
