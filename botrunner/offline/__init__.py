"""The companion without a language model: it answers from memory and by rules, and says so."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Literal

from botrunner.llm.base import ReplyContext
from botrunner.offline.gathering import gather_quietly
from botrunner.offline.intents import reply_to

NAME = "offline companion"
_PIECES = re.compile(r"\S+\s*")


class OfflineCompanion:
    """Writes replies without a model."""

    name = NAME
    reads_no_prompt: Literal[True] = True

    async def reply(self, context: ReplyContext) -> AsyncIterator[str]:
        """Yield the reply word by word, as a model would."""
        for piece in _PIECES.findall(reply_to(context, await gather_quietly(context))):
            yield piece

    async def aclose(self) -> None:
        """Close nothing."""


def start_notice() -> str:
    """Return what to say at start: that there is no model, and how to connect one."""
    return (
        "No language model is connected: I answer from what I remember and by simple rules. "
        "Set LLM_CHAT_API_URL to any OpenAI-compatible server to give me a voice of my own."
    )
