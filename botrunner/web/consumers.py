"""The web chat's socket."""

from __future__ import annotations

import logging
from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import timezone

from botrunner.local import local_person_id
from botrunner.surfaces.base import Delivered, Incoming, Outgoing
from botrunner.surfaces.local import LocalSurface, respond_if_possible
from memories.models import Message, Place
from whisper.ids import new_message_id

logger = logging.getLogger(__name__)

NOT_SIGNED_IN = 4401
LONGEST_TEXT = 200_000


class WebSurface(LocalSurface):
    """Shows a reply in the page while it is written."""

    def __init__(self, consumer: ChatConsumer) -> None:
        """Send to one open page."""
        self._consumer = consumer

    async def show(self, piece: str) -> None:
        """Send a piece."""
        await self._consumer.send_json({"type": "piece", "text": piece})

    async def deliver(self, reply: Outgoing) -> list[Delivered]:
        """Send the finished reply, which takes the place of its pieces."""
        await self._consumer.send_json({"type": "reply", "text": reply.text})
        return await super().deliver(reply)


class ChatConsumer(AsyncJsonWebsocketConsumer):
    """Talks with the signed-in person as themselves, in their own channel."""

    async def connect(self) -> None:
        """Let signed-in people in."""
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.close(NOT_SIGNED_IN)
            return
        self.person_id = local_person_id(user.pk)
        self.person_name = user.get_full_name()
        await self.accept()

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Answer one message."""
        text = content.get("text") if isinstance(content, dict) else None
        if not isinstance(text, str) or len(text) > LONGEST_TEXT:
            await self.send_json({"type": "error", "text": "That can't be sent."})
            return
        try:
            await respond_if_possible(self._says(text), WebSurface(self))
        except Exception:
            logger.exception("web chat: no answer for account %s", self.person_id)
            await self.send_json({"type": "error", "text": "Something went wrong. Try again."})

    def _says(self, text: str) -> Incoming:
        return Incoming(
            platform=Message.Platform.WEB,
            message_id=new_message_id(),
            person_id=self.person_id,
            person_name=self.person_name,
            text=text,
            sent_at=timezone.now(),
            channel_id=self.person_id,
            place=Place.DIRECT,
            local=True,
        )

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        """Return the JSON of a frame, None where it is none."""
        try:
            return await super().decode_json(text_data)
        except ValueError:
            return None
