"""Images: whether a model takes them, and how they are put into a prompt."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from botrunner.llm.base import ChatMessage, Picture, ReplyContext

UNSEEN = "[The images can't be shown to you after all: say so instead of guessing.]"
SEEING = {"vision", "image", "images", "multimodal", "vlm"}


def takes_images(listed: object, model: str) -> bool:
    """Return whether a server's list says that a model takes images.

    Servers say it in different ways: OpenRouter among the modalities of the input, LM Studio as the
    model's type, Mistral, Ollama and llama.cpp as a capability. Of one that says nothing it is not
    assumed.

    Args:
        listed: the answer to `GET /models`.
    """
    if not isinstance(listed, dict):
        return False
    lists = [one for one in (listed.get("data"), listed.get("models")) if isinstance(one, list)]
    entries = [entry for one in lists for entry in one if isinstance(entry, dict)]
    named = [one for one in entries if model in (one.get("id"), one.get("name"), one.get("model"))]
    return any(_sees(entry) for entry in named)


def _sees(entry: dict[str, Any]) -> bool:
    architecture = entry.get("architecture")
    holders = [entry, architecture if isinstance(architecture, dict) else {}]
    said = [holder.get("input_modalities") or holder.get("modalities") for holder in holders]
    said += [entry.get("capabilities"), entry.get("type")]
    return any(word in SEEING for one in said for word in _words(one))


def _words(said: object) -> list[str]:
    """Return what a server says of a model, whatever form that has."""
    if isinstance(said, str):
        return [said.lower()]
    if isinstance(said, dict):
        return [str(name).lower() for name, value in said.items() if value is True]
    return [str(one).lower() for one in said] if isinstance(said, list) else []


def with_unseen_note(context: ReplyContext) -> ReplyContext:
    """Return what a reply is made from, with a prompt that says that its images can't be seen."""
    *before, last = context.messages
    said: ChatMessage = {**last, "content": f"{last['content']}\n\n{UNSEEN}"}
    return replace(context, messages=[*before, said])


def with_pictures(messages: Sequence[Any], pictures: Sequence[Picture]) -> list[Any]:
    """Return messages of which the last, the person's, also holds images."""
    if not pictures:
        return [*messages]
    *before, last = messages
    said = last["content"]
    parts = said if isinstance(said, list) else [{"type": "text", "text": said}]
    images = [{"type": "image_url", "image_url": {"url": _as_url(one)}} for one in pictures]
    return [*before, {**last, "content": [*parts, *images]}]


def _as_url(picture: Picture) -> str:
    return f"data:{picture.type};base64,{base64.b64encode(picture.content).decode()}"
