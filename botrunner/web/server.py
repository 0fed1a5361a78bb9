"""The console's server, inside the bot's event loop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import uvicorn

from whisper.networking import system_reason

DEFAULT_HOST = "127.0.0.1"


class WebError(Exception):
    """The console can't be served; the text says why."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The process has one owner of signals, and it is not this server.
        yield


def parse_address(text: str) -> tuple[str, int]:
    """Return host and port of `8000` or `0.0.0.0:8000`.

    Raises:
        ValueError: it is neither.
    """
    host, _, port = text.rpartition(":")
    number = int(port) if port.isdigit() else 0
    if not 1 <= number <= 65535:
        raise ValueError(f"{text!r} is not a port; use for example 8000 or 0.0.0.0:8000")
    return host.strip("[]") or DEFAULT_HOST, number


def address_argument(text: str) -> tuple[str, int]:
    """Return host and port of a command's argument.

    Raises:
        argparse.ArgumentTypeError: it is not one, in words for who typed it.
    """
    try:
        return parse_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def url_of(host: str, port: int) -> str:
    """Return where a browser on this machine finds what is served at an address."""
    here = "localhost" if host in {DEFAULT_HOST, "0.0.0.0", "::"} else host  # noqa: S104 - not bound
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"


def _console() -> Any:
    return import_module("whisper.asgi").application


async def serve(
    listening: socket.socket, stop: asyncio.Event, load: Callable[[], Any] = _console
) -> None:
    """Serve until `stop` is set, then close the socket.

    Args:
        listening: from `listen`.
        stop: ends it.
        load: returns the ASGI application; by default the console's.
    """
    # It finds the static files, among other things, which takes a moment.
    application = await asyncio.to_thread(load)
    config = uvicorn.Config(
        application,
        log_config=None,
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=5,
    )
    server = _Server(config)
    serving = asyncio.ensure_future(server.serve(sockets=[listening]))
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
    finally:
        stopped.cancel()
        listening.close()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; uvicorn's own way logs a failure and ends the process.

    Raises:
        WebError: the address is taken or not ours.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = (
                "another program uses this port. Choose another with --web, or with PORT= for make "
                "run"
            )
        else:
            reason = system_reason(error) or str(error)
        raise WebError(f"Can't listen on {host}:{port}: {reason}.") from None
