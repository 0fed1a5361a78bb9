"""How much a browser may send."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

# More is imported at the command line, which reads it where it lies.
MOST_BYTES = 1024**3
# Django writes what is larger than this to a temporary file before it looks who sent it.
FIT_BYTES = 2_621_440
TOO_LARGE = (
    b"The file is larger than 1 GB. Put it on the server and import it there with manage.py, as "
    b"docs/import.md says."
)
NOT_SIGNED_IN = b"Sign in before you send a file."

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]


class _RefusedError(Exception):
    def __init__(self, status: int, text: bytes) -> None:
        super().__init__(status)
        self.status, self.text = status, text


class LimitedBody:
    """Refuses requests with a larger body, before the rest of it is written to a temporary file.

    Whoever is not signed in may send only what fits in memory.
    """

    def __init__(self, application: App, most_bytes: int = MOST_BYTES) -> None:
        self._application = application
        self._most = most_bytes

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why it isn't taken."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        length = dict(scope.get("headers", [])).get(b"content-length", b"0")
        try:
            if not length.isdigit() or len(length) > 19 or int(length) > self._most:
                raise _RefusedError(413, TOO_LARGE)
            await self._application(scope, self._counted(scope, receive), send)
        except _RefusedError as refused:
            await _refuse(send, refused)

    def _counted(self, scope: Any, receive: Receive) -> Receive:
        """Return what counts a body as it comes: its length may not be known before."""
        passed, is_known = 0, False

        async def counted() -> Message:
            nonlocal passed, is_known
            message = await receive()
            passed += len(message.get("body", b""))
            if passed > self._most:
                raise _RefusedError(413, TOO_LARGE)
            if passed > FIT_BYTES and not is_known:
                is_known = await _is_signed_in(scope)
                if not is_known:
                    raise _RefusedError(401, NOT_SIGNED_IN)
            return message

        return counted


async def _is_signed_in(scope: Any) -> bool:
    """Return whether a request comes with the session of an account."""
    # Django has to be set up before.
    from django.conf import settings
    from django.http import parse_cookie

    from whisper.database.access import in_database
    from whisper.database.errors import DatabaseUnavailableError
    from whisper.queries import account_of_session

    header = dict(scope.get("headers", [])).get(b"cookie", b"")
    session_key = parse_cookie(header.decode("latin1")).get(settings.SESSION_COOKIE_NAME)
    try:
        return await in_database(account_of_session, session_key) is not None
    except DatabaseUnavailableError:
        return False


async def _refuse(send: Send, refused: _RefusedError) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": refused.text})
