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


NO_MODEL = "No language model is connected: I answer from what I remember and by simple rules."
HOW_TO_CONNECT = (
    "Set LLM_CHAT_API_URL to any OpenAI-compatible server to give me a voice of my own."
)


def start_notice(*, how: bool = True) -> str:
    """Return what to say at start: that there is no model.

    Args:
        how: whether to say how one is connected, to those who may do that.
    """
    return f"{NO_MODEL} {HOW_TO_CONNECT}" if how else NO_MODEL
