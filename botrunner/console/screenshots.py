"""Pictures of the console's pages, taken with Chromium on this machine."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.conf import settings
from django.contrib.auth.models import User
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import reverse

from memories.models import ReplyTrace
from profiles.models import Profile

REASON = "To take pictures of the console."
HEIGHT = 760
SECONDS = 60
# Chromium's names of the themes, which Unfold follows.
THEMES = {"light": "1", "dark": "0"}
# The server that pictures are taken from has no sockets, which Live would use.
_COMPLAINT = re.compile(r"CONSOLE[^\]]*\] (?!\"WebSocket connection )(.*)")


class PictureError(Exception):
    """A page can't be pictured."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to be pictured: its file's name and its address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that was taken, and what the page complained of in the browser's console."""

    file: Path
    complaints: tuple[str, ...]


def pictures() -> list[Picture]:
    """Return the pages to be pictured, with a person and a reply that show something."""
    person = Profile.objects.order_by("-interaction_count").first()
    traces = ReplyTrace.objects.exclude(recalled=[]).exclude(reply=None)
    trace = traces.filter(message__guild_id__isnull=False).order_by("-created_at").first()
    if person is None or trace is None or trace.reply is None:
        raise PictureError("There is nothing to show: run `manage.py demo` first.")
    return [
        Picture("front", reverse("admin:index")),
        Picture("people", reverse("console:people")),
        Picture("person", reverse("console:person", args=[person.person_id])),
        Picture("edit", reverse("console:edit_person", args=[person.person_id])),
        Picture(
            "conversation",
            reverse("console:conversation", args=[trace.reply.channel_id])
            + f"?reply={trace.reply_id}",
        ),
        Picture("memories", reverse("console:memories")),
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
        PictureError: Chromium didn't take one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _served(_session_of(account)) as origin:
        for picture in chosen:
            for theme in themes:
                file = folder / f"{picture.name}-{theme}.png"
                yield _take(origin + picture.address, file, theme, chromium, width)


def _take(url: str, file: Path, theme: str, chromium: str, width: int) -> Taken:
    with TemporaryDirectory(prefix="whisper-") as profile:
        command = [
            chromium,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
            "--hide-scrollbars",
            "--enable-logging=stderr",
            f"--blink-settings=preferredColorScheme={THEMES[theme]}",
            f"--user-data-dir={profile}",
            f"--window-size={width},{HEIGHT}",
            "--virtual-time-budget=4000",
            f"--screenshot={file}",
            url,
        ]
        file.unlink(missing_ok=True)
        try:
            done = subprocess.run(  # noqa: S603 - the arguments are ours
                command, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PictureError(f"Chromium did not run: {error}") from error
    if not file.exists():
        raise PictureError(f"Chromium took no picture of {url}: {done.stderr[-500:]}")
    return Taken(file, tuple(_COMPLAINT.findall(done.stderr)))


def _session_of(account: User) -> str:
    """Sign an account in and give a reason for reading; return the cookie of its session."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(account)
    client.post(reverse("console:memories"), {"reading_reason": REASON})
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def _signed_in(application: Application, cookie: str) -> Application:
    def serve(environ: Mapping[str, Any], start: Any) -> Iterable[bytes]:
        return application({**environ, "HTTP_COOKIE": cookie}, start)

    return serve


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Leave requests out of the terminal."""


@contextmanager
def _served(cookie: str) -> Iterator[str]:
    """Serve the console on this machine, to whom it is signed in already; yield its origin."""
    server: WSGIServer = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.set_app(_signed_in(get_wsgi_application(), cookie))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
