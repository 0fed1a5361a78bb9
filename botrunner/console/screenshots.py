"""Pictures of the console's pages, taken with Chromium on this machine."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import cycle
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from botrunner.web.server import serve
from memories.models import Memory, ReplyTrace
from profiles.models import Profile
from whisper import live
from whisper.browser import Page, browser

REASON = "To take pictures of the console."
HEIGHT = 760
# How long a page draws itself, how long Live gathers events, and how long the server may take to
# start.
DRAWING_SECONDS, GATHERING_SECONDS, STARTING_SECONDS = 0.5, 6.0, 30
# Replies that Live shows as if they were sent now, and the pause between two of their events.
REPLIES, EACH_SECONDS = 20, 0.1
# As a browser calls them; Unfold follows it.
THEMES = ("light", "dark")


class PictureError(Exception):
    """A page can't be pictured."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to be pictured: its file's name, its address, and how long it takes to draw."""

    name: str
    address: str
    seconds: float = DRAWING_SECONDS


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that was taken, and what the page complained of in the browser's console."""

    file: Path
    complaints: tuple[str, ...]


def pictures() -> list[Picture]:
    """Return the pages to be pictured, with a person, a reply and a memory that show something."""
    person = Profile.objects.order_by("-interaction_count").first()
    traces = ReplyTrace.objects.exclude(recalled=[]).exclude(reply=None)
    trace = traces.filter(message__guild_id__isnull=False).order_by("-created_at").first()
    facts = Memory.objects.filter(kind=Memory.Kind.USER_FACT, valid_to=None).exclude(sources=None)
    fact = facts.order_by("-recall_count", "-said_at").first()
    if person is None or trace is None or trace.reply is None or fact is None:
        raise PictureError("There is nothing to show: run `manage.py demo` first.")
    return [
        Picture("chat", reverse("chat")),
        Picture("front", reverse("admin:index")),
        Picture("live", reverse("console:live"), GATHERING_SECONDS),
        Picture("people", reverse("console:people")),
        Picture("person", reverse("console:person", args=[person.person_id])),
        Picture("edit", reverse("console:edit_person", args=[person.person_id])),
        Picture("conversations", reverse("console:conversations")),
        Picture(
            "conversation",
            reverse("console:conversation", args=[trace.reply.channel_id])
            + f"?reply={trace.reply_id}",
        ),
        Picture("memories", reverse("console:memories")),
        Picture("memory", reverse("console:memory", args=[fact.pk])),
        Picture("forgotten", reverse("console:forgotten")),
        Picture("analytics", reverse("console:analytics")),
        Picture("personas", reverse("console:personas")),
        Picture("playground", reverse("console:playground") + f"?reply={trace.reply_id}"),
        Picture("privacy", reverse("privacy")),
        Picture("jobs", reverse("console:tasks")),
        Picture("audit", reverse("console:audit")),
        Picture("settings", reverse("console:settings")),
    ]


def take(
    chosen: Iterable[Picture],
    folder: Path,
    *,
    account: User,
    chromium: str,
    width: int = 1280,
    themes: Iterable[str] = THEMES,
) -> Iterator[Taken]:
    """Take pictures of pages as an account sees them, and yield each once it is taken.

    Args:
        chromium: path of the browser.
        width: of the window, in pixels.

    Raises:
        BrowserError: Chromium didn't take one.
        PictureError: the console can't be served.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    with _served(_session_of(account)) as origin, browser(chromium) as page:
        page.call("Emulation.setDeviceMetricsOverride", **size)
        page.call("Emulation.setScrollbarsHidden", hidden=True)
        for picture in chosen:
            for theme in themes:
                colours = {"name": "prefers-color-scheme", "value": theme}
                page.call("Emulation.setEmulatedMedia", features=[colours])
                file = folder / f"{picture.name}-{theme}.png"
                yield _take(page, origin + picture.address, file, picture.seconds)


def _take(page: Page, url: str, file: Path, seconds: float) -> Taken:
    page.complaints.clear()
    page.open(url)
    page.do(f"new Promise(r => setTimeout(r, {round(seconds * 1000)}))")
    page.settle()
    shown = page.call("Page.captureScreenshot", format="png")
    file.write_bytes(b64decode(shown["data"]))
    return Taken(file, tuple(page.complaints))


def _session_of(account: User) -> str:
    """Sign an account in and give a reason for reading; return the cookie of its session."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(account)
    client.post(reverse("console:memories"), {"reading_reason": REASON})
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def _served(cookie: str) -> Iterator[str]:
    """Serve the console on this machine, to whom it is signed in already; yield its origin.

    Raises:
        PictureError: it can't be served.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        host, port = free.getsockname()
    traces = ReplyTrace.objects.filter(message__guild_id__isnull=False).select_related("message")
    latest = traces.order_by("-created_at")[:REPLIES]
    server = _Server((host, port), cookie, [one for trace in latest for one in _events_of(trace)])
    server.start()
    try:
        if not server.listens.wait(STARTING_SECONDS):
            raise PictureError(f"The console can't be served on {host}:{port}.")
        yield f"http://{host}:{port}"
    finally:
        server.end()


def _events_of(trace: ReplyTrace) -> tuple[live.Event, ...]:
    """Return the events of a message and of the reply to it, as if both were sent now."""
    took = sum(trace.milliseconds.values())
    length = len(trace.message.text) if trace.message else 0
    return (
        live.Event(live.LiveKind.MESSAGE, message=trace.message_id, length=length),
        live.Event(live.LiveKind.RECALL, message=trace.message_id, count=len(trace.recalled)),
        live.Event(
            live.LiveKind.REPLY,
            trace.model,
            message=trace.message_id,
            trace=trace.pk,
            milliseconds=took,
            count=len(trace.recalled),
        ),
    )


class _Server(threading.Thread):
    """The console with its sockets, for the time of taking pictures.

    Args:
        address: host and port.
        cookie: of the session that every request gets.
        shown: events that Live shows.
    """

    def __init__(self, address: tuple[str, int], cookie: str, shown: Sequence[live.Event]) -> None:
        super().__init__(daemon=True)
        self.listens = threading.Event()
        self._address, self._cookie, self._shown = address, cookie, shown
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()

    def run(self) -> None:
        """Serve until `end` is called."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    def end(self) -> None:
        """Stop, and wait for that."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ended.set)
        self.join()

    async def _serve(self) -> None:
        await asyncio.gather(
            serve(self._address, self._ended, self._signed_in), live.run(self._ended), self._talk()
        )

    def _signed_in(self) -> Any:
        application = import_module("whisper.asgi").application
        self.listens.set()

        async def pages(scope: Any, receive: Any, send: Any) -> None:
            sent = [one for one in scope.get("headers", ()) if one[0] != b"cookie"]
            headers = [*sent, (b"cookie", self._cookie.encode())]
            await application({**scope, "headers": headers}, receive, send)

        return pages

    async def _talk(self) -> None:
        for event in cycle(self._shown):
            live.publish(replace(event, at=time.time(), id=token_hex(8)))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), EACH_SECONDS)
            if self._ended.is_set():
                break
