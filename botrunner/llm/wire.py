"""What goes over the wire to a server, and what comes back, whatever that is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from botrunner.llm.base import ChatMessage, ModelError


def encodable(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return messages without lone surrogates, which JSON in UTF-8 can't hold."""
    return [
        {
            "role": message["role"],
            "content": message["content"].encode("utf-8", "replace").decode("utf-8"),
        }
        for message in messages
    ]


def text_of(chunk: Any) -> str:
    """Return the text of a chunk, whatever a server put into it."""
    content = getattr(getattr(_choice(chunk), "delta", None), "content", None)
    return content if isinstance(content, str) else ""


def ending_of(chunk: Any) -> str | None:
    """Return why the answer ends with this chunk; None where it goes on."""
    reason = getattr(_choice(chunk), "finish_reason", None)
    return reason if isinstance(reason, str) else None


def _choice(chunk: Any) -> Any:
    # The SDK checks no types.
    choices = getattr(chunk, "choices", None)
    return choices[0] if isinstance(choices, list) and choices else None


def json_in(answer: str) -> dict[str, Any]:
    """Return the first JSON object in an answer, which may stand in a fence or among words."""
    try:
        found: dict[str, Any] = json.JSONDecoder().raw_decode(answer, answer.index("{"))[0]
    except (ValueError, RecursionError):
        raise ModelError("the answer is no JSON") from None
    return found
