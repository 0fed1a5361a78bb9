"""Tests of which models get images."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from botrunner.llm.base import Picture
from botrunner.llm.endpoints import Endpoint
from botrunner.llm.openai_client import OpenAIClient
from botrunner.llm.sight import takes_images
from botrunner.tests.llm import misbehaving
from botrunner.tests.llm.asking import context
from whisper.environment import environment

MODEL = "some-model"
PICTURE = Picture("cat.png", "image/png", b"\x89PNG")


@pytest.mark.parametrize(
    ("entry", "sees"),
    [
        ({"architecture": {"input_modalities": ["text", "image"]}}, True),
        ({"architecture": {"input_modalities": ["text"]}}, False),
        ({"type": "vlm"}, True),
        ({"type": "llm"}, False),
        ({"capabilities": {"vision": True}}, True),
        ({"capabilities": {"vision": False}}, False),
        ({"capabilities": ["completion", "multimodal"]}, True),
        ({"capabilities": None, "architecture": "llama", "type": 7}, False),
        ({}, False),
    ],
)
def test_a_servers_list_tells_in_several_ways(entry, sees):
    assert takes_images({"data": [{"id": MODEL, **entry}]}, MODEL) is sees
    assert takes_images({"models": [{"name": MODEL, **entry}]}, MODEL) is sees
    assert takes_images({"data": [{"id": "another", **entry}]}, MODEL) is False


@pytest.mark.parametrize("listed", [None, [], "x", {"data": "x"}, {"data": [None, 3]}])
def test_a_list_in_no_form_tells_nothing(listed):
    assert takes_images(listed, MODEL) is False


async def asked(server, *answers, pictures=(PICTURE,)):
    """Ask a model with images, and return its reply."""
    server.answer_with(*answers)
    client = OpenAIClient(Endpoint(server.url, MODEL))
    made_from = replace(context(), pictures=pictures)
    return "".join([piece async for piece in client.reply(made_from)]), made_from.report


async def test_images_go_into_the_last_message():
    async with misbehaving.running() as server:
        reply, report = await asked(server, misbehaving.says("A cat."))
    content = server.asked[0]["messages"][-1]["content"]
    assert reply == "A cat."
    assert content[0] == {"type": "text", "text": "Hello!"}
    assert content[1]["image_url"]["url"] == "data:image/png;base64,iVBORw=="
    # What a trace keeps has none.
    assert report.messages[-1]["content"] == "Hello!"


async def test_a_server_that_refuses_images_is_asked_without_them():
    async with misbehaving.running() as server:

        async def answer(reader, writer):
            images = isinstance(server.asked[-1]["messages"][-1]["content"], list)
            refusal = misbehaving.fails(400, {"error": {"message": "no image input, please"}})
            await (refusal if images else misbehaving.says("I can't see it."))(reader, writer)

        reply, _ = await asked(server, answer)
    assert reply == "I can't see it."
    assert "can't be shown to you" in server.asked[-1]["messages"][-1]["content"]


@pytest.mark.parametrize(("setting", "sees"), [("true", True), ("false", False)])
async def test_a_setting_decides_without_asking(monkeypatch, setting, sees):
    monkeypatch.setattr(environment, "llm_supports_vision", setting)
    assert await OpenAIClient(Endpoint("http://127.0.0.1:9/v1", MODEL)).sees() is sees


async def test_the_list_is_asked_for_once():
    listed = {"data": [{"id": MODEL, "capabilities": {"vision": True}}]}
    times = 0

    async def answer(reader, writer):
        nonlocal times
        await reader.readuntil(b"\r\n\r\n")
        times += 1
        body = json.dumps(listed).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = OpenAIClient(Endpoint(f"http://127.0.0.1:{port}/v1", MODEL))
        assert [await client.sees(), await client.sees()] == [True, True]
    assert times == 1


async def test_a_server_without_a_list_sees_nothing():
    client = OpenAIClient(Endpoint("http://127.0.0.1:9/v1", MODEL))
    assert await client.sees() is False
