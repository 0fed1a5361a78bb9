"""Tests of finding a language model server on this machine."""

from __future__ import annotations

import asyncio
import json

import pytest

from botrunner.llm import finding
from botrunner.llm.finding import LocalServer, find_local_server
from botrunner.tests.llm.listing import listening, lists

pytestmark = pytest.mark.clocked


@pytest.fixture
async def ports(monkeypatch, unused_tcp_port_factory):
    """Return two ports where servers are looked for; nobody listens."""
    two = [unused_tcp_port_factory(), unused_tcp_port_factory()]
    monkeypatch.setattr(finding, "PORTS", dict(zip(two, ["Ollama", "Jan"], strict=True)))
    return two


async def test_without_a_server_nothing_is_found(ports):
    assert await find_local_server() is None


async def test_the_first_server_and_its_first_model_are_found(ports):
    async with listening(ports[0], lists("llama3.2:3b", "gemma")), listening(ports[1], lists("x")):
        found = await find_local_server()
    assert found == LocalServer("Ollama", f"http://127.0.0.1:{ports[0]}/v1", "llama3.2:3b")


async def test_a_model_that_does_not_talk_is_passed_over(ports):
    async with listening(ports[1], lists("text-embedding-nomic-embed-text-v1.5", "bge-m3", "qwen")):
        found = await find_local_server()
    assert found is not None
    assert (found.name, found.model) == ("Jan", "qwen")


@pytest.mark.parametrize(
    "answer",
    [
        lists(),
        lists("a\nDISCORD_BOT_TOKEN=b"),
        lists("a'b"),
        b"HTTP/1.1 200 OK\r\n\r\n<html>",
        b"HTTP/1.1 403 Forbidden\r\n\r\n" + json.dumps({"data": [{"id": "a"}]}).encode(),
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n[1]",
        b'HTTP/1.1 200 OK\r\n\r\n{"data": [1, null]}',
        b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 200_000,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
)
async def test_what_is_no_model_server_is_passed_over(ports, answer):
    async with listening(ports[0], answer), listening(ports[1], lists("qwen")):
        found = await find_local_server()
    assert found is not None
    assert found.name == "Jan"


async def test_a_server_that_says_nothing_is_not_waited_for(ports):
    began = asyncio.get_running_loop().time()
    async with listening(ports[0], None), listening(ports[1], lists("qwen")):
        found = await find_local_server()
    assert found is not None
    assert asyncio.get_running_loop().time() - began < 2 * finding.SECONDS
