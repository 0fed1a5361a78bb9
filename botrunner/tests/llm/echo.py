"""A language model that repeats what was said."""

from __future__ import annotations

from collections.abc import AsyncIterator

from botrunner.llm.base import ReplyContext


class EchoModel:
    """Repeats what was said unless told what to say, and keeps what it was asked."""

    name = "echo"

    def __init__(self) -> None:
        self.asked: list[ReplyContext] = []
        self.says = ""
        self.fails: Exception | None = None

    async def reply(self, context: ReplyContext) -> AsyncIterator[str]:
        """Yield the answer."""
        self.asked.append(context)
        if self.fails is not None:
            raise self.fails
        yield self.says or f"You said: {context.text}"

    async def aclose(self) -> None:
        """Hold nothing open."""
