"""Pictures of the console's pages, taken with Chromium on this machine."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import cycle
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from botrunner.models import Persona
from botrunner.web.server import serve
from memories.models import Memory, ReplyTrace
from profiles.models import Profile
from whisper import live
from whisper.browser import Page, browser
from whisper.models import Task

REASON = "To take pictures of the console."
HEIGHT = 760
# How long a page draws itself, how long Live gathers events, and how long the server may take to
# start.
DRAWING_SECONDS, GATHERING_SECONDS, STARTING_SECONDS = 0.5, 6.0, 30
# Replies that Live shows as if they were sent now, and the pause between two of their events.
REPLIES, EACH_SECONDS = 20, 0.1
# Chooses two memories of the same person and kind that have many words in common, but not all.
CHOOSE_TWO = """
(() => {
    const hits = [...document.querySelectorAll('.hit')].map((hit) => ({
        box: hit.querySelector('[name=chosen]'),
        of: hit.querySelector('.meta a')?.href + hit.querySelector('.chip.plain').innerText,
        words: new Set(hit.querySelector('.text').innerText.trim().split(/\\s+/)),
    }));
    const share = ([one, other]) => [...one.words].filter((word) => other.words.has(word)).length
        / Math.max(one.words.size, other.words.size);
    const pairs = hits.flatMap((one, at) => hits.slice(at + 1)
        .filter((other) => other.of === one.of).map((other) => [one, other]));
    pairs.sort((one, other) => share(other) % 1 - share(one) % 1);
    pairs[0].forEach(({box}) => box.click());
})()
"""
# The newest replies, among which one is chosen that shows something.
LOOKED_THROUGH = 200
# As a browser calls them; Unfold follows it.
THEMES = ("light", "dark")


class PictureError(Exception):
    """A page can't be pictured."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to be pictured.

    Args:
        name: of its file, to which the theme is added.
        seconds: how long it takes to draw.
        after: what is done on the page at the address, if not that page is to be pictured.
    """

    name: str
    address: str
    seconds: float = DRAWING_SECONDS
    after: Callable[[Page], None] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that was taken, and what the page complained of in the browser's console."""

    file: Path
    complaints: tuple[str, ...]


def pictures() -> list[Picture]:
    """Return the pages to be pictured, with a person, a reply and a memory that show something."""
    person = Profile.objects.order_by("-interaction_count").first()
    traces = ReplyTrace.objects.exclude(recalled=[]).exclude(reply=None).defer("prompt")
    trace = _telling(traces.filter(message__guild_id__isnull=False).order_by("-created_at"))
    kept = {"kind": Memory.Kind.USER_FACT, "valid_to": None}
    facts = Memory.objects.filter(**kept, sources__isnull=False)
    fact = facts.order_by("-recall_count", "-said_at").first()
    persona = Persona.objects.order_by("pk").first()
    erasure = Task.objects.filter(kind=Task.ERASE, state=Task.State.DONE).first()
    if person is None or trace is None or trace.reply is None or fact is None:
        raise PictureError("There is nothing to show: run `manage.py demo` first.")
    return [
        Picture("chat", reverse("chat")),
        Picture("front", reverse("admin:index")),
        Picture("live", reverse("console:live"), GATHERING_SECONDS),
        Picture("people", reverse("console:people")),
        Picture("person", reverse("console:person", args=[person.person_id])),
        *(
            Picture(f"person-{tab}", reverse("console:person_tab", args=[person.person_id, tab]))
            for tab in ("facts", "memories", "privacy")
        ),
        Picture("edit", reverse("console:edit_person", args=[person.person_id])),
        Picture("conversations", reverse("console:conversations")),
        Picture(
            "conversation",
            reverse("console:conversation", args=[trace.reply.channel_id])
            + f"?reply={trace.reply_id}",
        ),
        Picture("memories", reverse("console:memories")),
        Picture("memory", reverse("console:memory", args=[fact.pk])),
        Picture("merge", reverse("console:memories"), after=_choose_two),
        Picture("forgotten", reverse("console:forgotten")),
        Picture("analytics", reverse("console:analytics")),
        Picture("personas", reverse("console:personas")),
        *([Picture("persona", reverse("console:persona", args=[persona.pk]))] if persona else []),
        Picture(
            "playground",
            reverse("console:playground") + f"?reply={trace.reply_id}",
            after=_try_both,
        ),
        Picture("privacy", reverse("privacy")),
        Picture("known", reverse("known")),
        Picture("jobs", reverse("console:tasks")),
        *([Picture("job", reverse("console:task", args=[erasure.pk]))] if erasure else []),
        Picture("audit", reverse("console:audit")),
        Picture("settings", reverse("console:settings")),
        Picture("rights", reverse("console:rights")),
    ]


def _choose_two(page: Page) -> None:
    """Go on to merge two that are about the same."""
    page.do(CHOOSE_TWO)
    with page.loading():
        page.click(".bulk button", "Merge")


def _try_both(page: Page) -> None:
    """Ask something, in B whatever it means."""
    page.fill("#id_text", "Do you remember where I live?")
    page.do("id_p1.value = 0")
    with page.loading():
        page.click("form button", "Try both")


def _telling(traces: QuerySet[ReplyTrace]) -> ReplyTrace | None:
    """Return the newest trace whose prompt told memories, with some left out if there is one."""
    newest = [trace for trace in traces[:LOOKED_THROUGH] if _in_prompt(trace) - {False}]
    both = [trace for trace in newest if len(_in_prompt(trace)) > 1]
    return next(iter(both or newest), None)


def _in_prompt(trace: ReplyTrace) -> set[bool]:
    return {bool(memory.get("in_prompt", True)) for memory in trace.recalled}


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
                yield _take(page, origin, picture, file)


def _take(page: Page, origin: str, picture: Picture, file: Path) -> Taken:
    page.complaints.clear()
    page.open(origin + picture.address)
    if picture.after is not None:
        picture.after(page)
    page.do(f"new Promise(r => setTimeout(r, {round(picture.seconds * 1000)}))")
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
    listening = socket.create_server(("127.0.0.1", 0))
    host, port = listening.getsockname()
    traces = ReplyTrace.objects.filter(message__guild_id__isnull=False).select_related("message")
    latest = traces.order_by("-created_at")[:REPLIES]
    server = _Server(listening, cookie, [one for trace in latest for one in _events_of(trace)])
    server.start()
    try:
        if not server.has_loaded.wait(STARTING_SECONDS):
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
        listening: from which it is served.
        cookie: of the session that every request gets.
        shown: events that Live shows.
    """

    def __init__(self, listening: socket.socket, cookie: str, shown: Sequence[live.Event]) -> None:
        super().__init__(daemon=True)
        self.has_loaded = threading.Event()
        self._listening, self._cookie, self._shown = listening, cookie, shown
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
            serve(self._listening, self._ended, self._signed_in),
            live.run(self._ended),
            self._talk(),
        )

    def _signed_in(self) -> Any:
        application = import_module("whisper.asgi").application
        self.has_loaded.set()

        async def pages(scope: Any, receive: Any, send: Any) -> None:
            given = list(scope.get("headers", ()))
            # With its own, the browser proves that a form is one of ours.
            own = [value for name, value in given if name == b"cookie"]
            sent = [one for one in given if one[0] != b"cookie"]
            headers = [*sent, (b"cookie", b"; ".join([*own, self._cookie.encode()]))]
            await application({**scope, "headers": headers}, receive, send)

        return pages

    async def _talk(self) -> None:
        for event in cycle(self._shown):
            live.publish(replace(event, at=time.time(), id=token_hex(8)))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), EACH_SECONDS)
            if self._ended.is_set():
                break
