"""How much a browser may send."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

# More is imported at the command line, which reads it where it lies.
MOST_BYTES = 1024**3
TOO_LARGE = (
    b"The file is larger than 1 GB. Put it on the server and import it there with manage.py, as "
    b"docs/import.md says."
)

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]


class _TooLargeError(Exception):
    pass


class LimitedBody:
    """Refuses requests with a larger body, before the rest of it is written to a temporary file."""

    def __init__(self, application: App, most_bytes: int = MOST_BYTES) -> None:
        self._application = application
        self._most = most_bytes

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that it is too large."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        length = dict(scope.get("headers", [])).get(b"content-length", b"0")
        if length.isdigit() and len(length) < 20 and int(length) <= self._most:
            try:
                await self._application(scope, self._counted(receive), send)
                return
            except _TooLargeError:
                pass
        await _refuse(send)

    def _counted(self, receive: Receive) -> Receive:
        """Return what counts a body as it comes: its length may not be known before."""
        passed = 0

        async def counted() -> Message:
            nonlocal passed
            message = await receive()
            passed += len(message.get("body", b""))
            if passed > self._most:
                raise _TooLargeError
            return message

        return counted


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": TOO_LARGE})
