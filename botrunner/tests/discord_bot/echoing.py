"""A language model's server that repeats which messages it was asked about.

Messages carry marks such as `m17`. A reply that repeats them shows which messages it answers, so
that what was lost, answered twice or out of order can be read off a channel.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiohttp import web

MARK = re.compile(r"\bm\d+\b")
# What is asked for in JSON are facts.
NO_FACTS = '{"facts": []}'
# What begins a line where several people talk.
SPEAKER = re.compile(r'^"(?:[^"\\]|\\.)*": ', re.MULTILINE)


class EchoModel:
    """Answers with the marks of what was said last.

    Args:
        seconds: how long each answer takes; it may be changed at any time, as may `padding`, which
            makes an answer longer by what was said last.
    """

    def __init__(self, *, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.padding: Callable[[str], str] = lambda _: ""
        self.url = ""
        self.asked = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request of OpenAI's chat API, in one piece of a stream."""
        asked = await request.json()
        self.asked += 1
        await asyncio.sleep(self.seconds)
        heard = said_last(asked["messages"][-1]["content"])
        text = f"{' '.join(marks_of(heard))}. {self.padding(heard)}".strip()
        said = {"content": NO_FACTS if "response_format" in asked else text}
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        # Who asked may have left.
        with suppress(ConnectionError):
            await response.prepare(request)
            for delta, ending in ((said, None), ({}, "stop")):
                piece = {"choices": [{"index": 0, "delta": delta, "finish_reason": ending}]}
                await response.write(f"data: {json.dumps(piece)}\n\n".encode())
            await response.write(b"data: [DONE]\n\n")
        return response


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
