"""Find a language model server on this machine."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any

# Where each listens unless told otherwise.
PORTS = {
    11434: "Ollama",
    1234: "LM Studio",
    8080: "llama.cpp",
    5001: "KoboldCpp",
    1337: "Jan",
    5000: "text-generation-webui",
}
# On the same machine a running server answers immediately.
SECONDS = 0.5
LONGEST_ANSWER = 1 << 20
MODEL_NAME = re.compile(r"[\w./:@+ -]{1,200}")
NO_CHAT = re.compile(r"embed|rerank|whisper|tts|\bbge|\bclip\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server on this machine that has a model to talk to.

    Args:
        name: the program that mostly listens there.
        url: where its API begins.
        model: the first model that it lists.
    """

    name: str
    url: str
    model: str


async def find_local_server() -> LocalServer | None:
    """Return the first server that answers; None if there is none. It takes half a second."""
    answers = await asyncio.gather(*(_ask(port, name) for port, name in PORTS.items()))
    return next(filter(None, answers), None)


async def _ask(port: int, name: str) -> LocalServer | None:
    """Return the model server at a port, if any. Proxies and redirections are not followed."""
    try:
        async with asyncio.timeout(SECONDS):
            listed = json.loads(await _body(port))
    except (OSError, ValueError, RecursionError):
        return None  # Nobody listens, or something else does.
    model = next(filter(_is_for_chat, _ids(listed)), None)
    return LocalServer(name, f"http://127.0.0.1:{port}/v1", model) if model else None


async def _body(port: int) -> bytes:
    """Return what is served there. In HTTP/1.0 it comes in one piece, and its end is the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /v1/models HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        answer = bytearray()
        while len(answer) < LONGEST_ANSWER and (block := await reader.read(LONGEST_ANSWER)):
            answer += block
    finally:
        writer.close()
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    return body if re.match(rb"HTTP/1\.[01] 200\b", head) else b""


def _ids(listed: Any) -> list[str]:
    data = listed.get("data") if isinstance(listed, dict) else None
    models = data if isinstance(data, list) else []
    return [str(model.get("id")) for model in models if isinstance(model, dict)]


def _is_for_chat(model: str) -> bool:
    return bool(MODEL_NAME.fullmatch(model)) and not NO_CHAT.search(model)
