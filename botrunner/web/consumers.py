"""The web chat's socket."""

from __future__ import annotations

import logging
from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.models import AbstractUser
from django.utils import timezone

from botrunner.accounts import local_person_id
from botrunner.conversation.base import Delivered, Incoming, Outgoing
from botrunner.conversation.local import DATABASE_AWAY, LocalSurface, respond_if_possible
from memories.models import Message, Place
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.ids import new_platform_id
from whisper.queries import account_of_session

logger = logging.getLogger(__name__)

NOT_SIGNED_IN = 4401
TRY_AGAIN_LATER = 1013
LONGEST_TEXT = 200_000


class WebSurface(LocalSurface):
    """Shows a reply in the page while it is written."""

    def __init__(self, consumer: ChatConsumer) -> None:
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
        try:
            account = await self._account()
        except DatabaseUnavailableError:
            await self.close(TRY_AGAIN_LATER)
            return
        if account is None:
            await self.close(NOT_SIGNED_IN)
            return
        self.person_id = local_person_id(account.pk)
        self.person_name = account.get_full_name()
        await self.accept()

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Take one frame; one that is no JSON text is refused like any other odd one."""
        await self.receive_json(await self.decode_json(text_data or ""), **kwargs)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Answer one message of somebody who is still signed in."""
        text = content.get("text") if isinstance(content, dict) else None
        if not isinstance(text, str) or len(text) > LONGEST_TEXT:
            await self.send_json({"type": "error", "text": "That can't be sent."})
            return
        try:
            account = await self._account()
            if account is None or local_person_id(account.pk) != self.person_id:
                await self.close(NOT_SIGNED_IN)
                return
            await respond_if_possible(self._says(text), WebSurface(self))
        except DatabaseUnavailableError as error:
            logger.error("web chat: the database failed: %s", error)
            await self.send_json({"type": "error", "text": DATABASE_AWAY})
        except Exception:
            logger.exception("web chat: reply failed for account %s", self.person_id)
            await self.send_json({"type": "error", "text": "Something went wrong. Try again."})

    async def _account(self) -> AbstractUser | None:
        """Return whose session this is now; it may have ended since the page was opened."""
        return await in_database(account_of_session, self.scope["session"].session_key)

    def _says(self, text: str) -> Incoming:
        return Incoming(
            platform=Message.Platform.WEB,
            platform_id=new_platform_id(),
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
        """Return the JSON of a frame, None if it is none, or is nested too deeply to be read."""
        try:
            return await super().decode_json(text_data)
        except (ValueError, RecursionError):
            return None
