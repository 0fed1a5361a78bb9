"""A language model, a surface and messages for tests of the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from django.utils import timezone

from botrunner.conversation.base import Delivered, Incoming, Outgoing
from botrunner.conversation.surroundings import NOTHING_AROUND, Surroundings
from botrunner.history.base import CachedMessage
from botrunner.llm.base import ModelError, ReplyContext
from memories.models import Message, Place
from whisper.ids import new_platform_id

ANN, BEN = 1001, 1002
COMPANION = 1


class FakeModel:
    """Says what it is told to, and keeps what it was asked."""

    name = "fake"

    def __init__(self, *pieces: str, error: str = "", gate: asyncio.Event | None = None) -> None:
        self.pieces = pieces or ("I ", "see.")
        self.error = error
        self.gate = gate
        self.asked: list[ReplyContext] = []
        self.was_asked = asyncio.Event()

    async def reply(self, context: ReplyContext) -> AsyncIterator[str]:
        self.asked.append(context)
        self.was_asked.set()
        if self.gate:
            await self.gate.wait()
        for piece in self.pieces:
            yield piece
        if self.error:
            raise ModelError(self.error)

    async def aclose(self) -> None:
        """Close nothing."""


class FakeSurface:
    """Keeps what was shown and sent."""

    def __init__(
        self,
        *,
        earlier: Sequence[CachedMessage] = (),
        around: Surroundings = NOTHING_AROUND,
        broken: bool = False,
    ) -> None:
        self.shown: list[str] = []
        self.sent: list[Outgoing] = []
        self._earlier = list(earlier)
        self._around = around
        self._broken = broken

    async def show(self, piece: str) -> None:
        self.shown.append(piece)

    async def may_leave(self) -> None:
        """Wait for nothing."""

    async def deliver(self, reply: Outgoing) -> list[Delivered]:
        if self._broken:
            raise ConnectionError("the platform is away")
        self.sent.append(reply)
        return [Delivered(new_platform_id(), reply.text, timezone.now())]

    async def take_back(self) -> None:
        self.shown.clear()

    async def surroundings(self, turn: Sequence[Incoming]) -> Surroundings:
        return self._around

    async def earlier(self, limit: int) -> list[CachedMessage]:
        return self._earlier[-limit:]


def said(text: str, **changes: Any) -> Incoming:
    """Return a direct message of Ann, who runs the companion herself, with changes."""
    values: dict[str, Any] = {
        "platform": Message.Platform.DISCORD,
        "platform_id": new_platform_id(),
        "person_id": ANN,
        "person_name": "Ann",
        "text": text,
        "sent_at": timezone.now(),
        "channel_id": 5001,
        "place": Place.DIRECT,
        "local": True,
    }
    return Incoming(**values | changes)
