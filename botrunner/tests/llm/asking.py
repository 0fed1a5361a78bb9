"""Ask a client as the conversation does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from botrunner.llm.base import ChatMessage, ModelError, PersonView, ReplyContext, joined
from botrunner.llm.openai_client import OpenAIClient

PROMPT: list[ChatMessage] = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "Hello!"},
]


def context(messages: list[ChatMessage] = PROMPT) -> ReplyContext:
    """Return what a reply is made from."""
    return ReplyContext(
        messages=messages,
        text="Hello!",
        person=PersonView(id=1, name="Ann"),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        bot_name="Whisper",
    )


async def pieces_of(client: OpenAIClient, **kwargs: Any) -> list[str]:
    """Return a reply in its pieces."""
    return [piece async for piece in client.reply(context(**kwargs))]


async def reply_of(client: OpenAIClient, **kwargs: Any) -> str:
    """Return a reply as a person reads it."""
    return joined(await pieces_of(client, **kwargs))


async def failure_of(client: OpenAIClient) -> ModelError:
    """Return why there is no reply."""
    with pytest.raises(ModelError) as caught:
        await pieces_of(client)
    return caught.value
