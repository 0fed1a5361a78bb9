"""Connections to a model's server, which are used again."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from botrunner.llm.dialects import wire
from botrunner.llm.endpoints import Endpoint
from botrunner.llm.openai_client import OpenAIClient
from botrunner.tests.llm.asking import reply_of
from botrunner.tests.llm.misbehaving import piece

DONE = b"data: [DONE]\n\n"


class Counting:
    """A server that counts its connections.

    Args:
        after: what it sends after the end of each answer, again and again.
    """

    def __init__(self, after: bytes = b"") -> None:
        self.peers: set[object] = set()
        self._after = after

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(piece("Hi!") + DONE)
        while self._after:
            await response.write(self._after)
            await asyncio.sleep(0)
        return response


async def replies_of(counting: Counting, *, count: int) -> list[str]:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", counting.answer)
    async with TestServer(app) as server:
        client = OpenAIClient(Endpoint(str(server.make_url("/v1")), "small", ""))
        replies = [await reply_of(client) for _ in range(count)]
        await client.aclose()
    return replies


async def test_one_connection_carries_one_answer_after_the_other():
    counting = Counting()
    assert await replies_of(counting, count=3) == ["Hi!"] * 3
    assert len(counting.peers) == 1


@pytest.mark.parametrize("after", [b": still here\n\n", b"x" * 100_000])
async def test_a_server_that_goes_on_after_the_end_is_left(after, monkeypatch):
    monkeypatch.setattr(wire, "REST_SECONDS", 0.01)
    counting = Counting(after)
    assert await replies_of(counting, count=2) == ["Hi!"] * 2
    assert len(counting.peers) == 2
