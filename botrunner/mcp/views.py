"""The MCP server over HTTP: each request shows its token, and no session outlives it."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from botrunner.api.callers import ApiError, Caller, caller_of
from botrunner.api.errors import failure
from whisper.database.errors import DatabaseUnavailableError

MOST_BYTES = 1024**2


# It reads no cookie: only the token says who asks.
@csrf_exempt
def mcp(request: HttpRequest) -> HttpResponse:
    """Answer one message of the protocol."""
    if request.method != "POST":
        # Without sessions there is nothing to listen to and nothing to end.
        response: HttpResponse = failure(405)
        response.headers["Allow"] = "POST"
        return response
    if "Origin" in request.headers and request.headers["Origin"] != _own_origin(request):
        return failure(403, "other_origin", "Pages of other addresses may not ask.")
    body = request.body
    if len(body) > MOST_BYTES:
        return failure(413)
    try:
        return async_to_sync(_answered)(request, body)
    except ApiError as error:
        return failure(error.status, error.code, error.message)
    except DatabaseUnavailableError:
        return failure(503)


def _own_origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


async def _answered(request: HttpRequest, body: bytes) -> HttpResponse:
    """Pass a message to the protocol's own server, and return its answer.

    Raises:
        ApiError: the token does not hold.
    """
    # They take 20 MB, which a bot whose people use no other assistant doesn't need.
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from botrunner.mcp.server import server_for

    caller = await caller_of(
        request.headers.get("Authorization", ""),
        address=str(request.META.get("REMOTE_ADDR") or ""),
    )

    async def who() -> Caller:
        return caller

    exchange = _Exchange(body)
    manager = StreamableHTTPSessionManager(server_for(who), json_response=True, stateless=True)
    async with manager.run():
        await manager.handle_request(_scope_of(request), exchange.receive, exchange.send)
    return exchange.response()


def _scope_of(request: HttpRequest) -> MutableMapping[str, Any]:
    kept = ("accept", "content-type", "content-length", "host")
    headers = [
        (name.lower().encode("latin1"), value.encode("latin1", "replace"))
        for name, value in request.headers.items()
        # The token has been looked at.
        if name.lower() in kept or name.lower().startswith("mcp-")
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "headers": headers,
        "client": None,
        "server": None,
    }


class _Exchange:
    """What an ASGI application takes and sends, for one request."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._sent = b""

    async def receive(self) -> MutableMapping[str, Any]:
        """Return the body, then that nothing more comes."""
        if self._body is None:
            return {"type": "http.disconnect"}
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Keep what is sent."""
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message.get("headers", []))
        else:
            self._sent += message.get("body", b"")

    def response(self) -> HttpResponse:
        """Return it as Django's."""
        response = HttpResponse(self._sent, status=self._status)
        for name, value in self._headers:
            if name.lower() != b"content-length":
                response.headers[name.decode("latin1")] = value.decode("latin1")
        return response
