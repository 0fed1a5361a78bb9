"""A language model's server that repeats which messages it was asked about.

Messages carry marks such as `m17`. A reply that repeats them shows which messages it answers, so
that what was lost, answered twice or out of order can be read off a channel.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

MARK = re.compile(r"\bm\d+\b")
# What is asked for in JSON are facts.
NO_FACTS = '{"facts": []}'
STREAM = {"Content-Type": "text/event-stream"}
CHARACTERS_A_TOKEN = 4
# It writes faster than people read.
ENDLESS_PAUSE = 0.01
# What begins a line where several people talk.
SPEAKER = re.compile(r'^"(?:[^"\\]|\\.)*": ', re.MULTILINE)


class EchoModel:
    """Answers with the marks of what was said last.

    Args:
        seconds: how long each answer takes; it may be changed at any time, as may `padding`, which
            makes an answer longer by what was said last, and `trouble`, which may answer instead.

    `took` tells for each mark how many seconds the latest answer that repeats it took here.
    """

    def __init__(self, *, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.padding: Callable[[str], str] = lambda _: ""
        self.trouble: Trouble | None = None
        self.url = ""
        self.took: dict[str, float] = {}
        self.asked = 0
        self.longest = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request of OpenAI's chat API, in one piece of a stream."""
        began = time.monotonic()
        asked = await request.json()
        self.asked += 1
        if self.trouble and (response := await self.trouble(self, request, asked)):
            return response
        self.longest = max(self.longest, _tokens(asked))
        await asyncio.sleep(self.seconds)
        heard = said_last(asked["messages"][-1]["content"])
        text = f"{_repeated(heard)} {self.padding(heard)}".strip()
        said = {"content": NO_FACTS if "response_format" in asked else text}
        response = web.StreamResponse(headers=STREAM)
        # Who asked may have left.
        with suppress(ConnectionError):
            await response.prepare(request)
            await response.write(_piece(said) + _piece({}, "stop") + b"data: [DONE]\n\n")
        self.took |= dict.fromkeys(marks_of(said["content"]), time.monotonic() - began)
        return response


def _repeated(heard: str) -> str:
    return f"{' '.join(marks_of(heard))}."


def _piece(delta: dict[str, str], ending: str | None = None) -> bytes:
    piece = {"choices": [{"index": 0, "delta": delta, "finish_reason": ending}]}
    return f"data: {json.dumps(piece)}\n\n".encode()


def _tokens(asked: dict[str, Any]) -> int:
    return len(json.dumps(asked["messages"])) // CHARACTERS_A_TOKEN


async def refused(
    model: EchoModel, request: web.Request, asked: dict[str, Any]
) -> web.StreamResponse:
    """Answer as a server does whose model isn't there."""
    return web.json_response({"error": {"message": "no model"}}, status=503)


async def garbled(
    model: EchoModel, request: web.Request, asked: dict[str, Any]
) -> web.StreamResponse:
    """Send what isn't JSON, nor any text."""
    response = web.StreamResponse(headers=STREAM)
    with suppress(ConnectionError):
        await response.prepare(request)
        await response.write(b'data: {"choices": [{"delta"\n\ndata: \xff\xfe\x00]]\n\n' * 20)
    return response


async def endless(
    model: EchoModel, request: web.Request, asked: dict[str, Any]
) -> web.StreamResponse:
    """Answer, and write on until whoever asked leaves; what asks for JSON gets none."""
    response = web.StreamResponse(headers=STREAM)
    text = _repeated(said_last(asked["messages"][-1]["content"]))
    with suppress(ConnectionError):
        await response.prepare(request)
        while True:
            await response.write(_piece({"content": text}))
            await asyncio.sleep(ENDLESS_PAUSE)
            text = " And so on." * 50
    return response


async def full(
    model: EchoModel, request: web.Request, asked: dict[str, Any]
) -> web.StreamResponse | None:
    """Refuse prompts that are nearly as long as the longest so far; others are answered."""
    limit, tokens = model.longest * 3 // 4, _tokens(asked)
    if tokens <= limit:
        return None
    said = (
        f"This model's maximum context length is {limit} tokens. However, your messages resulted "
        f"in {tokens} tokens. Please reduce the length of the messages."
    )
    kind = {"type": "invalid_request_error", "code": "context_length_exceeded"}
    return web.json_response({"error": {"message": said} | kind}, status=400)


# Answers a request in place of a model, or leaves it to the model with None.
Trouble = Callable[[EchoModel, web.Request, dict[str, Any]], Awaitable[web.StreamResponse | None]]


@asynccontextmanager
async def echo_model(*, seconds: float = 0.0) -> AsyncIterator[EchoModel]:
    """Run a model's server on a free port."""
    model = EchoModel(seconds=seconds)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield model
    finally:
        await runner.cleanup()


def said_last(turn: str) -> str:
    """Return what a prompt's last turn is a reply to, without what others said before it."""
    # Memories stand before what was said, and the time stands after it.
    said = turn.split("\n\n")[-2:][0]
    return SPEAKER.split(said)[-1]


def marks_of(text: str) -> list[str]:
    """Return the marks in a text, in their order."""
    return MARK.findall(text)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the messages of one person in one channel.

    Args:
        lost: marks that no reply repeats.
        doubled: marks that several replies repeat.
        misplaced: marks that come later than a mark that was said after them.
    """

    lost: Sequence[str] = ()
    doubled: Sequence[str] = ()
    misplaced: Sequence[str] = ()

    def __bool__(self) -> bool:
        """Return whether anything is wrong."""
        return bool(self.lost or self.doubled or self.misplaced)


def judge(said: Sequence[str], replies: Iterable[str]) -> Verdict:
    """Compare what was said with the replies to it.

    Args:
        said: marks in the order in which they were said.
        replies: what the companion sent in that channel, oldest first.
    """
    heard = [mark for reply in replies for mark in marks_of(reply)]
    counts, place = Counter(heard), {mark: number for number, mark in enumerate(said)}
    order = [place[mark] for mark in dict.fromkeys(heard) if mark in place]
    latest, misplaced = -1, []
    for number in order:
        if number < latest:
            misplaced.append(said[number])
        latest = max(latest, number)
    return Verdict(
        [mark for mark in said if not counts[mark]],
        [mark for mark in said if counts[mark] > 1],
        misplaced,
    )
