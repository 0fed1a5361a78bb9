"""The console's server, inside the bot's event loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import uvicorn

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
        raise ValueError(f"{text!r} is no port: give 8000 or 0.0.0.0:8000")
    return host.strip("[]") or DEFAULT_HOST, number


async def serve(address: tuple[str, int], stop: asyncio.Event) -> None:
    """Serve until `stop` is set.

    Raises:
        WebError: the address is taken or not ours.
    """
    from whisper.asgi import application

    host, port = address
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        log_config=None,
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=5,
    )
    try:
        listening = config.bind_socket()
    except SystemExit:
        raise WebError(f"the console can't be served on {host}:{port}: it is in use") from None
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
