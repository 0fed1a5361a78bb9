"""A language model's server that says what a test wants, when it may, and keeps what it heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from botrunner.tests.discord_bot.echoing import said_last
from botrunner.tests.llm import misbehaving

NO_JSON = "I see."


class Model:
    """Repeats what was said last, or says one text, or a piece whenever a test lets it.

    What asks for JSON, as the analysis of what was said does, gets none: rules alone analyse it.
    """

    def __init__(self, server: misbehaving.Server) -> None:
        self.url = server.url
        self._server = server
        self.may_answer = asyncio.Event()
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._writing = 0
        self.begin()

    def begin(self) -> None:
        """Repeat what is said, at once, and forget what was heard so far; end what is open."""
        self.may_answer.set()
        self.writes(*[None] * self._writing)
        self.text: str | None = None
        self.was_asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._pieces = asyncio.Queue()
        self._server.asked.clear()
        self._server.answer_with(self._answer)

    @property
    def prompts(self) -> list[list[dict[str, Any]]]:
        """Return the messages of each prompt of a reply."""
        return [one["messages"] for one in self._server.asked if not _wants_json(one)]

    @property
    def asked(self) -> list[str]:
        """Return the last message of each prompt of a reply."""
        return [prompt[-1]["content"] for prompt in self.prompts]

    def answer_with(self, *answers: misbehaving.Answer) -> None:
        """Answer what is asked from now on in these ways, in turn, the last one for ever."""
        self._server.answer_with(*answers)

    def write_in_pieces(self) -> None:
        """Write nothing but what `writes` is given from now on."""
        self._server.answer_with(self._answer_in_pieces)

    def writes(self, *pieces: str | None, ends: bool = False) -> None:
        """Write pieces, and end the reply if that is all of it, as None does."""
        for piece in pieces:
            self._pieces.put_nowait(piece)
        if ends:
            self._pieces.put_nowait(None)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Others may be asked meanwhile.
        asked = self._server.asked[-1]
        if _wants_json(asked):
            await misbehaving.says(NO_JSON)(reader, writer)
            return
        self.was_asked.set()
        await self.may_answer.wait()
        # What else the person said before it was answered stands above it.
        said = said_last(asked["messages"][-1]["content"]).splitlines()[-1]
        text = f"You said: {said}" if self.text is None else self.text
        await misbehaving.says(text)(reader, writer)

    async def _answer_in_pieces(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if _wants_json(self._server.asked[-1]):
            await misbehaving.says(NO_JSON)(reader, writer)
            return
        writer.write(misbehaving.STREAM_HEAD)
        self._writing += 1
        try:
            while (piece := await self._pieces.get()) is not None:
                await _write(writer, misbehaving.piece(piece))
        finally:
            self._writing -= 1
        end = {"choices": [{"delta": {}, "finish_reason": "stop"}]}
        await _write(writer, misbehaving.event(end), b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()


@asynccontextmanager
async def talking_model() -> AsyncIterator[Model]:
    """Run a model's server on a free port."""
    async with misbehaving.running() as server:
        yield Model(server)


def _wants_json(asked: dict[str, Any]) -> bool:
    return "response_format" in asked


async def _write(writer: asyncio.StreamWriter, *parts: bytes) -> None:
    for part in parts:
        writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
    await writer.drain()
