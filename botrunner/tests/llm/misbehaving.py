"""A local OpenAI-compatible server that behaves as badly as a test wants."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)


class Server:
    """Gives its answers in turn, the last one for ever, and keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[Answer] = []
        self.asked: list[dict[str, Any]] = []
        self.heads: list[str] = []

    def answer_with(self, *answers: Answer) -> None:
        """Set the answers of the next requests."""
        self.answers = list(answers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close the connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                int(line.split(":")[1])
                for line in head.splitlines()
                if line.lower().startswith("content-length")
            )
            self.heads.append(head)
            self.asked.append(json.loads(await reader.readexactly(length)))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # The client left, or the test is over.
        finally:
            writer.close()


@asynccontextmanager
async def running() -> AsyncIterator[Server]:
    """Run a server on a free port."""
    server = Server()
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    server.url = f"http://127.0.0.1:{port}/v1"
    yield server
    listener.close()


def says(*texts: str, ending: str | None = "stop", pause: float = 0) -> Answer:
    """Stream texts, `pause` seconds apart, and end as servers do."""
    events = [piece(text) for text in texts]
    if ending:
        events.append(event({"choices": [{"delta": {}, "finish_reason": ending}]}))
    return sends(*events, b"data: [DONE]\n\n", pause=pause)


def sends(*parts: bytes, pause: float = 0) -> Answer:
    """Stream bytes as they are and end the answer in order."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _send(writer, parts, pause)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    return answer


def breaks_off(*texts: str) -> Answer:
    """Close the connection in the middle of a stream."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _send(writer, [piece(text) for text in texts], 0)

    return answer


def stalls(*texts: str) -> Answer:
    """Stream texts, then hold the connection and send nothing more; without texts not even a head.

    It holds until the client leaves.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if texts:
            await _send(writer, [piece(text) for text in texts], 0)
        await reader.read()

    return answer


def repeats(text: str) -> Answer:
    """Stream a text again and again, until the client leaves."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _send(writer, itertools.repeat(piece(text)), 0)

    return answer


def fails(status: int, body: object = None, headers: str = "") -> Answer:
    """Answer with a status and a JSON body."""
    content = json.dumps(body or {"error": {"message": "no"}}).encode()
    return replies(content, status=status, headers=headers)


def replies(content: bytes, *, status: int = 200, headers: str = "") -> Answer:
    """Answer with a plain body, as no stream."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} x\r\nContent-Length: {len(content)}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\n{headers}\r\n".encode() + content)
        await writer.drain()

    return answer


def piece(text: str) -> bytes:
    """Return the event that carries a piece of an answer."""
    return event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})


def event(data: object) -> bytes:
    """Return a server-sent event."""
    return f"data: {json.dumps(data)}\n\n".encode()


async def _send(writer: asyncio.StreamWriter, parts: Any, pause: float) -> None:
    writer.write(STREAM_HEAD)
    for part in parts:
        writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        await writer.drain()
        await asyncio.sleep(pause)
