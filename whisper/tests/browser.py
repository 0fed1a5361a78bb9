"""A real browser for tests: Chromium, driven over its debugging protocol."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

import pytest
from websockets.sync.client import ClientConnection, connect

from whisper.tests.waiting import wait_until

CHROMIUM = shutil.which("chromium")
AXE = files("axe_core_python") / "axe.min.js"
SECONDS = 60
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--no-first-run",
    "--remote-debugging-port=0",
)


class Page:
    """A tab: what it shows, what it asked for, and what the browser complained of."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._loaded = 0
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """Call a method of the protocol and return its result."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = self._receive()
            if message.get("id") == number:
                assert "error" not in message, (method, message["error"])
                return message["result"]

    def open(self, address: str) -> None:
        """Open an address and await that the page is loaded."""
        before = self._loaded
        assert not self.call("Page.navigate", url=address).get("errorText"), address
        self._await_load(before)

    def do(self, script: str) -> Any:
        """Run a script in the page and return its value; a promise is awaited."""
        answer = self.call(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def do_and_load(self, script: str) -> None:
        """Run a script that leads to another page, and await that it is loaded."""
        before = self._loaded
        self.do(script)
        self._await_load(before)

    @property
    def path(self) -> str:
        """Return the path of the page that is shown."""
        return str(self.do("location.pathname"))

    def obstacles(self) -> list[str]:
        """Return what keeps somebody from using the page: what axe finds serious or critical."""
        self.do(AXE.read_text())
        found = self.do("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [
            f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]

    def settle(self) -> None:
        """Await two frames, so that what a page does when it is loaded has been done."""
        self.do("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")

    def _await_load(self, before: int) -> None:
        while self._loaded == before:
            self._receive()

    def _receive(self) -> Any:
        message = json.loads(self._socket.recv(timeout=SECONDS))
        said = message.get("params", {})
        match message.get("method"):
            case "Page.loadEventFired":
                self._loaded += 1
            case "Network.requestWillBeSent":
                self.requests.append(said["request"]["url"])
            case "Network.webSocketCreated":
                self.requests.append(said["url"])
            case "Log.entryAdded" if said["entry"]["level"] in ("error", "warning"):
                self.complaints.append(f"{said['entry']['text']} {said['entry'].get('url', '')}")
            case "Runtime.exceptionThrown":
                self.complaints.append(str(said["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if said["type"] in ("error", "warning", "assert"):
                self.complaints.append(str(said["args"]))
        return message


@contextmanager
def browser() -> Iterator[Page]:
    """Start Chromium with an empty profile, and yield a tab of it."""
    assert CHROMIUM is not None
    with TemporaryDirectory(prefix="whisper-", ignore_cleanup_errors=True) as profile:
        command = [CHROMIUM, *ARGUMENTS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            port = _port(Path(profile) / "DevToolsActivePort", process)
            with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=SECONDS) as answer:
                tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
            with connect(tabs[0]["webSocketDebuggerUrl"], max_size=None) as socket:
                yield Page(socket)
        finally:
            process.terminate()
            process.wait(SECONDS)


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    """Return the port that Chromium writes down once it listens."""

    def is_written() -> bool:
        assert process.poll() is None, "Chromium ended."
        return file.exists() and "\n" in file.read_text()

    wait_until(is_written, seconds=SECONDS)
    return int(file.read_text().splitlines()[0])
