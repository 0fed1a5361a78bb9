"""A server and a client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from botrunner.llm.endpoints import Endpoint
from botrunner.llm.openai_client import OpenAIClient
from botrunner.tests.llm.misbehaving import Server, running


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Return a server that does as a test wants."""
    async with running() as one:
        yield one


@pytest.fixture
async def client(server: Server) -> AsyncIterator[OpenAIClient]:
    """Return a client of it that has learnt nothing."""
    one = OpenAIClient(Endpoint(server.url, "small", "secret-key"))
    yield one
    await one.aclose()
