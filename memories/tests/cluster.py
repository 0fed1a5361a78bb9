"""Real nodes of Elasticsearch for tests, as ../shared/services starts them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from pydantic import SecretStr

from conftest import require_service
from whisper.environment import environment
from whisper.tests.redis.redis_server import free_port
from whisper.tests.waiting import runs, wait_until

START = Path(settings.BASE_DIR).parent / "shared" / "services" / "elasticsearch" / "start"
UP_SECONDS = 240.0


class Cluster:
    """Nodes that know each other; each can be killed.

    Args:
        folder: where each keeps its data, in a folder of its own.
        count: how many; each is eligible as master.
        settings: of each, as NAME=VALUE.
    """

    def __init__(self, folder: Path, count: int, *settings: str) -> None:
        names = [f"node-{number + 1}" for number in range(count)]
        ports = {name: (free_port(), free_port()) for name in names}
        self.addresses = {name: f"http://127.0.0.1:{ports[name][0]}" for name in names}
        self.processes: dict[str, int] = {}
        starting = {
            name: subprocess.Popen(
                [str(START), "--name", name, "--data", str(folder / name), "--heap", "400m"]
                + ["--port", str(ports[name][0]), "--transport", str(ports[name][1])]
                # Without it, a node is a cluster of its own.
                + (["--masters", ",".join(names)] if count > 1 else [])
                + [word for setting in settings for word in ("--set", setting)]
                + [
                    word
                    for other in names
                    if other != name
                    for word in ("--seed", f"127.0.0.1:{ports[other][1]}")
                ],
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in names
        }
        for name, process in starting.items():
            told, _ = process.communicate(timeout=UP_SECONDS)
            if process.returncode:
                self.stop()
                raise RuntimeError(f"{name} did not start")
            self.processes[name] = int(told)
        self.wait_for(f"wait_for_nodes={count}&wait_for_status=green")

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let memories be kept in it."""
        addresses = [SecretStr(address) for address in self.addresses.values()]
        monkeypatch.setattr(environment, "elasticsearch_url", addresses)
        monkeypatch.setattr(environment, "memory_index", "elasticsearch")

    def wait_for(self, wanted: str) -> None:
        """Wait until a node that is left says that the cluster is as wanted.

        Raises:
            TimeoutError: it does not become so.
        """
        name = next(iter(self.processes))
        address = f"{self.addresses[name]}/_cluster/health?timeout=20s&{wanted}"

        def reached() -> bool:
            try:
                with urlopen(address, timeout=UP_SECONDS) as answer:
                    return not json.load(answer)["timed_out"]
            except OSError:
                # Without a master a node refuses to say.
                return False

        wait_until(reached, seconds=UP_SECONDS)

    def master(self) -> str:
        """Return the name of the node that the others follow."""
        name = next(iter(self.processes))
        address = f"{self.addresses[name]}/_cat/master?format=json"
        with urlopen(address, timeout=UP_SECONDS) as answer:
            found: str = json.load(answer)[0]["node"]
        return found

    def kill(self, name: str) -> None:
        """End a node at once."""
        process = self.processes.pop(name)
        os.kill(process, signal.SIGKILL)
        wait_until(lambda: not runs(process))

    def stop(self) -> None:
        """End all nodes."""
        for name in list(self.processes):
            self.kill(name)


def start_cluster(folder: Path, count: int, *settings: str) -> Cluster:
    """Return a running cluster; without the means to start one, skip or fail the test.

    Nodes take a minute of all processors: where no Elasticsearch is configured none is started.
    """
    require_service("elasticsearch")
    if not START.exists():
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(f"{START} does not exist, and REQUIRE_SERVICES=1 asks for it")
        pytest.skip("there is nothing to start nodes of Elasticsearch with")
    return Cluster(folder, count, *settings)
