"""A browser without a window: the machine's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright import sync_api

NAMES = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 60
ARGUMENTS = ("--disable-gpu", "--disable-background-networking", "--disable-component-update")
COMPLAINTS = ("error", "warning", "assert")


class BrowserError(Exception):
    """The browser isn't there, doesn't start, or doesn't do what it is asked."""


class Page:
    """A tab: what it shows, what it asked for, and what the browser complained of.

    Args:
        page: as Playwright sees it.
        call: runs a function in the thread in which Playwright runs.
    """

    def __init__(self, page: sync_api.Page, call: Callable[[Callable[[], Any]], Any]) -> None:
        self._page, self._call = page, call
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._call(self._listen)

    def _listen(self) -> None:
        self._page.set_default_timeout(SECONDS * 1000)
        self._protocol = self._page.context.new_cdp_session(self._page)
        self._page.on("request", lambda one: self.requests.append(one.url))
        self._page.on("websocket", lambda one: self.requests.append(one.url))
        self._page.on("pageerror", lambda one: self.complaints.append(str(one)))
        self._page.on("console", self._note)

    def _note(self, said: sync_api.ConsoleMessage) -> None:
        if said.type in COMPLAINTS:
            self.complaints.append(f"{said.text} {said.location.get('url', '')}".strip())

    def limit(self, seconds: float) -> None:
        """Let nothing take longer from now on; at first it is a minute."""
        self._call(lambda: self._page.set_default_timeout(seconds * 1000))

    def call(self, method: str, **parameters: Any) -> Any:
        """Call a method of the debugging protocol and return its result.

        Raises:
            BrowserError: the browser refuses it, or doesn't answer within a minute.
        """
        return self._call(lambda: self._protocol.send(method, parameters))

    def open(self, address: str) -> None:
        """Open an address and await that the page is loaded.

        Raises:
            BrowserError: nothing answers there, or the page isn't loaded within a minute.
        """
        self._call(lambda: self._page.goto(address))

    def do(self, script: str) -> Any:
        """Run a script in the page and return its value; a promise is awaited.

        Raises:
            BrowserError: it raised an error.
        """
        return self._call(lambda: self._page.evaluate(script))

    def do_and_load(self, script: str) -> None:
        """Run a script that leads to another page, and await that it is loaded."""
        with self.loading():
            self.do(script)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Do something that leads to another page, and await that it is loaded."""
        event = self._call(lambda: self._page.expect_event("load").__enter__())
        yield
        self._call(lambda: event.value)

    def click(self, selector: str, text: str = "") -> None:
        """Click with the mouse on what a selector finds.

        Args:
            text: what it says, where the selector finds several.

        Raises:
            BrowserError: nobody could: it isn't there, or something lies over it.
        """
        self._call(lambda: self._shown(selector, text).click(no_wait_after=True))

    def _shown(self, selector: str, text: str) -> sync_api.Locator:
        found = self._page.locator(selector).filter(visible=True)
        return (found.filter(has_text=text) if text else found).first

    def fill(self, selector: str, text: str) -> None:
        """Type something into a field in the place of what it holds."""
        self._call(lambda: self._shown(selector, "").fill(text))

    def press(self, keys: str) -> None:
        """Press a key, or several that are held together: "Enter", "Control+k"."""
        self._call(lambda: self._page.keyboard.press(keys))

    @property
    def path(self) -> str:
        """Return the path of the page that is shown."""
        return str(self.do("location.pathname"))

    def settle(self) -> None:
        """Await two frames, so that what a page does when it is loaded has been done."""
        self.do("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


def find() -> str | None:
    """Return the path of the browser of this machine, None without one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browser(chromium: str) -> Iterator[Page]:
    """Start Chromium with an empty profile, and yield a tab of it.

    Playwright runs in a thread of its own, as its event loop would keep Django and asynchronous
    tests from this one.

    Args:
        chromium: its path.

    Raises:
        BrowserError: it doesn't start, or Playwright isn't installed.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise BrowserError("A browser needs Playwright: run bin/setup dev.") from error

    with ThreadPoolExecutor(1, "browser") as thread:

        def call(function: Callable[[], Any]) -> Any:
            try:
                return thread.submit(function).result()
            except Error as error:
                raise BrowserError(str(error)) from error

        started = call(sync_playwright().start)
        try:
            tab = call(lambda: _tab(started, chromium))
            yield Page(tab, call)
        finally:
            call(started.stop)


def _tab(started: sync_api.Playwright, chromium: str) -> sync_api.Page:
    opened = started.chromium.launch(
        executable_path=chromium, args=list(ARGUMENTS), chromium_sandbox=False
    )
    return opened.new_page(no_viewport=True)
