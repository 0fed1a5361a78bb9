"""A browser without a window: Chromium, driven over its debugging protocol."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 60
END_SECONDS = 10
LOOK_SECONDS = 0.02
# The numbers by which the protocol knows keys that type nothing.
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40}
CONTROL, SHIFT = 2, 8
# Where the first line of something is, once it is in sight; why it can't be clicked otherwise.
POINT = """
(([selector, text]) => {
    const shown = [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const one = shown.find((one) => one.textContent.includes(text));
    if (!one) return 'is not there';
    one.scrollIntoView({block: 'center', behavior: 'instant'});
    const {x, y, width, height} = one.getClientRects()[0];
    const point = [x + width / 2, y + height / 2];
    const top = document.elementFromPoint(...point);
    return one.contains(top) ? point : `is covered by ${top?.outerHTML.slice(0, 200)}`;
})(%s)
"""
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


class BrowserError(Exception):
    """The browser isn't there, doesn't start, or doesn't do what it is asked."""


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
        """Call a method of the protocol and return its result.

        Raises:
            BrowserError: the browser refuses it, or doesn't answer within a minute.
        """
        number, until = next(self._numbers), time.monotonic() + SECONDS
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = self._receive(until)
            if message.get("id") == number:
                if "error" in message:
                    raise BrowserError(f"{method}: {message['error']}")
                return message["result"]

    def open(self, address: str) -> None:
        """Open an address and await that the page is loaded.

        Raises:
            BrowserError: nothing answers there, or the page isn't loaded within a minute.
        """
        before = self._loaded
        if fault := self.call("Page.navigate", url=address).get("errorText"):
            raise BrowserError(f"{address}: {fault}")
        self._await_load(before)

    def do(self, script: str) -> Any:
        """Run a script in the page and return its value; a promise is awaited.

        Raises:
            BrowserError: it raised an error.
        """
        answer = self.call(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def do_and_load(self, script: str) -> None:
        """Run a script that leads to another page, and await that it is loaded."""
        with self.loading():
            self.do(script)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Do something that leads to another page, and await that it is loaded."""
        before = self._loaded
        yield
        self._await_load(before)

    def click(self, selector: str, text: str = "") -> None:
        """Click with the mouse on what a selector finds.

        Args:
            text: what it says, where the selector finds several.

        Raises:
            BrowserError: nobody could: it isn't there, or something lies over it.
        """
        found = self.do(POINT % json.dumps([selector, text]))
        if isinstance(found, str):
            raise BrowserError(f"{selector} {text} {found}".replace("  ", " "))
        at = {"x": found[0], "y": found[1]}
        self.call("Input.dispatchMouseEvent", type="mouseMoved", **at)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)

    def fill(self, selector: str, text: str) -> None:
        """Click on a field and type something in the place of what it holds."""
        self.click(selector)
        self.do("document.activeElement.select()")
        self.call("Input.insertText", text=text)

    def press(self, key: str, modifiers: int = 0) -> None:
        """Press a key: a letter, or one of `KEYS`.

        Args:
            modifiers: the sum of `CONTROL` and `SHIFT`, as far as they are held.
        """
        is_letter = len(key) == 1
        event = {
            "key": key,
            "code": f"Key{key.upper()}" if is_letter else key,
            "windowsVirtualKeyCode": ord(key.upper()) if is_letter else KEYS[key],
            "modifiers": modifiers,
        }
        typed = "\r" if key == "Enter" else key if is_letter and not modifiers else ""
        pressed = {"type": "keyDown", "text": typed} if typed else {"type": "rawKeyDown"}
        self.call("Input.dispatchKeyEvent", **pressed, **event)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    @property
    def path(self) -> str:
        """Return the path of the page that is shown."""
        return str(self.do("location.pathname"))

    def settle(self) -> None:
        """Await two frames, so that what a page does when it is loaded has been done."""
        self.do("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")

    def _await_load(self, before: int) -> None:
        until = time.monotonic() + SECONDS
        while self._loaded == before:
            self._receive(until)

    def _receive(self, until: float) -> Any:
        left = until - time.monotonic()
        if left <= 0:
            raise BrowserError("Chromium doesn't do it in time.")
        try:
            message = json.loads(self._socket.recv(timeout=left))
        except (TimeoutError, WebSocketException) as error:
            raise BrowserError(f"Chromium doesn't answer: {error}") from error
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


def find() -> str | None:
    """Return the path of the browser of this machine, None without one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browser(chromium: str) -> Iterator[Page]:
    """Start Chromium with an empty profile, and yield a tab of it.

    Args:
        chromium: its path.

    Raises:
        BrowserError: it doesn't start.
    """
    with TemporaryDirectory(prefix="whisper-", ignore_cleanup_errors=True) as profile:
        command = [chromium, *ARGUMENTS, f"--user-data-dir={profile}", "about:blank"]
        try:
            process = subprocess.Popen(  # noqa: S603 - the arguments are ours
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise BrowserError(f"Chromium doesn't start: {error}") from error
        try:
            port = _port(Path(profile) / "DevToolsActivePort", process)
            with _tab(port) as socket:
                yield Page(socket)
        finally:
            _end(process)


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    """Return the port that Chromium writes down once it listens."""
    until = time.monotonic() + SECONDS
    while not (file.exists() and "\n" in file.read_text()):
        if process.poll() is not None or time.monotonic() > until:
            raise BrowserError("Chromium ended at its start, or doesn't listen.")
        time.sleep(LOOK_SECONDS)
    return int(file.read_text().splitlines()[0])


def _tab(port: int) -> ClientConnection:
    try:
        with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=SECONDS) as answer:  # nosec B310
            tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
        if not tabs:
            raise BrowserError("Chromium has no tab.")
        return connect(tabs[0]["webSocketDebuggerUrl"], max_size=None)
    except (OSError, ValueError, HTTPException, WebSocketException) as error:
        raise BrowserError(f"Chromium can't be reached: {error}") from error


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
