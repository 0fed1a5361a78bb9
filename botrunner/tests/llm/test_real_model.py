"""Tests of the client against a small real model."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from botrunner.llm.base import ChatMessage, PersonView, ReplyContext
from botrunner.llm.endpoints import Endpoint
from botrunner.llm.local import serve
from botrunner.llm.openai_client import OpenAIClient
from botrunner.llm.tokens import count_chat_tokens
from whisper.environment import environment

pytestmark = pytest.mark.llm

CONTEXT_TOKENS = 2048

SCHEMA = {
    "type": "object",
    "properties": {"animal": {"type": "string", "enum": ["cat", "dog"]}},
    "required": ["animal"],
    "additionalProperties": False,
}


@pytest.fixture(scope="session")
def model_url():
    try:
        server = serve(context_tokens=CONTEXT_TOKENS)
    except ImportError as error:
        if os.environ.get("REQUIRE_LLM") == "1":
            pytest.fail(f"REQUIRE_LLM is set, and there is no model: {error}")
        pytest.skip(f"the extra local-llm is not installed: {error}")
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture
async def client(model_url):
    one = OpenAIClient(Endpoint(model_url, "smollm2"))
    yield one
    await one.aclose()


def context(text: str) -> ReplyContext:
    messages: list[ChatMessage] = [
        {"role": "system", "content": "You are Whisper, a kind companion."},
        {"role": "user", "content": text},
    ]
    person = PersonView(id=1, name="Ann")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return ReplyContext(messages=messages, text=text, person=person, now=now, bot_name="Whisper")


async def test_a_reply_streams(client, monkeypatch):
    monkeypatch.setattr(environment, "llm_max_tokens_chat", 16)
    pieces = [piece async for piece in client.reply(context("Hello! How are you?"))]
    assert len(pieces) > 3
    assert "".join(pieces).strip()


async def test_an_answer_fits_a_schema(client):
    prompt: list[ChatMessage] = [
        {"role": "system", "content": "Which animal is it?"},
        {"role": "user", "content": "My cat is called Miso."},
    ]
    answer = await client.complete_json(prompt, SCHEMA, max_tokens=40)
    assert answer["animal"] in {"cat", "dog"}


@pytest.mark.long
async def test_a_prompt_that_is_too_long_is_shortened_to_what_the_server_takes(client, monkeypatch):
    monkeypatch.setattr(environment, "llm_max_tokens_chat", 16)
    asked = context("meow " * 5000)
    assert await anext(client.reply(asked))
    assert 500 < count_chat_tokens(asked.report.messages) < CONTEXT_TOKENS


def test_a_port_that_is_taken_is_told(model_url):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"is port {port} taken"):
            call_command("serve_test_model", port=port)
