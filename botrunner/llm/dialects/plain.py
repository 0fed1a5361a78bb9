"""Messages in the one form that the rest of the program has for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botrunner.llm.base import ChatMessage


def plain(messages: Sequence[Any]) -> list[ChatMessage]:
    """Return messages with their contents as text, whatever the server wants."""
    return [{"role": one["role"], "content": _plain(one["content"])} for one in messages]


def _plain(content: Any) -> str:
    return str(content if isinstance(content, str) else content[0]["text"])
