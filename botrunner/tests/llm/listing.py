"""A local server that lists models, or answers with something else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


def lists(*models: str) -> bytes:
    """Return an answer that lists models."""
    body = json.dumps({"object": "list", "data": [{"id": model} for model in models]}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + body


@asynccontextmanager
async def listening(port: int, answer: bytes | None) -> AsyncIterator[None]:
    """Answer every request with the same bytes; with None, never."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if answer is None:
            await reader.read()
        else:
            writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", port):
        yield
