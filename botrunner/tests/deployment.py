"""The services of compose.yml as plain processes: the same commands, environment and start order.

Each one runs as an account without rights, on a root that it can't write to, and on the stores that
a test started. What a container engine adds is left out: images, limits and its own network.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml
from django.conf import settings

from whisper.tests.redis.redis_server import free_port
from whisper.tests.waiting import wait_until

ROOT = Path(settings.BASE_DIR)
ACCOUNT = 10001
CONTAINER_PORT = "8000"
# What compose puts in the place of a variable that is not set.
DEFAULT = re.compile(r"\$\{\w+:-([^}]*)\}")
# Arguments: the folder that can be written to, Python's own, the command.
AS_IN_A_CONTAINER = f"""
set -e
folder=$1 python=$2
shift 2
mount --bind "$folder" "$folder"
# An interpreter in somebody's home folder is in nobody else's reach.
if ! setpriv --reuid {ACCOUNT} --clear-groups test -x "$python/bin"; then
  mount --bind "$python" "$folder/python"
  mount -t tmpfs -o mode=755 none "$HOME"
  (umask 022 && mkdir -p "$python")
  mount --bind "$folder/python" "$python"
fi
mount -o remount,ro,bind / /
exec setpriv --reuid {ACCOUNT} --regid {ACCOUNT} --clear-groups --no-new-privs \\
  --bounding-set=-all --inh-caps=-all "$@"
"""


class Deployment:
    """What `docker compose --profile full up` starts of ours.

    Args:
        folder: holds the volumes and `/tmp`.
        addresses: of the stores, in place of what they are called in compose.yml.
    """

    def __init__(self, folder: Path, addresses: Mapping[str, str]) -> None:
        self._folder = folder
        self._addresses = addresses
        self._services = yaml.safe_load((ROOT / "compose.yml").read_text())["services"]
        self._ports: dict[str, int] = {}
        self._running: dict[str, subprocess.Popen[str]] = {}

    def write_secrets(self) -> None:
        """Do what the service `secrets` does, and name the stores that run here.

        The Elasticsearch of tests has no security: any key will do.
        """
        folder = self._folder / "secrets"
        subprocess.run([sys.executable, "bin/store-secrets", folder], cwd=ROOT, check=True)
        file = folder / "whisper" / "stores.env"
        text = file.read_text().replace("=/secrets/", f"={folder / 'whisper'}/")
        for name, address in self._addresses.items():
            assert name in text, f"{name} is not in {file}"
            text = text.replace(name, address)
        file.write_text(text)
        key = folder / "whisper" / "index.key"
        key.write_text("a2V5")
        os.chown(key, ACCOUNT, ACCOUNT)

    def run(self, name: str) -> None:
        """Run a service that ends.

        Raises:
            AssertionError: it failed.
        """
        self._start(name)
        ended = self._running.pop(name)
        _, errors = ended.communicate()
        assert ended.returncode == 0, f"{name} failed: {errors}"

    def start(self, name: str) -> None:
        """Start a service that keeps running, on a port of its own."""
        self._ports.setdefault(name, free_port())
        self._start(name)

    def is_healthy(self, name: str) -> bool:
        """Return what the health check of a service says."""
        how, *command = self._services[name]["healthcheck"]["test"]
        assert how == "CMD"
        words = [self._here(word, self._ports[name]) for word in command]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    def is_ready(self, name: str) -> bool:
        """Return whether a service says that it is ready; its health check starts a process.

        Raises:
            AssertionError: the service has ended.
        """
        process = self._running[name]
        if process.poll() is not None:
            raise AssertionError(f"{name} ended: {process.communicate()[1]}")
        try:
            with urlopen(f"{self.address(name)}/health/ready", timeout=10) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except OSError:
            return False

    def wait_until_healthy(self, *names: str) -> None:
        """Wait until services are."""
        for name in names:
            wait_until(partial(self.is_ready, name))
            assert self.is_healthy(name)

    def address(self, name: str) -> str:
        """Return where a service answers."""
        return f"http://127.0.0.1:{self._ports[name]}"

    def kill(self, name: str) -> None:
        """End a service with all its processes, as a lack of memory would."""
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def stop(self, name: str) -> int:
        """Stop a service as `docker compose stop` does, and return its exit code.

        Raises:
            TimeoutExpired: it takes longer than its grace period, and would be killed.
        """
        self._running[name].terminate()
        grace = float(self._services[name]["stop_grace_period"].removesuffix("s"))
        process = self._running.pop(name)
        process.communicate(timeout=grace)
        return process.returncode

    def end(self) -> None:
        """End what still runs."""
        for name in list(self._running):
            self.kill(name)

    def _start(self, name: str) -> None:
        service = self._services[name]
        entry = service.get("entrypoint", ["bin/container"])
        words = [self._here(word, self._ports.get(name)) for word in entry + service["command"]]
        inside = ["sh", "-c", AS_IN_A_CONTAINER, "sh", str(self._folder), sys.base_prefix, *words]
        self._running[name] = subprocess.Popen(
            ["unshare", "--mount", *inside],
            cwd=ROOT,
            env=self._environment(service),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _environment(self, service: Mapping[str, Any]) -> dict[str, str]:
        written = service["environment"].items()
        given = {name: self._here(DEFAULT.sub(r"\1", value)) for name, value in written}
        # Of the Dockerfile.
        image = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "VENV": sys.prefix}
        temporary = {"TMPDIR": str(self._folder / "tmp")}
        bare = {"PATH": os.environ["PATH"], "HOME": str(Path.home())}
        return bare | image | temporary | given

    def _here(self, word: str, port: int | None = None) -> str:
        """Return what a word of compose.yml says with the paths and the port of here."""
        paths = {
            "/venv/bin/python": sys.executable,
            "/secrets": str(self._folder / "secrets" / "whisper"),
            "/data": str(self._folder / "data"),
        }
        for there, here in paths.items():
            if word.startswith(there):
                return word.replace(there, here, 1)
        return word if port is None else word.replace(f":{CONTAINER_PORT}", f":{port}")


@contextmanager
def deployment(addresses: Mapping[str, str]) -> Iterator[Deployment]:
    """Give a deployment with empty volumes; skip where a process can't have mounts of its own."""
    programs = [shutil.which(name) for name in ("unshare", "setpriv")]
    if os.geteuid() != 0 or None in programs:
        pytest.skip("mounts need root")
    folder = Path(tempfile.mkdtemp(prefix="whisper-deployment-"))
    for volume in (folder, folder / "secrets"):
        volume.mkdir(exist_ok=True)
        volume.chmod(0o755)
    for name in ("data", "tmp", "python"):
        (folder / name).mkdir(mode=0o700)
        os.chown(folder / name, ACCOUNT, ACCOUNT)
    _give_models(folder / "data" / "models")
    made = Deployment(folder, addresses)
    try:
        yield made
    finally:
        made.end()
        shutil.rmtree(folder, ignore_errors=True)


def _give_models(folder: Path) -> None:
    """Put in place the models that the tests share: converting them takes long."""
    shared = Path(os.environ["WHISPER_MODELS_DIR"])
    if shared.is_dir():
        shutil.copytree(shared, folder)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, ACCOUNT, ACCOUNT)
